"""Listening tests from elsewhere: any tidy table, with the names of its columns.

One row is one rating (`rating`), one version that was or was not chosen (`preferred`, 1 or 0), one
comparison of two (`a`, `b` and `preferred`: a or b by name or letter, or a tie), or one
answer of an ABX test (`correct`). What cannot be used is left out and said.
"""

import csv
import io
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
from listening.analysis.wording import count
from listening.trial import ABX, MULTI, ORIGINAL, PAIR, X_LABEL, Kind, Question

NEEDED = "listener"
OPTIONAL = ("clip", "question", "study", "trial", "session")
FORMS = {
    "ratings": ("condition", "rating"),
    "pairs": ("a", "b", "preferred"),
    "choices": ("condition", "preferred"),
    "ABX answers": ("condition", "correct"),
}
FIELDS = (NEEDED, *OPTIONAL, "condition", "rating", "preferred", "a", "b", "correct")
YES = ("1", "1.0", "true", "yes", "y", "right", "correct")
NO = ("0", "0.0", "false", "no", "n", "wrong", "incorrect")
TIES = ("", "tie", "none", "no preference", "equal", "same")
SEPARATORS = (",", "\t", ";")
LARGEST_RATING = 1e6
LONGEST_CELL = 200  # characters of a name


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
    if len(set(columns.values())) < len(columns):
        raise ResultsError("--columns uses one column for two fields.")
    form = _form_of(columns)
    unused = set(columns) - {NEEDED, *OPTIONAL, *FORMS[form]}
    unused -= {"preferred"} if form == "ratings" else set()
    if unused:
        raise ResultsError(f"--columns says {form}, which have no field {sorted(unused)[0]!r}.")
    return columns


def load_table(path: Path | str, columns: dict[str, str]) -> OtherTable:
    """A table with commas, tabs or semicolons between its cells, in UTF-8.

    columns : as `parse_columns` returns them
    Raises ResultsError if it cannot be read, lacks a column, or has no row that can be used.
    """
    path = Path(path)
    header, rows = _read(path, columns)
    form = _form_of(columns)
    places = {field: header.index(column) for field, column in columns.items()}
    whole = [row for row in rows if len(row) == len(header)]
    used = pd.DataFrame(
        {field: [row[place].strip() for row in whole] for field, place in places.items()},
        dtype="str",
    )
    taken = used[_can_be_used(used, form)].reset_index(drop=True)
    if taken.empty:
        raise ResultsError(f"{path} has no row that can be used as {form}.")
    votes = _votes_of(taken, form)
    votes.attrs[LEFT_OUT] = ""
    unused = [name for name in header if name not in columns.values()]
    return OtherTable(votes, _notes(path, len(rows), len(taken), unused, columns, form, votes))


def _read(path: Path, columns: dict[str, str]) -> tuple[list[str], list[list[str]]]:
    """Header and rows, split by the separator that gives all columns; empty lines are no rows."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        for separator in SEPARATORS:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            header = [name.strip() for name in next(reader, [])]
            if set(columns.values()) <= set(header):
                doubled = [name for name in columns.values() if header.count(name) > 1]
                if doubled:
                    raise ResultsError(f"{path} has two columns {doubled[0]!r}.")
                return header, [row for row in reader if any(row)]
    except (OSError, UnicodeError, csv.Error) as error:
        raise ResultsError(f"{path} cannot be read as a table ({error}).") from error
    first = text.partition("\n")[0].strip()[:LONGEST_CELL]
    missing = next((one for one in columns.values() if one not in first), "all that were named")
    raise ResultsError(f"{path} has no column {missing!r}; its first line is {first!r}.")


def _can_be_used(used: pd.DataFrame, form: str) -> pd.Series:
    """Which rows have all that they need, and can be read."""
    names = [name for name in (NEEDED, "condition", "a", "b", "question") if name in used]
    fine = pd.Series(True, index=used.index)
    for name in names:
        fine &= used[name].str.len().between(1, LONGEST_CELL)
    if "rating" in used:
        numbers = pd.to_numeric(used["rating"], errors="coerce").astype("float64")
        fine &= numbers.abs() <= LARGEST_RATING
    if form == "pairs":
        said = used["preferred"].str.lower()
        one_of = (used["preferred"] == used["a"]) | (used["preferred"] == used["b"])
        return fine & (used["a"] != used["b"]) & (one_of | said.isin(["a", "b", *TIES]))
    if form == "ABX answers":
        fine &= used["condition"] != ORIGINAL
    for name in {"preferred", "correct"} & set(used):
        answer = used[name].str.lower()
        fine &= answer.isin([*YES, *NO, *(TIES if form == "ratings" else ())])
    return fine


def _form_of(columns: dict[str, str]) -> str:
    for form, fields in FORMS.items():
        if set(fields) <= set(columns):
            return form
    wanted = "; ".join(f"{form}: {', '.join(fields)}" for form, fields in FORMS.items())
    raise ResultsError(f"--columns does not say what was answered. It needs one of: {wanted}.")


def _notes(path, n_rows, n_taken, unused, columns, form, votes) -> list[str]:
    n_left = n_rows - n_taken
    listeners, clips = (votes[name].nunique() for name in ("listener_id", "clip_id"))
    notes = [
        f"{path.name}: {n_taken:,} of {count(n_rows, 'row')} taken as {form}, by "
        f"{count(listeners, 'listener')} on {count(clips, 'clip')}."
    ]
    if n_left:
        notes.append(
            f"{count(n_left, 'row')} left out: a cell is missing or too many, empty, too long or "
            "cannot be read, or a version is compared with itself."
        )
    if form == "pairs":
        n_ties = int((votes.groupby("trial_id", observed=True)["preferred"].sum() == 0).sum())
        notes.append(f"Of the pairs, {n_ties:,} are ties.")
    if form == "ABX answers":
        notes.append(f"ABX answers count as about each version and the {ORIGINAL}.")
    if unused:
        notes.append(f"Columns not used: {', '.join(unused)}.")
    if "clip" not in columns:
        notes.append("No clip column: all rows count as one clip.")
    notes.append("All listeners count as done, in the order in which they first appear.")
    if "session" in columns:
        notes.append("Only a listener's first session counts in decisions.")
    return notes


def _votes_of(taken: pd.DataFrame, form: str) -> pd.DataFrame:
    question = Question.PREFERENCE if form != "ratings" else "rating"
    defaults = {"clip": "clip", "question": str(question), "study": "table", "session": ""}
    taken = taken.assign(**{name: value for name, value in defaults.items() if name not in taken})
    taken["session"] = taken["study"] + "\x1f" + taken["listener"] + "\x1f" + taken["session"]
    if "trial" not in taken:
        taken["trial"] = ""
    by = ["study", "question", "session", "clip", "trial"]
    if form in ("pairs", "ABX answers"):  # every row is a trial
        taken["trial"] = np.arange(len(taken)).astype(str)
    else:  # the same version again is another trial
        taken["trial"] += "\x1f" + taken.groupby([*by, "condition"]).cumcount().astype(str)
    taken["trial_id"] = taken.groupby(by, sort=False).ngroup().astype(str)
    rows = {"ratings": _rated, "choices": _chosen, "pairs": _paired, "ABX answers": _abx}[form](
        taken
    )
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
        taken.assign(condition=ORIGINAL, preferred=1 - right, label="B"),
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
