"""MusicGen's codec by itself: what a sound becomes on its way through EnCodec.

A. Défossez et al., "High fidelity neural audio compression", TMLR 2023. MusicGen generates the
codes of this codec, so that its decoder has made every sample of a clip. torch and transformers
are imported when a codec is loaded.
"""

import functools
import logging
import threading
from pathlib import Path
from typing import Any

import numpy as np

from audio.clip import AudioClip
from audio.working import resampled
from generation.weights import ModelUnavailable, download_checkpoint, local_checkpoint
from jobs.progress import ignore_progress, never_cancelled

DEFAULT_CODEC = "facebook/encodec_32khz"
CODEC_TYPE = "encodec"

log = logging.getLogger(__name__)


class Codec:
    """A loaded EnCodec model, on the processor; for several threads."""

    def __init__(self, model: Any):  # transformers types it not
        self._model = model
        self._turn = threading.Lock()

    @property
    def sample_rate_hz(self) -> int:
        return int(self._model.config.sampling_rate)

    def coded(self, clip: AudioClip) -> AudioClip:
        """The clip after coding and decoding, at its own rate, aligned, of the same length; what
        lies above half the codec's rate is gone. Each channel is coded by itself."""
        import torch

        given = resampled(clip, self.sample_rate_hz)
        n_wanted = self._model.config.audio_channels  # of a channel, so that stereo codecs do too
        channels = []
        with self._turn, torch.inference_mode():
            for channel in given.samples:
                values = torch.from_numpy(np.repeat(channel[np.newaxis, np.newaxis], n_wanted, 1))
                codes = self._model.encode(values)
                decoded = self._model.decode(codes.audio_codes, codes.audio_scales)[0]
                channels.append(decoded.mean(dim=1)[0].numpy())
        longest = max(given.n_samples, *(channel.size for channel in channels))
        decoded = np.stack([np.pad(c, (0, longest - c.size)) for c in channels])
        back = resampled(AudioClip(decoded[:, : given.n_samples], given.sample_rate_hz),
                         clip.sample_rate_hz).samples  # fmt: skip
        missing = max(0, clip.n_samples - back.shape[1])
        return clip.with_samples(np.pad(back, ((0, 0), (0, missing)))[:, : clip.n_samples])


@functools.lru_cache(maxsize=1)
def load_codec(name: str) -> Codec:
    """The codec of that name, downloaded if it is not on this machine.

    name : Hugging Face id or folder of an EnCodec checkpoint, or of a MusicGen checkpoint, whose
        codec is taken
    Raises ModelUnavailable, with a sentence for the user.
    """
    folder = local_checkpoint(name) or _downloaded(name)
    from transformers import AutoConfig

    try:
        kind = AutoConfig.from_pretrained(folder).model_type
        model = _codec_alone(folder) if kind == CODEC_TYPE else _codec_inside(folder)
        if not hasattr(model.config, "sampling_rate"):
            raise ValueError(f"model type {kind} has no codec")
        return Codec(model.eval())
    except Exception as error:  # a checkpoint can be wrong in any way; the log keeps which
        log.exception("cannot load the codec in %s", folder)
        raise ModelUnavailable(
            f"“{name}” cannot be loaded as EnCodec, nor as a MusicGen checkpoint with its codec."
        ) from error


def _downloaded(name: str) -> Path:
    try:
        return download_checkpoint(name, on_progress=ignore_progress, cancelled=never_cancelled)
    except ModelUnavailable as error:
        raise ModelUnavailable(
            f"The weights of the codec “{name}” are not on this machine and cannot be downloaded; "
            "connect to the internet once, or name a folder that contains a codec or a MusicGen "
            "checkpoint."
        ) from error


def _codec_alone(folder: Path) -> Any:
    from transformers import EncodecModel

    return EncodecModel.from_pretrained(folder)


def _codec_inside(folder: Path) -> Any:
    from transformers import AutoModelForTextToWaveform

    return AutoModelForTextToWaveform.from_pretrained(folder).audio_encoder
