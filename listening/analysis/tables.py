"""The verdict as tables: of the page, and as CSV for other programs."""

import re
from collections.abc import Callable, Iterator

from listening.analysis.analysis import Analysis, Verdict
from listening.analysis.decisions import Tested
from listening.analysis.head_to_head import HeadToHead
from listening.analysis.intervals import Estimate, Interval, Scope
from listening.analysis.names import SLUGS, Names
from listening.analysis.shares import Audible, Ear
from listening.analysis.wording import evidence_text, p_text
from reporting import Table, table
from storage.csv_rows import csv_bytes

WORDS = {  # of a column, as an owner reads it
    "condition": "version",
    "clips_low": "on these clips, from",
    "clips_high": "to",
    "music_low": "for music like this, from",
    "music_high": "to",
    "tau_clips_low": "on these clips, from",
    "tau_clips_high": "to",
    "tau_music_low": "for music like this, from",
    "tau_music_high": "to",
    "p_votes_holm": "p over votes (Holm)",
    "p_listeners_holm": "p over listeners (Holm)",
    "p_holm": "p (Holm)",
    "kendall_tau": "Kendall’s τ",
    "always_low_percent": "monitored interval, from (%)",
    "always_high_percent": "to (%)",
    "more_low": "from",
    "more_high": "to",
    "session_id": "session",
    "listener_id": "listener",
}


def tables_of(analysis: Analysis, names: Names) -> dict[str, Table]:
    """{title: table} of a question, those that have rows, as an owner reads them."""
    return {
        title: table(_capital(title), _words_of(headings), rows)
        for title, (headings, rows) in _contents(analysis, names).items()
        if rows
    }


def _words_of(headings: tuple[str, ...]) -> list[str]:
    """Bounds are in percent where what they bound is."""
    are_shares = any(one in headings for one in ("share_percent", "win_probability_percent"))
    return [in_words(one) + (" (%)" if are_shares and one in _SCOPES else "") for one in headings]


def in_words(heading: str) -> str:
    """A column of the CSV files as the heading of a table."""
    told = WORDS.get(heading)
    if told is None:
        told = heading.replace("_percent", " (%)").replace("_", " ")
    return _capital(told)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def csv_files(verdict: Verdict) -> Iterator[tuple[str, bytes]]:
    """Name and content of every table, numbers in full; and of the sessions that fail screening."""
    stems = file_stems(verdict)
    groups = [("", verdict.all)] + ([("_screened", verdict.screened)] if verdict.screened else [])
    for suffix, analyses in groups:
        for analysis in analyses:
            for title, (headings, rows) in _contents(analysis, SLUGS).items():
                if rows:
                    name = title.lower().replace(" ", "_").replace(",", "")
                    yield f"{stems[analysis.question]}_{name}{suffix}.csv", _csv(headings, rows)
    if verdict.decisions:
        yield "decisions.csv", _csv(_DECISIONS, _decision_rows(verdict, float, SLUGS))
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
    return table(
        "Sessions that fail screening", list(map(in_words, _FAILING)), _failing_rows(verdict)
    )


def _failing_rows(verdict: Verdict) -> list[tuple]:
    return [
        (one.session_id, one.listener_id, one.rule, one.failed, one.asked)
        for one in verdict.failing
    ]


_SCOPES = ("clips_low", "clips_high", "music_low", "music_high")
_SHARE = ("votes", "listeners", "clips", "share_percent", *_SCOPES)


_Contents = dict[str, tuple[tuple[str, ...], list[tuple]]]


def _contents(analysis: Analysis, names: Names) -> _Contents:
    """{title: headings and rows} of everything that was found."""
    return {
        **_of_comparisons(analysis, names),
        **_of_ratings(analysis, names),
        **_of_abx(analysis, names),
        **_of_metrics(analysis, names),
    }


