"""The options of `python -m experiment`."""

import argparse
from typing import Any

from audio.working import WorkingFormat
from experiment.protocol import Protocol
from experiment.sweep import parse_sweep
from generation import Prompt
from generation.codec import DEFAULT_CODEC
from generation.musicgen import AUTO, DEFAULT_MODEL, PRECISIONS
from generation.prompt import REPORT_DURATION_S, REPORT_FIRST_SEED
from known_hiss import AddedHiss, HissModel, HissShape, hash_of_recording
from messages import ENGLISH, LANGUAGES
from metrics import MetricSettings
from restorers import RESTORERS, load_catalogue
from restorers.catalogue import TAKEN, add_restorers_file_option
from restorers.settings import split_setting, with_parameter
from versions.names import condition_slug

METRICS = "metrics"


def parse_options(arguments=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m experiment",
        description="Restore clips with every method, test them against the report's three "
        "criteria, and write tables, figures and a report page. After Ctrl-C, rerun the command to "
        "resume.",
    )
    _add_clips_and_results(parser)
    _add_protocol(parser)
    _add_hiss(parser.add_argument_group("known hiss"))
    _add_workers(parser)
    _add_generation(parser.add_argument_group("with --prompts"))
    options = parser.parse_args(arguments)
    if bool(options.clips) == (options.prompts is not None):
        parser.error("give either clips or --prompts")
    if options.synthetic and options.prompts is None:
        parser.error("--synthetic needs --prompts")
    if options.conditions and len(options.clips) != 1:
        parser.error("--conditions needs one folder")
    hiss_options = (options.hiss_file, options.codec, options.hiss_shape != HissShape.HIGH_PASS)
    if options.add_hiss is None and any(hiss_options):
        parser.error("--hiss-file, --hiss-shape and --codec need --add-hiss")
    if options.workers is not None and options.workers < 1:
        parser.error("--workers must be at least 1")
    return options


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if len(names) < 2 or not all(names) or len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(
            f"give at least two different folders, as in original,demucs, not “{text}”"
        )
    return names


def _add_clips_and_results(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "clips",
        nargs="*",
        metavar="CLIP_OR_FOLDER",
        help="audio files, folders or * patterns; also URLs such as s3://bucket/folder",
    )
    add(
        "--prompts",
        nargs="?",
        const="",
        metavar="FILE",
        help="generate the clips first, from a text file with one prompt per line; without "
        "FILE, from the report's five prompts",
    )
    add(
        "--conditions",
        type=_names,
        default=(),
        metavar="ORIGINAL,NAME,NAME",
        help="take versions made elsewhere: CLIP_OR_FOLDER is one folder with a subfolder of each "
        "name, whose files are called as those of the first one, the originals",
    )
    add("--out", required=True, metavar="DIR", help="folder (or URL) for the results")
    add("--keep-restored", action="store_true", help="also write every restored clip as WAV")
    add("--language", default=ENGLISH, choices=LANGUAGES, help="language of figures and report")


def _add_protocol(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--format",
        default=WorkingFormat.REPORT,
        choices=[str(one) for one in WorkingFormat],
        dest="working_format",
        help="what to restore: the report's 16 kHz mono mix (default), or each file at full "
        "quality, at its own sample rate and channel count; scores always use the 16 kHz mono mix",
    )
    add(
        "--restorers",
        metavar="NAME,NAME",
        help=f"comma-separated restorers (default {','.join(RESTORERS)}; none with --conditions)",
    )
    add_restorers_file_option(parser)
    add(
        "--set",
        action="append",
        default=[],
        metavar="NAME.PARAMETER=VALUE",
        dest="settings",
        help=f"set a parameter of a restorer or of the metrics, e.g. hbss.alpha=1.4 or "
        f"{METRICS}.log_mel_limit=0.25; repeatable",
    )
    add(
        "--sweep",
        action="append",
        default=[],
        metavar="NAME.PARAMETER=FIRST:LAST:STEP",
        help="sweep one parameter over these values, e.g. hbss.alpha=0.8:2.0:0.2; repeatable",
    )
    add(
        "--residuals",
        action="store_true",
        help="also measure the residuals: level, harmonic share and loudness change "
        "(takes 50 %% longer)",
    )


