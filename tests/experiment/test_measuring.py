import json

import numpy as np
import pytest
import soundfile

from audio.files import wav_bytes
from audio.source_file import read_source
from audio.working import WorkingFormat, in_working_format, report_mix
from comparison import Comparison
from experiment.measuring import Skipped, measure_clip, result_facts, result_from_facts
from experiment.protocol import Protocol
from experiment.running.sources import find_clips
from experiment.sweep import Sweep
from known_hiss import AddedHiss
from restorers import RESTORERS
from tests.support.experiments import write_clips
from tests.support.signals import music_with_hiss, stereo


@pytest.fixture
def source(tmp_path):
    [source] = find_clips([str(write_clips(tmp_path / "clips", 1))])
    return source


def test_the_scores_are_those_of_the_comparison(source):
    clip, sha256 = read_source(source.url)
    comparison = Comparison(in_working_format(clip, WorkingFormat.REPORT))
    result = measure_clip(source, Protocol())
    assert result.sha256 == sha256
    assert result.original == comparison.original_scores()
    assert result.scores == {slug: comparison.scores(cls()) for slug, cls in RESTORERS.items()}
    assert (result.removals, result.settings, result.sweeps) == ({}, [], {})


@pytest.mark.parametrize(
    ("working_format", "working_rate_hz", "n_channels"),
    [(WorkingFormat.REPORT, 16_000, 1), (WorkingFormat.FULL, 44_100, 2)],
)
def test_a_stereo_file_is_restored_in_the_protocol_s_format(
    tmp_path, working_format, working_rate_hz, n_channels
):
    clip = stereo(*(music_with_hiss(sample_rate_hz=44_100, seed=seed) for seed in (1, 2)))
    (tmp_path / "clip.wav").write_bytes(wav_bytes(clip, subtype="FLOAT"))
    [source] = find_clips([str(tmp_path)])
    output = tmp_path / "out"
    result = measure_clip(source, Protocol(working_format), output.as_uri())
    assert result.file_rate_hz == 44_100
    assert (result.working_rate_hz, result.n_channels) == (working_rate_hz, n_channels)
    info = soundfile.info(output / "restored/mcra/clip.wav")
    assert (info.samplerate, info.channels) == (working_rate_hz, n_channels)
    comparison = Comparison(in_working_format(clip, working_format))
    assert result.scores["mcra"] == comparison.scores(RESTORERS["mcra"]())
    # The original's own numbers are those of its 16 kHz mono mix, whatever is restored.
    assert result.original == Comparison(report_mix(clip)).original_scores()
    assert result.hiss == Comparison(report_mix(clip)).hiss()


def test_channels_that_cancel_in_the_mix_are_skipped(tmp_path):
    tone = music_with_hiss(duration_s=0.6)
    opposite = stereo(tone, tone.with_samples(-tone.samples))
    (tmp_path / "clip.wav").write_bytes(wav_bytes(opposite, subtype="FLOAT"))
    [source] = find_clips([str(tmp_path)])
    assert "silent once mixed to mono" in measure_clip(source, Protocol()).reason
    assert "not scored" in measure_clip(source, Protocol(WorkingFormat.FULL)).reason


def test_a_sweep_has_the_scores_of_each_value(source):
    protocol = Protocol(sweeps=(Sweep("hbss", "alpha", (0.0, 1.2)),))
    result = measure_clip(source, protocol)
    nothing, default = result.sweeps["hbss.alpha"]
    assert default == result.scores["hbss"]
    assert nothing.log_mel_distance < default.log_mel_distance


def test_added_hiss_is_what_the_restorers_get_and_are_judged_by(source):
    plain, hissy = measure_clip(source, Protocol()), measure_clip(
        source, Protocol(added_hiss=AddedHiss(-30))
    )  # fmt: skip
    assert hissy.original.hf_band_db > plain.original.hf_band_db + 10
    assert hissy.hiss == plain.hiss  # of the clip as it was found
    assert [one.setting for one in hissy.settings] == list(RESTORERS)
    for one in hissy.settings:
        assert one.truth.hiss_removed_db > 1, one.setting
        assert one.scores == hissy.scores[one.setting]


def test_each_setting_of_a_sweep_is_held_against_the_truth_once(source):
    sweep = Sweep("hbss", "alpha", (0.0, 1.2, 2.0))  # 1.2 is the default
    protocol = Protocol(sweeps=(sweep,), added_hiss=AddedHiss(-40))
    settings = measure_clip(source, protocol).settings
    assert [one.setting for one in settings] == [*RESTORERS, "hbss.alpha=0", "hbss.alpha=2"]
    nothing, strong = settings[-2:]
    assert nothing.truth.lsd_high_gain_db == pytest.approx(0, abs=0.01)
    assert nothing.residual.harmonic_share is None
    assert strong.truth.hiss_removed_db > settings[1].truth.hiss_removed_db


def test_residuals_come_if_asked_for(source):
    result = measure_clip(source, Protocol(with_residuals=True))
    assert set(result.removals) == set(RESTORERS)
    assert result.removals["noisereduce"].residual.level_dbfs < 0


def test_json_keeps_every_bit(source):
    protocol = Protocol(added_hiss=AddedHiss(-50), with_residuals=True)
    result = measure_clip(source, protocol)
    assert result_from_facts(json.loads(json.dumps(result_facts(result)))) == result


def test_restored_sounds_are_written_unscaled(source, tmp_path):
    measure_clip(source, Protocol(), (tmp_path / "out").as_uri())
    clip, _ = read_source(source.url)
    [expected] = RESTORERS["hbss"]().restore(clip).samples
    written, rate = soundfile.read(tmp_path / "out/restored/hbss/clip_1.wav", dtype="float32")
    np.testing.assert_array_equal(written, expected)
    assert rate == 16_000


def test_a_bad_clip_is_skipped_with_its_reason(tmp_path):
    (tmp_path / "bad.wav").write_bytes(b"not a sound")
    [source] = find_clips([str(tmp_path)])
    found = measure_clip(source, Protocol())
    assert isinstance(found, Skipped)
    assert (found.track, found.url) == ("bad", source.url)
    assert "cannot be read as audio" in found.reason


def test_a_clip_that_is_gone_is_skipped(source, tmp_path):
    (tmp_path / "clips" / "clip_1.wav").unlink()
    assert "FileNotFoundError" in measure_clip(source, Protocol()).reason


def test_what_nobody_foresaw_skips_one_clip_only(source, monkeypatch, caplog):
    def broken(*arguments):
        raise RuntimeError("out of order")

    monkeypatch.setattr("experiment.measuring.in_working_format", broken)
    assert measure_clip(source, Protocol()).reason == "RuntimeError: out of order"
    assert "cannot measure" in caplog.text
