"""MusicGen through transformers.

J. Copet et al., "Simple and controllable music generation", NeurIPS 2023. torch and transformers
are imported when the first clip is asked for, not when the app starts.
"""

import importlib.metadata
import logging
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from audio.clip import AudioClip
from generation.generator import Generator, NotEnoughMemory
from generation.prompt import Prompt
from generation.sampling import drawing_from
from generation.weights import ModelUnavailable, download_checkpoint, local_checkpoint
from jobs.progress import (
    Cancelled,
    OnProgress,
    Stage,
    ignore_progress,
    never_cancelled,
)

DEFAULT_MODEL = "facebook/musicgen-small"
MODEL_TYPES = ("musicgen", "musicgen_melody")
AUTO = "auto"
PRECISIONS = (AUTO, "float32", "bfloat16", "float16")
WAIT_FOR_TURN_S = 0.2
BYTES_OF_FLOAT = 4
CODEC_LAYERS_AT_ONCE = 4
MEMORY_MARGIN = 2
# How torch's RuntimeError says, on Linux and elsewhere, that a processor's memory is full.
CPU_MEMORY_IS_FULL = re.compile(r"DefaultCPUAllocator: (can't allocate memory|not enough memory)")

log = logging.getLogger(__name__)


class MusicGen(Generator):
    """One checkpoint on one device; loaded by the first clip, then kept.

    model : a Hugging Face model id or the folder of a checkpoint
    device : "cpu", "cuda", "cuda:1", ..., or "auto" for CUDA where there is one
    precision : of PRECISIONS, what the decoder computes in; "auto" is float16 on CUDA, else float32
    Several threads may ask at once; their clips are made one after the other.
    """

    is_synthetic = False

    def __init__(self, model: str = DEFAULT_MODEL, *, device: str = AUTO, precision: str = AUTO):
        self.name = model
        self.settings = {"precision": precision}
        self._wanted_device = device
        self._turn = threading.Lock()
        self._model: Any = None  # transformers types neither
        self._tokenizer: Any = None
        self._folder: Path | None = None
        self._precision: str | None = None

    def is_on_this_machine(self) -> bool:
        """Whether a clip can be made without downloading anything."""
        return local_checkpoint(self.name) is not None

    def generate_all(
        self,
        prompts: Sequence[Prompt],
        *,
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> list[AudioClip]:
        """The clips of several prompts, made together, which takes little longer than one alone.

        They have the model's own rate and channels. Each prompt draws from
        its own seed, so that a clip does not depend on its company, up to rounding: on one
        machine and version, the same prompts together give the same samples.
        Raises ValueError if durations or guidances differ, ModelUnavailable if the model cannot
        be loaded, JobCancelled if stopped, NotEnoughMemory if fewer should be made together.
        """
        if len({(prompt.duration_s, prompt.guidance_scale) for prompt in prompts}) != 1:
            raise ValueError("All prompts of a batch need the same duration and guidance.")
        waiting = Stage("Waiting for the previous clip", "", on_progress, cancelled)
        while not self._turn.acquire(timeout=WAIT_FOR_TURN_S):
            waiting.step()
        try:
            self._load(on_progress, cancelled)
            stage = Stage("Generating", "token", on_progress, cancelled)
            batches = [prompts] if self._can_batch() else [[prompt] for prompt in prompts]
            return [clip for batch in batches for clip in self._sample(batch, stage)]
        finally:
            self._turn.release()

    def at_once(
        self,
        duration_s: float,
        *,
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> int:
        with self._turn:
            self._load(on_progress, cancelled)
        import torch

        if not self._can_batch():
            return 1
        if self._model.device.type == "cuda":
            free_bytes, _ = torch.cuda.mem_get_info(self._model.device)
        else:
            free_bytes = psutil.virtual_memory().available
        return max(1, int(free_bytes // self._bytes_for(duration_s)))

    def provenance(self) -> dict:
        return {
            "model": self.name,
            "revision": self._folder.name
            if self._folder and not Path(self.name).is_dir()
            else None,
            "model_type": self._model.config.model_type,
            "device": str(self._model.device),
            "precision": self._precision,
            "torch": importlib.metadata.version("torch"),
            "transformers": importlib.metadata.version("transformers"),
        }

    def _load(self, on_progress: OnProgress, cancelled: Cancelled) -> None:
        if self._model is not None:
            return
        folder = local_checkpoint(self.name) or download_checkpoint(
            self.name, on_progress=on_progress, cancelled=cancelled
        )
        Stage("Loading the model", "", on_progress, cancelled).step()
        import torch
        from transformers import AutoConfig, AutoTokenizer

        from generation.decoder_torch import load_for_accelerator, load_for_cpu

        device, precision = self._device_and_precision()
        load = load_for_cpu if device == "cpu" else load_for_accelerator
        try:
            model_type = AutoConfig.from_pretrained(folder).model_type
            if model_type not in MODEL_TYPES:
                raise ValueError(f"model type {model_type} is not one of {MODEL_TYPES}")
            tokenizer = AutoTokenizer.from_pretrained(folder)
            model = load(folder, getattr(torch, precision)).to(device).eval()
        except Exception as error:  # a checkpoint can be wrong in any way; the log keeps which
            log.exception("cannot load %s", folder)
            raise ModelUnavailable(
                f"“{self.name}” cannot be loaded as a MusicGen checkpoint on {device} in "
                f"{precision}; check --model, --device and --precision, or delete the damaged "
                "download and try again."
            ) from error
        self._folder, self._tokenizer, self._model = Path(folder), tokenizer, model
        self._precision = precision

    def _device_and_precision(self) -> tuple[str, str]:
        """What is computed on, and in; raises ModelUnavailable if the two do not go together."""
        import torch

        from generation.decoder_torch import can_compute_bfloat16

        device, precision = self._wanted_device, self.settings["precision"]
        if device == AUTO:
            device = "cuda" if torch.cuda.is_available() else "cpu"
        if precision == AUTO:
            precision = "float16" if device.startswith("cuda") else "float32"
        if device == "cpu" and (
            precision == "float16" or (precision == "bfloat16" and not can_compute_bfloat16())
        ):
            raise ModelUnavailable(
                f"This processor does not support {precision}; start with another --precision."
            )
        return device, precision

    def _sample(self, prompts: Sequence[Prompt], stage: Stage) -> list[AudioClip]:
        import torch
        from transformers import StoppingCriteria, StoppingCriteriaList

        n_tokens = self._tokens_for(prompts[0].duration_s)

        class ReportEachToken(StoppingCriteria):
            def __call__(
                self, input_ids: torch.Tensor, scores: torch.Tensor, **kwargs: Any
            ) -> torch.Tensor:
                stage.step(input_ids.shape[-1] - 1, n_tokens)  # the first one is given
                return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)

        stage.step(0, n_tokens)
        texts = [prompt.text for prompt in prompts]
        inputs = self._tokenizer(texts, padding=True, return_tensors="pt").to(self._model.device)
        with torch.inference_mode(), drawing_from(self._model, [p.seed for p in prompts]):
            try:
                audio = self._model.generate(
                    input_ids=inputs["input_ids"],
                    attention_mask=inputs["attention_mask"],
                    do_sample=True,
                    guidance_scale=prompts[0].guidance_scale,
                    max_new_tokens=n_tokens,
                    stopping_criteria=StoppingCriteriaList([ReportEachToken()]),
                )
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                raise NotEnoughMemory(
                    f"Not enough memory to generate {len(prompts)} clips in one batch; "
                    "use fewer prompts or a shorter duration."
                ) from error
        rate_hz = self._model.config.audio_encoder.sampling_rate
        channels = audio.float().cpu().numpy()  # (n_prompts, n_channels, n_samples)
        return [AudioClip(one, rate_hz) for one in channels]

    def _can_batch(self) -> bool:
        """Melody models hear the padding of a text that is shorter than its company's."""
        return self._model.config.model_type == "musicgen"

    def _bytes_for(self, duration_s: float) -> int:
        """Memory that one more clip of a batch takes, rounded up generously.

        The decoder's keys and values with and without guidance, and the codec's widest layers.
        """
        decoder, codec = self._model.config.decoder, self._model.config.audio_encoder
        cached = 2 * decoder.num_hidden_layers * decoder.hidden_size * self._tokens_for(duration_s)
        decoded = codec.num_filters * round(duration_s * codec.sampling_rate)
        return BYTES_OF_FLOAT * (2 * cached + CODEC_LAYERS_AT_ONCE * decoded) * MEMORY_MARGIN

    def _tokens_for(self, duration_s: float) -> int:
        """Tokens to ask for: the codec's frames, and the steps the delay pattern adds.

        Codebook k runs k steps behind the first (Copet et al., section 2.2).
        """
        decoder = self._model.config.decoder
        books_per_channel = decoder.num_codebooks // decoder.audio_channels
        return (
            round(duration_s * self._model.config.audio_encoder.frame_rate) + books_per_channel - 1
        )


def is_out_of_memory(error: Exception) -> bool:
    """Whether torch failed for want of memory, of an accelerator or of the processor."""
    import torch

    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and bool(CPU_MEMORY_IS_FULL.search(str(error)))
