"""What a restoration removed when the right answer is known: clean music, and hiss added to it.

The restored band is written as a share of the music, a share of the hiss, and the rest, by least
squares, after E. Vincent, R. Gribonval and C. Fevotte, "Performance measurement in blind audio
source separation", IEEE Trans. Audio, Speech and Language Processing 14(4), 2006 (with one gain
instead of a filter). SI-SDR after J. Le Roux et al., "SDR - half-baked or well done?", ICASSP 2019.
"""

from dataclasses import dataclass

import numpy as np

from audio.clip import AudioClip
from audio.high_band import high_band

MOST_DB = 120.0  # reported where everything is gone, or nothing is wrong
# Where the music lies further than this below the hiss, its share is guesswork (about 5 %).
AUDIBLE_BELOW_HISS_DB = 20.0


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
    """

    hiss_removed_db: float
    music_removed_db: float | None
    snr_before_db: float | None
    snr_after_db: float | None
    si_sdr_before_db: float
    si_sdr_after_db: float

    @property
    def snr_gain_db(self) -> float | None:
        if self.snr_before_db is None or self.snr_after_db is None:
            return None
        return self.snr_after_db - self.snr_before_db

    @property
    def si_sdr_gain_db(self) -> float:
        return self.si_sdr_after_db - self.si_sdr_before_db


def against_truth(
    clean: AudioClip, hissy: AudioClip, restored: AudioClip, *, cutoff_hz: float
) -> Truth:
    """The Truth of `restored`, made from `hissy`, which is `clean` with hiss added.

    The samples of all channels count together.
    """
    music, noisy, result = (
        high_band(clip.samples, clip.sample_rate_hz, cutoff_hz=cutoff_hz).ravel().astype(np.float64)
        for clip in (clean, hissy, restored)
    )
    hiss = noisy - music
    music_gain, hiss_gain = _shares(result, music, hiss)
    has_music = np.any(music)
    is_clear = has_music and _ratio_db(music, hiss) > -AUDIBLE_BELOW_HISS_DB
    return Truth(
        hiss_removed_db=-_gain_db(hiss_gain),
        music_removed_db=-_gain_db(music_gain) if is_clear else None,
        snr_before_db=_ratio_db(music, hiss) if has_music else None,
        snr_after_db=_ratio_db(music, result - music) if has_music else None,
        si_sdr_before_db=si_sdr_db(hissy.samples.ravel(), clean.samples.ravel()),
        si_sdr_after_db=si_sdr_db(restored.samples.ravel(), clean.samples.ravel()),
    )


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


def _ratio_db(wanted: np.ndarray, unwanted: np.ndarray) -> float:
    """Energy of one over the other, in dB, within +-MOST_DB."""
    over, under = float(wanted @ wanted), float(unwanted @ unwanted)
    if over == 0:
        return -MOST_DB
    if under == 0:
        return MOST_DB
    return float(np.clip(10 * np.log10(over / under), -MOST_DB, MOST_DB))
