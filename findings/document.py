"""docs/findings.md: what was measured, as tables with their intervals."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from experiment.measuring import SettingResult
from experiment.outcome import Outcome
from experiment.trust import METRICS, TRUTHS, Metric, number, rank_correlation
from findings import auto_fit, hiss_model, mcra_start
from findings.grid import GRIDS, all_settings, grid_of
from findings.measuring import Codec, Kind, column
from findings.pieces import FURTHER_PIECES, HELD_BACK_PIECES, Piece, arrange
from findings.presets import N_FOLDS, Choice, Mean, choose, mean_of
from known_hiss import AddedHiss, HissModel
from messages import Messages
from restorers import BY_TRUTH, RESTORERS, Restorer, params_of

TEMPLATE = Path(__file__).with_name("document.md")
TRUTH_NAMES = ("lsd_high_gain_db", "snr_gain_db")
ENGLISH = Messages("report", "en")


def write_document(
    page: Path,
    outcomes: Mapping[Kind, Outcome],
    pieces: Sequence[Piece],
    samples: Path,
    codec: Codec,
) -> None:
    """Fill the template with the tables of a run."""
    held_back = {piece.name for piece in HELD_BACK_PIECES}
    text = TEMPLATE.read_text(encoding="utf-8").format(
        n_pieces=len(pieces),
        n_held_back=len(held_back & {piece.name for piece in pieces}),
        n_further=len(FURTHER_PIECES),
        n_settings=len(all_settings()),
        n_folds=N_FOLDS,
        codec=_codec_note(codec),
        trust_lsd=trust_table(outcomes, TRUTHS[0], held_back),
        trust_snr=trust_table(outcomes, TRUTHS[2], held_back),
        settings=settings_table(outcomes),
        gains_lsd=gains_table(outcomes, TRUTH_NAMES[0]),
        gains_snr=gains_table(outcomes, TRUTH_NAMES[1]),
        criteria=criteria_table(outcomes),
        best=best_table(outcomes),
        auto_fit=auto_fit_table(samples),
        hiss_check=hiss_check_table(samples),
        mcra=mcra_table(),
    )
    page.write_text(text, encoding="utf-8")


def trust_table(outcomes: Mapping[Kind, Outcome], truth: Metric, pieces: set[str]) -> str:
    """Rank correlation of every metric with a truth, within a piece, by kind of hiss."""
    groups = _groups(outcomes)
    rows = []
    for metric in METRICS:
        cells = []
        for kinds in groups.values():
            of_pieces = [_correlations(outcomes[kind], metric, truth, pieces) for kind in kinds]
            mean = mean_of(_mean_of_levels(np.array(of_pieces)))
            cells.append(_interval(mean and mean.within(-1.0, 1.0)))
        rows.append((ENGLISH(f"metric_{metric.name}"), *cells))
    return _markdown(("metric", *groups), rows)


def settings_table(outcomes: Mapping[Kind, Outcome]) -> str:
    """The report's setting, that which this run found, and that which is built in."""
    rows = []
    for slug in RESTORERS:
        choice, settings = _choice(outcomes, slug)
        found = all_settings()[settings[choice.chosen]]
        built_in = BY_TRUTH[slug]
        rows.append(
            (
                slug,
                _params(slug, RESTORERS[slug]()),
                _params(slug, found) + _edges(slug, found),
                "the same" if built_in == found else _params(slug, built_in),
            )
        )
    return _markdown(("restorer", "the report's", "by known truth", "built in"), rows)


def gains_table(outcomes: Mapping[Kind, Outcome], name: str) -> str:
    """Gain of the report's setting, and how much more that by truth gains, on pieces that did not
    choose it."""
    groups = _groups(outcomes)
    rows = []
    for slug in RESTORERS:
        choice, settings = _choice(outcomes, slug)
        cells = []
        for kinds in groups.values():
            gains = np.array([column(outcomes[kind], settings, "truth", name) for kind in kinds])
            report = _mean_of_levels(gains[:, 0])
            more = mean_of(_mean_of_levels(choice.of_pieces(gains)) - report)
            cells.append(f"{_signed(np.nanmean(report))} → {_interval(more)}")
        rows.append((slug, *cells, f"{choice.votes}/{N_FOLDS}"))
    return _markdown(("restorer", *groups, "folds that chose it"), rows)


def criteria_table(outcomes: Mapping[Kind, Outcome]) -> str:
    """What the report's criteria say of both settings; that by truth is of pieces that did not
    choose it."""
    groups = _groups(outcomes)
    rows = []
    for slug in RESTORERS:
        choice, settings = _choice(outcomes, slug)
        cells = []
        for kinds in groups.values():
            full = np.array([_full(outcomes[kind], settings) for kind in kinds])
            before, after = full[:, 0].mean(), choice.of_pieces(full).mean()
            cells.append(f"{100 * before:.0f} % → {100 * after:.0f} %")
        rows.append((slug, *cells))
    return _markdown(("restorer", *groups), rows)


def best_table(outcomes: Mapping[Kind, Outcome]) -> str:
    """Which restorer gains most on how many pieces, each with its setting by truth, which the piece
    did not choose."""
    groups = _groups(outcomes)
    rows = []
    for name in TRUTH_NAMES:
        cells = []
        for kinds in groups.values():
            gains = []
            for slug in RESTORERS:
                choice, settings = _choice(outcomes, slug)
                of_kinds = [column(outcomes[kind], settings, "truth", name) for kind in kinds]
                gains.append(_mean_of_levels(choice.of_pieces(np.array(of_kinds))))
            best = np.nanargmax(np.array(gains), axis=0)
            counts = [f"{slug} {int(np.sum(best == i))}" for i, slug in enumerate(RESTORERS)]
            cells.append(", ".join(counts))
        rows.append((ENGLISH(f"truth_{name}"), *cells))
    return _markdown(("by", *groups), rows)