def _add_hiss(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--add-hiss",
        metavar="[KIND:]DBFS",
        help="add hiss at this level (RMS above the cutoff, dBFS) to clean clips and measure how "
        "much of it, and of the music, each restorer removes, and which metric tells so. Kinds: "
        "steady (default), following (the music's level), file (with --hiss-file), codec "
        "(MusicGen's; also without a level)",
    )
    add("--hiss-file", metavar="FILE", default="", help="a recording of hiss, for file:DBFS")
    add(
        "--hiss-shape",
        default=HissShape.HIGH_PASS,
        choices=[str(one) for one in HissShape],
        help="spectrum of the added hiss: high-passed at the cutoff (default), or as the floor of "
        "MusicGen's clips",
    )
    add(
        "--codec",
        default="",
        metavar="MODEL",
        help=f"for the kind codec: EnCodec, or a MusicGen checkpoint (default {DEFAULT_CODEC})",
    )
    add("--hiss-seed", type=int, default=AddedHiss.seed, help="seed of the added hiss")


def _add_workers(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--workers", type=int, metavar="N", help="number of processes (default: one per core)")
    add(
        "--scheduler",
        metavar="ADDRESS",
        help="use the workers of this Dask scheduler instead, e.g. tcp://host:8786",
    )


def _add_generation(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--model", default=DEFAULT_MODEL, help="MusicGen checkpoint (default %(default)s)")
    add("--device", default=AUTO, help="auto, cpu, cuda, ... (default auto)")
    add(
        "--precision",
        default=AUTO,
        choices=PRECISIONS,
        help="MusicGen's compute precision (default auto: float16 on CUDA, else float32)",
    )
    add(
        "--synthetic",
        action="store_true",
        help="built-in synthetic music instead of MusicGen; the report says so",
    )
    add(
        "--duration",
        type=float,
        default=REPORT_DURATION_S,
        metavar="SECONDS",
        help="duration of each clip (default %(default)s)",
    )
    add(
        "--seed",
        type=int,
        default=REPORT_FIRST_SEED,
        help="seed of the first prompt, counting up from there (default %(default)s)",
    )
    add(
        "--guidance",
        type=float,
        default=Prompt.guidance_scale,
        help="guidance scale (default %(default)s)",
    )


def conditions_from(options: argparse.Namespace) -> tuple[str, ...]:
    """Those of --conditions whose files are versions, that is all but the first; ValueError if
    they cannot be told apart."""
    slugs = tuple(condition_slug(name) for name in options.conditions[1:])
    for slug in slugs:
        if slug.lower() in TAKEN or slugs.count(slug) > 1:
            raise ValueError(f"A version cannot be called “{slug}” here; rename its folder.")
    return slugs


def added_hiss_from(options: argparse.Namespace) -> AddedHiss:
    """The hiss of --add-hiss; raises ValueError with a sentence for the user."""
    kind, colon, level = options.add_hiss.rpartition(":")
    if not colon and level in list(HissModel):
        kind, level = level, ""
    if kind and kind not in list(HissModel):
        raise ValueError(f"There is no hiss “{kind}”; choose from {', '.join(HissModel)}.")
    try:
        level_dbfs = float(level) if level else None
    except ValueError as error:
        raise ValueError(
            f"--add-hiss needs a level in dBFS, as in -50 or following:-50, not “{level}”."
        ) from error
    return AddedHiss(
        level_dbfs,
        options.hiss_seed,
        model=HissModel(kind or HissModel.STEADY),
        shape=options.hiss_shape,
        file=options.hiss_file,
        file_sha256=hash_of_recording(options.hiss_file) if options.hiss_file else "",
        codec=options.codec,
    )


def protocol_from(options: argparse.Namespace) -> Protocol:
    """The protocol that the options describe; raises ValueError with a sentence for the user."""
    available = load_catalogue(options.restorers_file).defaults()
    from_files = conditions_from(options)
    standard = "" if from_files else ",".join(RESTORERS)
    chosen = standard if options.restorers is None else options.restorers
    names = [name.strip() for name in chosen.split(",") if name.strip()]
    unknown = [name for name in names if name not in available]
    if unknown:
        raise ValueError(
            f"There is no restorer “{unknown[0]}”; choose from {', '.join(available)}."
        )
    parts: dict[str, Any] = {name: available[name] for name in names} | {METRICS: MetricSettings()}
    for setting in options.settings:
        target, parameter, value = split_setting(setting)
        if target not in parts:
            raise ValueError(f"This experiment has no “{target}” to set.")
        parts[target] = with_parameter(parts[target], target, parameter, value)
    settings = parts.pop(METRICS)
    return Protocol(
        working_format=WorkingFormat(options.working_format),
        restorers=parts,
        from_files=from_files,
        settings=settings,
        sweeps=tuple(parse_sweep(text, parts) for text in options.sweep),
        added_hiss=None if options.add_hiss is None else added_hiss_from(options),
        with_residuals=options.residuals,
    )
