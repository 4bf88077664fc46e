"""How fast is MusicGen here, against plain use of transformers, and how far are the numbers apart?

    python -m bench.generation [--model FOLDER] [--duration 5] [--rounds 3]

Without --model, a checkpoint of musicgen-small's shape with random weights is made first (2.4 GB,
deleted afterwards): speed does not depend on what the weights are. All works take turns in one run.
"""

import argparse
import logging
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from transformers import AutoModelForTextToWaveform, AutoTokenizer

from bench.tables import in_turns, print_head, print_machine, print_row
from generation import MusicGen, Prompt
from generation.decoder_torch import can_compute_bfloat16, load_for_cpu
from generation.prompt import REPORT_FIRST_SEED, REPORT_PROMPTS
from tests.support.checkpoint import MUSICGEN_SMALL, make_checkpoint

N_FRAMES = 50  # of the comparison of logits
N_TEXT_TOKENS = 12
TOP_K = 50  # what transformers draws from
PRECISIONS = ("float32", "bfloat16") if can_compute_bfloat16() else ("float32",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, help="folder of a checkpoint")
    parser.add_argument("--duration", type=float, default=5.0, help="seconds of each clip")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    print_machine("torch", "transformers")
    with checkpoint(options.model) as folder:
        print(f"Clips of {options.duration:g} s on the CPU, medians of {options.rounds} rounds.\n")
        measure_speed(folder, options.duration, options.rounds)
        print("\nGuided logits of two prompts, token by token, against plain float32.\n")
        measure_distance(folder)


@contextmanager
def checkpoint(given: Path | None):
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        torch.manual_seed(0)
        yield make_checkpoint(folder, sizes=MUSICGEN_SMALL)


def measure_speed(folder: Path, duration_s: float, rounds: int) -> None:
    prompts = [
        Prompt(text, duration_s, REPORT_FIRST_SEED + i) for i, text in enumerate(REPORT_PROMPTS)
    ]
    plain, tokenizer = load_plain(folder), AutoTokenizer.from_pretrained(folder)

    def by_transformers(texts):
        n_tokens = round(duration_s * 50) + 3  # three more for the delay of the codebooks
        inputs = tokenizer(texts, padding=True, return_tensors="pt")
        with torch.inference_mode():
            plain.generate(**inputs, do_sample=True, guidance_scale=3.0, max_new_tokens=n_tokens)

    texts = [prompt.text for prompt in prompts]
    works: list[tuple[str, int, Callable[[], object]]] = [
             ("transformers", 1, lambda: by_transformers(texts[:1])),
             ("transformers", 5, lambda: by_transformers(texts))]  # fmt: skip
    for precision in PRECISIONS:
        ours = MusicGen(str(folder), device="cpu", precision=precision)
        ours.generate(Prompt("warm-up", 1.0))
        works.append((precision, 1, partial(ours.generate_all, prompts[:1])))
        works.append((precision, 5, partial(ours.generate_all, prompts)))
    taken = in_turns([work for _, _, work in works], rounds, warm_up=False)
    print_head("made by", "clips together", "s", "s a clip", "times as fast, a clip")
    for (name, n_clips, _), seconds in zip(works, taken, strict=True):
        each = seconds / n_clips
        print_row(name, n_clips, seconds, each, taken[0] / each)


def measure_distance(folder: Path) -> None:
    """How far the logits are from those of transformers in float32, the past given."""
    expected = guided_logits(load_plain(folder))
    spread = expected.std()
    print_head(
        "precision", "RMS error / spread", "largest error / spread", "same likeliest token",
        "draws that differ", "changed by company",
    )  # fmt: skip
    for precision in PRECISIONS:
        model = load_for_cpu(folder, getattr(torch, precision)).eval()
        logits, alone = guided_logits(model), guided_logits(model, only_first=True)
        error = (logits - expected) / spread
        differ = (chances(logits) - chances(expected)).abs().sum(-1) / 2
        company = (alone - logits[: len(alone)]) / spread
        same = (logits.argmax(-1) == expected.argmax(-1)).float().mean()
        print_row(
            precision, float(error.square().mean().sqrt()), float(error.abs().max()),
            f"{100 * same:.1f} %", f"{100 * differ.mean():.3g} %",
            float(company.square().mean().sqrt()),
        )  # fmt: skip


def guided_logits(model, *, only_first: bool = False) -> torch.Tensor:
    """Logits of random codes, shape (prompts * codebooks, frames, vocabulary).

    Each frame is a step of its own, as in generation. only_first : the second prompt is left out
    """
    random = torch.Generator().manual_seed(1)
    decoder = model.config.decoder
    codes = torch.randint(
        decoder.vocab_size, (2, decoder.num_codebooks, N_FRAMES), generator=random
    )
    text = torch.randn(2, N_TEXT_TOKENS, decoder.hidden_size, generator=random)
    if only_first:
        codes, text = codes[:1], text[:1]
    codes = codes.repeat(2, 1, 1)  # with the text and without
    text = torch.cat([text, torch.zeros_like(text)])
    past, steps = None, []
    with torch.inference_mode():
        for frame in range(N_FRAMES):
            step = model.decoder(
                input_ids=codes[..., frame].reshape(-1, 1),
                encoder_hidden_states=text,
                past_key_values=past,
                use_cache=True,
            )
            past = step.past_key_values
            steps.append(step.logits[:, -1])
    guided, free = torch.stack(steps, dim=1).chunk(2)
    return free + 3.0 * (guided - free)


def chances(logits: torch.Tensor) -> torch.Tensor:
    """Of every token to be drawn, among the TOP_K likeliest."""
    likeliest = logits.topk(TOP_K, dim=-1)
    return torch.zeros_like(logits).scatter_(-1, likeliest.indices, likeliest.values.softmax(-1))


def load_plain(folder: Path):
    return AutoModelForTextToWaveform.from_pretrained(folder, dtype=torch.float32).eval()


if __name__ == "__main__":
    main()
