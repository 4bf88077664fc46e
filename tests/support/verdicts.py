"""From simulated votes to a verdict, as tests of the analysis need it."""

import numpy as np
import pandas as pd

from listening.analysis.analysis import verdict_of
from listening.analysis.chart_list import charts_by_question
from listening.analysis.intervals import Scope
from listening.analysis.report import report_html
from listening.analysis.sentences import headline
from listening.analysis.vote_table import load_votes
from tests.support.simulated_votes import NOW, simulate, write_votes


def loaded(tmp_path, *parts, now=NOW):
    return load_votes(write_votes(tmp_path, *parts), now)


def verdict(tmp_path, *parts, **options):
    return verdict_of(loaded(tmp_path, *parts, **options), {})


def decided(found, scope=Scope.CLIPS) -> dict[str, str | None]:
    """{condition: who won against the reference in this scope, None if undecided}."""
    return {
        one.condition: ((one.condition if decision.leans_for else one.against)
                        if decision.decides else None)
        for one in found.decisions
        for at, decision in one.decisions.items()
        if at == scope
    }  # fmt: skip


def said(found) -> str:
    return "\n".join(headline(found))


def whole_page(found) -> str:
    return report_html(found, charts_by_question(found), {}).decode()


def abx(n_listeners: int, right: list[bool]) -> pd.DataFrame:
    """One ABX trial of each listener about hbss and the original."""
    parts = []
    for i, is_right in zip(range(n_listeners), right, strict=True):
        three = simulate(1, 1, n_clips=1).iloc[:3].copy()
        x = ("original", "hbss")[i % 2]
        three["design"] = "abx"
        three["condition"] = ["original", "hbss", x]
        three["label"] = ["A", "B", "X"]
        said_x = x if is_right else {"original": "hbss", "hbss": "original"}[x]
        three["preferred"] = [int(c == said_x) for c in ("original", "hbss")] + [0]
        three["rating"] = np.nan
        for name in ("trial_id", "session_id", "listener_id"):
            three[name] = f"abx{i:04d}"
        parts.append(three)
    return pd.concat(parts)


def of_kind(kind: str, rows: pd.DataFrame, **changed) -> pd.DataFrame:
    """The same rows as other trials of another kind."""
    return rows.assign(trial_kind=kind, trial_id=kind + rows["trial_id"], **changed)
