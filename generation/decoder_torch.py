"""How the weights of MusicGen's decoder lie in memory, which sets the speed of generation.

Every token reads all of them: 1.4 GB of musicgen-small in float32. A processor is limited by that,
the more so as the usual matrix product is made for many rows and here there are two a clip. oneDNN
reads the same weights two to three times as fast in an order of its own.
This module imports torch: import it where a model is loaded.
"""

from pathlib import Path

import torch
from torch import nn
from transformers import AutoModelForTextToWaveform

ROWS = 8  # the order is chosen for so many rows, and fits any number: two for each clip


class PackedLinear(nn.Module):
    """A linear layer whose weights lie in oneDNN's order; takes and returns float32.

    dtype : float32 gives nn.Linear's numbers up to rounding. bfloat16 rounds weights and input
        to 8 significant bits, reads half as much, and still adds up in float32.
    """

    def __init__(self, linear: nn.Linear, dtype: torch.dtype):
        super().__init__()
        self._dtype = dtype
        self._weight = torch.ops.mkldnn._reorder_linear_weight(
            linear.weight.detach().to(dtype), ROWS
        )
        self._bias = None if linear.bias is None else linear.bias.detach().to(dtype)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        product = torch.ops.mkldnn._linear_pointwise(
            features.to(self._dtype), self._weight, self._bias, "none", [], ""
        )
        return product.to(features.dtype)


def can_compute_bfloat16() -> bool:
    """Whether the processor of this machine can; it is faster only with AVX512_BF16 or AMX."""
    return torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()


def load_for_cpu(folder: Path | str, dtype: torch.dtype) -> nn.Module:
    """A model in float32 whose decoder's weights are packed in `dtype`.

    dtype : float32, or bfloat16 where `can_compute_bfloat16`
    Where torch comes without oneDNN (as on Apple's processors), float32 stays as it is loaded.
    """
    model = AutoModelForTextToWaveform.from_pretrained(folder, dtype=torch.float32)
    if torch.backends.mkldnn.is_available():
        for parent in list(model.decoder.modules()):
            for name, child in list(parent.named_children()):
                if isinstance(child, nn.Linear):
                    setattr(parent, name, PackedLinear(child, dtype))
    return model


def load_for_accelerator(folder: Path | str, dtype: torch.dtype) -> nn.Module:
    """A model that computes in `dtype`, but for the codec, whose sound stays that of float32."""
    model = AutoModelForTextToWaveform.from_pretrained(folder, dtype=dtype)
    model.audio_encoder.float()
    return model
