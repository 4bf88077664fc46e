"""votes.csv as a table of numbers: what is damaged in it is left out, a whole vote at a time."""

import io
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from listening.ballot import RATING_MAX, RATING_MIN
from listening.session_table import read_sessions
from listening.study import is_study_id
from listening.trial import ABX, DESIGNS, PAIR, Kind
from listening.votes import ADDED, COLUMNS
from storage.csv_log import is_older_header, with_columns_added
from storage.csv_reading import is_header, read_rows
from storage.csv_rows import csv_bytes, text_of_csv_cell

VOTES_NAME, SESSIONS_NAME = "votes.csv", "sessions.csv"
METRICS = ("delta_hf_band_db", "delta_hpss_ratio", "log_mel_distance", "OK_count")
NUMBERS = (*METRICS, "preferred", "rating", "listened_s", "response_time_s")
WORDS = (
    "study_id", "session_id", "listener_id", "trial_id", "design", "trial_kind", "question",
    "clip_id", "prompt", "condition", "label", "params", "sample_rate_hz",
)  # fmt: skip
LEFT_OUT = "left_out"
ALIKE = ["study_id", "clip_id", "design", "trial_kind"]
SUBMITTED, POSITION = "submitted_at", "position"
ABANDONED_AFTER = timedelta(days=1)
ROWS_OF = {PAIR: 2, ABX: 3}  # a "multi" vote has as many as there are versions
_TEXTS, _NUMBERS = (*WORDS, SUBMITTED, "vote_id"), (*NUMBERS, POSITION)
_LAST, _SURPLUS = COLUMNS[-1], "surplus"

log = logging.getLogger(__name__)


class ResultsError(Exception):
    """Votes that cannot be read; the text is meant for the user."""


def load_votes(folder: Path | str, now: datetime) -> pd.DataFrame:
    """One row for each stimulus of each vote, with the columns WORDS and NUMBERS, and `final_at`.

    Rows are in the order in which they were cast. A vote of which a row is damaged or missing is
    left out with a warning. A vote is final if it belongs to the first session of its listener in
    its study, before a break of ABANDONED_AFTER, and that session is over at `now` (with a time
    zone): completed, or broken off for so long. `final_at` is the moment at which it became so, NaT
    if it has not.

    `attrs[LEFT_OUT]` says in a sentence how many votes were left out, "" if none.

    folder : holds votes.csv; none there, or an empty one, is no votes
    Raises ResultsError if the file is of no version that is known.
    """
    path = Path(folder) / VOTES_NAME
    try:
        data = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise ResultsError(f"{path} cannot be read as votes ({error}).") from error
    if not data:
        nothing = _typed(pd.DataFrame(columns=[*WORDS, *NUMBERS]))
        return nothing.assign(final_at=pd.Series(dtype="datetime64[ns, UTC]"))
    if is_older_header(data.partition(b"\n")[0], COLUMNS, ADDED):
        data = with_columns_added(data, COLUMNS, ADDED)
    header, _, body = data.partition(b"\n")
    if not is_header(header, COLUMNS):
        raise ResultsError(f"{path} does not have the columns of this version.")
    try:
        votes, cut_short = _read_fast(body), set[str]()
    except ValueError:  # pandas' ParserError and UnicodeDecodeError are such
        votes, cut_short = _read_row_by_row(body)
    votes.loc[_is_impossible(votes), POSITION] = float("nan")  # as a row that cannot be read
    whole = _is_whole(votes, cut_short)
    left_out = "" if whole.all() else _left_out(votes.loc[~whole, "trial_id"].nunique())
    if left_out:
        log.warning("%s: %s", path, left_out)
    votes = votes[whole].sort_values(SUBMITTED, kind="stable", ignore_index=True)
    final_at = _final_at(votes, _completed(folder), now)
    table = _typed(votes[[*WORDS, *NUMBERS]]).assign(final_at=final_at)
    table.attrs[LEFT_OUT] = left_out
    return table


def _read_fast(body: bytes) -> pd.DataFrame:
    """The columns that are used; raises ValueError if a row may be damaged."""
    body.decode()  # the columns that are not used, too
    if b"\0" in body:
        raise ValueError("pandas would end a cell there")
    votes = pd.read_csv(
        io.BytesIO(csv_bytes([[*COLUMNS, _SURPLUS]]) + body),
        index_col=False,
        usecols=[*_TEXTS, *_NUMBERS, _LAST, _SURPLUS],
        dtype=dict.fromkeys((*_TEXTS, _LAST, _SURPLUS), "str") | dict.fromkeys(_NUMBERS, "float64"),
        keep_default_na=False,
        na_values={name: [""] for name in _NUMBERS},
    )
    if (votes[_LAST] == "").any() or (votes[_SURPLUS] != "").any():  # "" where there is no cell
        raise ValueError("a row has too few or too many cells")
    votes = votes.drop(columns=[_LAST, _SURPLUS])
    votes[SUBMITTED] = pd.to_datetime(votes[SUBMITTED], format="ISO8601", utc=True)
    return votes


