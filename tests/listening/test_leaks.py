"""Do the samples of a trial give the original away by anything that cannot be heard?

A guesser that knows the gain of every stimulus, which no page does, gets statistics of the
samples that no listener could hear, and has to stay at chance on clips that it has not seen.
"""

import numpy as np
import pytest
import soxr
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GroupKFold

from audio.clip import AudioClip
from audio.files import read_clip
from audio.loudness import measure_level
from audio.working import REPORT_RATE_HZ, WorkingFormat, in_working_format
from generation import Prompt, SyntheticMusic
from listening.stimuli import stimulus_files
from listening.trial import ORIGINAL, VersionFacts, arrange_trial
from restorers import RESTORERS
from tests.support import trials
from versions.alignment import align

SECONDS = 2.0
N_DRAWS = 10
N_ARRANGEMENTS = 3  # by chance one alone is off by 0.015
N_REAL = 16
SCORES = trials.versions()[0].scores
WORDS_BITS = (14, 15, 16, 17, 18, 24)  # of the files that clips may come from


def as_16_bit_file(clip: AudioClip, *, offset: float) -> AudioClip:
    """What an upload without resampling is: whole steps of 16 bits, here with a DC offset too."""
    return clip.with_samples(np.round((clip.samples + offset) * 2**15) / 2**15)


@pytest.fixture(scope="module")
def sources(real_clip_paths) -> list[AudioClip]:
    """24 clips, real and synthetic ones."""
    real = [
        in_working_format(read_clip(path), WorkingFormat.REPORT)
        for path in sorted(real_clip_paths)[:N_REAL]
    ]
    music = SyntheticMusic()
    prompts = [Prompt(f"song number {number}", seed=number, duration_s=10.0) for number in range(8)]
    made = [in_working_format(music.generate(prompt), WorkingFormat.REPORT) for prompt in prompts]
    return real + made


def excerpt_of(clip: AudioClip, number: int, rng: np.random.Generator) -> AudioClip:
    """A part that begins and ends in the middle of the music; of every second clip as a 16-bit
    file without resampling has it."""
    n_samples = round(SECONDS * REPORT_RATE_HZ)
    start = rng.integers(0, clip.n_samples - n_samples)
    part = clip.with_samples(0.7 * clip.samples[:, start : start + n_samples])
    return as_16_bit_file(part, offset=0.001 * (number % 4)) if number % 2 else part


def decoded(data: bytes) -> np.ndarray:
    """The 24-bit samples of a stimulus as whole numbers."""
    raw = np.frombuffer(data[44:], np.uint8).reshape(-1, 3).astype(np.int32)
    return ((raw[:, 2] << 24) | (raw[:, 1] << 16) | (raw[:, 0] << 8)) >> 8


def inaudible_statistics(samples: np.ndarray, gain: float) -> list[float]:
    """How well the samples sit on the grid of a shorter word, what their lowest bits do, how they
    begin and end, their mean, and their exact zeros and repetitions."""
    grids = [
        abs(np.exp(2j * np.pi * samples / (gain * 2.0 ** (24 - bits))).mean())
        for bits in WORDS_BITS
    ]
    lowest = [np.mean((samples & mask) == 0) for mask in (0x1, 0x3, 0xF, 0xFF)]
    edges = np.abs(np.concatenate([samples[:3], samples[-3:]]))
    return [
        *grids,
        *lowest,
        *edges,
        samples.mean(),
        np.mean(samples == 0),
        np.mean(np.diff(samples) == 0),
    ]


