"""The one form in which sound travels through the program."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class AudioClip:
    """A mono clip that cannot be changed once made.

    samples : float32, shape (n_samples,), full scale = 1.0; values beyond 1.0 are legal
        until the clip is written to a file or played.
    sample_rate_hz : int, samples per second.

    Raises ValueError if the samples are not one-dimensional, are empty, or contain NaN
    or infinity, or if the rate is not positive.
    """

    samples: np.ndarray
    sample_rate_hz: int

    def __post_init__(self) -> None:
        samples = np.array(self.samples, dtype=np.float32)
        if samples.ndim != 1:
            raise ValueError(f"samples must have shape (n_samples,), got {samples.shape}")
        if samples.size == 0:
            raise ValueError("a clip must have at least one sample, got none")
        if not np.isfinite(samples).all():
            raise ValueError("samples must be finite, got NaN or infinity")
        if self.sample_rate_hz <= 0:
            raise ValueError(f"sample_rate_hz must be positive, got {self.sample_rate_hz}")
        samples.setflags(write=False)
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "sample_rate_hz", int(self.sample_rate_hz))

    @property
    def n_samples(self) -> int:
        return self.samples.size

    @property
    def duration_s(self) -> float:
        return self.n_samples / self.sample_rate_hz

    @property
    def nyquist_hz(self) -> float:
        return self.sample_rate_hz / 2

    @property
    def peak(self) -> float:
        """Largest absolute sample, full scale = 1.0."""
        return float(np.max(np.abs(self.samples)))

    def with_samples(self, samples: np.ndarray) -> "AudioClip":
        """The same rate with other samples."""
        return AudioClip(samples, self.sample_rate_hz)
