"""Where a MusicGen checkpoint lies on this machine, and how it gets here."""

import logging
from pathlib import Path
from typing import Any

from jobs.progress import Cancelled, JobCancelled, OnProgress, Stage

HUB_TIMEOUT_S = 10
WEIGHT_FILES = ("*.safetensors", "pytorch_model*.bin")
SMALL_FILES = ("*.json", "*.model", "*.txt")

log = logging.getLogger(__name__)


class ModelUnavailable(Exception):
    """The model cannot be used here; the text says why and what to do, for the user."""


def local_checkpoint(model: str) -> Path | None:
    """The folder of a checkpoint that is already on this machine, else None.

    model : a folder, or a Hugging Face model id that was downloaded before. Never uses the network.
    """
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    # One kind of weights at a time: of a model that has both, only one was downloaded, and the
    # client takes a snapshot that lacks the other for incomplete.
    for weights in WEIGHT_FILES:
        try:
            folder = Path(
                snapshot_download(
                    model, local_files_only=True, allow_patterns=[*SMALL_FILES, weights]
                )
            )
        except (LocalEntryNotFoundError, HFValidationError):
            continue
        if any(folder.glob(weights)) and (folder / "config.json").exists():
            return folder
    return None


def download_checkpoint(model: str, *, on_progress: OnProgress, cancelled: Cancelled) -> Path:
    """Fetch a checkpoint from the Hugging Face hub into its usual cache; returns its folder.

    Raises ModelUnavailable if the model does not exist or cannot be reached, and
    JobCancelled between two blocks of the download.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    stage = Stage("Looking for the model", "", on_progress, cancelled)
    stage.step()
    try:
        # One question with a time limit: the download itself would retry for most of a minute.
        info = HfApi().model_info(model, timeout=HUB_TIMEOUT_S)
        names = [file.rfilename for file in info.siblings or []]
        weights = (
            WEIGHT_FILES[0] if any(n.endswith(".safetensors") for n in names) else WEIGHT_FILES[1]
        )
        return Path(
            snapshot_download(
                model,
                allow_patterns=[*SMALL_FILES, weights],
                tqdm_class=_bar_that_reports(on_progress, cancelled),
            )
        )
    except JobCancelled:
        raise
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ModelUnavailable(
            f"Model “{model}” was not found on this machine or on Hugging Face; "
            "start the app with --model and an existing ID or folder."
        ) from error
    except Exception as error:  # the hub client's transports raise errors of their own libraries
        log.warning("cannot download %s: %s", model, error)
        raise ModelUnavailable(
            f"The weights of “{model}” are not on this machine and Hugging Face cannot be "
            "reached; connect to the internet once, or start the app with --model and a folder "
            "that contains them."
        ) from error


def _bar_that_reports(on_progress: OnProgress, cancelled: Cancelled) -> type:
    """A tqdm class for the hub client: silent, reports bytes, stops when asked."""
    from tqdm.auto import tqdm

    stage = Stage("Downloading the model", "B", on_progress, cancelled)

    class ReportingBar(tqdm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs.pop("name", None)
            self._counts_bytes = kwargs.get("unit") == "B"
            super().__init__(*args, **{**kwargs, "disable": True})

        def update(self, n: float | None = 1) -> None:
            if self._counts_bytes:
                self.n += n or 0
                stage.step(int(self.n), int(self.total or 0))

    return ReportingBar
