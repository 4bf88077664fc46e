"""The decoder's keys and values, kept without copying them for every token.

transformers joins the new key and value of each layer to all earlier ones in new memory, which
after ten seconds of music is 200 MB a token and clip. The numbers are the same here.
This module imports torch: import it where a clip is generated.
"""

from typing import Any

import torch
from transformers.cache_utils import Cache, DynamicCache, DynamicLayer, EncoderDecoderCache

FIRST_LENGTH = 64


class GrowingLayer(DynamicLayer):
    """Keys and values of one layer in memory that is doubled when it is full."""

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        super().lazy_initialization(key_states, value_states)
        self._room = [_longer(key_states, 0), _longer(value_states, 0)]

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Take in the states of new tokens, shape (batch, heads, tokens, size); return all."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start = self.get_seq_length()
        end = start + key_states.shape[-2]
        for i, new in enumerate((key_states, value_states)):
            if end > self._room[i].shape[-2]:
                longer = _longer(new, 2 * end)
                longer[..., :start, :] = self._room[i][..., :start, :]
                self._room[i] = longer
            self._room[i][..., start:end, :] = new
        self.keys, self.values = (room[..., :end, :] for room in self._room)
        return self.keys, self.values


def growing_cache(model: Any) -> Cache:
    """An empty cache for one call of `model.generate`."""
    growing = Cache(layer_class_to_replicate=GrowingLayer)
    has_cross_attention = model.config.model_type == "musicgen"  # its text is computed once
    return EncoderDecoderCache(growing, DynamicCache()) if has_cross_attention else growing


def _longer(states: torch.Tensor, length: int) -> torch.Tensor:
    return states.new_empty(*states.shape[:-2], max(length, FIRST_LENGTH), states.shape[-1])
