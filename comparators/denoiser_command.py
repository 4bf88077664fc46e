"""Facebook Denoiser, model dns64 (Défossez, Synnaeve, Adi 2020, "Real Time Speech Enhancement in
the Waveform Domain").

It is made for speech at 16 kHz. Code and weights are CC BY-NC 4.0: not for commercial use.
"""

import argparse
import sys

import numpy as np
from wave_command import no_weights, run

SAMPLE_RATE_HZ = 16_000
# It takes a clip as a whole, which needs 1.4 GB of memory a minute, and 4.4 GB for this one.
LONGEST_S = 180


def load_model(weights: str | None):
    """dns64 with its published weights, or a checkpoint; ValueError if they can't be had.

    weights : a file as the library publishes it for dns64, or what its `serialize_model` gives
    """
    import torch
    from denoiser import pretrained, utils
    from denoiser.demucs import Demucs

    try:
        if weights is None:
            return pretrained.dns64()
        with torch.serialization.safe_globals([Demucs]):
            checkpoint = torch.load(weights, "cpu", weights_only=True)
        if "class" in checkpoint:
            return utils.deserialize_model(checkpoint)
        model = pretrained.dns64(pretrained=False)
        model.load_state_dict(checkpoint)
        return model
    except Exception as error:
        raise ValueError(no_weights(error)) from error


def denoise(samples: np.ndarray, options: argparse.Namespace) -> np.ndarray:
    """float32, shape (1, n_samples), full scale = 1.0, as the samples are.

    As the library's own command does it without streaming. That multiplies by the clip's standard
    deviation s and divides by s + 0.001, so that a clip at -40 dBFS loses 0.8 dB, and a constant
    becomes silence.
    """
    import torch

    if samples.shape[1] > LONGEST_S * SAMPLE_RATE_HZ:
        raise ValueError(
            f"takes at most {LONGEST_S} s, got {samples.shape[1] / SAMPLE_RATE_HZ:.0f} s"
        )
    model = load_model(options.weights).eval()
    if np.ptp(samples) == 0:  # one sample has no deviation at all
        return np.zeros_like(samples)
    with torch.no_grad():
        return model(torch.from_numpy(samples)[None])[0].numpy()


if __name__ == "__main__":
    sys.exit(run("Denoiser", denoise, sample_rate_hz=SAMPLE_RATE_HZ, channels=1, weights=True))
