"""Checkpoints of the Denoiser's class. Run in that comparator's environment: PYTHON FILE FOLDER."""

import sys
from pathlib import Path

import torch
from denoiser.demucs import Demucs
from denoiser.pretrained import dns64
from denoiser.utils import serialize_model

OPEN = 100.0  # of a gated unit's bias: its sigmoid is 1


def identity(resample: int = 1) -> Demucs:
    """Weights by which the network gives back what goes in.

    The encoder's four channels are two neighbouring samples, each as its positive and its negative
    part; the LSTM adds nothing; the decoder takes the differences.
    """
    model = Demucs(hidden=4, depth=1, kernel_size=2, stride=2, resample=resample)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    (encode, _, encode_gate, _), (decode_gate, _, decode) = model.encoder[0], model.decoder[0]
    for channel, (place, sign) in enumerate([(0, 1.0), (0, -1.0), (1, 1.0), (1, -1.0)]):
        encode.weight.data[channel, 0, place] = sign
        decode.weight.data[channel, 0, place] = sign
        for gate in (encode_gate, decode_gate):
            gate.weight.data[channel, channel, 0] = 1.0
            gate.bias.data[4 + channel] = OPEN
    return model


def main(folder: Path) -> None:
    torch.manual_seed(0)
    broken = identity()
    broken.decoder[0][2].bias.data[:] = float("nan")
    models = {
        "identity": identity(),
        "resampling": identity(resample=4),
        "random": Demucs(hidden=4, depth=3),
        "broken": broken,
    }
    for name, model in models.items():
        torch.save(serialize_model(model), folder / f"{name}.th")
    torch.save(dns64(pretrained=False).state_dict(), folder / "dns64.th")  # as it is published


if __name__ == "__main__":
    main(Path(sys.argv[1]))
