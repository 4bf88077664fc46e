"""The sound of a trial as it is sent: equally loud, equally long, and told apart by ear only."""

from collections.abc import Mapping

import numpy as np

from audio.clip import AudioClip
from audio.files import wav_bytes
from listening.design import Trial

WAV_SUBTYPE = "PCM_24"
LEAST_SIGNIFICANT_BIT = 2.0**-23  # of a 24-bit sample, full scale = 1.0


def stimulus_files(
    trial: Trial, sounds: Mapping[str, AudioClip], rng: np.random.Generator
) -> dict[str, bytes]:
    """One WAV file for each label, all of one byte length.

    sounds : of every condition of the trial
    Each stimulus plays at its gain, with triangular dither of +-1 LSB drawn for this trial
    (S. P. Lipshitz, R. A. Wannamaker and J. Vanderkooy, "Quantization and dither", JAES 40(5),
    1992), so that the same sound never gives the same bytes twice.
    Raises ValueError if the sounds differ in length or rate.
    """
    shapes = {(clip.n_samples, clip.sample_rate_hz) for clip in sounds.values()}
    if len(shapes) != 1:
        raise ValueError(f"all stimuli of a trial need one length and rate, got {sorted(shapes)}")
    files = {}
    for stimulus in trial.stimuli:
        clip = sounds[stimulus.condition]
        louder = clip.samples * np.float64(10 ** (stimulus.gain_db / 20))
        dither = rng.random(clip.n_samples) - rng.random(clip.n_samples)
        dithered = clip.with_samples(louder + LEAST_SIGNIFICANT_BIT * dither)
        files[stimulus.label] = wav_bytes(dithered, subtype=WAV_SUBTYPE)
    return files