def _read_row_by_row(body: bytes) -> tuple[pd.DataFrame, set[str]]:
    """All rows that can be read, and the trials that damaged lines follow.

    What cannot be read in a row is NaN in `position`, so that its vote is not whole.
    """
    rows, damaged = read_rows(body, len(COLUMNS), first_line=1)
    lines, after, cut_short = body.split(b"\n"), 0, set()
    for run in damaged:
        before, _ = read_rows(b"\n".join(lines[after : run.first_line - 1]) + b"\n", len(COLUMNS))
        cut_short |= {row[COLUMNS.index("trial_id")] for row in before[-1:]}
        after = run.last_line
    cells = pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")
    votes = cells[[*_TEXTS, *_NUMBERS]].copy()
    votes[SUBMITTED] = pd.to_datetime(votes[SUBMITTED], format="ISO8601", utc=True, errors="coerce")
    is_bad = votes[SUBMITTED].isna()
    for name in _NUMBERS:
        votes[name] = pd.to_numeric(cells[name], errors="coerce").astype("float64")
        is_bad |= votes[name].isna() & (cells[name] != "")
    votes.loc[is_bad, POSITION] = float("nan")
    return votes, cut_short


def _is_impossible(votes: pd.DataFrame) -> pd.Series:
    """Rows with a value that no vote can have."""
    rating, preferred = votes["rating"], votes["preferred"]
    return (
        ~(rating.isna() | rating.between(RATING_MIN, RATING_MAX))
        | ~preferred.isin([0, 1])
        | (votes["listened_s"] < 0)
        | np.isinf(votes[[*NUMBERS]]).any(axis=1)
        | ~votes["design"].isin(DESIGNS)
        | ~votes["trial_kind"].isin([*Kind])
    )


def _is_whole(votes: pd.DataFrame, cut_short: Iterable[str]) -> pd.Series:
    """Which rows belong to a vote of which no row is missing.

    In a study all "multi" trials of a kind on a clip have as many rows, because its versions are
    frozen. Elsewhere (the Studio's own votes) versions may change, and only what is known to have
    been cut short is held against its like.

    cut_short : trials whose last rows may be missing
    """
    by_trial = votes.groupby("trial_id", sort=False)
    trials = by_trial[ALIKE].first()
    places = by_trial[POSITION].agg(["size", "max", "sum"])
    n_rows = places["size"]
    is_whole = (places["max"] == n_rows) & (places["sum"] == n_rows * (n_rows + 1) / 2)
    is_whole &= n_rows == trials["design"].map(ROWS_OF).fillna(n_rows)
    # A row whose cells cannot be read has no place.
    is_whole &= by_trial[POSITION].count() == n_rows
    is_whole &= by_trial["vote_id"].nunique() == 1
    is_cut = trials.index.isin(list(cut_short))
    most = trials.assign(n_rows=n_rows)[is_whole & ~is_cut].groupby(ALIKE)["n_rows"].max()
    expected = most.reindex(pd.MultiIndex.from_frame(trials)).to_numpy()
    is_frozen = trials["study_id"].map(is_study_id)
    is_whole &= (n_rows == expected) | ~(is_frozen | is_cut)
    return votes["trial_id"].map(is_whole).astype(bool)


def _left_out(n_votes: int) -> str:
    return (
        "1 vote was left out, because a row of it is damaged or missing."
        if n_votes == 1
        else f"{n_votes} votes were left out, because rows of them are damaged or missing."
    )


def _completed(folder: Path | str) -> dict[str, str]:
    """{session that was completed: when}, by sessions.csv."""
    path = Path(folder) / SESSIONS_NAME
    try:
        rows = read_sessions(path)
    except (OSError, ValueError) as error:  # votes are final a day after their session's last one
        log.warning("%s cannot be read, so no session counts as completed (%s)", path, error)
        return {}
    return {row["session_id"]: row["happened_at"] for row in rows if row["completed"] == "1"}


def _final_at(votes: pd.DataFrame, completed: dict[str, str], now: datetime) -> pd.Series:
    """When each vote became final, NaT for those that are not and never will be.

    A session is over, for good, ABANDONED_AFTER its last vote before the first break of that
    length: what is added after the break never counts in a decision.
    """
    session = votes["session_id"]
    since_last = votes[SUBMITTED] - votes.groupby("session_id")[SUBMITTED].shift()
    is_before_break = ~(since_last > ABANDONED_AFTER).groupby(session).cummax()
    sessions = (
        votes[is_before_break]
        .groupby("session_id")
        .agg(
            study_id=("study_id", "first"),
            listener_id=("listener_id", "first"),
            began=(SUBMITTED, "min"),
            ended=(SUBMITTED, "max"),
        )
    )
    first = sessions.sort_values("began").drop_duplicates(["study_id", "listener_id"]).index
    moments = pd.Series(completed, dtype="str").reindex(sessions.index)
    completed_at = pd.to_datetime(moments, format="ISO8601", utc=True, errors="coerce")
    # A completion whose moment cannot be read was no earlier than the last vote.
    completed_at = completed_at.fillna(sessions["ended"].where(moments.notna()))
    abandoned_at = sessions["ended"] + ABANDONED_AFTER
    over_at = completed_at.where(completed_at < abandoned_at, abandoned_at)
    final_at = over_at.where(over_at <= now).loc[first].reindex(session)
    return pd.Series(final_at.array, index=votes.index).where(is_before_break)


def _typed(votes: pd.DataFrame) -> pd.DataFrame:
    votes = votes.copy()
    for name in WORDS:
        column = votes[name].astype("category")
        texts = [text_of_csv_cell(cell) for cell in column.cat.categories]
        votes[name] = column.cat.rename_categories(texts)
    for name in NUMBERS:
        votes[name] = votes[name].astype("float64")
    return votes
