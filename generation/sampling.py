"""What of transformers' sampling is done in another way here: the random numbers and the cache.

transformers draws the tokens of a whole batch from one sequence of random numbers, so that a clip
would depend on the clips made with it; here every clip has random numbers of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


@contextmanager
def drawing_from(model: Any, seeds: Sequence[int]) -> Iterator[None]:
    """While it lasts, `model.generate` draws row i from seeds[i] and has a growing cache.

    The draw takes place after every other processor of the scores (guidance, top-k): all tokens
    but the one drawn get the score -inf, and transformers' own draw has nothing left to choose.
    The random numbers of the rest of the program stay as they are.
    The cache is handed over here, because `generate` would take the first token into it twice.
    """
    import torch
    from transformers import LogitsProcessor

    from generation.cache_torch import growing_cache

    generators = [torch.Generator(model.device).manual_seed(seed) for seed in seeds]

    class DrawEachRow(LogitsProcessor):
        def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
            drawn = torch.full_like(scores, float("-inf"))
            rows = scores.softmax(dim=-1).view(len(generators), -1, scores.shape[-1])
            tokens = torch.cat(
                [
                    torch.multinomial(row, 1, generator=generator)
                    for row, generator in zip(rows, generators, strict=True)
                ]
            )
            return drawn.scatter_(1, tokens, 0.0)

    sample = model._sample

    def sample_from_seeds(input_ids: torch.Tensor, logits_processor: list, **options: Any) -> Any:
        logits_processor.append(DrawEachRow())
        options["past_key_values"] = growing_cache(model)
        return sample(input_ids, logits_processor=logits_processor, **options)

    model._sample = sample_from_seeds
    cuda_devices = [model.device] if model.device.type == "cuda" else []
    try:
        with torch.random.fork_rng(devices=cuda_devices):
            yield
    finally:
        del model._sample
