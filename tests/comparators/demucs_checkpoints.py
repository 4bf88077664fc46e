"""Checkpoints of small Demucs models. Run in that comparator's environment: PYTHON FILE FOLDER."""

import json
import sys
from pathlib import Path

import torch
from demucs.htdemucs import HTDemucs
from safetensors.torch import save_file

STEMS = ["drums", "bass", "other", "vocals"]
# The class of htdemucs, as small as it goes; 1 s instead of 7.8 s at a time.
SMALL = {"channels": 8, "nfft": 512, "depth": 2, "t_layers": 1, "t_heads": 2, "segment": 1.0}


class Shares(HTDemucs):
    """Each stem is a share of what goes in, so that the sum is known beforehand."""

    def __init__(self, shares: list[float]):
        super().__init__(STEMS, **SMALL)
        self.shares = shares

    def forward(self, mix: torch.Tensor) -> torch.Tensor:
        return torch.stack([share * mix for share in self.shares], dim=1)


def save(path: Path, model: HTDemucs, klass: str, args: list, kwargs: dict) -> None:
    """As the library's own safetensors files are: class and arguments as JSON in the metadata."""
    metadata = {"klass": klass, "args": json.dumps(args), "kwargs": json.dumps(kwargs)}
    save_file(model.state_dict(), path, metadata)


def main(folder: Path) -> None:
    torch.manual_seed(0)
    save(
        folder / "random.safetensors",
        HTDemucs(STEMS, **SMALL),
        "demucs.htdemucs.HTDemucs",
        [STEMS],
        SMALL,
    )
    for name, shares in {
        "whole": [0.4, 0.3, 0.2, 0.1],
        "half": [0.2, 0.1, 0.1, 0.1],
        "broken": [float("nan"), 0.0, 0.0, 0.0],
    }.items():
        save(
            folder / f"{name}.safetensors",
            Shares(shares),
            "demucs_checkpoints.Shares",
            [shares],
            {},
        )
    random_model = HTDemucs(STEMS, **SMALL)
    package = {
        "klass": HTDemucs,
        "args": [STEMS],
        "kwargs": SMALL,
        "state": random_model.state_dict(),
    }
    (folder / "repository").mkdir()
    torch.save(package, folder / "repository" / "00000000.th")
    (folder / "repository" / "htdemucs.yaml").write_text("models: ['00000000']\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
