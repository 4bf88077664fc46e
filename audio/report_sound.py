"""The 16 kHz mono mix of a sound of any length, made block by block."""

import math
import threading

import numpy as np
import soxr

from audio.blocks import BLOCK_SAMPLES, Sound
from audio.clip import AudioClip

REPORT_RATE_HZ = 16_000
FILTER_REACH = 16_384  # samples of the source beyond which a resampled sample hears nothing


class ReportSound:
    """The report's mix as a Sound; unscaled. May be read by several threads.

    A block is mixed and resampled when it is first read, and kept: ten minutes are 38 MB. It is the
    one of `audio.working.report_mix` up to rounding.
    """

    n_channels = 1
    sample_rate_hz = REPORT_RATE_HZ

    def __init__(self, source: Sound):
        self._source = source
        common = math.gcd(source.sample_rate_hz, REPORT_RATE_HZ)
        # So many samples of the source last as long as so many of the mix.
        self._source_step = source.sample_rate_hz // common
        self._step = REPORT_RATE_HZ // common
        self.n_samples = -(-source.n_samples * self._step // self._source_step)
        self._block = BLOCK_SAMPLES // self._step * self._step
        self._blocks: dict[int, np.ndarray] = {}
        self._lock = threading.Lock()

    def read(self, start: int, stop: int) -> np.ndarray:
        """float32, shape (1, stop - start)"""
        numbers = range(start // self._block, max(stop - 1, start) // self._block + 1)
        with self._lock:
            for number in numbers:
                if number not in self._blocks:
                    self._blocks[number] = self._made(number)
            together = np.concatenate([self._blocks[number] for number in numbers])
        first = numbers[0] * self._block
        return together[np.newaxis, start - first : stop - first]

    def _made(self, number: int) -> np.ndarray:
        """A block from the samples that decide it, cut at whole steps of both rates."""
        reach = -(-FILTER_REACH // self._source_step)  # in steps
        first = number * self._block // self._step
        begin = max(0, first - reach)
        end = first + self._block // self._step + reach
        source = self._source.read(
            begin * self._source_step, min(end * self._source_step, self._source.n_samples)
        )
        mixed = source[0] if len(source) == 1 else source.mean(axis=0)
        resampled = soxr.resample(mixed, self._source_step, self._step)
        n_before = (first - begin) * self._step
        length = min(self._block, self.n_samples - number * self._block)
        resampled = resampled[n_before : n_before + length]
        return np.pad(resampled, (0, length - resampled.size))

    def as_clip(self) -> AudioClip:
        """All of it in memory."""
        return AudioClip(self.read(0, self.n_samples), REPORT_RATE_HZ)
