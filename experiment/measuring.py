"""What is done to one clip: the work that is handed to processes and machines."""

import dataclasses
import logging
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from audio.clip import AudioClip
from audio.files import AudioFileError, wav_bytes
from audio.source_file import read_source
from audio.working import in_working_format
from comparison import Comparison, Removal
from experiment.protocol import Protocol
from experiment.running.output import OutputFolder
from experiment.running.sources import ClipSource
from known_hiss import HissError
from metrics import Scores
from metrics.hiss import HissCheck
from metrics.known_truth import KnownTruth, Truth
from metrics.residual import Residual, measure_residual
from metrics.residual_noise import ResidualNoise
from restorers import Restorer, RestorerError
from restorers.parameters import CutoffError
from storage.records import record_from_facts
from versions.alignment import Alignment, VersionError, align
from versions.made_elsewhere import MadeElsewhere

RESTORED_FOLDER = "restored"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SettingResult:
    """One setting of one restorer on a clip with known hiss: what can be measured without knowing
    the clean clip, and the truth.

    setting : condition, or condition.parameter=value of a sweep
    """

    setting: str
    scores: Scores
    residual: Residual
    noise: ResidualNoise
    truth: Truth


@dataclass(frozen=True)
class ClipResult:
    """Everything measured on one clip.

    duration_s, file_rate_hz, sha256 : of its file
    working_rate_hz, n_channels : of what was restored
    hiss : of the clip as it was found, before any was added
    removals : with residuals only; settings : with added hiss only; alignments : of
        versions made elsewhere only; else empty
    sweeps : {name of the sweep: scores in the order of its values}
    settings : every setting once, the restorers' own first, then those of the sweeps
    """

    track: str
    url: str
    fingerprint: str
    sha256: str
    duration_s: float
    file_rate_hz: int
    working_rate_hz: int
    n_channels: int
    hiss: HissCheck
    original: Scores
    scores: dict[str, Scores]
    removals: dict[str, Removal]
    sweeps: dict[str, list[Scores]]
    alignments: dict[str, Alignment] = field(default_factory=dict)
    settings: list[SettingResult] = field(default_factory=list)


@dataclass(frozen=True)
class Skipped:
    """A clip that could not be measured, and why."""

    track: str
    url: str
    reason: str


def measure_clip(
    source: ClipSource, protocol: Protocol, output_url: str | None = None
) -> ClipResult | Skipped:
    """Read one clip, restore it, score it; what goes wrong with it is told, never raised.

    output_url : where restored sounds are written (WAV, 32-bit float, unscaled); None: nowhere
    """
    try:
        return _measured(source, protocol, output_url)
    except (AudioFileError, CutoffError, HissError, RestorerError, VersionError) as error:
        return Skipped(source.track, source.url, str(error))
    except Exception as error:  # one clip never ends the run of the others
        log.exception("cannot measure %s", source.url)
        return Skipped(source.track, source.url, f"{type(error).__name__}: {error}")


def _measured(source: ClipSource, protocol: Protocol, output_url: str | None) -> ClipResult:
    read, sha256 = read_source(source.url)
    clean = in_working_format(read, protocol.working_format)
    hissy = clean
    if protocol.added_hiss:
        cutoff_hz = protocol.settings.cutoff_hz
        hissy = protocol.added_hiss.added_to(clean, sha256, cutoff_hz=cutoff_hz)
    comparison = Comparison(hissy, protocol.settings)
    made_elsewhere, alignments = _versions(source, protocol, read)
    restorers: dict[str, Restorer] = {**protocol.restorers, **made_elsewhere}
    settings = _with_known_hiss(clean, comparison, protocol) if protocol.added_hiss else []
    if output_url is not None:
        _write_restored(OutputFolder(output_url), source.track, comparison, restorers)
    return ClipResult(
        track=source.track,
        url=source.url,
        fingerprint=source.fingerprint,
        sha256=sha256,
        duration_s=read.duration_s,
        file_rate_hz=read.sample_rate_hz,
        working_rate_hz=clean.sample_rate_hz,
        n_channels=clean.n_channels,
        hiss=(Comparison(clean, protocol.settings) if hissy is not clean else comparison).hiss(),
        original=comparison.original_scores(),
        scores={slug: comparison.scores(one) for slug, one in restorers.items()},
        removals={slug: comparison.removal(one) for slug, one in restorers.items()}
        if protocol.with_residuals
        else {},
        sweeps={
            sweep.name: [comparison.scores(one) for one in protocol.swept(sweep)]
            for sweep in protocol.sweeps
        },
        alignments=alignments,
        settings=settings,
    )


def _with_known_hiss(
    clean: AudioClip, comparison: Comparison, protocol: Protocol
) -> list[SettingResult]:
    truth = KnownTruth(clean, comparison.original, cutoff_hz=comparison.settings.cutoff_hz)
    return [
        SettingResult(
            setting,
            comparison.scores(restorer),
            measure_residual(comparison.residual(restorer)),
            comparison.residual_noise(restorer),
            truth.of(comparison.restored(restorer)),
        )
        for setting, restorer in protocol.all_settings().items()
    ]


def _versions(
    source: ClipSource, protocol: Protocol, original: AudioClip
) -> tuple[dict[str, MadeElsewhere], dict[str, Alignment]]:
    """The versions of a clip that were made elsewhere, by condition, and how they lay.

    Raises VersionError or AudioFileError, with a sentence that names the version.
    """
    versions, alignments = {}, {}
    for condition in protocol.from_files:
        url = source.versions.get(condition)
        if url is None:
            raise VersionError(f"{condition} has no file of this name.")
        try:
            read, sha256 = read_source(url)
            aligned, alignments[condition] = align(original, read)
        except ValueError as error:
            raise VersionError(f"{condition}: {error}") from error
        sound = in_working_format(aligned, protocol.working_format, version_of=original)
        file = posixpath.basename(url)
        versions[condition] = MadeElsewhere(sound, file=file, sha256=sha256)
    return versions, alignments


def _write_restored(
    output: OutputFolder,
    track: str,
    comparison: Comparison,
    restorers: Mapping[str, Restorer],
) -> None:
    for slug, restorer in restorers.items():
        data = wav_bytes(comparison.restored(restorer), subtype="FLOAT")
        output.write(f"{RESTORED_FOLDER}/{slug}/{track}.wav", data)


def result_facts(result: ClipResult) -> dict:
    """A result as JSON can hold it; `result_from_facts` is the inverse, to the last bit."""
    return dataclasses.asdict(result)


def result_from_facts(facts: dict) -> ClipResult:
    """The result that `facts` were made from; raises ValueError for anything else."""
    return record_from_facts(ClipResult, facts)
