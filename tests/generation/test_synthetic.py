import numpy as np
import pytest

from audio.working import WorkingFormat, in_working_format
from comparison import Comparison
from generation import Prompt, SyntheticMusic
from generation.prompt import REPORT_FIRST_SEED, REPORT_PROMPTS
from generation.synthetic import STYLES, style_of
from jobs import JobCancelled
from restorers import REPORT_RESTORERS, RESTORERS

PROMPT = Prompt(REPORT_PROMPTS[0], duration_s=2.0)


def test_the_same_prompt_gives_the_same_clip_and_any_change_another():
    music = SyntheticMusic()
    clip = music.generate(PROMPT)
    assert np.array_equal(clip.samples, music.generate(PROMPT).samples)
    for other in (
        Prompt("another beat for studying", duration_s=2.0),
        Prompt(PROMPT.text, duration_s=2.0, seed=PROMPT.seed + 1),
    ):
        assert not np.array_equal(clip.samples, music.generate(other).samples)


@pytest.mark.parametrize("duration_s", [1.0, 10.18, 30.0])
def test_the_duration_is_exact(duration_s):
    clip = SyntheticMusic().generate(Prompt("piano", duration_s=duration_s))
    assert clip.n_samples == round(32_000 * duration_s)


@pytest.mark.parametrize("i", range(5))
def test_the_report_s_prompts_give_music_with_hiss_like_musicgen(i):
    """Level of the quietest frames from 6 to 8 kHz: real hissy clips have -38 to -50 dBFS."""
    prompt = Prompt(REPORT_PROMPTS[i], seed=REPORT_FIRST_SEED + i)
    clip = SyntheticMusic().generate(prompt)
    assert clip.peak < 1.0
    n_fft = 2048
    frames = clip.samples[0, : clip.n_samples // n_fft * n_fft].reshape(-1, n_fft)
    power = 2 * np.abs(np.fft.rfft(frames, axis=1)) ** 2 / n_fft**2
    bins = slice(round(6_000 * n_fft / 32_000), round(8_000 * n_fft / 32_000))
    quietest = np.sort(power.sum(axis=1))[: len(frames) // 5]
    in_band = power[np.isin(power.sum(axis=1), quietest)][:, bins].sum(axis=1)
    assert -56 < 10 * np.log10(in_band.mean()) < -44
    comparison = Comparison(in_working_format(clip, WorkingFormat.REPORT))
    for slug in REPORT_RESTORERS:
        cls = RESTORERS[slug]
        assert -12 < comparison.scores(cls()).delta_hf_band_db < -2


def test_the_style_follows_the_words():
    rng = np.random.default_rng(0)
    assert style_of("A slow PIANO piece", rng).voices == ("keys", "melody")
    assert "drums" in style_of("an upbeat jazz quartet", rng).voices
    assert style_of("nothing of the sort", rng) in STYLES


def test_it_can_be_cancelled():
    with pytest.raises(JobCancelled):
        SyntheticMusic().generate(PROMPT, cancelled=lambda: True)
