"""The verdict as one page, and as tables that other programs read."""

from collections.abc import Iterator

import pandas as pd

from listening.analysis.analysis import Analysis, Verdict
from listening.analysis.bradley_terry import N_RESAMPLES, PRIOR_WINS
from listening.analysis.charts import charts_of
from listening.analysis.intervals import Estimate
from listening.analysis.screening import RULES
from listening.analysis.sentences import headline, p_text
from listening.analysis.vote_table import VOTES_NAME
from reporting import Block, Chart, Charts, Code, Sentences, Table, page_html, table
from storage.csv_rows import csv_bytes

TITLE = "What listeners say"
METHODS = (
    "Unit: the listener. Votes of one listener resemble one another, so every interval treats a "
    "listener's votes as one cluster (t quantiles, listeners − 1 degrees of freedom).",
    "Shares: Wilson's 95 % interval with the effective number of votes. A tie is half a win.",
    "Evidence: an e-value against “the average listener leans to neither side”, by betting on each "
    "listener's share of comparisons (Waudby-Smith and Ramdas 2024). It may be looked at after "
    "every vote: by chance it ever reaches the bound in at most 5 % of studies (Bonferroni over "
    "the restorations). Decisions rest on it alone. A listener counts with the first session in "
    "a study (in the first study, if several are chosen), once that is completed or a day old. "
    "always_low, always_high: an interval that holds at every "
    "look.",
    "p over votes: exact binomial test as if all votes were independent. p over listeners: the "
    "same with one vote a listener (which of the two was preferred more often). Both are corrected "
    "after Holm; valid at a sample size planned beforehand, not when watched.",
    f"Ranking: Bradley-Terry, a tie as half a win for each, {PRIOR_WINS:g} of a win added to each "
    f"side of every pair compared; intervals from {N_RESAMPLES:,} resamples of listeners.",
    "Ratings: means clustered by listener; Friedman's test and Conover's post-hoc test (Holm) over "
    "listeners' mean ratings.",
    "Metric against ear: pairs in which both have a preference. Less high-frequency energy, a "
    "higher harmonic/percussive ratio, a smaller log-mel distance and more criteria count as "
    "better. On a screen with ratings every two versions are a pair.",
    "Practice screens count nowhere; repeats and catch trials count in screening only.",
)
PYTHON = f"""\
import pandas as pd

votes = pd.read_csv("{VOTES_NAME}")
main = votes[votes.trial_kind == "main"]
print(main.groupby("condition")[["preferred", "rating"]].mean())
"""
R = f"""\
votes <- read.csv("{VOTES_NAME}", stringsAsFactors = TRUE)
main <- subset(votes, trial_kind == "main")
aggregate(cbind(preferred, rating) ~ condition, main, mean, na.rm = TRUE, na.action = na.pass)
"""


def files_of(
    verdict: Verdict, votes: pd.DataFrame, charts: dict[str, list[Chart]], page: bytes
) -> dict[str, bytes]:
    """{file name: content} of everything that can be taken along; page : the report."""
    return {
        "report.html": page,
        "votes_tidy.csv": tidy_csv(votes, verdict),
        **dict(csv_files(verdict)),
        **{chart.file: chart.png for of_question in charts.values() for chart in of_question},
    }


def report_html(verdict: Verdict, charts: dict[str, list[Chart]], chosen: dict[str, str]) -> bytes:
    """The page.

    charts : {question: its charts}
    chosen : {filter: value} that the votes were chosen by
    """
    blocks: list[Block] = [Sentences("Verdict", headline(verdict))]
    if chosen:
        blocks.append(Sentences("Only", [f"{name} = {value}" for name, value in chosen.items()]))
    for index, analysis in enumerate(verdict.all):
        name = analysis.question.capitalize()
        blocks.append(Charts(f"{name}: charts", charts[analysis.question]))
        blocks += tables_of(analysis, name)
        if verdict.screened:
            screened = verdict.screened[index]
            blocks += tables_of(screened, f"{name}, only who passed screening")
    if verdict.failing:
        blocks.append(failing_table(verdict))
        rules = {one.rule for one in verdict.failing}
        blocks.append(Sentences("Rules of screening", [RULES[rule] for rule in sorted(rules)]))
    blocks.append(Sentences("How it was computed", METHODS))
    blocks += [Code("Python", PYTHON), Code("R", R)]
    return page_html(TITLE, "en", blocks)


def charts_by_question(verdict: Verdict) -> dict[str, list[Chart]]:
    """{question: its charts}."""
    return {one.question: list(charts_of(verdict, i)) for i, one in enumerate(verdict.all)}


def tables_of(analysis: Analysis, name: str) -> list[Table]:
    """All tables of a question that have rows."""
    return [
        table(f"{name}: {title}", headings, rows)
        for title, (headings, rows) in _contents(analysis).items()
        if rows
    ]


