"""The verdict as tables: of the page, and as CSV for other programs."""

import re
from collections.abc import Callable, Iterator

from listening.analysis.analysis import Analysis, Verdict
from listening.analysis.intervals import Estimate, Interval, Scope
from listening.analysis.wording import evidence_text, p_text
from reporting import Table, table
from storage.csv_rows import csv_bytes


def tables_of(analysis: Analysis, name: str) -> list[Table]:
    """All tables of a question that have rows."""
    return [
        table(f"{name}: {title}", headings, rows)
        for title, (headings, rows) in _contents(analysis).items()
        if rows
    ]


def csv_files(verdict: Verdict) -> Iterator[tuple[str, bytes]]:
    """Name and content of every table, numbers in full; and of the sessions that fail screening."""
    stems = file_stems(verdict)
    groups = [("", verdict.all)] + ([("_screened", verdict.screened)] if verdict.screened else [])
    for suffix, analyses in groups:
        for analysis in analyses:
            for title, (headings, rows) in _contents(analysis).items():
                if rows:
                    name = title.lower().replace(" ", "_").replace(",", "")
                    yield f"{stems[analysis.question]}_{name}{suffix}.csv", _csv(headings, rows)
    if verdict.decisions:
        yield "decisions.csv", _csv(_DECISIONS, _decision_rows(verdict, float))
    if verdict.failing:
        yield "screening.csv", _csv(_FAILING, _failing_rows(verdict))


def file_stems(verdict: Verdict) -> dict[str, str]:
    """{question: what the names of its files begin with}; questions may hold any characters."""
    stems: dict[str, str] = {}
    for one in verdict.all:
        stem = re.sub(r"[^a-z0-9]+", "_", one.question.lower()).strip("_")[:60] or "question"
        while stem in stems.values():
            stem += "_"
        stems[one.question] = stem
    return stems


_FAILING = ("session_id", "listener_id", "rule", "failed", "asked")


def failing_table(verdict: Verdict) -> Table:
    return table("Sessions that fail screening", _FAILING, _failing_rows(verdict))


def _failing_rows(verdict: Verdict) -> list[tuple]:
    return [
        (one.session_id, one.listener_id, one.rule, one.failed, one.asked)
        for one in verdict.failing
    ]


_SCOPES = ("clips_low", "clips_high", "music_low", "music_high")
_SHARE = ("votes", "listeners", "clips", "share_percent", *_SCOPES)


_Contents = dict[str, tuple[tuple[str, ...], list[tuple]]]


def _contents(analysis: Analysis) -> _Contents:
    """{title: headings and rows} of everything that was found."""
    return {
        **_of_comparisons(analysis),
        **_of_ratings(analysis),
        **_of_abx(analysis),
        **_of_metrics(analysis),
    }


def _of_comparisons(analysis: Analysis) -> _Contents:
    choices: list[tuple] = [
        (one.design, one.condition, *_share(one.preferred), 100 * one.by_chance)
        for one in analysis.choices
    ]
    if analysis.no_preference:
        choices.append(("all", "no preference", *_share(analysis.no_preference), None))
    return {
        "against the reference": (
            ("condition", "against", "wins", "losses", "ties", *_SHARE, "share_by_vote_percent",
             "p_votes_holm", "listeners_for", "listeners_against", "p_listeners_holm"),
            [
                (one.condition, one.against, one.wins, one.losses, one.ties, *_share(one.preferred),
                 100 * one.by_vote.value, p_text(one.p_votes_holm), one.listeners_for,
                 one.listeners_against, p_text(one.p_listeners_holm))
                for one in analysis.head_to_head
            ],
        ),
        "all pairs": (
            ("condition", "against", "wins", "losses", "ties", *_SHARE),
            [
                (one.condition, one.against, one.wins, one.losses, one.ties, *_share(one.preferred))
                for one in analysis.all_pairs
            ],
        ),
        "ranking": (
            ("condition", "log_strength", "win_probability_percent", *_SCOPES),
            [
                (one.condition, one.log_strength, 100 * one.win_probability,
                 *_bounds(one.on_clips), *_bounds(one.for_music))
                for one in analysis.ranking
            ],
        ),
        "first choice": (("design", "condition", *_SHARE, "by_chance_percent"), choices),
    }  # fmt: skip


