"""Frequency axes of the spectrograms: where a frequency lies on them, and their ticks."""

from dataclasses import dataclass

import librosa
import numpy as np

LINEAR, LOG, MEL = "linear", "log", "mel"
KINDS = (LINEAR, LOG, MEL)
LOWEST_LOG_HZ = 60.0
TICKS_HZ = {
    LINEAR: tuple(range(0, 48_001, 2000)),
    LOG: (100, 200, 500, 1000, 2000, 4000, 8000, 16_000, 32_000),
    MEL: (0, 500, 1000, 2000, 4000, 8000, 16_000, 32_000),
}


@dataclass(frozen=True)
class FrequencyAxis:
    """An axis from its lowest frequency, at share 0, to `max_hz`, at share 1.

    kind : "linear" and "mel" begin at 0 Hz, "log" at LOWEST_LOG_HZ; mel as librosa's (Slaney)
    """

    kind: str
    max_hz: float

    def share_of(self, frequency_hz):
        """Where frequencies lie; below 0 and above 1 for those outside."""
        low, high = self._warp(self.min_hz), self._warp(self.max_hz)
        return (self._warp(frequency_hz) - low) / (high - low)

    def frequency_at(self, share):
        """The frequency, in Hz, at each share of the axis."""
        low, high = self._warp(self.min_hz), self._warp(self.max_hz)
        return self._unwarp(low + np.asarray(share) * (high - low))

    def ticks(self) -> list[dict]:
        """Labels in kHz and their places."""
        step = max(1, round(self.max_hz / 8000)) if self.kind == LINEAR else 1
        return [
            {"label": f"{hz / 1000:g}", "at": float(self.share_of(hz))}
            for hz in TICKS_HZ[self.kind][::step]
            if self.min_hz <= hz <= self.max_hz
        ]

    @property
    def min_hz(self) -> float:
        return LOWEST_LOG_HZ if self.kind == LOG else 0.0

    def _warp(self, hz):
        if self.kind == LOG:
            return np.log(hz)
        return librosa.hz_to_mel(hz) if self.kind == MEL else np.asarray(hz, dtype=float)

    def _unwarp(self, warped):
        if self.kind == LOG:
            return np.exp(warped)
        return librosa.mel_to_hz(warped) if self.kind == MEL else warped
