"""The sound of a trial as it is sent: equally loud, equally long, and told apart by ear only."""

import io
import wave
from collections.abc import Mapping

import numpy as np

from audio.clip import AudioClip
from listening.trial import Trial

BYTES_PER_SAMPLE = 3
FULL_SCALE = 2.0**31  # samples are made as 32-bit integers; the file keeps their upper 24 bits
LEAST_SIGNIFICANT_BIT = 2**8


def stimulus_files(
    trial: Trial, sounds: Mapping[str, AudioClip], rng: np.random.Generator
) -> dict[str, bytes]:
    """One WAV file for each label, all of one byte length.

    sounds : of every condition of the trial
    Each stimulus plays at its gain, with triangular dither of +-1 LSB drawn for this trial
    (S. P. Lipshitz, R. A. Wannamaker and J. Vanderkooy, "Quantization and dither", JAES 40(5),
    1992), so that the same sound never gives the same bytes twice.
    Raises ValueError if the sounds differ in length or rate, or one would clip.
    """
    shapes = {(clip.n_samples, clip.sample_rate_hz) for clip in sounds.values()}
    if len(shapes) != 1:
        raise ValueError(f"all stimuli of a trial need one length and rate, got {sorted(shapes)}")
    return {
        stimulus.label: _wav_bytes(sounds[stimulus.condition], stimulus.gain_db, rng)
        for stimulus in trial.stimuli
    }


def _wav_bytes(clip: AudioClip, gain_db: float, rng: np.random.Generator) -> bytes:
    gain = 10 ** (gain_db / 20)
    if clip.peak * gain >= 1.0 - 2 * LEAST_SIGNIFICANT_BIT / FULL_SCALE:
        raise ValueError(f"a stimulus would clip at its gain of {gain_db:.1f} dB")
    samples = (clip.samples * np.float32(gain * FULL_SCALE)).astype(np.int32)
    first, second = rng.integers(0, LEAST_SIGNIFICANT_BIT, (2, clip.n_samples), dtype=np.uint8)
    samples += first
    samples -= second
    samples += LEAST_SIGNIFICANT_BIT // 2  # cutting off the lower bits then rounds
    whole = samples.astype("<i4").view(np.uint8).reshape(-1, 4)
    upper = np.empty((clip.n_samples, BYTES_PER_SAMPLE), dtype=np.uint8)
    for place in range(BYTES_PER_SAMPLE):  # one at a time: numpy copies a column fast, a box slowly
        upper[:, place] = whole[:, place + 1]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, BYTES_PER_SAMPLE, clip.sample_rate_hz, clip.n_samples, "NONE", ""))
        file.writeframes(upper.data)
    return buffer.getvalue()