def _of_ratings(analysis: Analysis) -> _Contents:
    def means(estimates: dict[str, Estimate]) -> list[tuple]:
        return [
            (name, one.n_votes, one.n_listeners, one.n_clips, one.value,
             *_bounds(one.on_clips, 1), *_bounds(one.for_music, 1))
            for name, one in estimates.items()
        ]  # fmt: skip

    headings = ("condition", "ratings", "listeners", "clips", "mean", *_SCOPES)
    return {
        "ratings": (headings, means(analysis.ratings)),
        "ratings above the reference": (headings, means(analysis.rating_differences)),
        "ratings compared": (
            ("test", "over", "n", "of", "statistic", "p"),
            [
                row
                for test in analysis.friedman
                for row in (
                    ("Friedman", test.blocks, test.n_blocks, "all", test.statistic, p_text(test.p)),
                    *(
                        ("Conover", test.blocks, test.n_blocks, f"{a}, {b}", None, p_text(p))
                        for a, b, p in test.post_hoc
                    ),
                )
            ],
        ),
    }


def _of_abx(analysis: Analysis) -> _Contents:
    return {
        "ABX": (
            ("condition", "against", "right", *_SHARE, "p", "p_holm"),
            [
                (one.condition, one.against, one.n_right, *_share(one.correct), p_text(one.p),
                 p_text(one.p_holm))
                for one in analysis.audible
            ],
        ),
        "ABX by listener": (
            ("listener", "condition", "against", "right", "answers", "p", "p_holm"),
            [
                (one.listener_id, one.condition, one.against, one.n_right, one.n_answers,
                 p_text(one.p), p_text(one.p_holm))
                for one in analysis.ears
            ],
        ),
    }  # fmt: skip


def _of_metrics(analysis: Analysis) -> _Contents:
    return {
        "metric vs preference": (
            ("metric", "pairs_of", *_SHARE, "p_holm", "one_order", "kendall_tau", "tau_clips_low",
             "tau_clips_high", "tau_music_low", "tau_music_high"),
            [
                (one.metric, "all" if one.with_reference else "restorations", *_share(one.agrees),
                 None if one.p_holm is None else p_text(one.p_holm), one.has_one_order,
                 one.tau.value, *_bounds(one.tau.on_clips, 1), *_bounds(one.tau.for_music, 1))
                for one in analysis.agreements
            ],
        ),
        "log-mel threshold": (
            ("threshold", "sensitivity", "specificity", "votes", "area", *_SCOPES),
            [
                (found.value, found.sensitivity, found.specificity,
                 found.area.n_votes, found.area.value, *_bounds(found.area.on_clips, 1),
                 *_bounds(found.area.for_music, 1))
                for found in [analysis.threshold]
                if found
            ],
        ),
    }  # fmt: skip


_DECISIONS = (
    "study", "question", "condition", "against", "scope", "decided", "for", "evidence", "bound",
    "listeners", "clips", "more_listeners", "more_low", "more_high", "always_low_percent",
    "always_high_percent",
)  # fmt: skip


def decision_table(verdict: Verdict) -> Table:
    """Of every study, question, version and scope."""
    return table("Decisions", _DECISIONS, _decision_rows(verdict, evidence_text))


def _decision_rows(verdict: Verdict, evidence: Callable[[float], object]) -> list[tuple]:
    """evidence : how an e-value is written"""
    rows = []
    for one in verdict.decisions:
        for scope, found in one.decisions.items():
            expected = one.forecasts.get(scope)
            winner = one.condition if found.leans_for else one.against
            winner = "audible" if one.is_abx else winner
            always = one.always if scope == Scope.CLIPS and one.always else (None, None)
            rows.append(
                (one.study_id, "ABX" if one.is_abx else one.question, one.condition, one.against,
                 str(scope), found.decides, winner if found.decides else None,
                 evidence(found.value), round(found.bound), found.n_rounds, found.n_clips,
                 expected.more_listeners if expected else None, expected.low if expected else None,
                 expected.high if expected else None, *map(_scaled, always))
            )  # fmt: skip
    return rows


def _share(one: Estimate) -> tuple:
    return (
        one.n_votes, one.n_listeners, one.n_clips, 100 * one.value, *_bounds(one.on_clips),
        *_bounds(one.for_music),
    )  # fmt: skip


def _bounds(one: Interval | None, scale: float = 100) -> tuple[float | None, float | None]:
    return (scale * one.low, scale * one.high) if one else (None, None)


def _scaled(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _csv(headings: tuple, rows: list[tuple]) -> bytes:
    return csv_bytes([headings, *rows])
