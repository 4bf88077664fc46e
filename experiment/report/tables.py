"""The tables of an experiment as CSV: numbers in full, so that nothing has to be computed again."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from experiment.measuring import SettingResult
from experiment.outcome import NUMBERS, MethodSummary, Outcome
from experiment.trust import agreements
from metrics import summarise
from metrics.hiss import Finding
from metrics.known_truth import Truth
from storage.csv_rows import csv_bytes

# As the report prints them.
RESULT_COLUMNS = (
    "track", "before_hf_band_db", "after_hf_band_db", "delta_hf_band_db",
    "before_hpss_ratio", "after_hpss_ratio", "delta_hpss_ratio", "log_mel_distance",
    "OK_HFband", "OK_HPSS", "OK_LogMel", "OK_count", "criteri_ok", "Verdetto",
)  # fmt: skip
SUMMARY_COLUMNS = (
    "clips", "score_percent", "score_low_percent", "score_high_percent",
    "OK_HFband_percent", "OK_HPSS_percent", "OK_LogMel_percent",
    "mean_delta_hf_band_db", "mean_delta_hpss_ratio", "mean_log_mel_distance",
)  # fmt: skip
CLIP_COLUMNS = (
    "track", "sha256", "duration_s", "file_rate_hz",
    "finding", "quiet_level_dbfs", "quiet_flatness", "working_rate_hz", "n_channels",
    "quiet_spread_db", "quiet_drop_db", "hiss_probability",
)  # fmt: skip
REMOVAL_COLUMNS = (
    "condition", "track", "loudness_change_lu", "peak_dbfs",
    "residual_level_dbfs", "residual_harmonic_share", "noise_share", "estimated_lsd_gain_db",
    "estimated_snr_gain_db",
)  # fmt: skip
TRUTH_NUMBERS = (
    "hiss_removed_db", "music_removed_db", "snr_before_db", "snr_after_db", "snr_gain_db",
    "si_sdr_before_db", "si_sdr_after_db", "si_sdr_gain_db",
    "lsd_before_db", "lsd_after_db", "lsd_gain_db",
    "lsd_high_before_db", "lsd_high_after_db", "lsd_high_gain_db",
    "log_mel_before", "log_mel_after", "log_mel_gain", "musical_noise_db",
)  # fmt: skip
TRUTH_SCORES = ("delta_hf_band_db", "delta_hpss_ratio", "log_mel_distance")
TRUTH_COLUMNS = (
    "condition", "track", "finding", *TRUTH_NUMBERS, *TRUTH_SCORES, "criteri_ok",
)  # fmt: skip
TRUTH_SUMMARY_COLUMNS = ("condition", "clips", *TRUTH_NUMBERS, *TRUTH_SCORES, "score_percent")
SETTING_COLUMNS = ("setting", *TRUTH_SUMMARY_COLUMNS[1:])
TRUST_COLUMNS = ("truth", "metric", "rho", "rho_low", "rho_high", "p", "clips", "settings")
ALIGNMENT_NUMBERS = (
    "sample_rate_hz", "n_channels", "n_samples", "delay_samples", "polarity", "similarity",
    "missing_start", "missing_end", "n_extra",
)  # fmt: skip
ALIGNMENT_COLUMNS = ("condition", "track", *ALIGNMENT_NUMBERS)
SKIPPED_COLUMNS = ("track", "reason", "url")
SUMMARY_NAME, SKIPPED_NAME = "summary.csv", "skipped.csv"
TRUST_NAME = "metric_and_truth.csv"


def tables_of(outcome: Outcome) -> dict[str, Iterator[bytes]]:
    """{file name: its content in parts}, everything that an outcome has."""
    tables = {
        f"results_{condition}.csv": _csv(RESULT_COLUMNS, result_rows(outcome, condition))
        for condition in outcome.tables
    }
    tables[SUMMARY_NAME] = _csv(("condition", *SUMMARY_COLUMNS), summary_rows(outcome))
    tables["summary_by_finding.csv"] = _csv(
        ("finding", "condition", *SUMMARY_COLUMNS), finding_rows(outcome)
    )
    tables["clips.csv"] = _csv(CLIP_COLUMNS, clip_rows(outcome))
    for sweep in outcome.protocol.sweeps:
        rows = sweep_rows(outcome, sweep)
        tables[f"sweep_{sweep.name}.csv"] = _csv((sweep.parameter, *SUMMARY_COLUMNS), rows)
    if outcome.removals:
        tables["residuals.csv"] = _csv(REMOVAL_COLUMNS, removal_rows(outcome))
    if outcome.truths:
        tables["known_hiss.csv"] = _csv(TRUTH_COLUMNS, truth_rows(outcome))
        tables["known_hiss_summary.csv"] = _csv(TRUTH_SUMMARY_COLUMNS, truth_summary_rows(outcome))
        tables["known_hiss_settings.csv"] = _csv(SETTING_COLUMNS, setting_rows(outcome))
        if trust := list(trust_rows(outcome)):
            tables[TRUST_NAME] = _csv(TRUST_COLUMNS, trust)
    if outcome.alignments:
        tables["alignments.csv"] = _csv(ALIGNMENT_COLUMNS, alignment_rows(outcome))
    if outcome.skipped:
        rows = ((one.track, one.reason, one.url) for one in outcome.skipped)
        tables[SKIPPED_NAME] = _csv(SKIPPED_COLUMNS, rows)
    return tables


def result_rows(outcome: Outcome, condition: str) -> Iterator[tuple]:
    """The report's table of one restorer, as RESULT_COLUMNS name it."""
    table = outcome.tables[condition]
    numbers = (table.column(name).tolist() for name in NUMBERS)
    for clip, flags, hf, delta_hf, hpss, delta_hpss, distance in zip(
        outcome.clips, table.flags, *numbers, strict=True
    ):
        yield (
            clip.track,
            clip.hf_band_db,
            hf,
            delta_hf,
            clip.hpss_ratio,
            hpss,
            delta_hpss,
            distance,
            flags.ok_hf_band,
            flags.ok_hpss,
            flags.ok_log_mel,
            flags.ok_count,
            flags.criteri_ok,
            flags.verdict,
        )


