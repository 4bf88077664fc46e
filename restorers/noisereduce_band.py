"""Spectral gating of the high band with the noisereduce library.

T. Sainburg, M. Thielk and T. Q. Gentner, "Finding, visualizing, and quantifying latent structure
across diverse animal vocal repertoires", PLoS Computational Biology 16(10), 2020.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.signal import stft

from audio.blocks import Sound, blocks_between, for_passes, framed_samples, read_padded
from audio.clip import AudioClip
from audio.high_band import high_band
from audio.stft import common_magnitude, n_frames_of
from restorers import fields
from restorers.parameters import check_cutoff, check_parameters, parameter
from restorers.restorer import BlockRestorer

NOTHING_TO_GATE = 2.0**-24  # half a step of a 24-bit file; the non-stationary gate divides by level
USUAL_PADDING = 30_000  # zeros that noisereduce puts before and after the sound
TOP_DB = 80.0  # noisereduce's range of levels in a bin
FILTER_MEMORY = 16_384  # samples after which the band filter has forgotten: below -160 dB at 96 kHz
CONTEXT_TIME_CONSTANTS = 16  # exp(-16) is -139 dB


@dataclass(frozen=True)
class NoisereduceBand(BlockRestorer):
    """Gate the band above a cutoff; everything below it is left alone."""

    title: ClassVar[str] = "Spectral gating (noisereduce)"
    short_title: ClassVar[str] = "Noisereduce"

    prop_decrease: float = parameter(
        0.7,
        title="Reduction",
        low=0.0,
        high=1.0,
        step=0.05,
        strength=+1,
        help="How far noise is attenuated: 0 not at all, 1 completely.",
    )
    cutoff_hz: float = fields.cutoff_hz()
    freq_mask_smooth_hz: float = parameter(
        600.0,
        title="Frequency smoothing",
        low=200.0,
        high=2000.0,
        step=50.0,
        unit="Hz",
        help="Bandwidth over which the mask is smoothed.",
    )
    time_mask_smooth_ms: float = parameter(
        50.0,
        title="Time smoothing",
        low=50.0,
        high=500.0,
        step=10.0,
        unit="ms",
        advanced=True,
        help="Time over which the mask is smoothed.",
    )
    n_std_thresh: float = parameter(
        1.5,
        title="Threshold",
        low=0.0,
        high=4.0,
        step=0.1,
        advanced=True,
        help="Stationary gate only: standard deviations above the mean level.",
    )
    stationary: bool = parameter(
        True,
        title="Stationary",
        choices=(True, False),
        advanced=True,
        help="One threshold for the whole clip; off, the threshold follows the signal.",
    )
    time_constant_s: float = parameter(
        1.0,
        title="Time constant",
        low=0.1,
        high=5.0,
        step=0.1,
        unit="s",
        advanced=True,
        help="Non-stationary gate only: how slowly the threshold follows.",
    )
    n_fft: int = parameter(
        1024,
        title="FFT size",
        choices=(512, 1024, 2048),
        unit="samples",
        advanced=True,
        help="Frame length inside noisereduce; the hop is a quarter of it.",
    )

    def __post_init__(self) -> None:
        check_parameters(self)

    learns_from: ClassVar[tuple[str, ...]] = ("cutoff_hz", "n_std_thresh", "stationary", "n_fft")

    def learn(self, sound: Sound, *, start: int = 0) -> "BandFacts":
        """The peak of the band and, for the stationary gate, its threshold over the whole sound."""
        check_cutoff(self.cutoff_hz, sound)
        band: Sound = HighBand(sound, self.cutoff_hz)
        blocks = list(blocks_between(0, sound.n_samples))
        if len(blocks) == 1:
            band = AudioClip(band.read(*blocks[0]), sound.sample_rate_hz)
        peak = max(float(np.max(np.abs(band.read(*block)))) for block in blocks)
        if not self.stationary or peak < NOTHING_TO_GATE:
            return BandFacts(peak, None, None)
        mean_db, std_db = level_statistics_db(band, n_fft=self.n_fft)
        offset = -USUAL_PADDING % (self.n_fft // 4)
        highest_db = _highest(_levels_db(band, self.n_fft, offset=offset))
        return BandFacts(peak, mean_db + std_db * self.n_std_thresh, highest_db - TOP_DB)

    def restore_blocks(
        self, sound: Sound, learned: "BandFacts", *, start: int = 0, stop: int | None = None
    ) -> Iterator[np.ndarray]:
        """input - band + gated band, where the band is everything above `cutoff_hz`."""
        check_cutoff(self.cutoff_hz, sound)
        band = HighBand(sound, self.cutoff_hz)
        gate = self._gate(sound.sample_rate_hz, learned)
        for first, end in blocks_between(start, sound.n_samples if stop is None else stop):
            begin, finish = self._chunk(sound, first, end)
            chunk = read_padded(band, begin, finish)
            gated = chunk if gate is None else gate(chunk.astype(np.float64)).astype(np.float32)
            here = slice(first - begin, end - begin)
            yield sound.read(first, end) - chunk[:, here] + gated[:, here]

    def _gate(
        self, sample_rate_hz: int, learned: "BandFacts"
    ) -> Callable[[np.ndarray], np.ndarray] | None:
        """What gates a chunk of the band; None if there is nothing in it."""
        if learned.peak < NOTHING_TO_GATE:
            return None
        # Imported here: noisereduce pulls in torch where it is installed, which takes seconds.
        from restorers.noisereduce_gate import NonStationaryGate, StationaryGate

        options: dict[str, Any] = {
            "y": np.zeros(self.n_fft),  # it is given its sound chunk by chunk
            "sr": sample_rate_hz,
            "prop_decrease": self.prop_decrease,
            "time_constant_s": self.time_constant_s,
            "freq_mask_smooth_hz": self.freq_mask_smooth_hz,
            "time_mask_smooth_ms": self.time_mask_smooth_ms,
            "n_fft": self.n_fft,
            "chunk_size": None,
            "padding": 0,
            "win_length": None,
            "hop_length": None,
            "tmp_folder": None,
            "use_tqdm": False,
            "n_jobs": 1,
        }
        if learned.threshold_db is None or learned.lowest_db is None:
            usual = {"thresh_n_mult_nonstationary": 2, "sigmoid_slope_nonstationary": 10}
            return NonStationaryGate(**options, **usual).spectral_gating_nonstationary
        statistics = {
            "y_noise": None,
            "n_std_thresh_stationary": self.n_std_thresh,
            "clip_noise_stationary": False,
        }
        gate = StationaryGate(learned.threshold_db, learned.lowest_db, **options, **statistics)
        return gate.spectral_gating_stationary

    def _chunk(self, sound: Sound, first: int, end: int) -> tuple[int, int]:
        """The range of samples that decides those from `first` up to `end`.

        Its frames are those of the whole sound with USUAL_PADDING zeros before it. The stationary
        gate hears no further than a frame and the smoothed mask reach; the threshold of the other
        forgets within CONTEXT_TIME_CONSTANTS, and hears all of the zeros.
        """
        hop_length = self.n_fft // 4
        if self.stationary:
            smoothed_frames = int(
                self.time_mask_smooth_ms / 1000 * sound.sample_rate_hz / hop_length
            )
            reach = 2 * self.n_fft + (smoothed_frames + 1) * hop_length
            most = USUAL_PADDING - max(0, (USUAL_PADDING - reach) // hop_length) * hop_length
        else:
            reach = round(CONTEXT_TIME_CONSTANTS * self.time_constant_s * sound.sample_rate_hz)
            most = USUAL_PADDING
        n_samples = max(sound.n_samples, self.n_fft)  # one whole frame is needed
        begin = first - reach - (first - reach + USUAL_PADDING) % hop_length
        is_last = end == sound.n_samples
        return max(begin, -most), n_samples + most if is_last else min(
            end + reach, n_samples + most
        )


@dataclass(frozen=True, eq=False)
class BandFacts:
    """What the gate must know of a whole sound.

    peak : highest sample of its band
    threshold_db, lowest_db : of the stationary gate, shape (n_freqs,): what is no higher is gated,
        and what is lower than the lowest level counts as that; None for the other gate
    """

    peak: float
    threshold_db: np.ndarray | None
    lowest_db: np.ndarray | None


@dataclass(frozen=True)
class HighBand:
    """The high band of a sound, itself a sound that can be read in parts."""

    sound: Sound
    cutoff_hz: float

    @property
    def n_channels(self) -> int:
        return self.sound.n_channels

    @property
    def n_samples(self) -> int:
        return self.sound.n_samples

    @property
    def sample_rate_hz(self) -> int:
        return self.sound.sample_rate_hz

    def read(self, start: int, stop: int) -> np.ndarray:
        before = max(0, start - FILTER_MEMORY)
        after = min(self.n_samples, stop + FILTER_MEMORY)
        samples = self.sound.read(before, after)
        band = high_band(samples, self.sample_rate_hz, cutoff_hz=self.cutoff_hz)
        return band[:, start - before : stop - before]


def level_statistics_db(band: Sound, *, n_fft: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation over time of each bin's level, as noisereduce takes them.

    A level is never lower than TOP_DB below the highest of its bin.
    returns : dB, float64, each of shape (n_freqs,)
    """
    blocks = for_passes(band, lambda: _levels_db(band, n_fft))
    lowest_db = _highest(blocks()) - TOP_DB
    n_frames, mean, squares = 0, np.zeros(lowest_db.size), np.zeros(lowest_db.size)
    for level_db in blocks():
        np.maximum(level_db, lowest_db[:, np.newaxis], out=level_db)
        n_here = level_db.shape[1]
        mean_here = np.mean(level_db, axis=1)
        squares_here = np.sum((level_db - mean_here[:, np.newaxis]) ** 2, axis=1)
        # The statistics of two parts together (T. F. Chan, G. H. Golub and R. J. LeVeque, 1979).
        n_together = n_frames + n_here
        difference = mean_here - mean
        mean = mean_here if n_frames == 0 else mean + difference * (n_here / n_together)
        squares = squares + squares_here + difference**2 * (n_frames * n_here / n_together)
        n_frames = n_together
    return mean, np.sqrt(squares / n_frames)


def _highest(blocks: Iterable[np.ndarray]) -> np.ndarray:
    """The highest value of each bin, shape (n_freqs,)"""
    return np.max([values.max(axis=1) for values in blocks], axis=0)


def _levels_db(band: Sound, n_fft: int, *, offset: int | None = None) -> Iterator[np.ndarray]:
    """Levels in dB, (n_freqs, n_frames), by block.

    offset : None gives the frames over which noisereduce takes its statistics, in float32; else
        all that reach into the sound, the centre of one of them at that sample, in float64
    """
    hop_length = n_fft // 4
    frame = {"n_fft": n_fft, "hop_length": hop_length}
    first, end = 0, n_frames_of(band.n_samples, **frame)
    if offset is not None:
        first, end = -3, end + 3
    for _, samples in framed_samples(band, first, end, offset=offset or 0, **frame):
        if offset is not None:
            samples = samples.astype(np.float64)
        _, _, spectrum = stft(
            samples, nperseg=n_fft, noverlap=n_fft - hop_length, boundary=None, padded=False
        )
        yield 20 * np.log10(common_magnitude(spectrum) + np.finfo(np.float64).eps)
