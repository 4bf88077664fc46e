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
from audio.stft import HANN_POWER, common_power

# The floor still rises where it is twice as high (+3 dB) a quarter of a second later. Of a linear
# fade-in that leaves out all but the last 3 dB; a steady floor's median varies by a tenth of that.
RISE = 2.0
RISE_S = 0.25
QUIET_FRACTION = 0.2  # of the first window's frames, as HB-SS takes its profile
SILENT_DBFS = -90.0  # level of a frame: nothing, or the dither of a 16-bit file
SEARCHED_WINDOWS = 8  # after the first sound; later, the start is no start any more


@dataclass
class NoiseTracker:
    """The noise power of every bin, followed from frame to frame.

    Silent frames, and those that overlap them, leave the estimate as it is.

    window_frames : length L of the search for the minimum
    alpha_s, alpha_d, alpha_p : weight of the previous frame in the smoothed power, the noise and
        the probability that signal is present
    delta : ratio of the smoothed power to its minimum above which a bin counts as signal
    silent_power : sum of a frame's |X|^2 up to which it is silent
    state, history, counts : what the kernel remembers
    waits : frames that are still to come before the search begins
    """

    window_frames: int
    alpha_s: float
    alpha_d: float
    alpha_p: float
    delta: float
    silent_power: float
    state: np.ndarray
    history: np.ndarray
    counts: np.ndarray
    waits: int = 0

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
        estimates = noise_power(
            frames[n_waiting:],
            self.state,
            self.history,
            self.counts,
            self.silent_power,
            self.window_frames,
            self.alpha_s,
            self.alpha_d,
            self.alpha_p,
            self.delta,
        )
        return np.concatenate([before, estimates]).T

    def copy(self) -> "NoiseTracker":
        """One that goes on by itself."""
        return dataclasses.replace(
            self,
            state=self.state.copy(),
            history=self.history.copy(),
            counts=self.counts.copy(),
        )


def new_tracker(
    noise: np.ndarray,
    *,
    n_fft: int,
    hop_length: int,
    window_frames: int,
    alpha_s: float,
    alpha_d: float,
    alpha_p: float,
    delta: float,
    waits: int = 0,
) -> NoiseTracker:
    """A tracker before its first frame; noise : first estimate, shape (n_freqs,)."""
    from restorers.mcra_kernel import first_state

    n_overlapping = max(1, -(-n_fft // hop_length) - 1)
    return NoiseTracker(
        window_frames=window_frames,
        alpha_s=alpha_s,
        alpha_d=alpha_d,
        alpha_p=alpha_p,
        delta=delta,
        silent_power=_silent_power(n_fft),
        state=first_state(noise),
        history=np.zeros((n_overlapping, 5, noise.size)),
        counts=np.zeros(3, dtype=np.int64),
        waits=waits,
    )


def first_noise(
    sound: Sound, *, n_fft: int, hop_length: int, window_frames: int
) -> tuple[int, np.ndarray]:
    """The frame from which on a sound's floor is at its level, and the noise power there.

    Silence, the frames that overlap it or reach over the beginning of the file, and a fade-in do
    not count; at most a window of rising frames is left out. The noise is the mean of the quietest
    fifth of the first window.

    window_frames : length of the search for the minimum
    returns : frame number; power, float64, shape (n_freqs,), zeros for silence
    """
    rise_frames = max(1, round(RISE_S * sound.sample_rate_hz / hop_length))
    start, power = _first_frames_with_sound(
        sound, SEARCHED_WINDOWS * window_frames + rise_frames, n_fft=n_fft, hop_length=hop_length
    )
    if power.shape[1] == 0:
        return start, np.zeros(n_fft // 2 + 1)
    usable = _away_from_silence(power, n_fft=n_fft, hop_length=hop_length)
    usable = usable[: 2 * window_frames + rise_frames]
    floor = np.median(power[:, usable], axis=0)
    first, last = 0, min(window_frames, usable.size - 1 - rise_frames)
    while first < last and floor[first + rise_frames] > RISE * floor[first]:
        first += 1
    in_window = floor[first : first + window_frames]
    n_quiet = max(1, int(QUIET_FRACTION * in_window.size))
    quietest = usable[first + np.argsort(in_window, kind="stable")[:n_quiet]]
    return start + int(usable[first]), power[:, quietest].mean(axis=1)


def _away_from_silence(power: np.ndarray, *, n_fft: int, hop_length: int) -> np.ndarray:
    """Numbers of the frames that overlap no silence, before which the first one begins; of all that
    sound, or just the last frame, if there are none."""
    n_overlapping = -(-n_fft // hop_length) - 1
    sounds = power.sum(axis=0) > _silent_power(n_fft)
    padded = np.concatenate([np.zeros(n_overlapping + 1, dtype=bool), sounds])
    beside = np.convolve(~padded, np.ones(2 * n_overlapping + 1))[n_overlapping:]
    away = np.flatnonzero(beside[n_overlapping + 1 :][: sounds.size] < 0.5)
    if away.size:
        return away
    return np.flatnonzero(sounds) if sounds.any() else np.array([sounds.size - 1])


def _silent_power(n_fft: int) -> float:
    """Sum of the bins' |X|^2 of a frame of SILENT_DBFS."""
    return 10 ** (SILENT_DBFS / 10) * HANN_POWER * n_fft**2 / 2


def _first_frames_with_sound(
    sound: Sound, n_frames: int, *, n_fft: int, hop_length: int
) -> tuple[int, np.ndarray]:
    """Number of the first frame that is not silent, and power of at most n_frames from there on,
    shape (n_freqs, n_frames)."""
    frame = {"n_fft": n_fft, "hop_length": hop_length}
    first = 0
    for number, spectrum in spectra(sound, **frame):
        sounding = np.flatnonzero(common_power(spectrum).sum(axis=0) > _silent_power(n_fft))
        if sounding.size:
            first = number + int(sounding[0])
            break
        first = number + spectrum.shape[2]
    wanted = spectra(sound, first_frame=first, end_frame=first + n_frames, **frame)
    parts = [common_power(spectrum) for _, spectrum in wanted]
    return first, np.concatenate(parts or [np.zeros((n_fft // 2 + 1, 0))], axis=1)
