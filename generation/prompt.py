"""What a clip is made from: with the generator, everything needed to make it again."""

from dataclasses import dataclass
from importlib.resources import files

MAX_TEXT_LENGTH = 1000
MIN_DURATION_S = 1.0
MAX_DURATION_S = 30.0  # MusicGen was trained on 30 s
MAX_SEED = 2**32 - 1
MIN_GUIDANCE = 1.0
MAX_GUIDANCE = 10.0

CODEC_FRAME_S = 0.02  # one step of EnCodec at 50 Hz: the grain of every duration
REPORT_DURATION_S = 10.18  # 512 tokens, of which the codebooks' delay pattern takes 3

# The report's tracks; track i has seed REPORT_FIRST_SEED + i - 1.
REPORT_PROMPTS_FILE = files("generation").joinpath("report_prompts.txt")
REPORT_PROMPTS = tuple(REPORT_PROMPTS_FILE.read_text(encoding="utf-8").splitlines())
REPORT_FIRST_SEED = 1235


@dataclass(frozen=True)
class Prompt:
    """A request for one clip.

    guidance_scale : weight of the text in MusicGen's classifier-free guidance; 1 switches it off.
    Raises ValueError, with a sentence meant for the user, for anything out of range.
    """

    text: str
    duration_s: float = REPORT_DURATION_S
    seed: int = REPORT_FIRST_SEED
    guidance_scale: float = 3.0

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("Please describe the music you want; the prompt is empty.")
        if len(self.text) > MAX_TEXT_LENGTH:
            raise ValueError(
                f"A prompt can have up to {MAX_TEXT_LENGTH} characters; "
                f"this one has {len(self.text)}."
            )
        if not MIN_DURATION_S <= self.duration_s <= MAX_DURATION_S:
            raise ValueError(
                f"The duration must lie between {MIN_DURATION_S:g} and {MAX_DURATION_S:g} s, "
                f"got {self.duration_s}."
            )
        if self.seed != int(self.seed) or not 0 <= self.seed <= MAX_SEED:
            raise ValueError(
                f"The seed must be a whole number from 0 to {MAX_SEED}, got {self.seed}."
            )
        if not MIN_GUIDANCE <= self.guidance_scale <= MAX_GUIDANCE:
            raise ValueError(
                f"The guidance must lie between {MIN_GUIDANCE:g} and {MAX_GUIDANCE:g}, "
                f"got {self.guidance_scale}."
            )
        object.__setattr__(self, "seed", int(self.seed))


def prompts_from_lines(
    text: str,
    *,
    duration_s: float = REPORT_DURATION_S,
    first_seed: int = REPORT_FIRST_SEED,
    guidance_scale: float = Prompt.guidance_scale,
) -> list[Prompt]:
    """A prompt for each line that is not blank, with seeds that count up from the first."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [
        Prompt(line, duration_s, first_seed + index, guidance_scale)
        for index, line in enumerate(lines)
    ]
