"""Noise tracked by MCRA (`restorers.noise_tracker`), a Wiener gain, and an "HF-safe" gain stage.

The report gives its smoothing constants as weights of the previous frame, at 16 kHz with a hop of
512 samples. Here they are time constants, so that another rate or hop smooths as long: a weight of
exp(-hop / time constant), which is the report's at its own rate and hop, to the last bit.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from audio.blocks import Sound, filtered_blocks, first_frame_over, spectra
from audio.stft import bin_frequencies_hz, check_frame, common_power
from restorers import fields
from restorers.noise_tracker import NoiseTracker, first_noise, new_tracker
from restorers.parameters import check_cutoff, check_parameters, parameter
from restorers.restorer import BlockRestorer

REPORT_FRAME_S = 512 / 16_000
EARLIER_NAMES = {  # up to version 0.7, which had weights of the previous frame
    "alpha_s": "power_smoothing_s",
    "alpha_d": "noise_smoothing_s",
    "alpha_p": "presence_smoothing_s",
    "attack": "attack_s",
    "release": "release_s",
}
MAX_SMOOTHING_S = 5.0
GAIN_LEAD_S = 8.2  # before a part: the gain forgets its start by 0.9^256, or -234 dB


def time_constant_s(weight: float) -> float:
    """The time constant of a weight of the previous frame, 0 to 1, at the report's rate and hop."""
    if weight >= 1:
        return math.inf
    return -REPORT_FRAME_S / math.log(weight) if weight > 0 else 0.0


def frame_weight(time_constant_s: float, frame_s: float) -> float:
    """Weight of the previous frame, `frame_s` seconds before."""
    return math.exp(-frame_s / time_constant_s) if time_constant_s > 0 else 0.0


def _share(
    default: float,
    title: str,
    help: str,
    *,
    step: float = 0.01,
    low: float = 0.0,
    high: float = 1.0,
    advanced: bool = True,
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
    )


def _smoothing(weight: float, title: str, help: str) -> Any:
    """A time constant; weight : of the previous frame in the report, which states it so."""
    return parameter(
        time_constant_s(weight),
        title=title,
        low=0.0,
        high=MAX_SMOOTHING_S,
        step=0.001,
        unit="s",
        advanced=True,
        help=f"{help} {weight:g} from frame to frame in the report.",
    )


