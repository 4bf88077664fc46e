"""A version of a clip made elsewhere, laid sample by sample onto the original.

Delay, polarity, sample rate, channels and length are measured; what can be corrected is corrected
and said, the rest is refused with its numbers. Nothing is rescaled.

The delay is where the cross-correlation of the whole peaks. It is summed over parts, to need little
memory; each part's own peak tells whether the delay is constant.
"""

import math
from dataclasses import dataclass

import librosa
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal.windows import hann
from scipy.stats import theilslopes

from audio.blocks import read_padded
from audio.clip import AudioClip
from audio.files import SILENCE_PEAK

MAX_DELAY_S = 1.0
SEARCHED_S = 1.25  # further, so that a longer delay is called what it is
MAX_MISSING_S = 0.1  # of the original's span, at both ends together
MAX_EXTRA_S = 0.1  # after the original's end

# The cross-spectrum is divided by this power of its magnitude: 0 is plain correlation, 1 is PHAT
# (C. H. Knapp and G. C. Carter, "The generalized correlation method for estimation of time delay",
# IEEE Trans. ASSP 24(4), 1976). Of 25 kinds of processing of 17 real clips: up to 0.6, low cuts
# of minimum phase mislead by up to 76 samples; from 0.75 on, the grid of 640 samples that all
# MusicGen clips share misleads. At 0.7 no peak elsewhere is higher than 0.31 of the right one.
WHITENING = 0.7
RIVAL = 0.8  # peaks of this share of the highest one: plain correlation tells among them
LOWEST_HZ = 20.0  # below are offsets and rumble
FADE_S = 0.08  # from part to part: sudden ends would be clicks

# The least similarity of a version: 0.5, and 0.1 more by 1 / seconds of sound, as few notes agree
# by chance. Measured on the clips restored, coded, equalised, or low-passed at 3.5 kHz: 0.88 and
# more; with 18 dB of clipping, or 1 % of the bins kept: 0.59. Each clip with every other one: at
# most 0.23; 0.5 s of one with 0.5 s of another: at most 0.53.
LEAST_SIMILARITY, LEAST_SIMILARITY_S, MOST_REQUIRED = 0.5, 0.1, 0.6
LEAST_IN_PART = 0.3  # of a part or channel; as above, of parts: 0.59 and more
FRAME_S = 0.016

PART_S, MAX_PARTS = 1.5, 60
LOUD_SHARE = 1e-2  # parts and channels with less of the loudest one's energy tell nothing
MAX_DRIFT_SAMPLES, MAX_SLOPE = 2, 0.01  # over all; for each sample, the fastest that is recognised
# How much better a drift, or another delay of a part or channel, must explain the sound than the
# delay of the whole, for low cuts and gates leave plateaus around the peak.
DRIFT_GAIN, OTHER_GAIN = 1.02, 1.3

Spans = list[tuple[int, int]]
ALL = slice(None)


class VersionError(ValueError):
    """A file that is no usable version of the clip; its text is meant for the user."""


@dataclass(frozen=True)
class Alignment:
    """What a version was, and what was done so that it lies on the original.

    sample_rate_hz, n_channels, n_samples : of the file as it was
    original_rate_hz, original_channels : what it was brought to
    delay_samples : at the original's rate, to the nearest sample; positive if the file is late
    polarity : +1, or -1 if it was inverted
    similarity : of the aligned sounds, 0 to 1; see `_Pair._alike`
    missing_start, missing_end : samples of the original's span that the file lacks, now silent
    n_extra : samples after the original's end that were cut
    """

    sample_rate_hz: int
    n_channels: int
    n_samples: int
    original_rate_hz: int
    original_channels: int
    delay_samples: int = 0
    polarity: int = 1
    similarity: float = 1.0
    missing_start: int = 0
    missing_end: int = 0
    n_extra: int = 0

    @property
    def n_missing(self) -> int:
        return self.missing_start + self.missing_end

    @property
    def corrections(self) -> list[str]:
        """A short sentence for each thing that had to be done."""
        resampled = self.sample_rate_hz != self.original_rate_hz
        rounding = 1 if resampled else 0  # another rate cannot hold every length
        counts = (abs(self.delay_samples), self.missing_start, self.missing_end, self.n_extra)
        delay, before, after, extra = (_length(one, self.original_rate_hz) for one in counts)
        facts = {
            f"Resampled from {self.sample_rate_hz} Hz.": resampled,
            "Mono file put on both channels.": self.n_channels < self.original_channels,
            "Stereo file mixed down to mono.": self.n_channels > self.original_channels,
            f"Delay of {delay} corrected.": self.delay_samples > 0,
            f"Early start by {delay} corrected.": self.delay_samples < 0,
            "Inverted polarity corrected.": self.polarity < 0,
            f"{before} of silence added at the start.": self.missing_start > 0,
            f"{after} of silence added at the end.": self.missing_end > rounding,
            f"{extra} cut at the end.": self.n_extra > rounding,
        }
        return [sentence for sentence, holds in facts.items() if holds]


