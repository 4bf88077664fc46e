"""What a restoration did when the right answer is known: clean music, and hiss added to it.

Which number to go by: the log-spectral distance to the clean clip, above the cutoff. It hears both
what hiss is left and what music is gone, counts a quiet passage like a loud one, and followed
listeners best (`metrics.log_spectral`). An energy ratio is decided by the loudest moments.

The restored band is written as a share of the music, a share of the hiss, and the rest, by least
squares, after E. Vincent, R. Gribonval and C. Fevotte, "Performance measurement in blind audio
source separation", IEEE Trans. Audio, Speech and Language Processing 14(4), 2006 (with one gain
instead of a filter; one gain in each bin for the musical noise). SI-SDR after J. Le Roux et al.,
"SDR - half-baked or well done?", ICASSP 2019.
"""

from dataclasses import dataclass

import numpy as np

from audio.clip import AudioClip
from audio.high_band import high_band
from audio.stft import N_FFT, bin_frequencies_hz, common_power, stft
from audio.working import is_mixed, report_mix
from metrics.log_mel import log_mel, log_mel_distance
from metrics.log_spectral import log_spectral_distance

MOST_DB = 120.0  # reported where everything is gone, or nothing is wrong
# Where the music lies further than this below the hiss, its share is guesswork (about 5 %).
AUDIBLE_BELOW_HISS_DB = 20.0
N_MELS = 64


@dataclass(frozen=True)
class Truth:
    """One restoration of music with known hiss. The band is all at and above the cutoff.

    hiss_removed_db : how far the hiss was lowered in the band; 0 = not at all, more is better
    music_removed_db : how far the music was lowered in the band; 0 is best; None if there is no
        music there, or so little beside the hiss that its share cannot be told
    snr_before_db, snr_after_db : energy of the music over that of everything else in the band;
        after: of everything that is not the clean music, so lost music counts as noise; None
        without music there
    si_sdr_before_db, si_sdr_after_db : scale-invariant signal-to-distortion ratio against the
        clean clip, over all frequencies
    lsd_before_db, lsd_after_db : log-spectral distance to the clean clip over all frequencies
    lsd_high_before_db, lsd_high_after_db : the same in the band
    log_mel_before, log_mel_after : log-mel distance to the clean clip, of the 16 kHz mono mix
    musical_noise_db : what is left in the band that no filter makes of the music and the hiss, over
        the energy of the hiss: swirling and gaps, in time; lower is better
    """

    hiss_removed_db: float
    music_removed_db: float | None
    snr_before_db: float | None
    snr_after_db: float | None
    si_sdr_before_db: float
    si_sdr_after_db: float
    lsd_before_db: float
    lsd_after_db: float
    lsd_high_before_db: float
    lsd_high_after_db: float
    log_mel_before: float
    log_mel_after: float
    musical_noise_db: float

    @property
    def snr_gain_db(self) -> float | None:
        if self.snr_before_db is None or self.snr_after_db is None:
            return None
        return self.snr_after_db - self.snr_before_db

    @property
    def si_sdr_gain_db(self) -> float:
        return self.si_sdr_after_db - self.si_sdr_before_db

    @property
    def lsd_gain_db(self) -> float:
        """How much nearer the restoration is to the clean clip."""
        return self.lsd_before_db - self.lsd_after_db

    @property
    def lsd_high_gain_db(self) -> float:
        return self.lsd_high_before_db - self.lsd_high_after_db

    @property
    def log_mel_gain(self) -> float:
        return self.log_mel_before - self.log_mel_after


