"""The clips of an experiment that begins with prompts: track_1, track_2, ... in the results."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass

from audio.files import wav_bytes
from experiment.running.output import CLIPS_FOLDER, OutputFolder
from experiment.running.run import ExperimentError
from generation import NotEnoughMemory, Prompt
from generation.generator import Generator
from storage.records import facts_from_json, record_from_facts

PLAN_NAME = f"{CLIPS_FOLDER}/generation.json"


@dataclass(frozen=True)
class _Plan:
    """generation.json, as far as it is not compared as a whole."""

    at_once: int


def generate_clips(
    prompts: Sequence[Prompt], generator: Generator, output: OutputFolder, **hooks
) -> str:
    """Make the clips that are not there yet, in batches as large as memory allows.

    A clip is a WAV file (32-bit float) with its prompt and what made it in a JSON file beside it.
    Which clips are made together is written down first, so that a run that resumes after it was
    ended makes the same clips. hooks : as for Generator.generate_all
    returns : the address of the folder of clips
    Raises ExperimentError if the folder holds the clips of other prompts.
    """
    asked = {
        "generator": generator.name,
        "settings": generator.settings,
        "prompts": [dataclasses.asdict(prompt) for prompt in prompts],
    }
    kept = output.read(PLAN_NAME)
    try:
        plan = facts_from_json(kept) if kept else None
        at_once = record_from_facts(_Plan, plan).at_once if plan else None
    except ValueError as error:
        raise ExperimentError(f"{PLAN_NAME} in {output} is damaged; use another folder.") from error
    if plan and asked | plan != plan | asked:  # of what both of them say
        raise ExperimentError(
            f"{output} already contains clips made from other prompts, or with another generator "
            "or precision; choose another folder."
        )
    finished = set(output.names(CLIPS_FOLDER))
    if {_name(index, "json") for index in range(len(prompts))} <= finished:
        return output.url_of(CLIPS_FOLDER)
    at_once = at_once or generator.at_once(prompts[0].duration_s, **hooks)
    while True:
        output.write(PLAN_NAME, _json(asked | {"at_once": at_once}))
        try:
            for first in range(0, len(prompts), at_once):
                batch = range(first, min(first + at_once, len(prompts)))
                if not {_name(index, "json") for index in batch} <= finished:
                    _make(batch, prompts, generator, output, **hooks)
            return output.url_of(CLIPS_FOLDER)
        except NotEnoughMemory:
            if at_once == 1:
                raise
            at_once = max(1, min(at_once, len(prompts)) // 2)
            finished = set()  # other company may change a clip's rounding: all alike


def _make(batch: range, prompts, generator: Generator, output: OutputFolder, **hooks) -> None:
    clips = generator.generate_all([prompts[index] for index in batch], **hooks)
    for index, clip in zip(batch, clips, strict=True):
        facts = {"prompt": dataclasses.asdict(prompts[index]), **generator.provenance()}
        output.write(_name(index, "wav"), wav_bytes(clip, subtype="FLOAT"))
        output.write(_name(index, "json"), _json(facts))


def _name(index: int, suffix: str) -> str:
    return f"{CLIPS_FOLDER}/track_{index + 1}.{suffix}"


def _json(facts: dict) -> bytes:
    return (json.dumps(facts, indent=2, ensure_ascii=False) + "\n").encode()