def align(original: AudioClip, version: AudioClip) -> tuple[AudioClip, Alignment]:
    """The version at the rate, channels, length and position of the original.

    Raises VersionError if it is silent, another piece, too short or too long, or if its delay is
    not the same everywhere.
    """
    if version.peak < SILENCE_PEAK:
        raise VersionError("This file is silent; please choose another one.")
    prepared, rate_hz = _prepared(version, original), original.sample_rate_hz
    n_longer = prepared.n_samples - original.n_samples
    missing = MAX_MISSING_S, "of it may be missing"
    _check_limit(-n_longer, rate_hz, "is {} shorter than the original", *missing)
    delay, polarity, similarity = 0, 1, 1.0
    if version.shape != original.shape or not np.array_equal(version.samples, original.samples):
        delay, polarity, similarity = _Pair(original, prepared).measured(version.n_channels == 1)
    before, after, extra = max(0, -delay), max(0, delay - n_longer), max(0, n_longer - delay)
    where = "start" if not after else "end" if not before else "start and the end"
    _check_limit(delay, rate_hz, "is {} late", MAX_DELAY_S, "is corrected")
    _check_limit(before + after, rate_hz, f"lacks {{}} of the original at the {where}", *missing)
    _check_limit(extra, rate_hz, "goes on for {} after the original", MAX_EXTRA_S, "can be cut")
    file = version.sample_rate_hz, version.n_channels, version.n_samples
    alignment = Alignment(
        *file, rate_hz, original.n_channels, delay, polarity, similarity, before, after, extra
    )
    if version.shape == original.shape and (delay, polarity) == (0, 1):
        return version, alignment
    placed = read_padded(prepared, delay, delay + original.n_samples) * np.float32(polarity)
    del prepared  # may be large
    return original.with_samples(placed), alignment


def _prepared(version: AudioClip, original: AudioClip) -> AudioClip:
    """At the original's rate, as `audio.working` does it, and with its channels."""
    samples = version.samples
    if version.n_channels > original.n_channels:
        samples = samples.mean(axis=0, keepdims=True)
    if version.sample_rate_hz != original.sample_rate_hz:  # one by one, to need less memory
        rates = version.sample_rate_hz, original.sample_rate_hz
        samples = np.stack([
            librosa.resample(channel, orig_sr=rates[0], target_sr=rates[1]) for channel in samples
        ])  # fmt: skip
    elif version.n_channels == original.n_channels:
        return version
    return original.with_samples(np.broadcast_to(samples, (original.n_channels, samples.shape[1])))


def _check_limit(n_samples: int, rate_hz: int, what: str, limit_s: float, allowed: str) -> None:
    """Raises VersionError, which says what lasts too long, if something is beyond a limit."""
    if n_samples > limit_s * rate_hz:
        seconds = math.ceil(1000 * n_samples / rate_hz) / 1000  # never reads as the limit itself
        lasts = what.format(f"{seconds:.3f} s")
        raise VersionError(f"This file {lasts}; at most {limit_s:g} s {allowed}.")


def _length(n_samples: int, rate_hz: int) -> str:
    """As in "137 samples (8.6 ms)"."""
    duration_ms = 1000 * n_samples / rate_hz
    number = f"{duration_ms:.0f}" if abs(duration_ms) >= 10 else f"{duration_ms:.2g}"
    return f"{n_samples} sample{'' if abs(n_samples) == 1 else 's'} ({number} ms)"


