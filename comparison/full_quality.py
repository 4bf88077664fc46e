"""One version of a clip as a file at full quality."""

import io

import numpy as np

from audio.blocks import Sound
from audio.clip import AudioClip
from audio.files import FLOAT
from audio.sound_file import writing
from restorers.restorer import Restorer, restored_blocks


def full_quality_wav(
    sound: Sound, restorer: Restorer | None, *, is_residual: bool = False, subtype: str
) -> bytes:
    """A WAV file of the whole of a sound, of its restoration, or of what that removed.

    subtype : of the samples; 32-bit float instead if one of them would exceed full scale
    """
    version = sound if restorer is None else _restored(sound, restorer, is_residual)
    for chosen in (subtype, FLOAT):
        buffer = io.BytesIO()
        with writing(buffer, sound, file_format="WAV", subtype=chosen, tags={}) as writer:
            writer.write(version.read(0, sound.n_samples))
        if not writer.n_clipped:
            break
    return buffer.getvalue()


def _restored(sound: Sound, restorer: Restorer, is_residual: bool) -> AudioClip:
    samples = np.concatenate(list(restored_blocks(restorer, sound)), axis=1)
    whole = sound.read(0, sound.n_samples) - samples if is_residual else samples
    return AudioClip(whole, sound.sample_rate_hz)
