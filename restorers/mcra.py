"""Minima-controlled recursive averaging (MCRA), a Wiener gain, and an "HF-safe" gain stage.

I. Cohen and B. Berdugo, "Noise estimation by minima controlled recursive averaging for robust
speech enhancement", IEEE Signal Processing Letters 9(1), 2002; equation numbers below are its own.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from audio.clip import AudioClip
from audio.stft import bin_frequencies_hz, check_frame, istft, stft
from restorers import fields
from restorers.parameters import check_cutoff, check_parameters, parameter


def _share(
    default: float,
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
        default, low=low, high=high, step=step, help=help, advanced=advanced, strength=strength
    )


@dataclass(frozen=True)
class McraWiener:
    """Track the noise in every bin and attenuate by a smoothed Wiener gain."""

    title: ClassVar[str] = "Noise tracking (MCRA)"

    g_floor: float = _share(
        0.055,
        "Lowest gain of any bin: higher removes less.",
        step=0.005,
        advanced=False,
        strength=-1,
    )
    over_estimation: float = parameter(
        1.2,
        low=0.0,
        high=5.0,
        step=0.05,
        help="How many times the tracked noise power enters the Wiener gain.",
    )
    full_band_mix: float = _share(
        0.25, "Share of the attenuation that also applies below the cutoff.", advanced=False
    )
    cutoff_hz: float = fields.cutoff_hz()
    attack: float = _share(0.90, "Frame-to-frame smoothing while the gain falls.")
    release: float = _share(0.75, "Frame-to-frame smoothing while the gain rises.")
    max_change_high: float = _share(
        0.10, "Largest relative gain change a frame, at and above the cutoff.", low=0.01
    )
    max_change_low: float = _share(
        0.20, "Largest relative gain change a frame, below the cutoff.", low=0.01
    )
    alpha_s: float = _share(0.8, "MCRA: time smoothing of the power.")
    alpha_d: float = _share(0.95, "MCRA: time smoothing of the noise estimate.")
    alpha_p: float = _share(0.2, "MCRA: time smoothing of the signal-presence probability.")
    delta: float = parameter(
        5.0,
        low=1.0,
        high=20.0,
        step=0.5,
        advanced=True,
        help="MCRA: ratio of power to its minimum above which a bin counts as signal.",
    )
    min_window_s: float = parameter(
        1.0,
        low=0.1,
        high=5.0,
        step=0.1,
        unit="s",
        advanced=True,
        help="MCRA: window in which the minimum is searched.",
    )
    n_fft: int = fields.n_fft()
    hop_length: int = fields.hop_length()

    def __post_init__(self) -> None:
        check_parameters(self)
        check_frame(self.n_fft, self.hop_length)

    def restore(self, clip: AudioClip) -> AudioClip:
        """The clip with its tracked noise attenuated, fully at and above `cutoff_hz`."""
        check_cutoff(self.cutoff_hz, clip)
        frame = {"n_fft": self.n_fft, "hop_length": self.hop_length}
        spectrum = stft(clip.samples, **frame)
        power = np.abs(spectrum).astype(np.float64) ** 2
        noise_power = mcra_noise_power(
            power,
            window_frames=max(1, round(self.min_window_s * clip.sample_rate_hz / self.hop_length)),
            alpha_s=self.alpha_s,
            alpha_d=self.alpha_d,
            alpha_p=self.alpha_p,
            delta=self.delta,
        )
        gain = wiener_gain(
            power, noise_power, over_estimation=self.over_estimation, g_floor=self.g_floor
        )
        frequencies_hz = bin_frequencies_hz(clip.sample_rate_hz, n_fft=self.n_fft)
        is_high = frequencies_hz >= self.cutoff_hz
        gain = smooth_gain(
            gain,
            attack=self.attack,
            release=self.release,
            max_change=np.where(is_high, self.max_change_high, self.max_change_low),
        )
        mix = np.where(is_high, 1.0, self.full_band_mix)[:, np.newaxis]
        spectrum *= 1.0 - mix * (1.0 - gain)
        return clip.with_samples(istft(spectrum, clip.n_samples, **frame))


def mcra_noise_power(
    power: np.ndarray,
    *,
    window_frames: int,
    alpha_s: float,
    alpha_d: float,
    alpha_p: float,
    delta: float,
) -> np.ndarray:
    """Noise power before each frame is heard, from all frames up to it.

    power : |X|^2, float64, shape (n_freqs, n_frames)
    window_frames : length L of the search for the minimum
    returns : same shape; column t is the estimate from frames 0 ... t - 1, column 0 frame 0 itself
    """
    # Imported here: the compiler takes half a second that the start need not wait for.
    from restorers.mcra_kernel import noise_power

    frames = np.ascontiguousarray(np.asarray(power, dtype=np.float64).T)
    return noise_power(frames, window_frames, alpha_s, alpha_d, alpha_p, delta).T


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
    gain: np.ndarray, *, attack: float, release: float, max_change: np.ndarray
) -> np.ndarray:
    """The gain smoothed from frame to frame, its relative change limited.

    gain : shape (n_freqs, n_frames), values in [0, 1]
    attack, release : weight of the previous frame while the gain falls and rises
    max_change : shape (n_freqs,), largest relative change a frame
    returns : same shape; the frame before the first counts as gain 1
    """
    from restorers.mcra_kernel import smoothed_gain

    frames = np.ascontiguousarray(np.asarray(gain, dtype=np.float64).T)
    return smoothed_gain(frames, attack, release, np.asarray(max_change, dtype=np.float64)).T
