import dataclasses
import json
import re

import numpy as np
import pytest

from audio.clip import AudioClip
from audio.files import wav_bytes
from audio.loudness import Level
from listening.anchors import ANCHOR_CUTOFFS_HZ, low_pass_anchor
from listening.plan import TrialDesign
from listening.study import State, StudyError, StudyRules, StudyTexts
from listening.study_store import StudyStore
from listening.trial import PAIR, ClipFacts, Kind
from tests.support import trials


@pytest.fixture
def store(tmp_path):
    return StudyStore(tmp_path / "studies")


@pytest.fixture
def draft(store):
    """A study of one clip under four conditions."""
    study = store.create("Hiss, à la carte")
    return store.add_clip(study.study_id, trials.FACTS, trials.versions(), trials.sounds())


def with_id(clip_id: str, **changes) -> ClipFacts:
    return dataclasses.replace(trials.FACTS, clip_id=clip_id, **changes)


def test_a_study_comes_back_as_it_was_written(store):
    made = store.create(
        "Hiss, à la carte",
        design=TrialDesign(PAIR, n_repeats=1, questions=("preference", "annoyance")),
        has_anchors=True,
        rules=StudyRules(min_listening_s=1.5, needs_headphones=True),
        texts=StudyTexts(consent={"it": "Accetto — “sì”"}),
    )
    assert made.study_id.startswith("hiss-a-la-carte-")
    made = store.add_clip(made.study_id, trials.FACTS, trials.versions(), trials.sounds())
    assert StudyStore(store.folder).get(made.study_id) == made
    assert store.contents().studies == (made,)


def test_its_record_can_be_read_by_people(store, draft):
    text = (store.folder / draft.study_id / "study.json").read_text(encoding="utf-8")
    assert '"name": "Hiss, à la carte"' in text
    assert json.loads(text)["clips"][0]["conditions"]["hbss"]["treatment"]["params"] == {"alpha": 2}


def test_versions_are_frozen_sample_by_sample(store, draft):
    for version in trials.versions():
        condition = version.condition
        frozen = store.sound(draft, trials.FACTS.clip_id, condition)
        assert np.array_equal(frozen.samples, trials.sounds()[condition].samples)
        assert draft.version(trials.FACTS.clip_id, condition) == version


def test_a_clip_added_again_takes_its_earlier_place(store, draft):
    changed = trials.versions()[:2]
    study = store.add_clip(draft.study_id, trials.FACTS, changed, trials.sounds())
    assert len(study.clips) == 1
    assert list(study.clips[0].versions) == ["original", "noisereduce"]


def test_clips_can_be_taken_out(store, draft):
    second = with_id("20260101-000001-00000000")
    store.add_clip(draft.study_id, second, trials.versions(), trials.sounds())
    study = store.remove_clip(draft.study_id, trials.FACTS.clip_id)
    assert [clip.facts for clip in study.clips] == [second]
    assert not (store.folder / draft.study_id / "sounds" / trials.FACTS.clip_id).exists()


def test_opening_freezes_everything(store, draft):
    opened = store.open(draft.study_id)
    assert opened.state == State.OPEN
    assert opened.opened_at is not None
    for action in (
        lambda: store.change(draft.study_id, has_anchors=True),
        lambda: store.add_clip(draft.study_id, trials.FACTS, trials.versions(), trials.sounds()),
        lambda: store.remove_clip(draft.study_id, trials.FACTS.clip_id),
        lambda: store.open(draft.study_id),
    ):
        with pytest.raises(StudyError, match="is open: it can no longer be changed"):
            action()
    assert store.get(draft.study_id) == opened


def test_a_closed_study_stays_closed(store, draft):
    with pytest.raises(StudyError, match="is not recruiting"):
        store.close(draft.study_id)
    store.open(draft.study_id)
    assert store.close(draft.study_id).state == State.CLOSED
    with pytest.raises(StudyError, match="is not recruiting"):
        store.close(draft.study_id)


def test_anchors_are_made_when_the_study_opens(store, draft):
    store.change(draft.study_id, has_anchors=True)
    opened = store.open(draft.study_id)
    original = store.sound(opened, trials.FACTS.clip_id, "original")
    for condition, cutoff_hz in ANCHOR_CUTOFFS_HZ.items():
        sound = store.sound(opened, trials.FACTS.clip_id, condition)
        assert np.array_equal(sound.samples, low_pass_anchor(original, cutoff_hz).samples)
        anchor = opened.version(trials.FACTS.clip_id, condition)
        assert anchor.params == {"cutoff_hz": cutoff_hz}
        assert anchor.scores.delta_hf_band_db < 0
    [main] = [trial for trial in opened.plan(0) if trial.kind == Kind.MAIN]
    assert set(main.conditions) == {*trials.CONDITIONS, *ANCHOR_CUTOFFS_HZ}


def test_a_study_that_cannot_be_carried_out_is_not_opened(store, draft):
    store.change(draft.study_id, design=TrialDesign(n_repeats=2))
    with pytest.raises(StudyError, match="2 trials cannot be repeated: each listener has only 1"):
        store.open(draft.study_id)
    assert store.get(draft.study_id).state == State.DRAFT
    empty = store.create("empty")
    with pytest.raises(StudyError, match="nothing to compare"):
        store.open(empty.study_id)


