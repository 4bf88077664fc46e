"""Demucs, model htdemucs (Rouard, Massa, Défossez 2023, "Hybrid Transformers for Music Source
Separation").

It separates drums, bass, vocals and the rest. What is taken as restored is the sum of the four, so
that what is removed is what the network gives to none of them.
"""

import argparse
import random
import sys
from pathlib import Path

import numpy as np
from wave_command import no_weights, run

SAMPLE_RATE_HZ = 44_100
SEED = 0  # of the shift in time that the library draws for each run
DEVIATION_FLOOR = 1e-8  # as in the library


def load_model(weights: str | None):
    """htdemucs with its published weights, or a checkpoint; ValueError if they can't be had.

    weights : a .safetensors file as the library publishes it; a .th file as it published earlier,
        which can run code when it is loaded; or a folder with htdemucs.yaml and its .th files
    """
    from demucs import hf, pretrained, states

    try:
        if weights is None:
            return pretrained.get_model("htdemucs")
        path = Path(weights)
        if path.is_dir():
            return pretrained.get_model("htdemucs", repo=path)
        load_file = (
            hf.load_safetensors_model if path.suffix == ".safetensors" else states.load_model
        )
        return load_file(path)
    except (Exception, SystemExit) as error:
        raise ValueError(no_weights(error)) from error


def separate(samples: np.ndarray, options: argparse.Namespace) -> np.ndarray:
    """The sum of the stems; float32, shape (2, n_samples), full scale = 1.0, as the samples are.

    As the library's own command does it (scaled by mean and deviation of the channels' mean, one
    random shift, segments that overlap by a quarter), but for the mean, which that command adds to
    each of the stems: here it comes back once. Silence stays silence.
    """
    import torch
    from demucs.apply import apply_model

    model = load_model(options.weights)
    if not samples.any():
        return samples
    random.seed(SEED)
    mono = samples.mean(0)
    mean, scale = mono.mean(), mono.std() + DEVIATION_FLOOR
    stems = apply_model(model, torch.from_numpy((samples - mean) / scale)[None])[0]
    return stems.sum(0).numpy() * scale + mean


if __name__ == "__main__":
    sys.exit(run("Demucs", separate, sample_rate_hz=SAMPLE_RATE_HZ, channels=2, weights=True))
