"""What Auto-fit's two goals, and the report's settings, do to pieces with known hiss."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from audio.clip import AudioClip
from audio.working import WorkingFormat, in_working_format
from comparison import Comparison, Goal, fit_strength
from findings.pieces import Piece, arrange
from known_hiss import AddedHiss
from known_hiss.added_hiss import hash_of
from metrics.known_truth import KnownTruth, Truth
from restorers import RESTORERS, Restorer

REPORT = "report"
RULES = (REPORT, *Goal)
CUTOFF_HZ = 6000.0


def gains(
    pieces: Sequence[Piece], samples: Path, hiss: AddedHiss, slug: str
) -> dict[str, np.ndarray]:
    """{rule: gain in LSD above the cutoff and in SNR}, each of shape (n_pieces, 2); NaN where the
    SNR is undefined. Where a rule finds no setting, the clip is left alone."""
    found: dict[str, list[tuple[float, float]]] = {rule: [] for rule in RULES}
    for piece in pieces:
        clean = in_working_format(arrange(piece, samples), WorkingFormat.REPORT)
        hissy = hiss.added_to(clean, hash_of(clean), cutoff_hz=CUTOFF_HZ)
        truth = KnownTruth(clean, hissy, cutoff_hz=CUTOFF_HZ)
        for rule in RULES:
            restorer = _by(rule, hissy, RESTORERS[slug]())
            found[rule].append(
                _gains(truth.of(restorer.restore(hissy))) if restorer else (0.0, 0.0)
            )
    return {rule: np.array(values) for rule, values in found.items()}


def _by(rule: str, hissy: AudioClip, restorer: Restorer) -> Restorer | None:
    if rule == REPORT:
        return restorer
    fit = fit_strength(Comparison(hissy), restorer, Goal(rule))
    return None if fit.chosen is None else type(restorer)(**{fit.parameter: fit.chosen.value})


def _gains(truth: Truth) -> tuple[float, float]:
    snr = truth.snr_gain_db
    return truth.lsd_high_gain_db, np.nan if snr is None else snr
