"""Spectral gating of the high band with the noisereduce library.

T. Sainburg, M. Thielk and T. Q. Gentner, "Finding, visualizing, and quantifying latent structure
across diverse animal vocal repertoires", PLoS Computational Biology 16(10), 2020.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audio.clip import AudioClip
from audio.high_band import high_band
from restorers import fields
from restorers.parameters import check_cutoff, check_parameters, parameter

NOTHING_TO_GATE = 2.0**-24  # half a step of a 24-bit file; the non-stationary gate divides by level
USUAL_PADDING = 30_000  # of noisereduce, in samples


@dataclass(frozen=True)
class NoisereduceBand:
    """Gate the band above a cutoff; everything below it is left alone."""

    title: ClassVar[str] = "Spectral gating (noisereduce)"

    prop_decrease: float = parameter(
        0.7,
        low=0.0,
        high=1.0,
        step=0.05,
        strength=+1,
        help="How much of what is judged to be noise is taken away; 1 is all of it.",
    )
    cutoff_hz: float = fields.cutoff_hz()
    freq_mask_smooth_hz: float = parameter(
        600.0,
        low=200.0,
        high=2000.0,
        step=50.0,
        unit="Hz",
        help="Width over which the gate is smoothed in frequency.",
    )
    time_mask_smooth_ms: float = parameter(
        50.0,
        low=50.0,
        high=500.0,
        step=10.0,
        unit="ms",
        advanced=True,
        help="Width over which the gate is smoothed in time.",
    )
    n_std_thresh: float = parameter(
        1.5,
        low=0.0,
        high=4.0,
        step=0.1,
        advanced=True,
        help="Stationary gate: threshold, in standard deviations above the mean level.",
    )
    stationary: bool = parameter(
        True,
        choices=(True, False),
        advanced=True,
        help="One threshold for the whole clip; off lets it follow the clip.",
    )
    time_constant_s: float = parameter(
        1.0,
        low=0.1,
        high=5.0,
        step=0.1,
        unit="s",
        advanced=True,
        help="Non-stationary gate only: how quickly the threshold follows.",
    )
    n_fft: int = parameter(
        1024,
        choices=(512, 1024, 2048),
        unit="samples",
        advanced=True,
        help="Length of one frame inside noisereduce; its hop is a quarter of it.",
    )

    def __post_init__(self) -> None:
        check_parameters(self)

    def restore(self, clip: AudioClip) -> AudioClip:
        """input - band + gated band, where the band is everything above `cutoff_hz`."""
        check_cutoff(self.cutoff_hz, clip)
        band = high_band(clip.samples, clip.sample_rate_hz, cutoff_hz=self.cutoff_hz)
        return clip.with_samples(clip.samples - band + self._gate(band, clip.sample_rate_hz))

    def _gate(self, band: np.ndarray, sample_rate_hz: int) -> np.ndarray:
        if np.max(np.abs(band)) < NOTHING_TO_GATE:
            return band
        # Imported here: noisereduce pulls in torch where it is installed, which takes seconds.
        from noisereduce import reduce_noise

        padded = np.pad(band, (0, max(0, self.n_fft - band.size)))  # it needs one whole frame
        gated = reduce_noise(
            y=padded,
            sr=sample_rate_hz,
            stationary=self.stationary,
            prop_decrease=self.prop_decrease,
            time_constant_s=self.time_constant_s,
            freq_mask_smooth_hz=self.freq_mask_smooth_hz,
            time_mask_smooth_ms=self.time_mask_smooth_ms,
            n_std_thresh_stationary=self.n_std_thresh,
            n_fft=self.n_fft,
            chunk_size=None,  # the whole clip at once: no temporary file, one noise estimate
            padding=self._padding(sample_rate_hz),
        )
        return gated[: band.size]

    def _padding(self, sample_rate_hz: int) -> int:
        """Zeros that noisereduce puts before and after the sound; they change no sample.

        Its own number is more than a frame and the smoothed mask can reach. Whole hops are left
        out, so that all frames stay where they are. The threshold of the non-stationary gate
        hears all of the zeros.
        """
        if not self.stationary:
            return USUAL_PADDING
        hop_length = self.n_fft // 4
        smoothed_frames = int(self.time_mask_smooth_ms / 1000 * sample_rate_hz / hop_length)
        needed = 2 * self.n_fft + (smoothed_frames + 1) * hop_length
        return USUAL_PADDING - max(0, (USUAL_PADDING - needed) // hop_length) * hop_length