def test_clips_that_cannot_be_compared_are_refused(store, draft):
    def add(facts=trials.FACTS, versions=None, **sounds):
        versions = versions or trials.versions()
        store.add_clip(draft.study_id, facts, versions, trials.sounds() | sounds)

    for other in (
        AudioClip(np.zeros(8_000), 16_000),
        AudioClip(trials.sounds()["hbss"].samples, 32_000),
        AudioClip(np.tile(trials.sounds()["hbss"].samples, (2, 1)), 16_000),
    ):
        with pytest.raises(StudyError, match="same length, sample rate and channel count"):
            add(hbss=other)
    minute = {name: AudioClip(np.ones(61 * 16_000), 16_000) for name in trials.sounds()}
    with pytest.raises(StudyError, match=r"up to 60 s long, this one is 61.0 s; loop a section"):
        add(**minute)
    silence = Level(float("-inf"), float("-inf"), float("-inf"))
    silent = dataclasses.replace(trials.versions()[0], level=silence)
    with pytest.raises(StudyError, match="too quiet for loudness matching"):
        add(versions=[silent])
    assert store.get(draft.study_id) == draft


def test_clips_of_a_study_may_differ_in_rate_and_channels(store, draft):
    other = with_id("20260101-000001-00000000", sample_rate_hz=32_000, n_channels=2)
    stereo = {
        name: AudioClip(np.concatenate([clip.samples, 0.5 * clip.samples]), 32_000)
        for name, clip in trials.sounds().items()
    }
    store.add_clip(draft.study_id, other, trials.versions(), stereo)
    study = store.open(draft.study_id)
    assert [(clip.facts.sample_rate_hz, clip.facts.n_channels) for clip in study.clips] == [
        (16_000, 1),
        (32_000, 2),
    ]
    found = store.sound(study, other.clip_id, "hbss")
    assert np.array_equal(found.samples, stereo["hbss"].samples)


def test_a_study_of_version_1_is_read(store, draft):
    path = store.folder / draft.study_id / "study.json"
    text = path.read_text(encoding="utf-8")
    older = text.replace('"schema_version": 2', '"schema_version": 1')
    older = re.sub(r',\s*"n_channels": 1', "", older)
    assert older.count("n_channels") == 0 != text.count("n_channels")
    path.write_text(older, encoding="utf-8")
    assert store.get(draft.study_id) == draft


def test_a_sound_changed_behind_its_back_is_noticed(store, draft):
    path = store.folder / draft.study_id / "sounds" / trials.FACTS.clip_id / "hbss.wav"
    other = trials.sounds()["original"]
    path.write_bytes(wav_bytes(other, subtype="FLOAT"))
    with pytest.raises(StudyError, match="has changed since the study was published"):
        store.sound(draft, trials.FACTS.clip_id, "hbss")
    path.write_bytes(b"RIFF")
    with pytest.raises(StudyError, match="missing or damaged"):
        store.sound(draft, trials.FACTS.clip_id, "hbss")


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"clips": []}, {"design": {"n_repeats": -1}}])
def test_an_open_study_that_cannot_be_carried_out_is_damaged(store, draft, wrong):
    store.open(draft.study_id)
    path = store.folder / draft.study_id / "study.json"
    record = json.loads(path.read_text())
    for name, value in wrong.items():
        record[name] = record[name] | value if isinstance(value, dict) else value
    path.write_text(json.dumps(record))
    with pytest.raises(StudyError, match="is damaged"):
        store.get(draft.study_id)


@pytest.mark.parametrize("damage", ["{", "[]", '{"schema_version": 1}', '{"schema_version": 99}'])
def test_a_damaged_study_is_reported_and_left_out(store, draft, damage):
    other = store.create("good")
    (store.folder / draft.study_id / "study.json").write_text(damage)
    contents = store.contents()
    assert [study.study_id for study in contents.studies] == [other.study_id]
    assert contents.problems == (f"The record of study {draft.study_id} is damaged.",)


@pytest.mark.parametrize("study_id", ["", "..", "../x-00000000", "no-such-00000000", "X-00000000"])
def test_only_studies_are_looked_up(store, study_id):
    with pytest.raises(StudyError, match="no such study"):
        store.get(study_id)


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\x00b"])
def test_a_name_must_be_readable(store, name):
    with pytest.raises(StudyError, match="a name of 1 to 80 characters"):
        store.create(name)


def test_a_name_without_latin_letters_has_an_address_too(store):
    assert store.create("音楽").study_id.startswith("study-")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: StudyRules(min_listening_s=-1), "between 0 and 60 s, got -1 s"),
        (lambda: StudyRules(min_listening_s=float("nan")), "between 0 and 60 s"),
        (lambda: StudyTexts(consent={"de": "Ja"}), "in en or it, got de"),
        (lambda: StudyTexts(instructions={"en": "x" * 10_001}), "up to 10000 characters"),
    ],
)
def test_settings_out_of_range_are_explained(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_folder_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StudyError, match="could not be saved: Not a directory"):
        StudyStore(tmp_path / "file").create("lost")
