"""The pattern of the report on real MusicGen clips, at its rate and with its parameters."""

import pytest

from audio.files import read_clip
from audio.working import WorkingFormat, in_working_format
from comparison import Comparison
from metrics import summarise
from restorers import RESTORERS

# An independent computation on these clips gave 100, 53 and 0 % with 3/3, mean Delta HF of
# -4.9, -3.3 and -5.0 dB, and mean log-mel distances of 0.17, 0.20 and 0.39.
EXPECTED = {
    "noisereduce": {"score": (0.90, 1.00), "delta_hf": -4.9, "log_mel": 0.17},
    "hbss": {"score": (0.30, 0.70), "delta_hf": -3.3, "log_mel": 0.20},
    "mcra": {"score": (0.00, 0.00), "delta_hf": -5.0, "log_mel": 0.39},
}


@pytest.fixture(scope="module")
def scores(real_clip_paths):
    comparisons = [
        Comparison(in_working_format(read_clip(path), WorkingFormat.REPORT))
        for path in real_clip_paths
    ]
    return {
        slug: [comparison.scores(cls()) for comparison in comparisons]
        for slug, cls in RESTORERS.items()
    }


@pytest.mark.parametrize("slug", list(EXPECTED))
def test_the_report_s_pattern_holds(scores, slug):
    assert len(scores[slug]) == 17
    low, high = EXPECTED[slug]["score"]
    assert low <= summarise(one.flags for one in scores[slug]).score <= high


@pytest.mark.parametrize("slug", list(EXPECTED))
def test_hiss_falls_on_every_clip_by_as_much_as_computed_elsewhere(scores, slug):
    deltas = [one.delta_hf_band_db for one in scores[slug]]
    assert max(deltas) < 0
    mean = sum(deltas) / len(deltas)
    assert mean == pytest.approx(EXPECTED[slug]["delta_hf"], abs=0.1)  # two printed digits


@pytest.mark.parametrize("slug", list(EXPECTED))
def test_the_change_is_as_large_as_computed_elsewhere(scores, slug):
    distances = [one.log_mel_distance for one in scores[slug]]
    mean = sum(distances) / len(distances)
    assert mean == pytest.approx(EXPECTED[slug]["log_mel"], abs=0.01)