class _Pair:
    """Two clips of one rate and as many channels, whose delay is unknown."""

    def __init__(self, original: AudioClip, version: AudioClip):
        self.clips, self.rate_hz = (original, version), original.sample_rate_hz
        # Both at full scale, so that no square of a sample is out of range.
        self.scales = [np.float32(1 / max(clip.peak, 1e-30)) for clip in self.clips]
        self.reach = round(SEARCHED_S * self.rate_hz)
        n_parts = min(max(int(original.duration_s / PART_S), 1), MAX_PARTS)
        edges = np.linspace(0, original.n_samples, n_parts + 1).astype(int).tolist()
        self.spans = list(zip(edges[:-1], edges[1:], strict=True))  # the parts of the original
        self.known: dict[tuple, np.ndarray] = {}

    def measured(self, of_mono: bool) -> tuple[int, int, float]:
        """Delay in samples, polarity and similarity.

        of_mono : the version has the same in all channels, so that they cannot differ
        Raises VersionError if it is no version of the original, or has no one delay.
        """
        curves, plain, energy = self._correlations()
        of_channels, of_parts = curves.sum(axis=1), curves.sum(axis=0)
        lag = self._delay(np.abs(of_channels).sum(axis=0), plain)
        loud = _loud(energy.sum(axis=0))
        if len(loud) > 2:
            self._check_drift(np.abs(of_parts[loud]), loud, lag)
        polarity = 1 if of_channels[:, lag + self.reach].sum() >= 0 else -1
        places = [
            (f"at {self.spans[n][0] / self.rate_hz:.1f} s", of_parts[n], [self.spans[n]], ALL)
            for n in loud
        ]
        if not of_mono and len(_loud(energy.sum(axis=1))) > 1:
            for n, side in enumerate(("left", "right")):
                places.append((f"on the {side}", of_channels[n], self.spans, slice(n, n + 1)))
        alike = {place[0]: self._checked(lag, polarity, *place) for place in places}
        similarity = self._alike(self.spans, lag)
        heard_s = len(loud) * self.clips[0].duration_s / len(self.spans)
        required = min(LEAST_SIMILARITY + LEAST_SIMILARITY_S / heard_s, MOST_REQUIRED)
        worst, least = min(alike.items(), key=lambda item: item[1])
        if least < LEAST_IN_PART and max(alike.values()) >= required:
            raise VersionError(
                f"This file does not match the original {worst}: its similarity is {least:.2f} "
                f"there, and {similarity:.2f} in the whole."
            )
        if similarity < required:
            raise VersionError(
                f"This file does not match the original: its similarity is {similarity:.2f} and "
                f"must be {required:.2f}; it is another piece, shifted by more than "
                f"{MAX_DELAY_S:g} s, at another speed, or changed too much."
            )
        return lag, polarity, similarity

    def _correlations(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Each part of the original against the version at every delay.

        returns : whitened, float32, shape (n_channels, n_parts, 2 reach + 1); magnitude of the
            plain one of the whole, shape (2 reach + 1,); energy, shape (n_channels, n_parts)
        """
        n_channels, n_parts, n_lags = self.clips[0].n_channels, len(self.spans), 2 * self.reach + 1
        half = round(FADE_S * self.rate_hz / 2)
        fade = hann(4 * half)[: 2 * half].astype(np.float32)
        n_fft = next_fast_len(int(np.diff(self.spans).max()) + 2 * half + n_lags, real=True)
        curves = np.zeros((n_channels, n_parts, n_lags), np.float32)
        plain = np.zeros((n_channels, n_fft // 2 + 1), np.complex128)
        energy = np.zeros((n_channels, n_parts))
        for part, (start, stop) in enumerate(self.spans):
            start, stop = max(0, start - half), min(self.clips[0].n_samples, stop + half)
            ours = self._block(0, start, stop)
            energy[:, part] = np.square(ours).sum(axis=1)
            if part > 0:
                ours[:, : 2 * half] *= fade
            if part + 1 < n_parts:
                ours[:, -2 * half :] *= fade[::-1]
            theirs = self._block(1, start - self.reach, stop + self.reach)
            for channel in range(n_channels):
                cross = np.conj(rfft(ours[channel], n_fft)) * rfft(theirs[channel], n_fft)
                cross[: math.ceil(LOWEST_HZ * n_fft / self.rate_hz)] = 0
                plain[channel] += cross
                magnitude = np.maximum(np.abs(cross), 1e-30)
                curves[channel, part] = irfft(cross * magnitude**-WHITENING, n_fft)[:n_lags]
        return curves, np.abs(irfft(plain, n_fft)[:, :n_lags]).sum(axis=0), energy

    def _block(self, which: int, start: int, stop: int) -> np.ndarray:
        return read_padded(self.clips[which], start, stop) * self.scales[which]

    def _delay(self, strength: np.ndarray, plain: np.ndarray) -> int:
        """The delay of the highest peak. Of many, as loops and lasting tones have, that at which
        most of the sounds overlaps, which plain correlation tells; of equal ones, the shortest.
        """
        around = np.pad(strength, 1)
        is_peak = (strength >= around[:-2]) & (strength >= around[2:])
        rivals = np.flatnonzero(is_peak & (strength >= RIVAL * strength.max()))
        best = rivals[plain[rivals] >= (1 - 1e-5) * plain[rivals].max()] - self.reach
        return int(best[np.argmin(np.abs(best))])

    def _checked(
        self, lag: int, polarity: int, name: str, curve: np.ndarray, spans: Spans, channels: slice
    ) -> float:
        """The similarity of a part or channel, of which `curve` is the correlation.

        Raises VersionError if its delay or polarity is another.
        """
        at, strength = lag + self.reach, np.abs(curve)
        around = strength[max(0, at - MAX_DRIFT_SAMPLES) : at + MAX_DRIFT_SAMPLES + 1].max()
        other = int(strength.argmax()) - self.reach
        similarity = self._alike(spans, lag, 0.0, channels)
        if strength.max() > OTHER_GAIN * around and abs(other - lag) > MAX_DRIFT_SAMPLES:
            # Where the version has whole frames with both delays.
            edge = round(FRAME_S * self.rate_hz)
            low, high = edge - min(lag, other), self.clips[1].n_samples - max(lag, other) - edge
            inner = [(max(start, low), min(stop, high)) for start, stop in spans]
            inner = [(start, stop) for start, stop in inner if start < stop]
            here, there = (self._alike(inner, one, 0.0, channels) for one in (lag, other))
            if there >= MOST_REQUIRED and 1 - there < (1 - here) / 2 - 2e-5:
                raise VersionError(
                    f"The delay of this file is {_length(lag, self.rate_hz)}, but "
                    f"{_length(other, self.rate_hz)} {name}, so it cannot be aligned."
                )
        elif polarity * curve[at] < 0 and similarity >= MOST_REQUIRED:
            raise VersionError(f"The polarity of this file differs {name}; it cannot be aligned.")
        return similarity

    def _check_drift(self, of_parts: np.ndarray, loud: np.ndarray, lag: int) -> None:
        """Raises VersionError if the delay grows or shrinks along the sound."""
        centres = np.mean(self.spans, axis=1)[loud]
        slope, first, _, _ = theilslopes(of_parts.argmax(axis=1) - self.reach, centres)
        start, end = round(first), round(first + slope * self.clips[0].n_samples)
        if abs(end - start) <= MAX_DRIFT_SAMPLES or abs(slope) > MAX_SLOPE:
            return
        line = np.rint(first + slope * centres).astype(int) + self.reach
        drifting = of_parts[range(len(loud)), line.clip(0, 2 * self.reach)].sum()
        alike = self._alike(self.spans, first, slope)
        if drifting > DRIFT_GAIN * of_parts[:, lag + self.reach].sum() and alike >= MOST_REQUIRED:
            raise VersionError(
                f"The delay of this file drifts from about {_length(start, self.rate_hz)} at the "
                f"start to about {_length(end, self.rate_hz)} at the end, as with another clock or "
                "a time-stretch, so it cannot be aligned."
            )

    def _alike(self, spans: Spans, lag: float, slope: float = 0.0, channels: slice = ALL) -> float:
        """How alike the sounds are, with a delay of `lag` that grows by `slope` each sample.

        The coherence over short frames, averaged over frequencies, each weighted by the root of
        its magnitudes: 1 for what was only filtered, 0 for what has nothing in common.
        """
        if not spans:
            return 0.0
        known = [self._shared(span, lag, slope)[channels] for span in spans]
        shared = np.sum(known, axis=(0, 1), dtype=complex)
        magnitude = np.sqrt(np.abs(shared[0, 0] * shared[1, 1]))
        weight = np.sqrt(magnitude)
        coherence = np.abs(shared[0, 1]) / np.maximum(magnitude, 1e-30)
        return min(float(np.sum(weight * coherence) / max(float(weight.sum()), 1e-30)), 1.0)

    def _shared(self, span: tuple[int, int], lag: float, slope: float) -> np.ndarray:
        """Power and cross-spectra of a span's frames; shape (n_channels, 2, 2, n_bins)."""
        key = span, lag, slope
        if key not in self.known:
            n_fft = round(FRAME_S * self.rate_hz)
            start, stop = span[0] - n_fft // 2, span[1] + n_fft // 2
            first, last = (at + round(lag + slope * at) for at in (start, stop))
            theirs = self._block(1, first, last)
            if last - first != stop - start:
                at, grid = np.linspace(0, last - first - 1, stop - start), np.arange(last - first)
                theirs = np.array([np.interp(at, grid, one) for one in theirs])
            both = _spectra(np.stack([self._block(0, start, stop), theirs]), n_fft)
            self.known[key] = np.einsum("actf,bctf->cabf", np.conj(both), both)
        return self.known[key]


def _loud(energy: np.ndarray) -> np.ndarray:
    return np.flatnonzero(energy >= LOUD_SHARE * energy.max())


def _spectra(samples: np.ndarray, n_fft: int) -> np.ndarray:
    """Of frames along the last axis that overlap by half, without offsets: (..., frames, bins)."""
    frames = sliding_window_view(samples, n_fft, axis=-1)[..., :: n_fft // 2, :]
    return rfft(frames * hann(n_fft, sym=False).astype(np.float32))[..., 2:]
