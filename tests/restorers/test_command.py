"""python -m restorers, as a user runs it."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from restorers import RESTORERS, PresetStore
from restorers.__main__ import CANNOT, DONE, SOME_SKIPPED, main
from restorers.spectral_subtraction import HighBandSpectralSubtraction
from tests.support.signals import music_with_hiss

ROOT = Path(__file__).parents[2]
TAGS = {"title": "A song", "artist": "Somebody", "date": "2024"}
STEP_16 = 2.0**-15


def stereo(rate_hz: int, duration_s: float = 2.0) -> np.ndarray:
    """float32, shape (n_samples, 2)"""
    left, right = (
        music_with_hiss(sample_rate_hz=rate_hz, duration_s=duration_s, seed=seed).samples[0]
        for seed in (0, 1)
    )
    return np.stack([left, 0.5 * right], axis=1)


def write(path: Path, samples: np.ndarray, rate_hz: int, file_format: str, subtype: str) -> Path:
    with soundfile.SoundFile(
        path, "w", rate_hz, samples.shape[1], subtype, format=file_format
    ) as file:
        for name, text in TAGS.items():
            with contextlib.suppress(RuntimeError):  # a format without tags
                setattr(file, name, text)
        file.write(samples)
    return path


@pytest.fixture
def song(tmp_path):
    return write(tmp_path / "song.wav", stereo(44_100), 44_100, "WAV", "PCM_24")


@pytest.mark.parametrize(
    ("name", "file_format", "subtype", "rate_hz"),
    [
        ("a.wav", "WAV", "PCM_16", 44_100),
        ("a.wav", "WAV", "FLOAT", 96_000),
        ("a.flac", "FLAC", "PCM_24", 48_000),
        ("a.aiff", "AIFF", "PCM_24", 88_200),
        ("a.ogg", "OGG", "VORBIS", 44_100),
        ("a.opus", "OGG", "OPUS", 48_000),
        ("a.mp3", "MP3", "MPEG_LAYER_III", 44_100),
        ("a.caf", "CAF", "ALAC_24", 44_100),
        ("a.w64", "W64", "PCM_24", 22_050),
    ],
)
def test_format_rate_channels_length_subtype_and_tags_stay(
    tmp_path, name, file_format, subtype, rate_hz
):
    source = write(tmp_path / name, stereo(rate_hz), rate_hz, file_format, subtype)
    target = tmp_path / f"restored-{name}"
    assert main([str(source), str(target), "--method", "hbss"]) == DONE
    with soundfile.SoundFile(source) as before, soundfile.SoundFile(target) as after:
        for fact in ("format", "subtype", "samplerate", "channels", "frames"):
            assert getattr(after, fact) == getattr(before, fact), fact
        kept = after.copy_metadata()
        for tag, text in before.copy_metadata().items():
            assert kept[tag].startswith(text)


@pytest.mark.parametrize("slug", list(RESTORERS))
def test_the_file_holds_what_the_restorer_makes(tmp_path, song, slug):
    from audio.files import read_clip

    target = tmp_path / "restored.wav"
    assert main([str(song), str(target), "--method", slug, "--subtype", "float"]) == DONE
    samples, _ = soundfile.read(target, dtype="float32")
    assert np.array_equal(samples.T, RESTORERS[slug]().restore(read_clip(song)).samples)


def test_the_residual_is_what_was_removed(tmp_path, song):
    left, removed = tmp_path / "left.wav", tmp_path / "removed.wav"
    common = ["--method", "hbss", "--subtype", "FLOAT"]
    assert main([str(song), str(left), *common]) == DONE
    assert main([str(song), str(removed), *common, "--residual"]) == DONE
    original, kept, gone = (soundfile.read(path)[0] for path in (song, left, removed))
    assert np.max(np.abs(kept + gone - original)) < 1e-6  # float32
    assert np.max(np.abs(gone)) > 1e-4


def test_settings_and_presets_reach_the_restorer(tmp_path, song):
    PresetStore(tmp_path / "presets.json", RESTORERS).save(
        "strong", {slug: cls() for slug, cls in RESTORERS.items()} | {
            "hbss": HighBandSpectralSubtraction(alpha=3.0)
        },
    )  # fmt: skip
    by_preset, by_setting, usual = (tmp_path / f"{name}.wav" for name in ("p", "s", "u"))
    common = [str(song), "--method", "hbss"]
    preset = ["--preset", "strong", "--library", str(tmp_path)]
    assert main([*common[:1], str(by_preset), *common[1:], *preset]) == DONE
    assert main([*common[:1], str(by_setting), *common[1:], "--set", "hbss.alpha=3"]) == DONE
    assert main([*common[:1], str(usual), *common[1:]]) == DONE
    assert by_preset.read_bytes() == by_setting.read_bytes() != usual.read_bytes()


def test_folders_keep_their_order_and_a_bad_file_is_named_and_skipped(tmp_path, capsys):
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    write(folder / "one.wav", stereo(16_000, 1.0), 16_000, "WAV", "PCM_16")
    write(folder / "deep" / "two.flac", stereo(16_000, 1.0), 16_000, "FLAC", "PCM_16")
    (folder / "bad.wav").write_bytes(b"RIFF and then nothing")
    write(folder / "six.wav", np.zeros((100, 6)), 16_000, "WAV", "PCM_16")
    (folder / ".hidden.wav").write_bytes(b"")
    (folder / "notes.txt").write_text("no sound")
    out = tmp_path / "out"
    assert main([str(folder), "--out", str(out), "--method", "mcra"]) == SOME_SKIPPED
    found = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    assert found == ["deep/two.flac", "one.wav"]
    said = capsys.readouterr().err
    assert "bad.wav: This file cannot be read as audio" in said
    assert "six.wav: This file has 6 channels; only mono and stereo are supported." in said
    assert "2 of 4 files skipped." in said


def test_nothing_is_overwritten_without_force(tmp_path, song, capsys):
    target = tmp_path / "there.wav"
    target.write_bytes(b"mine")
    command = [str(song), str(target), "--method", "hbss"]
    assert main(command) == SOME_SKIPPED
    assert target.read_bytes() == b"mine"
    assert "there.wav already exists; --force overwrites it." in capsys.readouterr().err
    assert main([*command, "--force"]) == DONE
    assert soundfile.info(target).frames == 88_200


def test_a_file_can_take_its_own_place_with_force_only(song):
    before = song.read_bytes()
    command = [str(song), str(song), "--method", "hbss"]
    assert main(command) == SOME_SKIPPED
    assert song.read_bytes() == before
    assert main([*command, "--force"]) == DONE
    assert soundfile.info(song).frames == 88_200
    assert song.read_bytes() != before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{song}"], "Please give INPUT and OUTPUT"),
        (["{song}", "a.wav", "b.wav", "--method", "hbss"], "Please give INPUT and OUTPUT"),
        (["{folder}", "a.wav", "--method", "hbss"], "choose where its files go with --out"),
        (["{song}", "a.wav"], "Please choose a method: --method noisereduce, hbss, mcra, lowpass."),
        (["{song}", "a.wav", "--method", "hbss", "--set", "alpha=1"], "look like hbss.alpha=1.4"),
        (["{song}", "a.wav", "--method", "hbss", "--set", "mcra.delta=2"], "not a setting of hbss"),
        (["{song}", "a.wav", "--method", "hbss", "--set", "hbss.alpha=9"], "between 0 and 5"),
        (["{song}", "a.wav", "--method", "hbss", "--preset", "none"], "There is no preset"),
        (["{song}", "a.wav", "--method", "hbss", "--format", "doc"], "“DOC” is not a supported"),
        (["{song}", "a.wav", "--method", "hbss", "--subtype", "x"], "“X” is not a sample format"),
        (["{song}", "{song}", "--out", "{folder}/o", "--method", "hbss"], None),
        (["-", "--out", "o", "--method", "hbss"], "omit --out"),
        (["{song}", "-", "--method", "hbss"], "- stands alone"),
        (["{song}", "a.wav", "--method", "hbss", "--format", "sd2"], "“SD2” is not a supported"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(tmp_path, song, capsys, arguments, sentence):
    names = {"song": str(song), "folder": str(tmp_path)}
    library = ["--library", str(tmp_path)]
    status = main([part.format(**names) for part in arguments] + library)
    said = capsys.readouterr().err
    if sentence is None:  # the same file twice is one file
        assert status == DONE
        return
    assert status == CANNOT
    assert sentence in said
    assert said.count("\n") == 1
    assert not (tmp_path / "a.wav").exists()


def test_two_files_of_one_name_are_refused_before_anything_is_written(tmp_path, capsys):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "x.wav", stereo(16_000, 1.0), 16_000, "WAV", "PCM_16")
    files = [str(tmp_path / folder / "x.wav") for folder in ("a", "b")]
    assert main([*files, "--out", str(tmp_path / "out"), "--method", "hbss"]) == CANNOT
    assert "would both be written to" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_cutoff_beyond_the_file_s_band_names_the_file(tmp_path, capsys):
    source = write(tmp_path / "phone.wav", stereo(8_000, 1.0), 8_000, "WAV", "PCM_16")
    target = tmp_path / "restored.wav"
    assert main([str(source), str(target), "--method", "hbss"]) == SOME_SKIPPED
    said = capsys.readouterr().err
    assert "phone.wav: cutoff_hz must lie below half the sample rate (4000 Hz)" in said
    assert "set a lower one with --set hbss.cutoff_hz=" in said
    assert not target.exists()
    settings = ["--set", "hbss.cutoff_hz=2000"]
    assert main([str(source), str(target), "--method", "hbss", *settings]) == DONE


def test_samples_beyond_full_scale_are_limited_and_said(tmp_path, capsys):
    loud = 6.0 * stereo(16_000, 1.0)
    source = write(tmp_path / "loud.wav", loud, 16_000, "WAV", "FLOAT")
    target = tmp_path / "loud16.wav"
    command = [str(source), str(target), "--method", "mcra"]
    assert main([*command, "--subtype", "PCM_16"]) == DONE
    said = capsys.readouterr().err
    assert "samples exceeded full scale and were clipped; --subtype FLOAT keeps them." in said
    assert np.max(soundfile.read(target)[0]) == pytest.approx(1.0, abs=STEP_16)
    assert main([*command, "--force"]) == DONE
    assert np.max(soundfile.read(target)[0]) > 1.5
    assert "limited" not in capsys.readouterr().err


def test_tags_that_a_format_cannot_hold_are_named(tmp_path, song, capsys):
    target = tmp_path / "song.w64"
    assert main([str(song), str(target), "--method", "hbss"]) == DONE
    assert "the format cannot store these tags: title, artist, date." in capsys.readouterr().err


def test_the_format_follows_the_ending_and_keeps_the_bits(tmp_path, song):
    for name, file_format, subtype in (
        ("a.flac", "FLAC", "PCM_24"),
        ("a.ogg", "OGG", "VORBIS"),
        ("a.unknown", "WAV", "PCM_24"),
    ):
        target = tmp_path / name
        assert main([str(song), str(target), "--method", "hbss"]) == DONE
        info = soundfile.info(target)
        assert (info.format, info.subtype) == (file_format, subtype)


def test_a_file_cut_off_half_way_is_skipped_and_leaves_nothing(tmp_path, capsys):
    source = write(tmp_path / "a.flac", stereo(44_100, 4.0), 44_100, "FLAC", "PCM_16")
    whole = source.read_bytes()
    source.write_bytes(whole[: len(whole) // 2])
    out = tmp_path / "out"
    assert main([str(source), "--out", str(out), "--method", "mcra"]) == SOME_SKIPPED
    assert "damaged or truncated" in capsys.readouterr().err
    assert not any(out.rglob("*")) if out.exists() else True


def test_check_prints_the_finding_and_writes_nothing(tmp_path, song, capsys):
    before = sorted(tmp_path.iterdir())
    assert main(["--check", str(song)]) == DONE
    printed = capsys.readouterr().out
    assert printed.startswith(f"{song}: This clip has a steady noise floor above 6 kHz")
    assert sorted(tmp_path.iterdir()) == before


def run(arguments, data: bytes) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "restorers", *arguments]
    return subprocess.run(command, cwd=ROOT, input=data, capture_output=True, check=False)


def test_from_standard_input_to_standard_output(tmp_path, song):
    target = tmp_path / "restored.wav"
    assert main([str(song), str(target), "--method", "hbss"]) == DONE
    done = run(["-", "--method", "hbss"], song.read_bytes())
    assert done.returncode == DONE, done.stderr
    assert done.stdout == target.read_bytes()
    failed = run(["-", "--method", "hbss"], b"no sound")
    assert failed.returncode == SOME_SKIPPED
    assert failed.stdout == b""
    assert failed.stderr.decode().startswith("standard input: This file cannot be read as audio")


def test_results_inside_the_folder_are_not_restored_again(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder / "one.wav", stereo(16_000, 1.0), 16_000, "WAV", "PCM_16")
    command = [str(folder), "--out", str(folder / "out"), "--method", "hbss", "--force"]
    assert main(command) == main(command) == DONE
    assert [path.name for path in (folder / "out").rglob("*")] == ["one.wav"]


def test_an_opus_file_holds_opus(tmp_path):
    source = write(tmp_path / "a.wav", stereo(48_000, 1.0), 48_000, "WAV", "PCM_16")
    assert main([str(source), str(tmp_path / "a.opus"), "--method", "hbss"]) == DONE
    assert soundfile.info(tmp_path / "a.opus").subtype == "OPUS"


def test_a_format_that_pads_says_so(tmp_path, capsys):
    source = write(tmp_path / "a.wav", stereo(44_100, 1.037), 44_100, "WAV", "PCM_16")
    target = tmp_path / "b.wav"
    assert main([str(source), str(target), "--method", "hbss", "--subtype", "MS_ADPCM"]) == DONE
    n_added = soundfile.info(target).frames - soundfile.info(source).frames
    assert f"the format's block size made it {n_added} samples longer." in capsys.readouterr().err
    assert n_added > 0


def test_only_files_are_replaced_and_links_stay(tmp_path, song, capsys):
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    assert main([str(song), str(pipe), "--method", "hbss", "--force"]) == SOME_SKIPPED
    assert "pipe.wav is not a regular file and cannot be replaced." in capsys.readouterr().err
    assert pipe.is_fifo()
    target, link = tmp_path / "real.wav", tmp_path / "link.wav"
    target.write_bytes(b"old")
    link.symlink_to(target)
    assert main([str(song), str(link), "--method", "hbss", "--force"]) == DONE
    assert link.is_symlink()
    assert soundfile.info(target).frames == 88_200


def test_what_libsndfile_cannot_write_is_named_and_the_others_go_on(tmp_path, capsys, monkeypatch):
    files = [
        str(write(tmp_path / name, stereo(rate_hz, 1.0), rate_hz, "WAV", "PCM_16"))
        for name, rate_hz in (("full.wav", 22_050), ("good.wav", 16_000))
    ]
    usual = soundfile.SoundFile.write

    def fail(self, samples):
        if self.samplerate == 22_050:
            raise soundfile.LibsndfileError(2, "the disk is full: ")
        usual(self, samples)

    monkeypatch.setattr(soundfile.SoundFile, "write", fail)
    out = tmp_path / "out"
    assert main([*files, "--out", str(out), "--method", "hbss"]) == SOME_SKIPPED
    said = capsys.readouterr().err
    assert "full.wav: the result cannot be written (the disk is full" in said
    assert [path.name for path in out.iterdir()] == ["good.wav"]


def test_standard_output_that_takes_nothing_is_said(song):
    command = [sys.executable, "-m", "restorers", "-", "--method", "hbss"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command, cwd=ROOT, input=song.read_bytes(), stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == SOME_SKIPPED
    assert done.stderr.decode() == "standard output: No space left on device\n"


def test_mp3_tags_that_would_be_garbled_are_left_out_and_named(tmp_path, capsys):
    source = tmp_path / "a.wav"
    with soundfile.SoundFile(source, "w", 44_100, 2, "PCM_16") as file:
        file.title, file.artist = "Tïtle", "Ann"
        file.write(stereo(44_100))
    target = tmp_path / "a.mp3"
    assert main([str(source), str(target), "--method", "hbss"]) == DONE
    assert "the format cannot store these tags: title." in capsys.readouterr().err
    with soundfile.SoundFile(target) as file:
        assert (file.title, file.artist) == ("", "Ann")
