"""The sound of a trial as it is sent: equally loud, equally long, and told apart by ear only."""

import numpy as np

from audio.files import wav_bytes
from listening.design import Trial

WAV_SUBTYPE = "PCM_24"
LEAST_SIGNIFICANT_BIT = 2.0**-23  # of a 24-bit sample, full scale = 1.0


def stimulus_files(trial: Trial, rng: np.random.Generator) -> dict[str, bytes]:
    """One WAV file for each label, all of one byte length.

    Each stimulus plays at its gain, with triangular dither of +-1 LSB drawn for this trial
    (S. P. Lipshitz, R. A. Wannamaker and J. Vanderkooy, "Quantization and dither", JAES 40(5),
    1992), so that the same sound never gives the same bytes twice.
    """
    files = {}
    for stimulus in trial.stimuli:
        clip = stimulus.treatment.clip
        louder = clip.samples * 10 ** (stimulus.gain_db / 20)
        dither = rng.triangular(-1.0, 0.0, 1.0, clip.n_samples) * LEAST_SIGNIFICANT_BIT
        files[stimulus.label] = wav_bytes(clip.with_samples(louder + dither), subtype=WAV_SUBTYPE)
    return files
