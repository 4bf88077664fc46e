"""Titles wherever an owner reads, slugs and ids in the files."""

import csv
import io

from listening.analysis.analysis import verdict_of
from listening.analysis.names import STUDIO_TITLE, names_of, short_title
from listening.analysis.report import sections_of
from listening.analysis.sentences import headline
from listening.analysis.tables import csv_files
from listening.study import State, Study
from restorers import RESTORERS
from tests.support.simulated_votes import simulate
from tests.support.verdicts import loaded, verdict, whole_page

FIRST, SECOND = "20260101-000000-00000000", "20260101-000000-00000001"


def test_versions_are_named_as_in_the_studio():
    titles = [short_title(one) for one in ("original", "noisereduce", "hbss", "mcra")]
    assert titles == ["Original", "Noisereduce", "HB-SS", "MCRA"]
    assert short_title("anchor35") == "Low-pass anchor, 3.5 kHz"
    assert short_title("theirs") == "theirs"
    assert len({short_title(one) for one in RESTORERS}) == len(RESTORERS)


def test_a_clip_goes_by_its_title_then_its_prompt_then_its_id(tmp_path):
    votes = loaded(
        tmp_path,
        simulate(4, 4, n_clips=2),
    )
    names = names_of(votes, clip_titles={FIRST: "Nightdrive"})
    assert names.value("clip_id", FIRST) == "Nightdrive"
    assert names.value("clip_id", SECOND) == "song 1"
    upload = simulate(4, 4, n_clips=1).assign(prompt="")
    assert names_of(loaded(tmp_path / "2", upload)).value("clip_id", FIRST) == FIRST


def test_two_clips_with_one_title_are_told_apart(tmp_path):
    votes = loaded(tmp_path, simulate(4, 8, n_clips=3))
    third = "20260101-000000-00000002"
    made_at_once = names_of(votes, clip_titles={FIRST: "loop", SECOND: "loop", third: "loop · 1"})
    titles = [made_at_once.value("clip_id", one) for one in (FIRST, SECOND, third)]
    assert len(set(titles)) == 3
    assert titles[1:] == ["loop · 2", "loop · 1"]
    rows = simulate(4, 8, n_clips=2)
    later = "20260102-101500-00000001"
    rows["clip_id"] = rows["clip_id"].replace(SECOND, later)
    names = names_of(loaded(tmp_path / "2", rows), clip_titles={FIRST: "loop", later: "loop"})
    assert names.value("clip_id", FIRST) == "loop · 2026-01-01 00:00"
    assert names.value("clip_id", later) == "loop · 2026-01-02 10:15"


def test_studies_go_by_their_names(tmp_path):
    ids = ("a-00000001", "b-00000002", "studio", "gone-00000003")
    parts = []
    for i, study_id in enumerate(ids):
        rows = simulate(2, 2, seed=i).assign(study_id=study_id)
        for name in ("trial_id", "session_id", "listener_id", "vote_id"):
            rows[name] = f"{i}" + rows[name].str[1:]
        parts.append(rows)
    studies = [Study(one, "Hiss", State.OPEN, "2026", 0) for one in ids[:2]]
    names = names_of(loaded(tmp_path, *parts), studies=studies)
    assert [names.study(one) for one in ids] == ["Hiss · 1", "Hiss · 2", STUDIO_TITLE, ids[3]]


def test_pages_have_titles_and_files_have_slugs(tmp_path):
    found = verdict(tmp_path, simulate(10, 3))
    page = whole_page(found)
    for slug in ("noisereduce", "hbss", "mcra"):
        assert slug not in page
    for slug in ("log_mel_distance", "clips_low", "p_votes_holm", "20260101-"):
        assert slug not in page
    files = {
        name: list(csv.DictReader(io.StringIO(data.decode()))) for name, data in csv_files(found)
    }
    for name in ("preference_ranking.csv", "preference_ratings.csv", "decisions.csv"):
        assert {row["condition"] for row in files[name]} >= {"noisereduce", "hbss", "mcra"}
    assert {row["study"] for row in files["decisions.csv"]} == {"study"}
    assert {row["design"] for row in files["preference_first_choice.csv"]} == {"multi", "all"}
    assert "log_mel_distance" in {
        row["metric"] for row in files["preference_metric_vs_preference.csv"]
    }


def test_what_a_view_is_filtered_by_is_said_by_title(tmp_path):
    votes = loaded(tmp_path, simulate(10, 3, n_clips=2))
    names = names_of(votes, clip_titles={FIRST: "=cmd|' /C calc'!A0"})
    chosen = {"clip_id": FIRST, "design": "multi"}
    found = verdict_of(votes, {}, chosen, names=names)
    [about, *_] = sections_of(found, dict.fromkeys([one.question for one in found.all], []), chosen)
    assert about.blocks[-1].lines == [
        "Clip: =cmd|' /C calc'!A0", "Design: All versions in one trial",
    ]  # fmt: skip
    assert headline(found)[0].startswith("This view is filtered")
