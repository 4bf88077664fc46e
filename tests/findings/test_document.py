"""The tables of docs/findings.md, from made-up results and short runs."""

import re
from dataclasses import replace

import numpy as np
import pytest

from experiment.measuring import SettingResult
from experiment.outcome import collect
from experiment.protocol import Protocol
from experiment.trust import METRICS, TRUTHS
from findings import auto_fit, document, mcra_start
from findings.grid import GRIDS, all_settings, grid_of, report_settings
from findings.measuring import Codec, Kind, kinds
from findings.pieces import HELD_BACK_PIECES, PIECES, arrange
from findings.presets import N_FOLDS, choose, mean_of
from known_hiss import AddedHiss
from metrics.residual import Residual
from metrics.residual_noise import ResidualNoise
from restorers import BY_TRUTH, RESTORERS
from tests.support.experiments import result, scores, truth

BEST = {slug: list(grid_of(slug))[1] for slug in GRIDS}
TRACKS = [piece.name for piece in PIECES[:12]]


def setting_result(name, rng):
    """The best setting of each restorer has an LSD gain of 15 dB, all others about 5."""
    gain = 15.0 if name in BEST.values() else float(rng.normal(5, 1))
    noise = ResidualNoise(0.5, gain, float(rng.normal()))
    log_mel = float(rng.uniform(0.1, 0.3))
    found = truth(lsd_high_after_db=30 - gain)
    return SettingResult(name, scores(-1.0, 0.1, log_mel), Residual(-50.0, 0.5), noise, found)


@pytest.fixture(scope="module")
def outcomes():
    rng = np.random.default_rng(2)
    protocol = Protocol(added_hiss=AddedHiss(-50))
    found = {}
    for kind in (Kind("steady", AddedHiss(-50)), Kind("steady", AddedHiss(-60))):
        results = [
            result(
                track,
                {slug: scores(-1.0, 0.1, 0.1) for slug in RESTORERS},
                settings=[setting_result(name, rng) for name in all_settings()],
            )
            for track in TRACKS
        ]
        found[kind] = collect(results, protocol)
    return found


def rows(table):
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]


def test_the_best_setting_is_chosen_and_its_gain_told_over_the_reports(outcomes):
    [heading, _, *lines] = rows(document.gains_table(outcomes, "lsd_high_gain_db"))
    assert heading == ["restorer", "steady", "folds that chose it"]
    assert [line[0] for line in lines] == list(RESTORERS)
    for _, gain, votes in lines:
        report, more = re.fullmatch(r"\+(\d\.\d) → \+(\d+\.\d\d) \[.*\]", gain).groups()
        assert float(report) + float(more) == pytest.approx(15, abs=0.1)
        assert votes == f"{N_FOLDS}/{N_FOLDS}"


def test_a_piece_never_chooses_its_own_setting():
    """One piece for which another setting is better by far: it is held out from its own choice."""
    gains = np.zeros((1, 2, 12))
    gains[:, 0] = 1.0
    gains[0, 1, 0] = 100.0
    choice = choose(gains)
    assert choice.chosen == 1
    assert choice.held_out[0] == 0
    assert choice.held_out[1] == 1


def test_a_codec_with_random_weights_chooses_nothing(outcomes):
    before = document.settings_table(outcomes)
    kind, outcome = next(iter(outcomes.items()))
    other = replace(
        outcome,
        settings=dict(zip(outcome.settings, reversed(outcome.settings.values()), strict=True)),
    )
    random = Kind("codec (random)", kind.hiss, is_evidence=False)
    assert document.settings_table(outcomes | {random: other}) == before
    assert document.settings_table({replace(random, is_evidence=True): other}) != before


def test_a_kind_without_a_number_for_a_piece_has_no_say_in_its_choice():
    gains = np.zeros((2, 3, 12))
    gains[0, 1] = 1.0
    gains[1, 2] = 5.0
    gains[1, 0] = np.nan
    assert choose(gains).chosen == 1


def test_a_value_where_the_grid_ends_is_told():
    at_end = RESTORERS["hbss"](alpha=2.0, beta=0.0)
    assert document._edges("hbss", at_end) == " (edge of the grid: beta)"
    assert document._edges("hbss", RESTORERS["hbss"](alpha=2.0, beta=0.1)) == ""


def test_means_have_intervals_and_leave_out_what_is_unknown():
    values = np.array([1.0, 2.0, 3.0, np.nan])
    mean = mean_of(values)
    assert mean.value == 2
    assert (mean.low, mean.high) == pytest.approx((2 - 2.484, 2 + 2.484), abs=1e-3)


def test_the_estimate_that_is_the_truth_is_trusted(outcomes):
    held_back = {piece.name for piece in HELD_BACK_PIECES}
    assert 3 < len(held_back & set(TRACKS)) < len(TRACKS)
    table = rows(document.trust_table(outcomes, TRUTHS[0], held_back))
    assert len(table) == 2 + len(METRICS)
    cells = dict(row[:2] for row in table[2:])
    assert cells["estimated LSD gain"].startswith("+1.00 [")
    assert abs(float(cells["estimated SNR gain"].split()[0].replace("−", "-"))) < 0.3


def test_the_reports_settings_are_in_the_grid_once():
    everything = all_settings()
    assert list(everything)[: len(RESTORERS)] == list(report_settings())
    assert len(set(everything.values())) == len(everything)
    for slug in GRIDS:
        assert RESTORERS[slug]() not in grid_of(slug).values()


def test_the_settings_by_truth_are_settings_of_the_grid():
    for slug, restorer in BY_TRUTH.items():
        assert restorer in grid_of(slug).values(), slug


def test_kinds_have_titles_that_tell_them_apart(tmp_path):
    (tmp_path / "hiss.flac").write_bytes(b"")
    found = kinds(tmp_path / "hiss.flac", Codec("codec", is_random=True))
    titles = [kind.title for kind in found]
    assert len(set(titles)) == len(titles)
    assert titles[0] == "steady −60"
    assert titles[-1] == "codec (random) −50"
    assert [kind.is_evidence for kind in found] == [True] * 8 + [False]
    real = kinds(tmp_path / "hiss.flac", Codec("codec", is_random=False))
    assert real[-1].is_evidence


def test_auto_fit_leaves_alone_what_it_cannot_improve_and_gains_on_hiss(samples):
    piece = next(one for one in PIECES if one.name == "guitar_chords")
    gains = auto_fit.gains([piece], samples, AddedHiss(-50.0), "hbss")
    assert set(gains) == set(auto_fit.RULES)
    assert gains["noise"][0, 0] > gains["report"][0, 0] > 3


def test_mcra_removes_as_much_in_every_second_however_a_clip_begins():
    for what, seconds in mcra_start.removed_db().items():
        assert np.ptp(seconds) < 1.5, what


def test_pieces_are_what_they_are_said_to_be(samples):
    for piece in PIECES[:4]:
        clip = arrange(piece, samples)
        assert (clip.n_samples, clip.sample_rate_hz, clip.n_channels) == (256_000, 32_000, 1)
        assert clip.peak == pytest.approx(0.7, abs=1e-3)
        assert np.array_equal(clip.samples, arrange(piece, samples).samples)