class KnownTruth:
    """A clean clip and the same with hiss, against which any number of restorations are held.

    The samples of all channels count together.
    """

    def __init__(self, clean: AudioClip, hissy: AudioClip, *, cutoff_hz: float):
        self._clean, self._cutoff_hz = clean, cutoff_hz
        self._is_high = bin_frequencies_hz(clean.sample_rate_hz) >= cutoff_hz
        self._music = self._band(clean)
        self._hiss = self._band(hissy) - self._music
        spectrum = stft(clean.samples)
        self._clean_power = common_power(spectrum)
        self._clean_mel = _log_mel(clean, self._clean_power)
        self._music_bins = self._high_bins(spectrum)
        spectrum = stft(hissy.samples)
        self._hiss_bins = self._high_bins(spectrum) - self._music_bins
        self._before = self._distances(hissy, spectrum)
        self._si_sdr_before_db = self._si_sdr_db(hissy)

    def of(self, restored: AudioClip) -> Truth:
        """The truth about a restoration of the hissy clip."""
        result = self._band(restored)
        music, hiss = self._music, self._hiss
        music_gain, hiss_gain = _shares(result, music, hiss)
        has_music = bool(np.any(music))
        is_clear = has_music and _ratio_db(music, hiss) > -AUDIBLE_BELOW_HISS_DB
        spectrum = stft(restored.samples)
        before, after = self._before, self._distances(restored, spectrum)
        return Truth(
            hiss_removed_db=-_gain_db(hiss_gain),
            music_removed_db=-_gain_db(music_gain) if is_clear else None,
            snr_before_db=_ratio_db(music, hiss) if has_music else None,
            snr_after_db=_ratio_db(music, result - music) if has_music else None,
            si_sdr_before_db=self._si_sdr_before_db,
            si_sdr_after_db=self._si_sdr_db(restored),
            lsd_before_db=before[0],
            lsd_after_db=after[0],
            lsd_high_before_db=before[1],
            lsd_high_after_db=after[1],
            log_mel_before=before[2],
            log_mel_after=after[2],
            musical_noise_db=self._musical_noise_db(self._high_bins(spectrum)),
        )

    def _band(self, clip: AudioClip) -> np.ndarray:
        band = high_band(clip.samples, clip.sample_rate_hz, cutoff_hz=self._cutoff_hz)
        return band.ravel().astype(np.float64)

    def _high_bins(self, spectrum: np.ndarray) -> np.ndarray:
        """complex64, shape (n_freqs above the cutoff, n_channels * n_frames)"""
        return np.concatenate(list(spectrum[:, self._is_high]), axis=1)

    def _distances(self, clip: AudioClip, spectrum: np.ndarray) -> tuple[float, float, float]:
        """To the clean clip: log-spectral over all frequencies and in the band, and log-mel."""
        power = common_power(spectrum)
        return (
            log_spectral_distance(power, self._clean_power, n_fft=N_FFT),
            log_spectral_distance(
                power[self._is_high], self._clean_power[self._is_high], n_fft=N_FFT
            ),
            log_mel_distance(self._clean_mel, _log_mel(clip, power)),
        )

    def _si_sdr_db(self, clip: AudioClip) -> float:
        return si_sdr_db(clip.samples.ravel(), self._clean.samples.ravel())

    def _musical_noise_db(self, result: np.ndarray) -> float:
        basis = np.stack([self._music_bins, self._hiss_bins], axis=2).astype(np.complex128)
        adjoint = basis.conj().transpose(0, 2, 1)
        moments = adjoint @ result[:, :, np.newaxis]
        gains = np.linalg.pinv(adjoint @ basis, hermitian=True) @ moments
        rest = result - (basis @ gains)[:, :, 0]
        return _energy_ratio_db(_energy(rest), _energy(self._hiss_bins))


def _log_mel(clip: AudioClip, power: np.ndarray) -> np.ndarray:
    """power : of the clip, which is that of its 16 kHz mono mix where there is nothing to mix"""
    mix = report_mix(clip) if is_mixed(clip) else clip
    if mix is not clip:
        power = common_power(stft(mix.samples))
    return log_mel(power, mix.sample_rate_hz, n_mels=N_MELS)


def si_sdr_db(estimate: np.ndarray, reference: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio.

    estimate, reference : shape (n_samples,)
    returns : dB within +-MOST_DB, higher is nearer; MOST_DB for identical signals
    """
    estimate, reference = (np.asarray(one, dtype=np.float64) for one in (estimate, reference))
    energy = reference @ reference
    target = (estimate @ reference / energy if energy > 0 else 0.0) * reference
    return _ratio_db(target, estimate - target)


def _shares(result: np.ndarray, music: np.ndarray, hiss: np.ndarray) -> tuple[float, float]:
    """Gains a, b of least |result - a music - b hiss|^2."""
    basis = np.stack([music, hiss])
    gains, *_ = np.linalg.lstsq(basis @ basis.T, basis @ result, rcond=None)
    return float(gains[0]), float(gains[1])


def _gain_db(gain: float) -> float:
    return float(20 * np.log10(max(abs(gain), 10 ** (-MOST_DB / 20))))


def _energy(bins: np.ndarray) -> float:
    return float(np.sum(np.abs(bins) ** 2))


def _ratio_db(wanted: np.ndarray, unwanted: np.ndarray) -> float:
    """Energy of one over the other, in dB, within +-MOST_DB."""
    return _energy_ratio_db(float(wanted @ wanted), float(unwanted @ unwanted))


def _energy_ratio_db(over: float, under: float) -> float:
    if over == 0:
        return -MOST_DB
    if under == 0:
        return MOST_DB
    return float(np.clip(10 * np.log10(over / under), -MOST_DB, MOST_DB))
