"""What the added hiss is called in a report."""

from known_hiss import AddedHiss
from messages import Messages


def hiss_title(hiss: AddedHiss, messages: Messages) -> str:
    """Its kind, spectrum and level, e.g. “steady (MusicGen’s spectrum), −50 dBFS”."""
    return hiss.titled(messages(f"hiss_{hiss.model}"), messages("hiss_shape_musicgen"))
