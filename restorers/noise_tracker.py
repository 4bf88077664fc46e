"""The noise power of every bin by minima-controlled recursive averaging (MCRA).

I. Cohen and B. Berdugo, "Noise estimation by minima controlled recursive averaging for robust
speech enhancement", IEEE Signal Processing Letters 9(1), 2002; equation numbers are its own. The
paper starts the smoothed power and its minimum from the first frame. Of a file that frame is half
padding, or silence, or a fade-in: a minimum that nothing stays above for one to two windows, in
which the noise isn't followed. The search begins where the floor has come up here, with what the
quietest frames hold there.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np

from audio.blocks import Sound, spectra
from audio.stft import common_power

# The floor still rises where it is twice as high (+3 dB) a quarter of a second later. Of a linear
# fade-in that leaves out all but the last 3 dB; a steady floor's median varies by a tenth of that.
RISE = 2.0
RISE_S = 0.25
QUIET_FRACTION = 0.2  # of the first window's frames, as HB-SS takes its profile


@dataclass
class NoiseTracker:
    """The noise power of every bin, followed from frame to frame.

    window_frames : length L of the search for the minimum
    alpha_s, alpha_d, alpha_p : weight of the previous frame in the smoothed power, the noise and
        the probability that signal is present
    delta : ratio of the smoothed power to its minimum above which a bin counts as signal
    state : what the kernel remembers, of `first_state` at the beginning
    waits : frames that are still to come before the search begins
    n_tracked : frames that the state knows
    """

    window_frames: int
    alpha_s: float
    alpha_d: float
    alpha_p: float
    delta: float
    state: np.ndarray
    waits: int = 0
    n_tracked: int = 0

    def noise_power(self, power: np.ndarray) -> np.ndarray:
        """Noise power before each frame is heard, from all frames up to it.

        power : |X|^2 of the next frames, float64, shape (n_freqs, n_frames)
        returns : same shape; up to the frame where the search begins, its first estimate
        """
        # Imported here: the compiler takes half a second that the start need not wait for.
        from restorers.mcra_kernel import noise_power

        frames = np.ascontiguousarray(np.asarray(power, dtype=np.float64).T)
        n_waiting = min(self.waits, len(frames))
        self.waits -= n_waiting
        before = np.repeat(self.state[:1], n_waiting, axis=0)
        estimates, self.n_tracked = noise_power(
            frames[n_waiting:],
            self.state,
            self.n_tracked,
            self.window_frames,
            self.alpha_s,
            self.alpha_d,
            self.alpha_p,
            self.delta,
        )
        return np.concatenate([before, estimates]).T

    def copy(self) -> "NoiseTracker":
        """One that goes on by itself."""
        return dataclasses.replace(self, state=self.state.copy())


def begin_tracking(
    sound: Sound,
    *,
    n_fft: int,
    hop_length: int,
    window_frames: int,
    alpha_s: float,
    alpha_d: float,
    alpha_p: float,
    delta: float,
) -> NoiseTracker:
    """A tracker for a sound, before its first frame."""
    from restorers.mcra_kernel import first_state

    first, noise = first_noise(
        sound, n_fft=n_fft, hop_length=hop_length, window_frames=window_frames
    )
    return NoiseTracker(
        window_frames=window_frames,
        alpha_s=alpha_s,
        alpha_d=alpha_d,
        alpha_p=alpha_p,
        delta=delta,
        state=first_state(noise),
        waits=first,
    )


def first_noise(
    sound: Sound, *, n_fft: int, hop_length: int, window_frames: int
) -> tuple[int, np.ndarray]:
    """The frame from which on a sound's floor is at its level, and the noise power there.

    Silence, the frames that reach over its end or over the beginning of the file, and a fade-in do
    not count; at most a window of rising frames is left out. The noise is the mean of the quietest
    fifth of the first window.

    window_frames : length of the search for the minimum
    returns : frame number; power, float64, shape (n_freqs,), zeros for silence
    """
    rise_frames = max(1, round(RISE_S * sound.sample_rate_hz / hop_length))
    overlap = -(-n_fft // hop_length)
    start, power = _first_frames_with_sound(
        sound, overlap + 2 * window_frames + rise_frames, n_fft=n_fft, hop_length=hop_length
    )
    n_frames = power.shape[1]
    if n_frames == 0:
        return start, np.zeros(n_fft // 2 + 1)
    floor = np.median(power, axis=0)
    first = min(overlap, n_frames - 1)
    last = min(first + window_frames, n_frames - 1 - rise_frames)
    while first < last and floor[first + rise_frames] > RISE * floor[first]:
        first += 1
    window = slice(first, min(first + window_frames, n_frames))
    n_quiet = max(1, int(QUIET_FRACTION * (window.stop - first)))
    quietest = first + np.argsort(floor[window], kind="stable")[:n_quiet]
    return start + first, power[:, quietest].mean(axis=1)


def _first_frames_with_sound(
    sound: Sound, n_frames: int, *, n_fft: int, hop_length: int
) -> tuple[int, np.ndarray]:
    """Number of the first frame that is not silent, and power of at most n_frames from there on,
    shape (n_freqs, n_frames)."""
    frame = {"n_fft": n_fft, "hop_length": hop_length}
    first = 0
    for number, spectrum in spectra(sound, **frame):
        sounding = np.flatnonzero(np.any(spectrum, axis=(0, 1)))
        if sounding.size:
            first = number + int(sounding[0])
            break
        first = number + spectrum.shape[2]
    wanted = spectra(sound, first_frame=first, end_frame=first + n_frames, **frame)
    parts = [common_power(spectrum) for _, spectrum in wanted]
    return first, np.concatenate(parts or [np.zeros((n_fft // 2 + 1, 0))], axis=1)
