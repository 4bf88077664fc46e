"""The verdict as one page, and as tables that other programs read."""

from collections.abc import Sequence

import pandas as pd

from listening.analysis.analysis import Verdict
from listening.analysis.bradley_terry import PRIOR_WINS
from listening.analysis.charts import charts_of
from listening.analysis.evidence import ALPHA, FEWEST_LISTENERS
from listening.analysis.intervals import (
    ASSUMED_LIKENESS,
    FEWEST_CLIPS,
)
from listening.analysis.screening import RULES
from listening.analysis.sentences import headline
from listening.analysis.tables import (
    csv_files,
    decision_table,
    failing_table,
    file_stems,
    tables_of,
)
from listening.analysis.vote_table import VOTES_NAME
from reporting import Block, Chart, Charts, Code, Sentences, page_html
from storage.csv_rows import csv_bytes, csv_columns_bytes

TITLE = "Listening test results"
METHODS = (
    "Scopes. “On these clips”: listeners are a sample, the clips are taken as they are. "
    "“For music like this”: listeners and clips are both samples; said only with at least "
    f"{FEWEST_CLIPS} clips. It holds for music that the clips were drawn from, no other.",
    "Every listener counts the same, however many votes they gave; ties are half a win. "
    "Shares by vote stand beside them. Intervals are 95 %.",
    "On these clips: a listener's votes are one cluster, t quantiles with listeners − 1 "
    "degrees of freedom. For music like this: variance over listeners and clips (Cameron, "
    "Gelbach and Miller 2011), never below the smaller of the two, t quantiles with the fewer of "
    "listeners and clips − 1. Shares by Wilson's formula with the effective number of "
    "votes; where hardly any vote disagrees, an intraclass correlation of "
    f"{ASSUMED_LIKENESS:g} is assumed.",
    "Decisions rest on the largest e-value so far and may be monitored after every "
    "listener: by chance the tests of one study, all questions and versions together, err "
    f"in at most {100 * ALPHA:.0f} % of studies in each scope (Bonferroni). On these "
    "clips: betting on each listener's share of comparisons (Waudby-Smith and Ramdas "
    "2024). For music like this: the Bayes factor of a t statistic (Gönen et al. 2005) "
    "with the variance over listeners and clips, an approximation, from "
    f"{FEWEST_LISTENERS} listeners on. A listener counts with the first session in a "
    "study, once it is completed or a day old, in the order of that; how soon somebody is "
    "done must not depend on what they prefer. always_low, always_high: an interval on "
    "these clips that holds at every look.",
    "More listeners: the study is continued in simulation with listeners drawn from those "
    "so far, by the test that decides.",
    "p over votes: exact binomial test as if all votes were independent. p over "
    "listeners: the same with one vote a listener (which of the two was preferred more "
    "often). Both are corrected after Holm, are about these clips, and are valid at a "
    "sample size planned beforehand, not when monitored.",
    f"Ranking: Bradley–Terry, a tie as half a win for each, {PRIOR_WINS:g} of a win added "
    "to each side of every pair compared; intervals from each comparison's influence, "
    "clustered as above.",
    "Ratings: means and differences within a trial, clustered as above; Friedman's test "
    "and Conover's post-hoc test (Holm) over listeners' means (these clips) and over "
    "clips' means (other clips, these listeners).",
    "ABX: every answer is a fair coin for whoever hears no difference, because X was "
    "drawn; the decision may be monitored, the exact p may not. Listeners one by one: "
    "Holm over all of them.",
    "Metric vs preference: pairs in which both have a preference; less high-frequency "
    "energy, a higher harmonic/percussive ratio, a smaller log-mel distance and more "
    "criteria count as better. p: clips' values exchanged as a whole, votes kept, so that "
    "a level of its own for each version proves nothing; Holm over the metrics; valid at "
    "a number planned beforehand, not when monitored. Said only if p and the interval for "
    "music like this agree, and in no filtered view. Log-mel threshold: votes on the same "
    "version compared.",
    "Training trials count nowhere; repeats and catch trials count in screening only. "
    "Decisions count all sessions; what those that fail screening change is said.",
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


def report_html(
    verdict: Verdict,
    charts: dict[str, list[Chart]],
    chosen: dict[str, str],
    notes: Sequence[str] = (),
) -> bytes:
    """The page.

    charts : {question: its charts}
    chosen : {filter: value} that the votes were chosen by
    notes : what is to be said of the table that they come from
    """
    blocks: list[Block] = [Sentences("Verdict", headline(verdict))]
    if notes:
        blocks.append(Sentences("Source", notes))
    if chosen:
        blocks.append(Sentences("Only", [f"{name} = {value}" for name, value in chosen.items()]))
    if verdict.decisions:
        blocks.append(decision_table(verdict))
    for index, analysis in enumerate(verdict.all):
        name = analysis.question.capitalize()
        blocks.append(Charts(f"{name}: charts", charts[analysis.question]))
        blocks += tables_of(analysis, name)
        if verdict.screened:
            screened = verdict.screened[index]
            blocks += tables_of(screened, f"{name}, without those who failed screening")
    if verdict.failing:
        blocks.append(failing_table(verdict))
        rules = {one.rule for one in verdict.failing}
        blocks.append(Sentences("Rules of screening", [RULES[rule] for rule in sorted(rules)]))
    blocks.append(Sentences("How it was computed", METHODS))
    blocks += [Code("Python", PYTHON), Code("R", R)]
    return page_html(TITLE, "en", blocks)


def charts_by_question(verdict: Verdict) -> dict[str, list[Chart]]:
    """{question: its charts}."""
    stems = file_stems(verdict)
    return {
        one.question: list(charts_of(verdict, i, stems[one.question]))
        for i, one in enumerate(verdict.all)
    }


def tidy_csv(votes: pd.DataFrame, verdict: Verdict) -> bytes:
    """The votes that were counted, one row for each stimulus, and whether the session passed
    screening."""
    failed = {one.session_id for one in verdict.failing}
    passed = ~votes["session_id"].isin(failed)
    tidy = votes.assign(passed_screening=passed)
    columns = [pd.factorize(tidy[name]) for name in tidy.columns]
    return csv_bytes([tidy.columns]) + csv_columns_bytes(
        [(places.tolist(), values.astype(object).tolist()) for places, values in columns]
    )
