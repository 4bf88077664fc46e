"""Votes whose truth is known, written as the app writes them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from listening.session_store import COLUMNS as SESSION_COLUMNS
from listening.votes import COLUMNS

NOW = datetime(2026, 11, 1, tzinfo=UTC)
STRENGTHS = {"original": 0.0, "hbss": 0.5, "mcra": -1.0, "noisereduce": 1.5}
# delta_hf_band_db, delta_hpss_ratio, log_mel_distance, OK_count
METRICS = {
    "original": (0.0, 0.0, 0.0, None),
    "hbss": (-3.0, 0.02, 0.20, 2),
    "mcra": (-5.0, 1.4, 0.40, 2),
    "noisereduce": (-5.0, 0.05, 0.17, 3),
}


def simulate(
    n_listeners: int,
    n_screens: int,
    *,
    design: str = "multi",
    question: str = "preference",
    strengths: dict[str, float] = STRENGTHS,
    n_clips: int = 5,
    unlike: float = 0.3,
    ties: float = 0.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Rows of votes.csv: every listener answers so many screens, in one session that is over.

    unlike : spread of the listeners' own log-strengths; ties : share of screens without a choice
    """
    rng = np.random.default_rng(seed)
    names = list(strengths)
    n_trials = n_listeners * n_screens
    own = np.array(list(strengths.values())) + unlike * rng.standard_normal(
        (n_listeners, len(names))
    )
    heard = np.repeat(own, n_screens, axis=0) + rng.gumbel(size=(n_trials, len(names)))
    shown = np.ones((n_trials, len(names)), dtype=bool)
    if design == "pair":  # the original against one of the others
        shown[:, 1:] = False
        shown[np.arange(n_trials), 1 + np.arange(n_trials) % (len(names) - 1)] = True
    worth = np.where(shown, heard, -np.inf)
    best = worth == worth.max(axis=1, keepdims=True)
    best[rng.random(n_trials) < ties] = False
    trial, condition = np.nonzero(shown)
    place = np.cumsum(shown, axis=1)[trial, condition]
    ratings = np.clip(np.round(50 + 12 * heard), 0, 100)[trial, condition]
    clip = rng.integers(n_clips, size=n_trials)
    listener = trial // n_screens
    metrics = np.array([METRICS.get(name, (-1, 0, 0.1, 3)) for name in names], dtype=float)
    metrics = metrics[condition]
    metrics[:, :3] *= 1 + 0.1 * clip[trial, np.newaxis]
    numbers = pd.DataFrame(
        {
            "preferred": (best[trial, condition] & (question == "preference")).astype(int),
            "rating": ratings if design == "multi" else None,
            "listened_s": np.round(rng.gamma(4, 2, trial.size), 1),
            "delta_hf_band_db": metrics[:, 0],
            "delta_hpss_ratio": metrics[:, 1],
            "log_mel_distance": metrics[:, 2],
            "OK_count": pd.Series(metrics[:, 3]).astype("Int64"),
        }
    )
    facts = {"design": design, "question": question}
    presented = {"condition": np.array(names)[condition], "position": place}
    return _rows(trial, trial % n_screens, listener, clip[trial], numbers, **facts, **presented)


def _rows(trial, screen, listener, clip, numbers: pd.DataFrame, **facts) -> pd.DataFrame:
    """All columns of votes.csv; every argument has a value for each row, or one for all.

    screen : 0 for the first of a session, 1 for the second, ...
    """
    moments = NOW - timedelta(days=3) + pd.to_timedelta(screen, unit="min")
    columns = {
        "schema_version": 2,
        "vote_id": pd.Series(trial).map("{:016x}".format),
        "submitted_at": moments.strftime("%Y-%m-%dT%H:%M:%S.000+00:00"),
        "study_id": "study",
        "session_id": pd.Series(listener).map("session{:06d}".format),
        "listener_id": pd.Series(listener).map("{:016d}".format),
        "trial_id": pd.Series(trial).map("{:016x}".format),
        "trial_index": 1 + screen,
        "trial_kind": "main",
        "clip_id": pd.Series(clip).map("20260101-000000-{:08x}".format),
        "prompt": pd.Series(clip).map("song {}".format),
        "generator": "facebook/musicgen-small",
        "generation_seed": 1235 + clip,
        "sample_rate_hz": 16_000,
        "label": np.array(list("ABCDEF"))[facts["position"] - 1],
        "params": "{}",
        "comment": "",
        "switches": 3,
        "response_time_s": 30.0,
        "gain_db": 0.0,
        "loudness_lufs": -23.0,
        "hf_band_db": 30.0,
        "hpss_ratio": 5.0,
        "app_version": "0.0.0",
        "n_channels": 1,
    }
    table = pd.DataFrame(columns | facts, index=range(trial.size))
    return table.join(numbers).reindex(columns=COLUMNS)


def write_votes(folder: Path, *parts: pd.DataFrame) -> Path:
    """votes.csv with all parts; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pd.concat(parts).to_csv(folder / "votes.csv", index=False, lineterminator="\n")
    return folder


def write_sessions(folder: Path, sessions: list[dict]) -> None:
    """sessions.csv with what is given of each session."""
    rows = pd.DataFrame(sessions).reindex(columns=SESSION_COLUMNS)
    rows.to_csv(folder / "sessions.csv", index=False, lineterminator="\n")
