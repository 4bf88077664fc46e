"""The hiss check's constants, and its errors on pieces that did not set them."""

import pytest

from findings.hiss_model import (
    VARIANTS,
    confusion,
    examples_of,
    fit,
    told_hisses,
    training_hisses,
)
from findings.pieces import (
    FITTING_PIECES,
    FURTHER_PIECES,
    HELD_BACK_PIECES,
    PIECES,
    arrange,
)
from metrics import hiss

HELD_OUT = (*HELD_BACK_PIECES, *FURTHER_PIECES)
MOST_FALSE_ALARMS, LEAST_FOUND = 0.15, 0.85


def test_no_piece_shares_a_sample_with_another():
    names = [part.sample for piece in (*PIECES, *FURTHER_PIECES) for part in piece.parts]
    assert len(names) == len(set(names))


def test_the_constants_are_those_that_the_training_pieces_give(samples):
    pieces = {piece.name: arrange(piece, samples) for piece in FITTING_PIECES}
    weights = fit(list(examples_of(pieces, training_hisses(), list(VARIANTS))))
    found = (
        weights.intercept, weights.per_log_spread, weights.per_flatness, weights.per_drop_db,
    )  # fmt: skip
    shipped = (hiss.INTERCEPT, hiss.PER_LOG_SPREAD, hiss.PER_FLATNESS, hiss.PER_DROP_DB)
    assert found == pytest.approx(shipped, rel=2e-3)


def test_clean_music_is_seldom_called_hiss_and_steady_hiss_is_found(samples):
    """On pieces, and recordings, that the constants do not know."""
    pieces = {piece.name: arrange(piece, samples) for piece in HELD_OUT}
    rows = confusion(list(examples_of(pieces, told_hisses(), ["as it is"])))
    clean, steady = rows["clean"], rows["steady, −60 dBFS"]
    assert clean.total() == len(HELD_OUT)
    assert clean["hiss"] / clean.total() <= MOST_FALSE_ALARMS
    assert steady.total() >= 10
    assert steady["hiss"] / steady.total() >= LEAST_FOUND
