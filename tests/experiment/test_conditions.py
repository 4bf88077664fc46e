"""python -m experiment FOLDER --conditions original,methodA,methodB"""

import csv
import io

import numpy as np
import pytest

from audio.clip import AudioClip
from audio.files import FLOAT, wav_bytes
from comparison import Comparison
from experiment import __main__ as command
from experiment.measuring import measure_clip
from experiment.protocol import Protocol
from experiment.running.sources import SourceError, find_conditions
from restorers import RESTORERS
from tests.support.signals import music_with_hiss, noise

METHODS = {"methodA": "methodA", "methodB": "methodB"}


def write(folder, name, clip: AudioClip):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(wav_bytes(clip, subtype=FLOAT))


def original(seed: int) -> AudioClip:
    return music_with_hiss(duration_s=1.5, seed=seed)


def method_a(clip: AudioClip) -> AudioClip:
    """HB-SS, 137 samples late."""
    restored = RESTORERS["hbss"]().restore(clip)
    return restored.with_samples(np.pad(restored.samples, ((0, 0), (137, 0))))


def method_b(clip: AudioClip) -> AudioClip:
    """MCRA with inverted polarity."""
    restored = RESTORERS["mcra"]().restore(clip)
    return restored.with_samples(-restored.samples)


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "conditions"
    for seed in range(3):
        clip = original(seed)
        write(root / "original", f"clip_{seed}.wav", clip)
        write(root / "methodA", f"clip_{seed}.wav", method_a(clip))
        write(root / "methodB", f"clip_{seed}.wav", method_b(clip))
    return root


def table(out, name) -> list[dict]:
    return list(csv.DictReader(io.StringIO((out / name).read_text(encoding="utf-8-sig"))))


def test_versions_are_paired_by_name(folder):
    write(folder / "methodA", "lonely.wav", original(9))
    paired = find_conditions(str(folder), "original", METHODS)
    assert [one.track for one in paired.sources] == ["clip_0", "clip_1", "clip_2"]
    for source in paired.sources:
        assert {url.rsplit("/", 2)[1] for url in source.versions.values()} == set(METHODS)
        assert all(url.endswith(f"{source.track}.wav") for url in source.versions.values())
    assert [url.rsplit("/", 1)[1] for url in paired.unpaired] == ["lonely.wav"]


def test_the_ending_of_a_name_does_not_count(folder):
    import soundfile

    clip = original(0)
    (folder / "methodA" / "clip_0.wav").unlink()
    soundfile.write(folder / "methodA" / "clip_0.flac", method_a(clip).samples.T, 16_000)
    [first, *_] = find_conditions(str(folder), "original", METHODS).sources
    assert first.versions["methodA"].endswith("clip_0.flac")


def test_another_version_is_another_clip_to_measure(folder):
    [before, *_] = find_conditions(str(folder), "original", METHODS).sources
    write(folder / "methodA", "clip_0.wav", original(0))
    [after, *_] = find_conditions(str(folder), "original", METHODS).sources
    assert before.fingerprint != after.fingerprint


def test_a_folder_that_is_missing_is_named(folder):
    with pytest.raises(SourceError, match="methodC"):
        find_conditions(str(folder), "original", {"methodC": "methodC"})


def test_they_are_scored_like_restorers(folder):
    protocol = Protocol(restorers={}, from_files=tuple(METHODS), with_residuals=True)
    [source, *_] = find_conditions(str(folder), "original", METHODS).sources
    result = measure_clip(source, protocol)
    comparison = Comparison(original(0))
    # Bit by bit but for the last 137 samples of methodA, whose file is whole.
    assert result.scores["methodA"] == comparison.scores(RESTORERS["hbss"]())
    assert result.scores["methodB"] == comparison.scores(RESTORERS["mcra"]())
    assert result.alignments["methodA"].delay_samples == 137
    assert result.alignments["methodB"].polarity == -1
    assert result.removals["methodA"].residual.level_dbfs < -40


@pytest.mark.parametrize(
    ("replace", "says"),
    [
        (lambda path: path.unlink(), "methodB has no file of this name"),
        (lambda path: path.write_text("hello"), "methodB: "),
        (
            lambda path: write(path.parent, path.name, noise(duration_s=1.5, seed=5)),
            "does not match",
        ),
    ],
)
def test_a_clip_without_a_version_is_skipped_with_its_reason(folder, replace, says):
    replace(folder / "methodB" / "clip_0.wav")
    protocol = Protocol(restorers={}, from_files=tuple(METHODS))
    [source, *_] = find_conditions(str(folder), "original", METHODS).sources
    assert says in measure_clip(source, protocol).reason


def test_the_command_gives_the_report_s_tables(folder, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = [str(folder), "--conditions", "original,methodA,methodB", "--out", str(out)]
    assert command.main([*arguments, "--workers", "1"]) == command.DONE
    assert [row["condition"] for row in table(out, "summary.csv")] == ["methodA", "methodB"]
    assert {row["track"] for row in table(out, "results_methodA.csv")} == {
        "clip_0", "clip_1", "clip_2",
    }  # fmt: skip
    rows = table(out, "alignments.csv")
    assert [row["delay_samples"] for row in rows] == ["137"] * 3 + ["0"] * 3
    assert [row["polarity"] for row in rows] == ["1"] * 3 + ["-1"] * 3
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "methodA" in page
    assert "how they were aligned" in page
    assert "methodB passes" in capsys.readouterr().out
    # Again: nothing is left to do, and the tables are the same.
    before = (out / "results_methodB.csv").read_bytes()
    assert command.main([*arguments, "--workers", "1"]) == command.DONE
    assert (out / "results_methodB.csv").read_bytes() == before


def test_restorers_can_stand_beside_them(folder, tmp_path):
    out = tmp_path / "out"
    arguments = [str(folder), "--conditions", "original,methodA", "--restorers", "hbss"]
    assert command.main([*arguments, "--out", str(out), "--workers", "1"]) == command.DONE
    hbss, method = table(out, "summary.csv")
    assert (hbss["condition"], method["condition"]) == ("hbss", "methodA")
    assert hbss["mean_log_mel_distance"] == method["mean_log_mel_distance"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["--conditions", "original,methodA", "--add-hiss", "-50"],
            "have not heard the added hiss",
        ),
        (["--conditions", "original,hbss", "--restorers", "hbss"], "both a restorer and a folder"),
        (["--conditions", "methodA,original"], "cannot be called “original”"),
        (["--conditions", "original,method A,method-A"], "cannot be called “method-A”"),
        (
            ["--conditions", "original,methodA", "--sweep", "hbss.alpha=1,2"],
            "no restorer “hbss” in",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence(folder, tmp_path, capsys, arguments, says):
    assert command.main([str(folder), "--out", str(tmp_path / "o"), *arguments]) == command.CANNOT
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("conditions", ["original", "original,", "original,a,a"])
def test_two_folders_are_needed(folder, tmp_path, capsys, conditions):
    with pytest.raises(SystemExit):
        command.main([str(folder), "--out", str(tmp_path / "o"), "--conditions", conditions])
    assert "at least two different folders" in capsys.readouterr().err
