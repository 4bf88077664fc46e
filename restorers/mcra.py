"""Minima-controlled recursive averaging (MCRA), a Wiener gain, and an "HF-safe" gain stage.

I. Cohen and B. Berdugo, "Noise estimation by minima controlled recursive averaging for robust
speech enhancement", IEEE Signal Processing Letters 9(1), 2002; equation numbers below are its own.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from audio.blocks import Sound, filtered_blocks, first_frame_over, spectra
from audio.stft import bin_frequencies_hz, check_frame, common_power
from restorers import fields
from restorers.parameters import check_cutoff, check_parameters, parameter
from restorers.restorer import BlockRestorer

GAIN_LEAD_FRAMES = 256  # before a part: the gain forgets its start by 0.9^256, or -234 dB


def _share(
    default: float,
    title: str,
    help: str,
    *,
    step: float = 0.01,
    low: float = 0.0,
    high: float = 1.0,
    advanced: bool = True,
    strength: int = 0,
) -> Any:
    """A dimensionless parameter between 0 and 1."""
    return parameter(
        default,
        title=title,
        low=low,
        high=high,
        step=step,
        help=help,
        advanced=advanced,
        strength=strength,
    )


@dataclass(frozen=True)
class McraWiener(BlockRestorer):
    """Track the noise in every bin and attenuate by a smoothed Wiener gain."""

    title: ClassVar[str] = "Noise tracking (MCRA)"
    short_title: ClassVar[str] = "MCRA"

    g_floor: float = _share(
        0.055,
        "Gain floor",
        "Lowest gain of any bin: higher removes less.",
        step=0.005,
        advanced=False,
        strength=-1,
    )
    over_estimation: float = parameter(
        1.2,
        title="Over-estimation",
        low=0.0,
        high=5.0,
        step=0.05,
        help="Factor on the tracked noise power in the Wiener gain.",
    )
    full_band_mix: float = _share(
        0.25,
        "Full-band mix",
        "Share of the attenuation that is also applied below the cutoff.",
        advanced=False,
    )
    cutoff_hz: float = fields.cutoff_hz()
    attack: float = _share(
        0.90, "Attack smoothing", "Weight of the previous frame while the gain falls."
    )
    release: float = _share(
        0.75, "Release smoothing", "Weight of the previous frame while the gain rises."
    )
    max_change_high: float = _share(
        0.10,
        "Max. gain change, high band",
        "Largest relative change per frame, at and above the cutoff.",
        low=0.01,
    )
    max_change_low: float = _share(
        0.20,
        "Max. gain change, low band",
        "Largest relative change per frame, below the cutoff.",
        low=0.01,
    )
    alpha_s: float = _share(
        0.8, "Power smoothing (α_s)", "MCRA: weight of the previous frame in the smoothed power."
    )
    alpha_d: float = _share(
        0.95, "Noise smoothing (α_d)", "MCRA: weight of the previous frame in the noise estimate."
    )
    alpha_p: float = _share(
        0.2,
        "Presence smoothing (α_p)",
        "MCRA: weight of the previous frame in the signal-presence probability.",
    )
    delta: float = parameter(
        5.0,
        title="Presence threshold (δ)",
        low=1.0,
        high=20.0,
        step=0.5,
        advanced=True,
        help="MCRA: ratio of power to its minimum above which a bin counts as signal.",
    )
    min_window_s: float = parameter(
        1.0,
        title="Minimum window",
        low=0.1,
        high=5.0,
        step=0.1,
        unit="s",
        advanced=True,
        help="MCRA: window in which the minimum is tracked.",
    )
    n_fft: int = fields.n_fft()
    hop_length: int = fields.hop_length()

    def __post_init__(self) -> None:
        check_parameters(self)
        check_frame(self.n_fft, self.hop_length)

    learns_from: ClassVar[tuple[str, ...]] = (
        "alpha_s", "alpha_d", "alpha_p", "delta", "min_window_s", "n_fft", "hop_length",
    )  # fmt: skip

    learns_up_to_start: ClassVar[bool] = True

    def learn(self, sound: Sound, *, start: int = 0) -> "NoiseTracker | None":
        """The noise as tracked up to GAIN_LEAD_FRAMES before `start`; None if nothing lies before.

        A bin may have shown its noise at any time, so it is followed from the beginning; the gain
        forgets within the lead, unless attack or release are close to 1.
        """
        check_cutoff(self.cutoff_hz, sound)
        end_frame = first_frame_over(self._lead(start), **self._frame)
        if end_frame == 0:
            return None
        tracker = self._new_tracker(sound)
        for _, spectrum in spectra(sound, end_frame=end_frame, **self._frame):
            tracker.noise_power(common_power(spectrum))
        return tracker

    def restore_blocks(
        self,
        sound: Sound,
        learned: "NoiseTracker | None",
        *,
        start: int = 0,
        stop: int | None = None,
    ) -> Iterator[np.ndarray]:
        """The sound with its tracked noise attenuated, fully at and above `cutoff_hz`."""
        check_cutoff(self.cutoff_hz, sound)
        tracker = self._new_tracker(sound) if learned is None else learned.copy()
        frequencies_hz = bin_frequencies_hz(sound.sample_rate_hz, n_fft=self.n_fft)
        is_high = frequencies_hz >= self.cutoff_hz
        max_change = np.where(is_high, self.max_change_high, self.max_change_low)
        mix = np.where(is_high, 1.0, self.full_band_mix)[:, np.newaxis]
        previous = np.ones(frequencies_hz.size)

        def attenuate(spectrum: np.ndarray) -> None:
            power = common_power(spectrum)
            gain = wiener_gain(
                power,
                tracker.noise_power(power),
                over_estimation=self.over_estimation,
                g_floor=self.g_floor,
            )
            gain = smooth_gain(
                gain,
                previous,
                attack=self.attack,
                release=self.release,
                max_change=max_change,
            )
            spectrum *= 1.0 - mix * (1.0 - gain)

        at = self._lead(start)
        for samples in filtered_blocks(sound, attenuate, start=at, stop=stop, **self._frame):
            yield samples[:, max(0, start - at) :]
            at += samples.shape[1]

    def _lead(self, start: int) -> int:
        """The sample with which a restoration begins so that it is right from `start` on."""
        return max(0, start - GAIN_LEAD_FRAMES * self.hop_length)

    @property
    def _frame(self) -> dict[str, int]:
        return {"n_fft": self.n_fft, "hop_length": self.hop_length}

    def _new_tracker(self, sound: Sound) -> "NoiseTracker":
        return NoiseTracker(
            window_frames=max(1, round(self.min_window_s * sound.sample_rate_hz / self.hop_length)),
            alpha_s=self.alpha_s,
            alpha_d=self.alpha_d,
            alpha_p=self.alpha_p,
            delta=self.delta,
        )


@dataclass
class NoiseTracker:
    """The noise power of every bin, followed from frame to frame.

    window_frames : length L of the search for the minimum
    state, frames_before : what the kernel remembers; None before the first frame
    """

    window_frames: int
    alpha_s: float
    alpha_d: float
    alpha_p: float
    delta: float
    state: np.ndarray | None = None
    frames_before: int = 0

    def noise_power(self, power: np.ndarray) -> np.ndarray:
        """Noise power before each frame is heard, from all frames up to it.

        power : |X|^2 of the next frames, float64, shape (n_freqs, n_frames)
        returns : same shape; column t is the estimate from the frames before it, that of the very
            first frame is its own power
        """
        # Imported here: the compiler takes half a second that the start need not wait for.
        from restorers.mcra_kernel import first_state, noise_power

        frames = np.ascontiguousarray(np.asarray(power, dtype=np.float64).T)
        if self.state is None:
            self.state = first_state(frames[0])
        found = noise_power(
            frames,
            self.state,
            self.frames_before,
            self.window_frames,
            self.alpha_s,
            self.alpha_d,
            self.alpha_p,
            self.delta,
        )
        self.frames_before += len(frames)
        return found.T

    def copy(self) -> "NoiseTracker":
        """One that goes on by itself."""
        state = None if self.state is None else self.state.copy()
        return dataclasses.replace(self, state=state)


def wiener_gain(
    power: np.ndarray, noise_power: np.ndarray, *, over_estimation: float, g_floor: float
) -> np.ndarray:
    """gamma / (gamma + over_estimation), gamma = power / noise_power, kept in [g_floor, 1].

    Written as power / (power + over_estimation * noise_power), which is the same and also holds
    where no noise is; a bin with neither keeps gain 1.
    """
    total = power + over_estimation * noise_power
    gain = np.divide(power, total, out=np.ones_like(power), where=total > 0)
    return np.clip(gain, g_floor, 1.0)


def smooth_gain(
    gain: np.ndarray,
    previous: np.ndarray,
    *,
    attack: float,
    release: float,
    max_change: np.ndarray,
) -> np.ndarray:
    """The gain smoothed from frame to frame, its relative change limited.

    gain : shape (n_freqs, n_frames), values in [0, 1]
    previous : of the frame before, float64, shape (n_freqs,); taken further in place. The frame
        before the first of a sound counts as gain 1.
    attack, release : weight of the previous frame while the gain falls and rises
    max_change : shape (n_freqs,), largest relative change a frame
    returns : same shape
    """
    from restorers.mcra_kernel import smoothed_gain

    frames = np.ascontiguousarray(np.asarray(gain, dtype=np.float64).T)
    limits = np.asarray(max_change, dtype=np.float64)
    return smoothed_gain(frames, previous, attack, release, limits).T
