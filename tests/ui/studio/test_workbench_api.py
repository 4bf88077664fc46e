import io
import json
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import numpy as np
import pytest
import soundfile
from PIL import Image

import app
from audio.files import wav_bytes
from audio.working import WorkingFormat, in_working_format
from comparison import Comparison
from comparison.comparison import MOST_KEPT_SETTINGS, RESULTS_PER_SETTING
from generation import ClipStore
from restorers import BY_TRUTH, REPORT_RESTORERS, RESTORERS, parameters_of, params_of
from tests.support.server import running
from tests.support.signals import music_with_hiss

CLIP = music_with_hiss()
SONG = wav_bytes(CLIP, subtype="FLOAT")
DEFAULTS = {slug: cls() for slug, cls in RESTORERS.items()}


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """The app's address, and the id of its one clip."""
    folder = tmp_path_factory.mktemp("studio")
    options = app.parse_options(["--library", str(folder), "--results", str(folder)])
    song = folder / "song.wav"
    song.write_bytes(SONG)
    record = ClipStore(options.library).add_file(song, title="song")
    with running(options) as address:
        yield address, record.clip_id


def ask(studio, what: str, **question):
    """The answer's headers and body; raises HTTPError."""
    body = json.dumps({"clip": studio[1], **question}).encode()
    request = urllib.request.Request(
        f"{studio[0]}/workbench/{what}",
        body,
        {"Content-Type": "application/json", "Origin": studio[0]},
    )
    with urllib.request.urlopen(request) as answer:
        return answer.headers, answer.read()


def fetch(studio, what: str, **asked):
    query = urllib.parse.urlencode({"asked": json.dumps({"clip": studio[1], **asked})})
    with urllib.request.urlopen(f"{studio[0]}/workbench/{what}?{query}") as answer:
        return answer.headers, answer.read()


def refused(call, *arguments, **asked) -> tuple[int, str]:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        call(*arguments, **asked)
    return refusal.value.code, json.loads(refusal.value.read())["error"]


@pytest.fixture(scope="module")
def comparison():
    return Comparison(in_working_format(CLIP, WorkingFormat.REPORT))


def test_a_page_learns_what_it_opens_and_every_parameter(studio):
    view = json.loads(ask(studio, "clip")[1])
    assert (view["title"], view["rate"], view["n_channels"]) == ("song", 16_000, 1)
    assert view["duration_s"] == pytest.approx(CLIP.duration_s)
    for slug, cls in RESTORERS.items():
        names = [item["name"] for item in view["restorers"][slug]["parameters"]]
        assert names == [item.name for item in parameters_of(cls)]
    cutoff = view["restorers"]["hbss"]["parameters"][2]
    assert (cutoff["name"], cutoff["high"]) == ("cutoff_hz", 7_900)


def test_sounds_come_as_samples_with_the_gains_of_what_is_known(studio, comparison):
    wanted = RESTORERS["hbss"](alpha=2.0)
    versions = {"original": None, "hbss": {"hbss": {"alpha": 2.0}}, "mcra": {"mcra": {}}}
    headers, body = ask(studio, "sound", versions=versions, wanted="hbss")
    samples = np.frombuffer(body, dtype="<f4").reshape(int(headers["X-Channels"]), -1)
    assert np.array_equal(samples, comparison.restored(wanted).samples)
    gains = json.loads(headers["X-Gains"])
    assert set(gains) == {"original", "hbss"}  # MCRA has not been restored yet
    ask(studio, "sound", versions=versions, wanted="mcra")
    headers, body = ask(studio, "sound", versions=versions, wanted="original")
    assert np.array_equal(np.frombuffer(body, dtype="<f4"), comparison.original.samples[0])
    gains = json.loads(headers["X-Gains"])
    change_lu = comparison.removal(DEFAULTS["mcra"]).loudness_change_lu
    assert gains["mcra"]["matched"] == pytest.approx(-change_lu)
    assert headers["Cache-Control"] == "private, no-store"


def test_a_version_keeps_its_gain_while_another_s_slider_moves(studio):
    """Its sound is forgotten meanwhile; the page that has it goes on matching it."""
    versions = {"original": None, "hbss": {"hbss": {}}, "mcra": {"mcra": {}}}
    ask(studio, "sound", versions=versions, wanted="mcra")
    before = json.loads(ask(studio, "sound", versions=versions, wanted="hbss")[0]["X-Gains"])
    for number in range(2 * MOST_KEPT_SETTINGS * RESULTS_PER_SETTING):
        versions["hbss"] = {"hbss": {"alpha": 0.01 * number}}
        headers, _ = ask(studio, "sound", versions=versions, wanted="hbss")
    gains = json.loads(headers["X-Gains"])
    assert set(gains) == set(versions)
    of_mcra = [one["mcra"]["matched"] - one["original"]["matched"] for one in (before, gains)]
    assert of_mcra[1] == pytest.approx(of_mcra[0])


