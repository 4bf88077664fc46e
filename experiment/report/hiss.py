"""What the added hiss is called in a report."""

from known_hiss import AddedHiss, HissShape
from messages import Messages


def hiss_title(hiss: AddedHiss, messages: Messages) -> str:
    """Its kind, spectrum and level, e.g. “steady (MusicGen’s spectrum), −50 dBFS”."""
    title = messages(f"hiss_{hiss.model}")
    if hiss.shape == HissShape.MUSICGEN:
        title += f" ({messages('hiss_shape_musicgen')})"
    if hiss.level_dbfs is None:
        return title
    return f"{title}, {hiss.level_dbfs:g} dBFS".replace("-", "−")
