"""The report of an experiment: one HTML file that needs nothing else, to be read offline."""

import platform
from collections.abc import Iterable, Sequence

from experiment.outcome import Outcome
from experiment.report import tables
from experiment.report.hiss import hiss_title
from experiment.trust import FEWEST_SETTINGS, FEWEST_TO_JUDGE, LEADING, agreements
from messages import Messages
from metrics.criteria import OK
from metrics.hiss import Finding
from reporting import Chart, Charts, Sentences, Table, page_html, table


def report_html(
    outcome: Outcome, charts: Sequence[Chart], environment: dict[str, str], messages: Messages
) -> bytes:
    """Conclusion, tables, figures, parameters, versions and the list of clips."""
    return page_html(
        messages("report_title"),
        messages.language,
        [
            Sentences(messages("conclusion"), conclusion(outcome, messages)),
            *_summary_tables(outcome, messages),
            Charts(messages("figures"), charts),
            *_result_tables(outcome, messages),
            *_further_tables(outcome, messages),
            _clips(outcome, messages),
            _parameters(outcome, messages),
            _versions(environment, messages),
        ],
    )


def conclusion(outcome: Outcome, messages: Messages) -> list[str]:
    """What was found, in sentences: the score of each method, and what the clips were like."""
    n_clips = len(outcome.clips)
    sentences = [messages(f"format_{outcome.protocol.working_format}", n=messages.clips(n_clips))]
    if outcome.protocol.added_hiss:
        title = hiss_title(outcome.protocol.added_hiss, messages)
        sentences.append(messages("hiss_added", hiss=title))
    if outcome.n_synthetic:
        sentences.append(messages("synthetic", n=outcome.n_synthetic, total=n_clips))
    summaries = {condition: table.summary() for condition, table in outcome.tables.items()}
    best_first = sorted(summaries, key=lambda condition: -summaries[condition].shares.score)
    for condition in best_first:
        summary = summaries[condition]
        sentences.append(
            messages(
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
        messages(
            "found",
            cutoff=f"{outcome.protocol.settings.cutoff_hz / 1000:g}",
            n=n_clips,
            **{finding.value: counts[finding] for finding in Finding},
        )
    )
    sentences += trust_sentences(outcome, messages)
    if outcome.truths and counts[Finding.HISS]:
        sentences.append(messages("not_clean", n=counts[Finding.HISS], total=n_clips))
    return [*sentences, messages("caveat")]


def trust_sentences(outcome: Outcome, messages: Messages) -> list[str]:
    """Which metrics order the settings as the truth does, and which the other way round."""
    told = [one for one in agreements(list(outcome.settings.values())) if one.truth == LEADING]
    sentences = []
    for key, chosen in (
        ("trusted", [one for one in told if one.is_trusted is True]),
        ("mistrusted", [one for one in told if one.is_trusted is False]),
    ):
        if chosen:
            names = ", ".join(f"{one.metric} ({one.rho:+.2f})".replace("-", "−") for one in chosen)
            n_clips = min(one.n_clips for one in chosen)
            sentences.append(messages(key, metrics=names, n=messages.clips(n_clips)))
    if outcome.settings and not sentences:
        sentences.append(messages("not_judged", settings=FEWEST_SETTINGS, clips=FEWEST_TO_JUDGE))
    return sentences


def _summary_tables(outcome: Outcome, messages: Messages) -> list[Table]:
    """The summary of all methods, by finding, and each sweep."""
    found = [tables.SUMMARY_NAME, "summary_by_finding.csv"]
    by_finding = [
        (messages(f"finding_{finding}"), *cells) for finding, *cells in tables.finding_rows(outcome)
    ]
    shown = [
        _table(messages("summary"), ("condition", *tables.SUMMARY_COLUMNS),
               tables.summary_rows(outcome), found[0], messages),
        _table(messages("by_finding"), (messages("finding"), "condition", *tables.SUMMARY_COLUMNS),
               by_finding, found[1], messages),
    ]  # fmt: skip
    for sweep in outcome.protocol.sweeps:
        headings = (sweep.parameter, *tables.SUMMARY_COLUMNS)
        rows = tables.sweep_rows(outcome, sweep)
        shown.append(_table(sweep.name, headings, rows, f"sweep_{sweep.name}.csv", messages))
    if outcome.truths:
        shown.append(
            _table(
                messages("truth"),
                tables.TRUTH_SUMMARY_COLUMNS,
                tables.truth_summary_rows(outcome),
                "known_hiss_summary.csv",
                messages,
                note=messages("truth_meaning"),
            )
        )
        trust = list(tables.trust_rows(outcome))
        if trust:
            note = messages("trust_meaning")
            title = messages("trust")
            shown.append(
                _table(title, tables.TRUST_COLUMNS, trust, tables.TRUST_NAME, messages, note=note)
            )
    return shown


def _result_tables(outcome: Outcome, messages: Messages) -> list[Table]:
    return [result_table(outcome, condition, messages) for condition in outcome.tables]


def result_table(outcome: Outcome, condition: str, messages: Messages) -> Table:
    """The report's table of one method, three decimals; its last column is the verdict."""
    rows = tables.result_rows(outcome, condition)
    return _table(
        messages("results_of", method=condition),
        (*tables.RESULT_COLUMNS[:-1], messages("verdict")),
        ((*cells, verdict == OK) for *cells, verdict in rows),
        f"results_{condition}.csv",
        messages,
    )


def _further_tables(outcome: Outcome, messages: Messages) -> list[Table]:
    shown = []
    if outcome.truths:
        truths = tables.truth_rows(outcome)
        shown.append(
            _table(messages("truth"), tables.TRUTH_COLUMNS, truths, "known_hiss.csv", messages)
        )
    if outcome.removals:
        removals = tables.removal_rows(outcome)
        title = messages("residuals")
        shown.append(_table(title, tables.REMOVAL_COLUMNS, removals, "residuals.csv", messages))
    if outcome.alignments:
        rows = tables.alignment_rows(outcome)
        title = messages("alignments")
        shown.append(_table(title, tables.ALIGNMENT_COLUMNS, rows, "alignments.csv", messages))
    if outcome.skipped:
        skipped = [(one.track, one.reason) for one in outcome.skipped]
        headings = ("track", messages("reason"))
        shown.append(_table(messages("skipped"), headings, skipped, tables.SKIPPED_NAME, messages))
    return shown


def _clips(outcome: Outcome, messages: Messages) -> Table:
    return _table(
        messages("clips"), tables.CLIP_COLUMNS, tables.clip_rows(outcome), "clips.csv", messages
    )


def _parameters(outcome: Outcome, messages: Messages) -> Table:
    facts = outcome.protocol.facts()
    flat = {"working_format": facts["working_format"]}
    groups = [
        *facts["sources"].items(),
        *facts["restorers"].items(),
        ("metrics", facts["metrics"]),
    ]
    for group in groups:
        flat |= {f"{group[0]}.{name}": value for name, value in group[1].items()}
    for sweep in facts["sweeps"]:
        values = ", ".join(f"{value:g}" for value in sweep["values"])
        flat[f"sweep {sweep['condition']}.{sweep['parameter']}"] = values
    for name, value in (facts["added_hiss"] or {}).items():
        flat[f"added_hiss.{name}"] = value
    return _pairs(messages("parameters"), flat, messages)


def _versions(environment: dict[str, str], messages: Messages) -> Table:
    everything = {**environment, "platform": platform.platform()}
    return _pairs(messages("versions"), everything, messages)


def _pairs(title: str, facts: dict, messages: Messages) -> Table:
    rows = [(name, str(value)) for name, value in facts.items()]
    return table(title, (messages("name"), messages("value")), rows)


def _table(
    title: str, headings: tuple, rows: Iterable, file: str, messages: Messages, note: str = ""
) -> Table:
    too_many = messages("first_rows", file=file, shown="{shown}", n="{n}")
    flags = (messages("good"), messages("bad"))
    return table(title, headings, rows, note=note, too_many=too_many, flags=flags)