def test_scores_are_those_of_the_settings_that_were_sent(studio, comparison):
    answer = json.loads(ask(studio, "scores", settings={"hbss": {"alpha": 2.0}})[1])
    distance = comparison.scores(RESTORERS["hbss"](alpha=2.0)).log_mel_distance
    assert f"log-mel {distance:.3f}" in answer["spoken"]["hbss"]
    assert f"{distance:.3f}" in answer["cards"]["hbss"]
    assert answer["table"].count("<tr>") == 2 + len(REPORT_RESTORERS)
    assert json.loads(answer["json"])["hbss"]["alpha"] == 2.0
    assert "RESTORERS[slug]" in answer["python"]


def test_pictures_differ_by_what_they_show_and_may_be_kept(studio):
    asked = {"version": {"hbss": {}}, "axis": "mel", "shown": "level"}
    seen = set()
    for changed in ({}, {"axis": "log"}, {"shown": "change"}, {"is_residual": True}):
        headers, body = fetch(studio, "picture", **asked | changed)
        assert Image.open(io.BytesIO(body)).format == "PNG"
        assert headers["Cache-Control"] == "private, max-age=3600"
        seen.add(body)
    assert len(seen) == 4


def test_files_are_at_full_quality_and_named(studio):
    headers, body = fetch(studio, "version", version={"hbss": {"alpha": 2.0}}, is_residual=True)
    assert f"{studio[1]}-hbss-residual.wav" in headers["Content-Disposition"]
    samples, rate_hz = soundfile.read(io.BytesIO(body), dtype="float32")
    restored = RESTORERS["hbss"](alpha=2.0).restore(CLIP).samples[0]
    assert rate_hz == CLIP.sample_rate_hz
    assert np.allclose(samples, CLIP.samples[0] - restored, atol=1e-6)
    headers, body = fetch(studio, "bundle", settings={"hbss": {"alpha": 2.0}})
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert json.loads(archive.read("scores.json"))["conditions"]["hbss"]["params"]["alpha"] == 2
    headers, body = fetch(studio, "file")
    assert body == SONG


def test_what_cannot_be_answered_is_explained(studio):
    gone = (studio[0], "20200101-000000-00000000")
    code, sentence = refused(ask, gone, "clip")
    assert code == 404
    assert "is missing or damaged" in sentence
    assert refused(ask, (studio[0], "../../etc/passwd"), "clip")[0] == 404
    versions = {"original": None, "hbss": {"hbss": {"alpha": 400}}}
    code, sentence = refused(ask, studio, "sound", versions=versions, wanted="hbss")
    assert (code, "alpha must lie between" in sentence) == (400, True)
    for question in ({}, {"versions": {"a": None}, "wanted": "a"}, {"versions": [], "wanted": "a"}):
        assert refused(ask, studio, "sound", **question)[0] == 400
    both = {"hbss": {}, "mcra": {}}
    assert refused(fetch, studio, "version", version=both)[0] == 400
    assert refused(fetch, studio, "picture", axis="bark", version=None)[0] == 400
    assert refused(ask, studio, "fit", restorer="demucs")[0] == 400
    assert refused(fetch, studio, "overview", axis="mel") == (400, "This clip is open as a whole.")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{studio[0]}/workbench/picture?asked={{")
    assert refusal.value.code == 400


def test_presets_are_saved_loaded_and_deleted(studio):
    settings = {"hbss": {"alpha": 2.0}}
    saved = json.loads(ask(studio, "presets/save", name="mine", settings=settings)[1])
    assert saved["names"] == ["The report's settings", "By known truth", "mine"]
    loaded = json.loads(ask(studio, "presets/load", name="mine")[1])["settings"]
    assert loaded["hbss"]["alpha"] == 2.0
    assert loaded["mcra"]["g_floor"] == DEFAULTS["mcra"].g_floor
    assert json.loads(ask(studio, "presets/delete", name="mine")[1])["names"] == saved["names"][:2]
    assert refused(ask, studio, "presets/load", name="mine")[0] == 400
    by_truth = json.loads(ask(studio, "presets/load", name="By known truth")[1])["settings"]
    assert by_truth["mcra"] == params_of(BY_TRUTH["mcra"])
