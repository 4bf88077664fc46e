import dataclasses
import io
from collections import Counter

import numpy as np
import pytest
import soundfile

from audio.clip import AudioClip
from audio.loudness import integrated_loudness_lufs, measure_level, true_peak_dbtp
from listening import arrange_trial, draw_trial
from listening.stimuli import DITHER_RMS, FADE_S, stimulus_files
from tests.support import trials


def decoded(data: bytes) -> AudioClip:
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    return AudioClip(samples.T, rate)


def test_a_trial_has_every_condition_once_behind_letters_in_screen_order():
    drawn = trials.trial()
    assert drawn.labels == ("A", "B", "C", "D")
    assert [s.position for s in drawn.stimuli] == [1, 2, 3, 4]
    assert sorted(s.condition for s in drawn.stimuli) == sorted(trials.CONDITIONS)
    assert drawn.design == "multi"


def test_every_condition_comes_to_every_place_equally_often():
    rng = np.random.default_rng(11)
    clips = trials.versions()
    counts = Counter()
    for _ in range(400):
        drawn = draw_trial(trials.LISTENER, trials.FACTS, clips, trial_index=1, rng=rng)
        counts.update((s.condition, s.position) for s in drawn.stimuli)
    assert len(counts) == 16
    # 100 expected, standard deviation 8.7: five of them either way
    assert all(56 < n < 144 for n in counts.values())


def test_a_trial_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        trials.trial().stimuli = ()


def test_trials_have_ids_of_their_own():
    assert len({trials.trial().trial_id for _ in range(50)}) == 50


def test_stimuli_are_equally_loud_and_equally_long_and_do_not_clip():
    drawn = trials.trial()
    files = stimulus_files(drawn, trials.sounds(), np.random.default_rng(1))
    assert len({len(data) for data in files.values()}) == 1
    clips = [decoded(data) for data in files.values()]
    levels = [integrated_loudness_lufs(clip) for clip in clips]
    assert max(levels) - min(levels) < 0.1
    assert max(true_peak_dbtp(clip) for clip in clips) <= -1.0 + 1e-3


def test_the_recorded_gain_and_loudness_are_those_of_the_file():
    drawn = trials.trial()
    files = stimulus_files(drawn, trials.sounds(), np.random.default_rng(1))
    # Fades of 10 ms take 0.0125 s of sound away, 0.05 dB of a second; all versions lose the same.
    n_kept = 16_000 - 2 * round(FADE_S * 16_000) + round(0.75 * FADE_S * 16_000)
    lost_db = 10 * np.log10(n_kept / 16_000)
    for stimulus in drawn.stimuli:
        presented = integrated_loudness_lufs(decoded(files[stimulus.label]))
        expected = stimulus.version.level.loudness_lufs + stimulus.gain_db
        assert expected + lost_db - 0.01 <= presented <= expected + 0.01


def test_the_same_sound_never_has_the_same_bytes_and_all_have_one_inaudible_noise():
    drawn = trials.trial()
    first, second = (
        stimulus_files(drawn, trials.sounds(), np.random.default_rng(seed)) for seed in (1, 2)
    )
    greatest_gain_db = max(stimulus.gain_db for stimulus in drawn.stimuli)
    for label in drawn.labels:
        assert first[label] != second[label]
        difference = decoded(first[label]).samples - decoded(second[label]).samples
        noise_db = 10 * np.log10(np.mean(difference**2) / 2)
        # 0.75 steps of 16 bits, +-0.05 dB by chance in 16,000 samples
        assert noise_db == pytest.approx(
            20 * np.log10(DITHER_RMS * 2.0**-15) + greatest_gain_db, abs=0.2
        )


def test_a_stimulus_whose_offset_hid_its_peaks_lowers_all_alike():
    rng = np.random.default_rng(0)
    samples = -0.3 + 0.02 * rng.standard_normal(32_000).astype(np.float32)
    samples[1000::2000] = 0.9
    clip = AudioClip(samples.astype(np.float32), 16_000)
    sounds = {"original": clip, "hbss": clip.with_samples(0.5 * (clip.samples + 0.3))}
    facts = [
        dataclasses.replace(version, level=measure_level(sounds[version.condition]))
        for version in trials.versions()
        if version.condition in sounds
    ]
    trial = arrange_trial(trials.LISTENER, trials.FACTS, facts, trial_index=1)
    files = stimulus_files(trial, sounds, rng)
    levels = [integrated_loudness_lufs(decoded(data)) for data in files.values()]
    assert max(levels) - min(levels) < 0.1
    assert max(decoded(data).peak for data in files.values()) < 1.0


def test_offsets_and_ends_are_the_same_for_all():
    drawn = trials.trial()
    sounds = trials.sounds()
    sounds["original"] = sounds["original"].with_samples(sounds["original"].samples + 0.01)
    files = stimulus_files(drawn, sounds, np.random.default_rng(1))
    noise = DITHER_RMS * 2.0**-15 * 10 ** (max(s.gain_db for s in drawn.stimuli) / 20)
    for data in files.values():
        [samples] = decoded(data).samples.astype(float)
        assert abs(samples.mean()) < 4 * noise / np.sqrt(samples.size) + 1e-6
        assert max(abs(samples[0]), abs(samples[-1])) < 5 * noise + 1e-4  # 0.01 % of the fade


def test_versions_of_different_length_are_refused():
    sounds = trials.sounds()
    sounds["hbss"] = sounds["hbss"].with_samples(sounds["hbss"].samples[:, :8_000])
    with pytest.raises(ValueError, match="equal channels, length and rate"):
        stimulus_files(trials.trial(), sounds, np.random.default_rng(0))


def test_stereo_stimuli_are_alike_in_all_but_their_sound():
    stereo = {
        name: clip.with_samples(np.concatenate([clip.samples + 0.01, 0.3 * clip.samples[:, ::-1]]))
        for name, clip in trials.sounds().items()
    }
    versions = [
        dataclasses.replace(version, level=measure_level(stereo[version.condition]))
        for version in trials.versions()
    ]
    drawn = arrange_trial(trials.LISTENER, trials.FACTS, versions, trial_index=1)
    files = stimulus_files(drawn, stereo, np.random.default_rng(2))
    assert len({len(data) for data in files.values()}) == 1
    heard = {label: decoded(data) for label, data in files.items()}
    loudness = [integrated_loudness_lufs(clip) for clip in heard.values()]
    assert max(loudness) - min(loudness) < 0.1
    for stimulus in drawn.stimuli:
        clip = heard[stimulus.label]
        assert clip.shape == stereo[stimulus.condition].shape
        assert np.max(np.abs(clip.samples.mean(axis=1))) < 1e-5
        left, right = clip.samples[:, 1_000:-1_000]  # neither swapped nor mixed
        wanted_left, wanted_right = stereo[stimulus.condition].samples[:, 1_000:-1_000]
        for found, wanted in ((left, wanted_left), (right, wanted_right)):
            assert np.corrcoef(found, wanted)[0, 1] > 0.9999


def test_a_clip_longer_than_a_minute_is_no_stimulus():
    long = {name: AudioClip(np.zeros(61 * 8_000), 8_000) for name in trials.CONDITIONS}
    with pytest.raises(ValueError, match="up to 60 s long, this one is 61.0 s"):
        stimulus_files(trials.trial(), long, np.random.default_rng(0))