@dataclass(frozen=True)
class McraWiener(BlockRestorer):
    """Track the noise in every bin and attenuate by a smoothed Wiener gain."""

    title: ClassVar[str] = "Noise tracking (MCRA)"
    short_title: ClassVar[str] = "MCRA"

    over_estimation: float = parameter(
        1.2,
        title="Over-estimation",
        low=0.0,
        high=5.0,
        step=0.05,
        strength=1,
        help="Factor on the tracked noise power in the Wiener gain: higher removes more.",
    )
    g_floor: float = _share(
        0.055,
        "Gain floor",
        "Lowest gain of any bin: higher removes less. It acts from about 0.2 up with an "
        "over-estimation of 1.2.",
        step=0.005,
        advanced=False,
    )
    full_band_mix: float = _share(
        0.25,
        "Full-band mix",
        "Share of the attenuation that is also applied below the cutoff.",
        advanced=False,
    )
    cutoff_hz: float = fields.cutoff_hz()
    attack_s: float = _smoothing(0.90, "Attack", "Time constant with which the gain falls.")
    release_s: float = _smoothing(0.75, "Release", "Time constant with which the gain rises.")
    max_change_high: float = _share(
        0.10,
        "Max. gain change, high band",
        "Largest relative change in 32 ms, at and above the cutoff.",
        low=0.01,
    )
    max_change_low: float = _share(
        0.20,
        "Max. gain change, low band",
        "Largest relative change in 32 ms, below the cutoff.",
        low=0.01,
    )
    power_smoothing_s: float = _smoothing(
        0.8, "Power smoothing", "MCRA: time constant of the smoothed power (α_s)."
    )
    noise_smoothing_s: float = _smoothing(
        0.95, "Noise smoothing", "MCRA: time constant of the noise estimate (α_d)."
    )
    presence_smoothing_s: float = _smoothing(
        0.2,
        "Presence smoothing",
        "MCRA: time constant of the signal-presence probability (α_p).",
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
        "power_smoothing_s", "noise_smoothing_s", "presence_smoothing_s", "delta", "min_window_s",
        "n_fft", "hop_length",
    )  # fmt: skip

    learns_up_to_start: ClassVar[bool] = True

    @staticmethod
    def current_params(params: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters as this version names them, of those that an earlier one wrote.

        Raises ValueError for a weight outside 0 to 1, which no version took.
        """
        current = dict(params)
        for earlier, name in EARLIER_NAMES.items():
            weight = current.get(earlier)
            if isinstance(weight, (int, float)):
                if not 0 <= weight <= 1:
                    raise ValueError(f"{earlier} must lie between 0 and 1, not {weight:g}.")
                current[name] = min(time_constant_s(current.pop(earlier)), MAX_SMOOTHING_S)
        return current

    def learn(self, sound: Sound, *, start: int = 0) -> NoiseTracker:
        """The noise as tracked up to GAIN_LEAD_S before `start`.

        A bin may have shown its noise at any time, so it is followed from the beginning; the gain
        forgets within the lead, unless attack or release are very long.
        """
        check_cutoff(self.cutoff_hz, sound)
        tracker = self._new_tracker(sound)
        end_frame = first_frame_over(self._lead(sound, start), **self._frame)
        if end_frame > 0:
            for _, spectrum in spectra(sound, end_frame=end_frame, **self._frame):
                tracker.noise_power(common_power(spectrum))
        return tracker

    def restore_blocks(
        self,
        sound: Sound,
        learned: NoiseTracker,
        *,
        start: int = 0,
        stop: int | None = None,
    ) -> Iterator[np.ndarray]:
        """The sound with its tracked noise attenuated, fully at and above `cutoff_hz`."""
        check_cutoff(self.cutoff_hz, sound)
        tracker = learned.copy()
        frame_s = self.hop_length / sound.sample_rate_hz
        attack, release = (frame_weight(one, frame_s) for one in (self.attack_s, self.release_s))
        frequencies_hz = bin_frequencies_hz(sound.sample_rate_hz, n_fft=self.n_fft)
        is_high = frequencies_hz >= self.cutoff_hz
        max_change = np.where(is_high, self.max_change_high, self.max_change_low)
        mix = np.where(is_high, 1.0, self.full_band_mix)[:, np.newaxis]
        gain_of_noise = max(self.g_floor, 1 / (1 + self.over_estimation))
        previous: np.ndarray | None = None

        def attenuate(spectrum: np.ndarray) -> None:
            nonlocal previous
            power = common_power(spectrum)
            n_before = tracker.waits
            noise = tracker.noise_power(power)
            sounds = power.sum(axis=0) > tracker.silent_power  # silence moves no gain
            if not np.any(sounds):
                return
            gain = wiener_gain(
                power, noise, over_estimation=self.over_estimation, g_floor=self.g_floor
            )
            # A frame over the end of silence, or in a fade-in, is weaker than the noise to come.
            np.maximum(gain[:, :n_before], gain_of_noise, out=gain[:, :n_before])
            if previous is None:
                previous = np.maximum(gain[:, np.argmax(sounds)], gain_of_noise)
            gain[:, sounds] = smooth_gain(
                gain[:, sounds],
                previous,
                attack=attack,
                release=release,
                max_change=max_change,
                n_report_frames=frame_s / REPORT_FRAME_S,
            )
            spectrum *= 1.0 - mix * (1.0 - gain)

        at = self._lead(sound, start)
        for samples in filtered_blocks(sound, attenuate, start=at, stop=stop, **self._frame):
            yield samples[:, max(0, start - at) :]
            at += samples.shape[1]

    def _lead(self, sound: Sound, start: int) -> int:
        """The sample with which a restoration begins so that it is right from `start` on."""
        return max(0, start - round(GAIN_LEAD_S * sound.sample_rate_hz))

    @property
    def _frame(self) -> dict[str, int]:
        return {"n_fft": self.n_fft, "hop_length": self.hop_length}

    def _new_tracker(self, sound: Sound) -> NoiseTracker:
        frame_s = self.hop_length / sound.sample_rate_hz
        window_frames = max(1, round(self.min_window_s / frame_s))
        first, noise = first_noise(sound, **self._frame, window_frames=window_frames)
        return new_tracker(
            noise,
            **self._frame,
            waits=first,
            window_frames=window_frames,
            alpha_s=frame_weight(self.power_smoothing_s, frame_s),
            alpha_d=frame_weight(self.noise_smoothing_s, frame_s),
            alpha_p=frame_weight(self.presence_smoothing_s, frame_s),
            delta=self.delta,
        )


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
    n_report_frames: float = 1.0,
) -> np.ndarray:
    """The gain smoothed from frame to frame, its relative change limited.

    gain : shape (n_freqs, n_frames), values in [0, 1]
    previous : of the frame before, float64, shape (n_freqs,); taken further in place
    attack, release : weight of the previous frame while the gain falls and rises
    max_change : shape (n_freqs,), largest relative change in REPORT_FRAME_S
    n_report_frames : duration of a frame's hop in REPORT_FRAME_S
    returns : same shape
    """
    from restorers.mcra_kernel import smoothed_gain

    frames = np.ascontiguousarray(np.asarray(gain, dtype=np.float64).T)
    limits = np.asarray(max_change, dtype=np.float64)
    lowest, highest = ((1 + sign * limits) ** n_report_frames for sign in (-1, 1))
    return smoothed_gain(frames, previous, attack, release, lowest, highest).T
