"""RNNoise (Valin 2018, "A Hybrid DSP/Deep Learning Approach to Real-Time Full-Band Speech
Enhancement").

The library, with its weights inside, comes from the package pyrnnoise. The package's own Python
code is not used: it rounds to 16 bits, wraps what lies above full scale and keeps the delay.
"""

import argparse
import ctypes
import importlib.util
import sys
from pathlib import Path

import numpy as np
from wave_command import run

SAMPLE_RATE_HZ = 48_000
# Two frames of 480: one that overlap-add waits for, one by which the library looks ahead. Measured.
DELAY = 960
# The library wants floats scaled as 16-bit samples are, and does not clip them.
FULL_SCALE = 32_768.0


def load_library() -> ctypes.CDLL:
    """librnnoise as pyrnnoise ships it, found without importing the package."""
    package = importlib.util.find_spec("pyrnnoise")
    if package is None or package.origin is None:
        raise ValueError("pyrnnoise is not installed; `make comparators` installs it")
    library = ctypes.CDLL(str(Path(package.origin).with_name("librnnoise.so")))
    library.rnnoise_create.restype = ctypes.c_void_p
    library.rnnoise_create.argtypes = [ctypes.c_void_p]
    library.rnnoise_destroy.argtypes = [ctypes.c_void_p]
    library.rnnoise_process_frame.restype = ctypes.c_float
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p] * 3
    return library


def denoise(samples: np.ndarray, options: argparse.Namespace) -> np.ndarray:
    """float32, shape (1, n_samples), full scale = 1.0; returns the same shape, without delay."""
    library = load_library()
    frame_size = library.rnnoise_get_frame_size()
    n_samples = samples.shape[1]
    n_frames = -(-(n_samples + DELAY) // frame_size)
    frames = np.zeros((n_frames, frame_size), np.float32)
    frames.reshape(-1)[:n_samples] = FULL_SCALE * samples[0]
    state = library.rnnoise_create(None)  # None: the weights inside the library
    for frame in frames:
        library.rnnoise_process_frame(state, frame.ctypes.data, frame.ctypes.data)
    library.rnnoise_destroy(state)
    return frames.reshape(1, -1)[:, DELAY : DELAY + n_samples] / np.float32(FULL_SCALE)


if __name__ == "__main__":
    sys.exit(run("RNNoise", denoise, sample_rate_hz=SAMPLE_RATE_HZ, channels=1))