def auto_fit_table(samples: Path) -> str:
    rows = []
    for hiss in (
        AddedHiss(-60.0), AddedHiss(-50.0), AddedHiss(-50.0, model=HissModel.FOLLOWING),
    ):  # fmt: skip
        for slug in RESTORERS:
            gains = auto_fit.gains(HELD_BACK_PIECES, samples, hiss, slug)
            cells = [
                " / ".join(_signed(np.nanmean(gains[rule][:, place])) for place in (0, 1))
                for rule in auto_fit.RULES
            ]
            rows.append((hiss.title, slug, *cells))
    headings = ("hiss", "restorer", "report's setting", "goal: log-mel", "goal: noise")
    return _markdown(headings, rows)


def hiss_check_table(samples: Path) -> str:
    pieces = {piece.name: arrange(piece, samples) for piece in (*HELD_BACK_PIECES, *FURTHER_PIECES)}
    examples = list(hiss_model.examples_of(pieces, hiss_model.told_hisses(), ["as it is"]))
    findings = ("hiss", "music", "nothing")
    rows = [
        (what, counts.total(), *(counts[one] for one in findings))
        for what, counts in hiss_model.confusion(examples).items()
    ]
    return _markdown(("there was", "pieces", *(f"found: {one}" for one in findings)), rows)


def mcra_table() -> str:
    rows = [
        (what, *(f"{value:.1f}" for value in seconds))
        for what, seconds in mcra_start.removed_db().items()
    ]
    return _markdown(("steady hiss that begins", "second 1", "2", "3", "4"), rows)


def _groups(outcomes: Mapping[Kind, Outcome]) -> dict[str, list[Kind]]:
    """The kinds of hiss, whatever their levels."""
    groups: dict[str, list[Kind]] = {}
    for kind in outcomes:
        groups.setdefault(kind.group, []).append(kind)
    return groups


def _choice(outcomes: Mapping[Kind, Outcome], slug: str) -> tuple[Choice, list[str]]:
    """The setting of a restorer by truth, and the names of all of its settings."""
    settings = [slug, *grid_of(slug)]
    gains = [
        column(outcome, settings, "truth", TRUTH_NAMES[0])
        for kind, outcome in outcomes.items()
        if kind.is_evidence
    ]
    return choose(np.array(gains)), settings


def _correlations(outcome: Outcome, metric: Metric, truth: Metric, pieces: set[str]) -> list[float]:
    """Of every piece in `pieces`; NaN where there is none."""
    found = []
    for place, track in enumerate(outcome.tracks):
        if track in pieces:
            results = [of_setting[place] for of_setting in outcome.settings.values()]
            values, right = (
                np.array([number(one.value(result)) for result in results])
                for one in (metric, truth)
            )
            rho = rank_correlation(values, right)
            found.append(np.nan if rho is None else rho)
    return found


def _mean_of_levels(values: np.ndarray) -> np.ndarray:
    """Over the levels of a kind, for each piece; NaN where no level has a number."""
    known = np.isfinite(values)
    sums = np.where(known, values, 0.0).sum(axis=0)
    return np.divide(sums, known.sum(axis=0), out=np.full(sums.shape, np.nan), where=known.any(0))


def _full(outcome: Outcome, settings: Sequence[str]) -> np.ndarray:
    """Whether a setting passes 3/3 on a piece; shape (n_settings, n_pieces)"""
    return np.array([[_is_full(one) for one in outcome.settings[name]] for name in settings])


def _is_full(result: SettingResult) -> bool:
    flags = result.scores.flags
    return flags is not None and flags.ok_count == 3


def _edges(slug: str, restorer: Restorer) -> str:
    """Which of its values lie where the grid ends, so that a better one may lie beyond."""
    params = params_of(restorer)
    at_edge = [
        name
        for name, values in GRIDS[slug].items()
        if len(values) > 2 and params[name] in (min(values), max(values))
    ]
    return f" (edge of the grid: {', '.join(at_edge)})" if at_edge else ""


def _params(slug: str, restorer: Restorer) -> str:
    """Those that the grid moves."""
    params = params_of(restorer)
    return ", ".join(f"{name} {params[name]:g}" for name in GRIDS[slug])


def _codec_note(codec: Codec) -> str:
    if codec.is_random:
        return (
            "Its weights were not at hand here: the **codec (random)** column is of a small codec "
            "of the same class with random weights. It shows that the pipeline works, and nothing "
            "about MusicGen's codec; no setting was chosen by it."
        )
    return f"The codec was `{codec.name}`."


def _interval(mean: Mean | None) -> str:
    if mean is None:
        return "–"
    return f"{_signed(mean.value, 2)} [{_signed(mean.low, 2)}, {_signed(mean.high, 2)}]"


def _signed(value: float, digits: int = 1) -> str:
    return f"{value:+.{digits}f}".replace("-", "−")


def _markdown(headings: Sequence, rows: Sequence[Sequence]) -> str:
    return "\n".join(_lines(headings, rows))


def _lines(headings: Sequence, rows: Sequence[Sequence]) -> Iterator[str]:
    yield f"| {' | '.join(map(str, headings))} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"