def csv_files(verdict: Verdict) -> Iterator[tuple[str, bytes]]:
    """Name and content of every table, numbers in full; and of the sessions that fail screening."""
    groups = [("", verdict.all)] + ([("_screened", verdict.screened)] if verdict.screened else [])
    for suffix, analyses in groups:
        for analysis in analyses:
            for title, (headings, rows) in _contents(analysis).items():
                if rows:
                    name = title.lower().replace(" ", "_").replace(",", "")
                    yield f"{analysis.question}_{name}{suffix}.csv", _csv(headings, rows)
    if verdict.failing:
        yield "screening.csv", _csv(_FAILING, _failing_rows(verdict))


_FAILING = ("session_id", "listener_id", "rule", "failed", "asked")


def failing_table(verdict: Verdict) -> Table:
    return table("Sessions that fail screening", _FAILING, _failing_rows(verdict))


def _failing_rows(verdict: Verdict) -> list[tuple]:
    return [
        (one.session_id, one.listener_id, one.rule, one.failed, one.asked)
        for one in verdict.failing
    ]


_ESTIMATE = ("votes", "listeners", "share_percent", "low_percent", "high_percent")


_Contents = dict[str, tuple[tuple[str, ...], list[tuple]]]


def _contents(analysis: Analysis) -> _Contents:
    """{title: headings and rows} of everything that was found."""
    return _of_preferences(analysis) | _of_ratings(analysis) | _of_ear_and_metric(analysis)


def _of_preferences(analysis: Analysis) -> _Contents:
    return {
        "against the original": (
            ("condition", *_ESTIMATE, "wins", "losses", "ties", "e_value", "decided",
             "always_low_percent", "always_high_percent",
             "p_votes_holm", "listeners_for", "listeners_against", "p_listeners_holm",
             "more_listeners"),
            [
                (one.condition, *_percents(one.preferred), one.wins, one.losses, one.ties,
                 f"{one.evidence.value:.3g}", one.evidence.decides, *map(_scaled, one.always),
                 p_text(one.p_votes_holm), one.listeners_for,
                 one.listeners_against, p_text(one.p_listeners_holm), one.more_listeners)
                for one in analysis.head_to_head
            ],
        ),
        "ranking": (
            ("condition", "log_strength", "win_probability_percent", "low_percent", "high_percent"),
            [
                (one.condition, one.log_strength, 100 * one.win_probability,
                 _scaled(one.low), _scaled(one.high))
                for one in analysis.ranking
            ],
        ),
        "chosen": (
            ("design", "condition", *_ESTIMATE, "by_chance_percent"),
            [
                (one.design, one.condition, *_percents(one.preferred), 100 * one.by_chance)
                for one in analysis.choices
            ]
            + (
                [("all", "no preference", *_percents(analysis.no_preference), None)]
                if analysis.no_preference
                else []
            ),
        ),
    }  # fmt: skip


def _of_ratings(analysis: Analysis) -> _Contents:
    return {
        "ratings": (
            ("condition", "ratings", "listeners", "mean", "low", "high"),
            [
                (name, one.n_votes, one.n_listeners, one.value, one.low, one.high)
                for name, one in analysis.ratings.items()
            ],
        ),
        "ratings compared": (
            ("test", "of", "listeners", "statistic", "p"),
            [
                ("Friedman", "all", analysis.friedman.n_listeners, analysis.friedman.statistic,
                 p_text(analysis.friedman.p)),
                *(
                    ("Conover", f"{a}, {b}", analysis.friedman.n_listeners, None, p_text(p))
                    for a, b, p in analysis.friedman.post_hoc
                ),
            ]
            if analysis.friedman
            else [],
        ),
    }  # fmt: skip


def _of_ear_and_metric(analysis: Analysis) -> _Contents:
    return {
        "told apart from the original, ABX": (
            ("condition", *_ESTIMATE, "p", "p_holm"),
            [
                (one.condition, *_percents(one.correct), p_text(one.p), p_text(one.p_holm))
                for one in analysis.audible
            ],
        ),
        "metric against ear": (
            ("metric", "pairs", *_ESTIMATE, "kendall_tau", "tau_low", "tau_high"),
            [
                (one.metric, "all" if one.with_original else "restorations",
                 *_percents(one.agrees), one.tau.value, one.tau.low, one.tau.high)
                for one in analysis.agreements
            ],
        ),
        "log-mel threshold": (
            ("threshold", "low", "high", "sensitivity", "specificity", "area", "area_low",
             "area_high", "votes"),
            [
                (found.value, found.low, found.high, found.sensitivity, found.specificity,
                 found.area, found.area_low, found.area_high, found.n_votes)
                for found in [analysis.threshold]
                if found
            ],
        ),
    }  # fmt: skip


def _percents(one: Estimate) -> tuple:
    return one.n_votes, one.n_listeners, 100 * one.value, _scaled(one.low), _scaled(one.high)


def _scaled(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _csv(headings: tuple, rows: list[tuple]) -> bytes:
    return csv_bytes([headings, *rows])


def tidy_csv(votes: pd.DataFrame, verdict: Verdict) -> bytes:
    """The votes that were counted, one row for each stimulus, and whether the session passed
    screening."""
    failed = {one.session_id for one in verdict.failing}
    passed = ~votes["session_id"].isin(failed)
    tidy = votes.assign(passed_screening=passed).astype(object)
    tidy = tidy.where(tidy.notna(), None)
    return csv_bytes([tidy.columns, *tidy.itertuples(index=False)])