def _of_comparisons(analysis: Analysis, names: Names) -> _Contents:
    choices: list[tuple] = [
        (
            names.design(one.design),
            names.condition(one.condition),
            *_share(one.preferred),
            100 * one.by_chance,
        )
        for one in analysis.choices
    ]
    if analysis.no_preference:
        choices.append(("all", "no preference", *_share(analysis.no_preference), None))
    return {
        "against the reference": (
            ("condition", "against", "wins", "losses", "ties", *_SHARE, "share_by_vote_percent",
             "p_votes_holm", "listeners_for", "listeners_against", "p_listeners_holm"),
            [
                (*_both(one, names), one.wins, one.losses, one.ties, *_share(one.preferred),
                 100 * one.by_vote.value, p_text(one.p_votes_holm), one.listeners_for,
                 one.listeners_against, p_text(one.p_listeners_holm))
                for one in analysis.head_to_head
            ],
        ),
        "all pairs": (
            ("condition", "against", "wins", "losses", "ties", *_SHARE),
            [
                (*_both(one, names), one.wins, one.losses, one.ties, *_share(one.preferred))
                for one in analysis.all_pairs
            ],
        ),
        "ranking": (
            ("condition", "log_strength", "win_probability_percent", *_SCOPES),
            [
                (names.condition(one.condition), one.log_strength, 100 * one.win_probability,
                 *_bounds(one.on_clips), *_bounds(one.for_music))
                for one in analysis.ranking
            ],
        ),
        "first choice": (("design", "condition", *_SHARE, "by_chance_percent"), choices),
    }  # fmt: skip


def _of_ratings(analysis: Analysis, names: Names) -> _Contents:
    def means(estimates: dict[str, Estimate]) -> list[tuple]:
        return [
            (names.condition(name), one.n_votes, one.n_listeners, one.n_clips, one.value,
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
                        (
                            "Conover",
                            test.blocks,
                            test.n_blocks,
                            f"{names.condition(a)}, {names.condition(b)}",
                            None,
                            p_text(p),
                        )
                        for a, b, p in test.post_hoc
                    ),
                )
            ],
        ),
    }


def _of_abx(analysis: Analysis, names: Names) -> _Contents:
    return {
        "ABX": (
            ("condition", "against", "right", *_SHARE, "p", "p_holm"),
            [
                (*_both(one, names), one.n_right, *_share(one.correct), p_text(one.p),
                 p_text(one.p_holm))
                for one in analysis.audible
            ],
        ),
        "ABX by listener": (
            ("listener", "condition", "against", "right", "answers", "p", "p_holm"),
            [
                (one.listener_id, *_both(one, names), one.n_right, one.n_answers,
                 p_text(one.p), p_text(one.p_holm))
                for one in analysis.ears
            ],
        ),
    }  # fmt: skip


def _of_metrics(analysis: Analysis, names: Names) -> _Contents:
    return {
        "metric vs preference": (
            ("metric", "pairs_of", *_SHARE, "p_holm", "one_order", "kendall_tau", "tau_clips_low",
             "tau_clips_high", "tau_music_low", "tau_music_high"),
            [
                (names.metric(one.metric), "all" if one.with_reference else "restorations",
                 *_share(one.agrees),
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
    rows = _decision_rows(verdict, evidence_text, verdict.names)
    return table("Every study, question, version and scope", list(map(in_words, _DECISIONS)), rows)


def _decision_rows(
    verdict: Verdict, evidence: Callable[[float], object], names: Names
) -> list[tuple]:
    """evidence : how an e-value is written"""
    rows = []
    for one in verdict.decisions:
        for scope, found in one.decisions.items():
            expected = one.forecasts.get(scope)
            winner = names.condition(one.condition if found.leans_for else one.against)
            winner = "audible" if one.is_abx else winner
            always = one.always if scope == Scope.CLIPS and one.always else (None, None)
            rows.append(
                (names.study(one.study_id), "ABX" if one.is_abx else names.question(one.question),
                 *_both(one, names),
                 str(scope), found.decides, winner if found.decides else None,
                 evidence(found.value), round(found.bound), found.n_rounds, found.n_clips,
                 expected.more_listeners if expected else None, expected.low if expected else None,
                 expected.high if expected else None, *map(_scaled, always))
            )  # fmt: skip
    return rows


def _both(one: HeadToHead | Audible | Ear | Tested, names: Names) -> tuple[str, str]:
    return names.condition(one.condition), names.condition(one.against)


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
