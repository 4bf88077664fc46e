"""The report of an experiment: one HTML file that needs nothing else, to be read offline."""

import platform
from collections.abc import Iterable, Sequence

from audio.working import REPORT_RATE_HZ
from experiment import tables
from experiment.outcome import Outcome
from experiment.words import Words
from metrics.hiss import Finding
from reporting import Chart, Charts, Sentences, Table, page_html, table


def report_html(
    outcome: Outcome, charts: Sequence[Chart], environment: dict[str, str], words: Words
) -> bytes:
    """Conclusion, tables, figures, parameters, versions and the list of clips."""
    return page_html(
        words("report_title"),
        words.language,
        [
            Sentences(words("conclusion"), conclusion(outcome, words)),
            *_summary_tables(outcome, words),
            Charts(words("figures"), charts),
            *_result_tables(outcome, words),
            *_further_tables(outcome, words),
            _clips(outcome, words),
            _parameters(outcome, words),
            _versions(environment, words),
        ],
    )


def conclusion(outcome: Outcome, words: Words) -> list[str]:
    """What was found, in sentences: the score of each method, and what the clips were like."""
    rate = f"{outcome.protocol.sample_rate_hz / 1000:g}"
    n_clips = len(outcome.clips)
    sentences = [words("at_rate", n=words.clips(n_clips), rate=rate)]
    if outcome.n_synthetic:
        sentences.append(words("synthetic", n=outcome.n_synthetic, total=n_clips))
    summaries = {condition: table.summary() for condition, table in outcome.tables.items()}
    best_first = sorted(summaries, key=lambda condition: -summaries[condition].shares.score)
    for condition in best_first:
        summary = summaries[condition]
        sentences.append(
            words(
                "concludes",
                method=condition,
                full=summary.n_full,
                n=summary.n_clips,
                percent=f"{100 * summary.shares.score:.0f}",
                low=f"{100 * summary.score_low:.0f}",
                high=f"{100 * summary.score_high:.0f}",
            )
        )
    counts = {finding: int(outcome.with_finding(finding).sum()) for finding in Finding}
    sentences.append(
        words(
            "found",
            cutoff=f"{outcome.protocol.settings.cutoff_hz / 1000:g}",
            n=n_clips,
            **{finding.value: counts[finding] for finding in Finding},
        )
    )
    if outcome.truths and counts[Finding.HISS]:
        sentences.append(words("not_clean", n=counts[Finding.HISS], total=n_clips))
    if outcome.protocol.sample_rate_hz != REPORT_RATE_HZ:
        sentences.append(words("other_rate", rate=rate))
    return [*sentences, words("caveat")]


def _summary_tables(outcome: Outcome, words: Words) -> list[Table]:
    """The summary of all methods, by finding, and each sweep."""
    found = [tables.SUMMARY_NAME, "summary_by_finding.csv"]
    by_finding = [
        (words(f"finding_{finding}"), *cells) for finding, *cells in tables.finding_rows(outcome)
    ]
    shown = [
        _table(words("summary"), ("condition", *tables.SUMMARY_COLUMNS),
               tables.summary_rows(outcome), found[0], words),
        _table(words("by_finding"), (words("finding"), "condition", *tables.SUMMARY_COLUMNS),
               by_finding, found[1], words),
    ]  # fmt: skip
    for sweep in outcome.protocol.sweeps:
        headings = (sweep.parameter, *tables.SUMMARY_COLUMNS)
        rows = tables.sweep_rows(outcome, sweep)
        shown.append(_table(sweep.name, headings, rows, f"sweep_{sweep.name}.csv", words))
    if outcome.truths:
        shown.append(
            _table(
                words("truth"),
                tables.TRUTH_SUMMARY_COLUMNS,
                tables.truth_summary_rows(outcome),
                "known_hiss_summary.csv",
                words,
                note=words("truth_meaning"),
            )
        )
    return shown


def _result_tables(outcome: Outcome, words: Words) -> list[Table]:
    return [result_table(outcome, condition, words) for condition in outcome.tables]


def result_table(outcome: Outcome, condition: str, words: Words) -> Table:
    """The report's table of one method, three decimals."""
    return _table(
        words("results_of", method=condition),
        tables.RESULT_COLUMNS,
        tables.result_rows(outcome, condition),
        f"results_{condition}.csv",
        words,
    )


def _further_tables(outcome: Outcome, words: Words) -> list[Table]:
    shown = []
    if outcome.truths:
        rows = tables.truth_rows(outcome)
        shown.append(_table(words("truth"), tables.TRUTH_COLUMNS, rows, "known_hiss.csv", words))
    if outcome.removals:
        rows = tables.removal_rows(outcome)
        title = words("residuals")
        shown.append(_table(title, tables.REMOVAL_COLUMNS, rows, "residuals.csv", words))
    if outcome.skipped:
        rows = [(one.track, one.reason) for one in outcome.skipped]
        headings = ("track", words("reason"))
        shown.append(_table(words("skipped"), headings, rows, tables.SKIPPED_NAME, words))
    return shown


def _clips(outcome: Outcome, words: Words) -> Table:
    return _table(
        words("clips"), tables.CLIP_COLUMNS, tables.clip_rows(outcome), "clips.csv", words
    )


def _parameters(outcome: Outcome, words: Words) -> Table:
    facts = outcome.protocol.facts()
    flat = {"sample_rate_hz": facts["sample_rate_hz"]}
    for group in (*facts["restorers"].items(), ("metrics", facts["metrics"])):
        flat |= {f"{group[0]}.{name}": value for name, value in group[1].items()}
    for sweep in facts["sweeps"]:
        values = ", ".join(f"{value:g}" for value in sweep["values"])
        flat[f"sweep {sweep['condition']}.{sweep['parameter']}"] = values
    for name, value in (facts["added_hiss"] or {}).items():
        flat[f"added_hiss.{name}"] = value
    return _pairs(words("parameters"), flat, words)


def _versions(environment: dict[str, str], words: Words) -> Table:
    everything = {**environment, "platform": platform.platform()}
    return _pairs(words("versions"), everything, words)


def _pairs(title: str, facts: dict, words: Words) -> Table:
    rows = [(name, str(value)) for name, value in facts.items()]
    return table(title, (words("name"), words("value")), rows)


def _table(
    title: str, headings: tuple, rows: Iterable, file: str, words: Words, note: str = ""
) -> Table:
    too_many = words("first_rows", file=file, shown="{shown}", n="{n}")
    return table(title, headings, rows, note=note, too_many=too_many)
