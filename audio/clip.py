"""The one form in which sound travels through the program."""

from dataclasses import dataclass

import numpy as np

MAX_CHANNELS = 2


@dataclass(frozen=True, eq=False)
class AudioClip:
    """A mono or stereo clip that cannot be changed once made.

    samples : float32, shape (n_channels, n_samples), full scale = 1.0; values beyond 1.0 are legal
        until the clip is written to a file or played. An array of shape (n_samples,) is mono.
    sample_rate_hz : int, samples per second.

    Raises ValueError if the samples have another shape, are empty, or contain NaN or infinity, or
    if the rate is not positive.
    """

    samples: np.ndarray
    sample_rate_hz: int

    def __post_init__(self) -> None:
        samples = np.array(self.samples, dtype=np.float32, order="C")
        if samples.ndim == 1:
            samples = samples[np.newaxis]
        if samples.ndim != 2 or not 1 <= len(samples) <= MAX_CHANNELS:
            raise ValueError(
                "samples must have shape (n_channels, n_samples) with one or two channels, "
                f"got {samples.shape}"
            )
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
    def n_channels(self) -> int:
        return self.samples.shape[0]

    @property
    def n_samples(self) -> int:
        """Samples in each channel."""
        return self.samples.shape[1]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, samples and rate: what two clips must share to be compared sample by sample."""
        return self.n_channels, self.n_samples, self.sample_rate_hz

    @property
    def duration_s(self) -> float:
        return self.n_samples / self.sample_rate_hz

    @property
    def nyquist_hz(self) -> float:
        return self.sample_rate_hz / 2

    @property
    def peak(self) -> float:
        """Largest absolute sample of any channel, full scale = 1.0."""
        return float(np.max(np.abs(self.samples)))

    def read(self, start: int, stop: int) -> np.ndarray:
        """Samples from `start` up to `stop`; a view of shape (n_channels, stop - start)."""
        return self.samples[:, start:stop]

    def with_samples(self, samples: np.ndarray) -> "AudioClip":
        """The same rate with other samples."""
        return AudioClip(samples, self.sample_rate_hz)


def mono_mix(clip: AudioClip) -> AudioClip:
    """The mean of the channels as one channel; a mono clip itself."""
    return clip if clip.n_channels == 1 else clip.with_samples(clip.samples.mean(axis=0))
