"""Listening tests from elsewhere: any tidy table, with the names of its columns.

One row is one rating (`rating`), one version that was or was not chosen (`preferred`, 1 or 0), one
comparison of two (`a`, `b` and `preferred`: a or b by name or letter, anything else a tie), or one
answer of an ABX test (`correct`). What cannot be used is left out and said.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from listening.analysis.vote_table import (
    LEFT_OUT,
    NUMBERS,
    WORDS,
    ResultsError,
)
from listening.trial import ABX, MULTI, PAIR, X_LABEL, Kind, Question

NEEDED = "listener"
OPTIONAL = ("clip", "question", "study", "trial", "session")
FORMS = {
    "ratings": ("condition", "rating"),
    "pairs": ("a", "b", "preferred"),
    "choices": ("condition", "preferred"),
    "ABX": ("condition", "correct"),
}
FIELDS = (NEEDED, *OPTIONAL, "condition", "rating", "preferred", "a", "b", "correct")
OTHER = "another version"  # what an ABX answer of one named condition was compared with
YES, NO = ("1", "1.0", "true", "yes"), ("0", "0.0", "false", "no")


@dataclass(frozen=True, eq=False)
class OtherTable:
    """Votes as `vote_table.load_votes` returns them, and what was taken and left, in sentences."""

    votes: pd.DataFrame
    notes: list[str]


def parse_columns(text: str) -> dict[str, str]:
    """{field: column} of "listener=subject,clip=item,…"; raises ResultsError."""
    columns: dict[str, str] = {}
    for part in text.split(","):
        field, is_there, column = (one.strip() for one in part.partition("="))
        if not is_there or field not in FIELDS or not column:
            raise ResultsError(
                f"--columns takes FIELD=COLUMN pairs, with the fields {', '.join(FIELDS)}; got "
                f"{part.strip()!r}."
            )
        if field in columns:
            raise ResultsError(f"--columns names {field} twice.")
        columns[field] = column
    if NEEDED not in columns:
        raise ResultsError(f"--columns must say which column is the {NEEDED}.")
    _form_of(columns)
    return columns


def load_table(path: Path | str, columns: dict[str, str]) -> OtherTable:
    """A table in CSV, or in TSV if its name says so.

    columns : as `parse_columns` returns them
    Raises ResultsError if it cannot be read, lacks a column, or has no row that can be used.
    """
    path = Path(path)
    try:
        separator = "\t" if path.suffix.lower() in (".tsv", ".tab") else ","
        raw = pd.read_csv(
            path, sep=separator, dtype="str", keep_default_na=False, encoding="utf-8-sig"
        )
    except (OSError, ValueError) as error:  # pandas' ParserError and UnicodeDecodeError are such
        raise ResultsError(f"{path} cannot be read as a table ({error}).") from error
    missing = [column for column in columns.values() if column not in raw.columns]
    if missing:
        raise ResultsError(
            f"{path} has no column {missing[0]!r}; it has {', '.join(map(str, raw.columns))}."
        )
    used = pd.DataFrame({field: raw[column].str.strip() for field, column in columns.items()})
    form = _form_of(columns)
    whole = (used[[NEEDED, *FORMS[form]]] != "").all(axis=1)
    if form == "pairs":  # an empty cell there is a tie
        whole = (used[[NEEDED, "a", "b"]] != "").all(axis=1) & (used["a"] != used["b"])
    if form == "ratings":
        numbers = pd.to_numeric(used["rating"], errors="coerce").astype("float64")
        whole &= np.isfinite(numbers)
    if form in ("choices", "ABX"):
        whole &= used[FORMS[form][1]].str.lower().isin([*YES, *NO])
    taken = used[whole].reset_index(drop=True)
    if taken.empty:
        raise ResultsError(f"{path} has no row that can be used as {form}.")
    votes = _votes_of(taken, form)
    votes.attrs[LEFT_OUT] = ""
    return OtherTable(votes, _notes(path, raw, columns, form, whole, votes))


def _form_of(columns: dict[str, str]) -> str:
    for form, fields in FORMS.items():
        if set(fields) <= set(columns):
            return form
    wanted = "; ".join(f"{form}: {', '.join(fields)}" for form, fields in FORMS.items())
    raise ResultsError(f"--columns does not say what was answered. It needs one of: {wanted}.")


def _notes(path, raw, columns, form, whole, votes) -> list[str]:
    n_left = int((~whole).sum())
    left = [str(name) for name in raw.columns if name not in columns.values()]
    return [
        f"{path.name}: {int(whole.sum()):,} of {len(raw):,} rows taken as {form}, by "
        f"{votes['listener_id'].nunique():,} listeners on {votes['clip_id'].nunique():,} clips.",
        *([f"{n_left:,} rows left out: a cell is empty or cannot be read."] if n_left else []),
        *([f"Columns not used: {', '.join(left)}."] if left else []),
        *([] if "clip" in columns else ["No clip column: all rows count as one clip."]),
        "All listeners count as done, in the order in which they first appear.",
    ]


def _votes_of(taken: pd.DataFrame, form: str) -> pd.DataFrame:
    question = Question.PREFERENCE if form != "ratings" else "rating"
    defaults = {"clip": "clip", "question": str(question), "study": "table", "session": ""}
    taken = taken.assign(**{name: value for name, value in defaults.items() if name not in taken})
    taken["session"] = taken["listener"] + "\x1f" + taken["session"]
    if "trial" not in taken:
        taken["trial"] = ""
    by = ["study", "question", "session", "clip", "trial"]
    if form in ("pairs", "ABX"):  # every row is a trial
        taken["trial"] = np.arange(len(taken)).astype(str)
    else:  # the same version again is another trial
        taken["trial"] += "\x1f" + taken.groupby([*by, "condition"]).cumcount().astype(str)
    taken["trial_id"] = taken.groupby(by, sort=False).ngroup().astype(str)
    rows = {"ratings": _rated, "choices": _chosen, "pairs": _paired, "ABX": _abx}[form](taken)
    n_before = rows.groupby("trial_id").cumcount()
    rows["label"] = rows["label"].where(rows["label"] != "", [f"V{n + 1}" for n in n_before])
    return _typed(rows)


def _rated(taken: pd.DataFrame) -> pd.DataFrame:
    rows = taken.assign(design=MULTI, rating=pd.to_numeric(taken["rating"]), label="")
    if "preferred" in taken:
        return rows.assign(preferred=taken["preferred"].str.lower().isin(YES).astype(float))
    return rows.assign(preferred=0.0)


def _chosen(taken: pd.DataFrame) -> pd.DataFrame:
    preferred = taken["preferred"].str.lower().isin(YES).astype(float)
    return taken.assign(design=MULTI, rating=np.nan, preferred=preferred, label="")


def _paired(taken: pd.DataFrame) -> pd.DataFrame:
    said = taken["preferred"]
    is_a = (said == taken["a"]) | ((said.str.lower() == "a") & (said != taken["b"]))
    is_b = (said == taken["b"]) | ((said.str.lower() == "b") & (said != taken["a"]))
    sides = [
        taken.assign(condition=taken[side], preferred=won.astype(float), label=side.upper())
        for side, won in (("a", is_a), ("b", is_b))
    ]
    rows = pd.concat(sides).sort_index(kind="stable").reset_index(drop=True)
    return rows.assign(design=PAIR, rating=np.nan)


def _abx(taken: pd.DataFrame) -> pd.DataFrame:
    right = taken["correct"].str.lower().isin(YES).astype(float)
    sides = [
        taken.assign(condition=taken["condition"], preferred=right, label="A"),
        taken.assign(condition=OTHER, preferred=1 - right, label="B"),
        taken.assign(condition=taken["condition"], preferred=0.0, label=X_LABEL),
    ]
    rows = pd.concat(sides).sort_index(kind="stable").reset_index(drop=True)
    return rows.assign(design=ABX, rating=np.nan)


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    """All columns of `vote_table.load_votes`; what a table from elsewhere lacks is empty."""
    names = {
        "study": "study_id",
        "session": "session_id",
        "listener": "listener_id",
        "clip": "clip_id",
    }
    rows = rows.rename(columns=names)
    rows = rows.assign(trial_kind=str(Kind.MAIN), params="{}", prompt="", sample_rate_hz="")
    votes = pd.DataFrame({name: rows[name].astype("category") for name in WORDS})
    for name in NUMBERS:
        votes[name] = rows[name].astype("float64") if name in rows else np.nan
    order = pd.factorize(votes["session_id"])[0]
    return votes.assign(final_at=pd.Timestamp(0, tz="UTC") + pd.to_timedelta(order, unit="s"))
