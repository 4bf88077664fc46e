"""The sound of a trial as it is sent: equally loud, equally long, and told apart by ear only."""

import io
import wave
from collections.abc import Mapping

import numpy as np

from audio.clip import AudioClip
from listening.trial import Trial

BYTES_PER_SAMPLE = 3
FULL_SCALE = 2.0**23  # of a 24-bit word
LEAST_SIGNIFICANT_BIT = 1.0
FADE_S = 0.01
# Of Gaussian noise, in steps of a 16-bit word. The grid of a 16-bit original shows in the mean of
# exp(2 pi i x / step), which this noise lowers to exp(-2 (pi 0.75)^2) = 0.000015: less than chance
# gives in a clip of an hour. Triangular dither would leave up to 0.05 of it after a gain.
DITHER_RMS = 0.75
SOURCE_STEP = 2.0**-15
MAX_DURATION_S = 60.0  # of a clip in a listening test: more of it nobody keeps in mind
MOST_NOISE = 6.0  # times its RMS: more comes once in 500 million samples


def stimulus_files(
    trial: Trial, sounds: Mapping[str, AudioClip], rng: np.random.Generator
) -> dict[str, bytes]:
    """One 24-bit WAV file for each label, all of one byte length, at the clip's rate and channels.

    sounds : of every condition of the trial

    All stimuli lose the mean of each channel, play at their gains, are faded in and out over
    FADE_S, and get noise of one level, drawn for this trial: that of a dithered 16-bit word at the
    greatest gain (some -92 dBFS where that is 0 dB). So neither the word length of the original's
    file nor its offset or its ends tell it apart from what was computed from it, and the same sound
    never gives the same bytes twice.
    Where the loss of its mean would make a stimulus clip, all of the trial are lowered alike.
    Raises ValueError if the sounds are too long, or differ in channels, length or rate, or one
    would clip.
    """
    shapes = {clip.shape for clip in sounds.values()}
    if len(shapes) != 1:
        raise ValueError(
            f"all stimuli of a trial need equal channels, length and rate, got {sorted(shapes)}"
        )
    check_duration(*sounds.values())
    [(_, n_samples, sample_rate_hz)] = shapes
    greatest_gain = max(10 ** (stimulus.gain_db / 20) for stimulus in trial.stimuli)
    noise_rms = max(DITHER_RMS * SOURCE_STEP * greatest_gain, LEAST_SIGNIFICANT_BIT / FULL_SCALE)
    envelope = _fades(n_samples, sample_rate_hz)
    played = {
        stimulus.label: _played(sounds[stimulus.condition], stimulus.gain_db, envelope)
        for stimulus in trial.stimuli
    }
    ceiling = 1.0 - MOST_NOISE * noise_rms
    lowered = min(1.0, ceiling / max(np.abs(samples).max() for samples in played.values()))
    return {
        label: _wav_bytes(samples * np.float32(lowered), sample_rate_hz, noise_rms, rng)
        for label, samples in played.items()
    }


def check_duration(*clips: AudioClip) -> None:
    """Raises ValueError for a clip that is too long for a listening test."""
    longest_s = max(clip.duration_s for clip in clips)
    if longest_s > MAX_DURATION_S:
        raise ValueError(
            f"clips in a listening test can be up to {MAX_DURATION_S:g} s long, this one is "
            f"{longest_s:.1f} s; loop a section and use “Cut to the loop”"
        )


def _fades(n_samples: int, sample_rate_hz: int) -> np.ndarray:
    """Raised cosines at both ends; float32, shape (n_samples,)."""
    n_fade = min(round(FADE_S * sample_rate_hz), n_samples // 2)
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(n_fade) + 0.5) / max(n_fade, 1))
    envelope = np.ones(n_samples, dtype=np.float32)
    envelope[:n_fade] = rise
    envelope[n_samples - n_fade :] = rise[::-1]
    return envelope


def _played(clip: AudioClip, gain_db: float, envelope: np.ndarray) -> np.ndarray:
    """A stimulus at its gain, without its means; float32, shape (n_channels, n_samples)."""
    gain = 10 ** (gain_db / 20)
    if clip.peak * gain >= 1.0:
        raise ValueError(f"a stimulus would clip at its gain of {gain_db:.1f} dB")
    # Weighted, so that none is left once it is faded.
    offsets = np.average(clip.samples.astype(np.float64), axis=1, weights=envelope)
    centred = clip.samples - offsets[:, np.newaxis].astype(np.float32)
    return centred * (envelope * np.float32(gain))


def _wav_bytes(
    samples: np.ndarray, sample_rate_hz: int, noise_rms: float, rng: np.random.Generator
) -> bytes:
    noise = rng.standard_normal(samples.shape, dtype=np.float32)
    noise *= np.float32(noise_rms)
    noise += samples
    np.clip(noise, -1.0, 1.0 - LEAST_SIGNIFICANT_BIT / FULL_SCALE, out=noise)
    return _wav_of(noise, sample_rate_hz)


def _wav_of(samples: np.ndarray, sample_rate_hz: int) -> bytes:
    """float32 samples below full scale, (n_channels, n_samples), as a 24-bit WAV file."""
    n_channels, n_samples = samples.shape
    whole = np.rint(samples.T * np.float32(FULL_SCALE)).astype("<i4", order="C")
    bytes_of = whole.view(np.uint8).reshape(-1, 4)
    lower = np.empty((samples.size, BYTES_PER_SAMPLE), dtype=np.uint8)
    for place in range(BYTES_PER_SAMPLE):  # one at a time: numpy copies a column fast, a box slowly
        lower[:, place] = bytes_of[:, place]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((n_channels, BYTES_PER_SAMPLE, sample_rate_hz, n_samples, "NONE", ""))
        file.writeframes(lower.data)
    return buffer.getvalue()