def summary_rows(outcome: Outcome) -> Iterator[tuple]:
    """One row for each restorer."""
    for condition, table in outcome.tables.items():
        yield condition, *_summary_cells(table.summary())


def finding_rows(outcome: Outcome) -> Iterator[tuple]:
    """One row for each restorer over the clips that hold hiss, music or nothing up there."""
    for finding in Finding:
        chosen = outcome.with_finding(finding)
        if chosen.any():
            for condition, table in outcome.tables.items():
                yield finding.value, condition, *_summary_cells(table.summary(chosen))


def clip_rows(outcome: Outcome) -> Iterator[tuple]:
    for clip in outcome.clips:
        yield (
            clip.track,
            clip.sha256,
            clip.duration_s,
            clip.file_rate_hz,
            clip.hiss.finding.value,
            clip.hiss.level_dbfs,
            clip.hiss.flatness,
            clip.working_rate_hz,
            clip.n_channels,
            clip.hiss.spread_db,
            clip.hiss.drop_db,
            clip.hiss.probability,
        )


def sweep_rows(outcome: Outcome, sweep) -> Iterator[tuple]:
    """One row for each value of a sweep."""
    for value, table in zip(sweep.values, outcome.sweeps[sweep.name], strict=True):
        yield value, *_summary_cells(table.summary())


def removal_rows(outcome: Outcome) -> Iterator[tuple]:
    for condition, removals in outcome.removals.items():
        for track, removal in zip(outcome.tracks, removals, strict=True):
            yield (
                condition,
                track,
                removal.loudness_change_lu,
                removal.peak_dbfs,
                removal.residual.level_dbfs,
                removal.residual.harmonic_share,
                removal.noise.noise_share,
                removal.noise.lsd_gain_db,
                removal.noise.snr_gain_db,
            )


def alignment_rows(outcome: Outcome) -> Iterator[tuple]:
    """How the versions made elsewhere lay against their originals, and what was corrected."""
    for condition, alignments in outcome.alignments.items():
        for track, alignment in zip(outcome.tracks, alignments, strict=True):
            yield condition, track, *(getattr(alignment, name) for name in ALIGNMENT_NUMBERS)


def truth_rows(outcome: Outcome) -> Iterator[tuple]:
    for condition, truths in outcome.truths.items():
        table = outcome.tables[condition]
        scores = (table.column(name).tolist() for name in TRUTH_SCORES)
        for clip, truth, flags, *numbers in zip(
            outcome.clips, truths, table.flags, *scores, strict=True
        ):
            yield (
                condition,
                clip.track,
                clip.hiss.finding.value,
                *_truth_cells(truth),
                *numbers,
                flags.criteri_ok,
            )


def truth_summary_rows(outcome: Outcome) -> Iterator[tuple]:
    """Means over the clips; a number that some clips do not have is averaged over the others."""
    for condition in outcome.truths:
        yield _setting_row(condition, outcome.settings[condition])


def setting_rows(outcome: Outcome) -> Iterator[tuple]:
    """The same for every setting, those of the sweeps too."""
    for setting, results in outcome.settings.items():
        yield _setting_row(setting, results)


def trust_rows(outcome: Outcome) -> Iterator[tuple]:
    """How far each metric orders the settings as the truth does; none if they are too few."""
    n_settings = len(outcome.settings)
    for one in agreements(list(outcome.settings.values())):
        yield one.truth, one.metric, one.rho, one.low, one.high, one.p, one.n_clips, n_settings


def _setting_row(setting: str, results: Sequence[SettingResult]) -> tuple:
    columns = zip(*(_truth_cells(one.truth) for one in results), strict=True)
    flags = [one.scores.flags for one in results if one.scores.flags]
    return (
        setting,
        len(results),
        *map(_mean, columns),
        *(_mean(getattr(one.scores, name) for one in results) for name in TRUTH_SCORES),
        100 * summarise(flags).score,
    )


def _truth_cells(truth: Truth) -> tuple:
    return tuple(getattr(truth, name) for name in TRUTH_NUMBERS)


def _mean(values: Iterable) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _summary_cells(summary: MethodSummary) -> tuple:
    shares = summary.shares
    percents = (
        shares.score,
        summary.score_low,
        summary.score_high,
        shares.share_hf_band,
        shares.share_hpss,
        shares.share_log_mel,
    )
    return (
        summary.n_clips,
        *(100 * share for share in percents),
        summary.mean_delta_hf_band_db,
        summary.mean_delta_hpss_ratio,
        summary.mean_log_mel_distance,
    )


def _csv(columns: tuple, rows: Iterable[tuple]) -> Iterator[bytes]:
    """Header and rows, one part each."""
    yield csv_bytes([columns])
    for row in rows:
        yield csv_bytes([row])
