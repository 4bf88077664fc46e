import pytest

from generation import Prompt
from generation.prompt import MAX_SEED, REPORT_FIRST_SEED, REPORT_PROMPTS


def test_the_report_s_five_prompts_are_there():
    assert len(REPORT_PROMPTS) == 5
    assert REPORT_FIRST_SEED == 1234 + 1
    assert Prompt(REPORT_PROMPTS[0]).guidance_scale == 3.0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": "  \n"}, "prompt is empty"),
        ({"text": "x" * 1001}, "up to 1000 characters; this one has 1001"),
        ({"duration_s": 0.9}, "duration must lie between 1 and 30 s"),
        ({"duration_s": 30.1}, "duration must lie between 1 and 30 s"),
        ({"duration_s": float("nan")}, "duration must lie"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": MAX_SEED + 1}, "seed must be a whole number"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"guidance_scale": 0.5}, "guidance must lie between 1 and 10"),
    ],
)
def test_what_cannot_be_generated_gets_one_sentence(changes, message):
    with pytest.raises(ValueError, match=message):
        Prompt(**{"text": "a song", **changes})