def quiet_statistics(samples: np.ndarray) -> list[float]:
    """The level of the quietest passages, in all and above 6 kHz: this can be heard."""
    frames = samples[: samples.size // 512 * 512].reshape(-1, 512) / 2.0**23
    power = np.abs(np.fft.rfft(frames * np.hanning(512))) ** 2
    high = power[:, 192:].sum(axis=1)
    return [*np.log10(np.percentile(power.sum(axis=1), [1, 5, 10])), *np.log10(
        np.percentile(high, [1, 5, 10]))]  # fmt: skip


def made_elsewhere(original: AudioClip, number: int) -> AudioClip:
    """A file from another program: 48 kHz, 16 bits, an offset, late, inverted; aligned again."""
    at_48_khz = soxr.resample(original.samples[0], REPORT_RATE_HZ, 48_000)
    gentle = RESTORERS["hbss"](alpha=0.8).restore(AudioClip(0.9 * at_48_khz, 48_000))
    late = gentle.with_samples(-np.pad(gentle.samples, ((0, 0), (1_200, 1_200))))
    return align(original, as_16_bit_file(late, offset=0.001 * (number % 3)))[0]


VERSIONS = {slug: lambda clip, _, cls=cls: cls().restore(clip) for slug, cls in RESTORERS.items()}
VERSIONS["elsewhere"] = made_elsewhere


@pytest.fixture(scope="module")
def pairs(sources):
    """Of each pair original-restoration: statistics of both, and which clip it was."""
    rng = np.random.default_rng(0)
    hidden, heard, clip_numbers = [], [], []
    for number, clip in enumerate(sources):
        for slug, restored in VERSIONS.items():
            for _ in range(N_DRAWS):
                original = excerpt_of(clip, number, rng)
                sounds = {ORIGINAL: original, slug: restored(original, number)}
                facts = [
                    VersionFacts(name, {}, SCORES, measure_level(sound))
                    for name, sound in sounds.items()
                ]
                trial = arrange_trial(trials.LISTENER, trials.FACTS, facts, trial_index=1)
                files = stimulus_files(trial, sounds, rng)
                samples = [decoded(files[stimulus.label]) for stimulus in trial.stimuli]
                gains = [10 ** (stimulus.gain_db / 20) for stimulus in trial.stimuli]
                told = [inaudible_statistics(*one) for one in zip(samples, gains, strict=True)]
                hidden.append(told)
                heard.append([quiet_statistics(one) for one in samples])
                clip_numbers.append(number)
    return np.array(hidden), np.array(heard), np.array(clip_numbers)


def share_right(statistics: np.ndarray, clip_numbers: np.ndarray) -> float:
    """How often a forest picks the original, on clips that it was not trained on.

    statistics : shape (n_pairs, 2, n_statistics), the original first
    """
    right = []
    for arrangement in range(N_ARRANGEMENTS):
        rng = np.random.default_rng(arrangement)
        is_swapped = rng.permutation(len(statistics)) % 2 == 1  # half of them, or guessing leans
        first = np.where(is_swapped[:, None], statistics[:, 1], statistics[:, 0])
        second = np.where(is_swapped[:, None], statistics[:, 0], statistics[:, 1])
        features = np.hstack([first - second, first, second])
        for train, test in GroupKFold(6).split(features, groups=clip_numbers):
            forest = RandomForestClassifier(60, random_state=arrangement, n_jobs=2)
            forest.fit(features[train], is_swapped[train])
            right.append(forest.predict(features[test]) == is_swapped[test])
    return float(np.concatenate(right).mean())


KINDS = {  # of what `inaudible_statistics` returns
    "all": slice(None),
    "grids": slice(0, 6),
    "lowest bits": slice(6, 10),
    "ends": slice(10, 16),
    "mean": slice(16, 17),
    "zeros and repetitions": slice(17, 19),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_heard_gives_nothing_away(pairs, kind):
    hidden, _, clip_numbers = pairs
    share = share_right(hidden[:, :, KINDS[kind]], clip_numbers)
    print(f"{kind}: right in {100 * share:.1f} % of {len(hidden)} pairs")
    assert 0.46 <= share <= 0.54


def test_less_hiss_in_the_quiet_passages_is_heard_and_measured(pairs):
    """What remains: a property of the sound, as docs/studies.md says."""
    _, heard, clip_numbers = pairs
    share = share_right(heard, clip_numbers)
    print(f"quiet passages: right in {100 * share:.1f} % of {len(heard)} pairs")
    assert share > 0.8


def test_the_guesser_finds_the_grid_of_a_16_bit_file(sources):
    """Were the dither too small, the first test would fail: here the samples are not dithered."""
    clip = excerpt_of(sources[1], 1, np.random.default_rng(0))
    on_grid = inaudible_statistics(np.round(clip.samples[0] * 0.8 * 2**23).astype(np.int64), 0.8)
    restored = RESTORERS["hbss"]().restore(clip)
    off_grid = inaudible_statistics(
        np.round(restored.samples[0] * 0.8 * 2**23).astype(np.int64), 0.8
    )
    at_16_bits = WORDS_BITS.index(16)
    assert on_grid[at_16_bits] > 0.9
    assert off_grid[at_16_bits] < 0.1
