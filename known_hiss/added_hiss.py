"""Hiss of a known kind and level, added to clean clips."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from audio.clip import AudioClip
from audio.files import AudioFileError
from audio.high_band import high_band
from audio.source_file import read_source
from generation.codec import DEFAULT_CODEC, load_codec
from known_hiss.noise import following_noise, recorded_noise, white_noise
from known_hiss.shape import shaped_like_musicgen

MIN_LEVEL_DBFS, MAX_LEVEL_DBFS = -100.0, -10.0
LEAST_SHARE = 1e-6  # of its energy that has to lie above the cutoff: else it is no hiss


class HissError(ValueError):
    """Hiss that cannot be added as asked; the text is meant for the user."""


class HissModel(StrEnum):
    """How hiss behaves.

    STEADY : white Gaussian noise of one level
    FOLLOWING : the same, its level following the music's
    FILE : a recording of hiss
    CODEC : what MusicGen's own codec adds to, and takes from, the clean clip
    """

    STEADY = "steady"
    FOLLOWING = "following"
    FILE = "file"
    CODEC = "codec"


class HissShape(StrEnum):
    """Its spectrum.

    HIGH_PASS : as it is above the cutoff, nothing below
    MUSICGEN : shaped as the noise floor of MusicGen's clips is, from 2 kHz up
    """

    HIGH_PASS = "high-pass"
    MUSICGEN = "musicgen"


@dataclass(frozen=True)
class AddedHiss:
    """Hiss to be added.

    level_dbfs : root-mean-square level of the hiss above the cutoff, dB re a sample value of 1;
        None: as loud as the codec makes it (CODEC only)
    seed : with the clip's own hash it decides the noise, so that no clip's depends on another
    file, file_sha256 : path or URL of the recording, and the hash of its content (FILE only)
    codec : Hugging Face id or folder of a codec, or of a MusicGen checkpoint (CODEC only)
    Raises HissError, with a sentence for the user, if some of it does not go together.
    """

    level_dbfs: float | None
    seed: int = 0
    model: HissModel = HissModel.STEADY
    shape: HissShape = HissShape.HIGH_PASS
    file: str = ""
    file_sha256: str = ""
    codec: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "model", HissModel(self.model))
        object.__setattr__(self, "shape", HissShape(self.shape))
        if self.model == HissModel.CODEC and not self.codec:
            object.__setattr__(self, "codec", DEFAULT_CODEC)
        if self.level_dbfs is None and self.model != HissModel.CODEC:
            raise HissError(f"Hiss of the kind “{self.model}” needs a level in dBFS.")
        if self.level_dbfs is not None and not (
            MIN_LEVEL_DBFS <= self.level_dbfs <= MAX_LEVEL_DBFS
        ):
            raise HissError(
                f"The level of the added hiss must lie between {MIN_LEVEL_DBFS:g} and "
                f"{MAX_LEVEL_DBFS:g} dBFS, got {self.level_dbfs:g}."
            )
        if self.seed < 0:
            raise HissError(f"The noise seed must not be negative, got {self.seed}.")
        if bool(self.file) != (self.model == HissModel.FILE):
            raise HissError("A recording of hiss is needed for the kind “file”, and only there.")
        if self.codec and self.model != HissModel.CODEC:
            raise HissError("A codec can be chosen for the kind “codec” only.")

    @property
    def title(self) -> str:
        """What it is, for tables and pages: steady, −50 dBFS."""
        return self.titled(self.model, "MusicGen shape")

    def titled(self, kind: str, spectrum: str) -> str:
        """The title in other words; spectrum : of MusicGen's floor, where the hiss has that"""
        shaped = f" ({spectrum})" if self.shape == HissShape.MUSICGEN else ""
        if self.level_dbfs is None:
            return f"{kind}{shaped}"
        return f"{kind}{shaped}, {self.level_dbfs:g} dBFS".replace("-", "−")

    def prepare(self) -> None:
        """Have its codec at hand, so that a missing one is told once; raises ModelUnavailable."""
        if self.model == HissModel.CODEC:
            load_codec(self.codec)

    def added_to(self, clip: AudioClip, sha256: str, *, cutoff_hz: float) -> AudioClip:
        """The clip with hiss, of its own in each channel; nothing is rescaled, so that the level is
        exact.

        sha256 : of the clip's file, in hexadecimal digits
        Raises HissError if there is no such hiss, or none above the cutoff; ModelUnavailable if the
        codec cannot be had.
        """
        if cutoff_hz >= clip.sample_rate_hz / 2:
            raise HissError(
                f"A clip at {clip.sample_rate_hz} Hz has no band above {cutoff_hz:g} Hz to which "
                "hiss could be added."
            )
        raw = self._raw(clip, sha256)
        hiss = self._spectrum(raw, clip.sample_rate_hz, cutoff_hz)
        if self.level_dbfs is None:
            return clip.with_samples(clip.samples + hiss)
        rms = _rms(_above(hiss, self.shape, clip.sample_rate_hz, cutoff_hz))
        if not _share_above(raw, clip.sample_rate_hz, cutoff_hz) > LEAST_SHARE or not rms > 0:
            raise HissError(f"There is no hiss above {cutoff_hz:g} Hz that could be added.")
        return clip.with_samples(clip.samples + 10 ** (self.level_dbfs / 20) / rms * hiss)

    def _raw(self, clip: AudioClip, sha256: str) -> np.ndarray:
        """Hiss of some level and spectrum; float64, in the shape of the clip's samples."""
        rng = np.random.default_rng([self.seed, int(sha256[:16], 16)])
        match self.model:
            case HissModel.STEADY:
                return white_noise(clip, rng)
            case HissModel.FOLLOWING:
                return following_noise(clip, rng)
            case HissModel.FILE:
                recording, found = read_source(self.file)
                if found != (self.file_sha256 or found):
                    raise HissError(f"{self.file} has changed since the hiss was chosen.")
                return recorded_noise(clip, recording, rng)
        return load_codec(self.codec).coded(clip).samples - clip.samples.astype(np.float64)

    def _spectrum(self, noise: np.ndarray, rate_hz: int, cutoff_hz: float) -> np.ndarray:
        if self.shape == HissShape.MUSICGEN:
            return shaped_like_musicgen(noise, rate_hz)
        return high_band(noise, rate_hz, cutoff_hz=cutoff_hz).astype(np.float64)


def _share_above(noise: np.ndarray, rate_hz: int, cutoff_hz: float) -> float:
    """Of the energy; 0 for silence."""
    windowed = noise * np.hanning(noise.shape[-1])  # the ends of a part are no hiss
    energy = np.sum(np.abs(np.fft.rfft(windowed)) ** 2, axis=0)
    is_above = np.fft.rfftfreq(noise.shape[-1], 1 / rate_hz) >= cutoff_hz
    return float(energy[is_above].sum() / (energy.sum() or 1.0))


def _rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def _above(hiss: np.ndarray, shape: HissShape, rate_hz: int, cutoff_hz: float) -> np.ndarray:
    """The hiss whose level counts."""
    if shape == HissShape.HIGH_PASS:
        return hiss
    return high_band(hiss, rate_hz, cutoff_hz=cutoff_hz).astype(np.float64)


def hash_of_recording(url: str, *, name: str = "") -> str:
    """SHA-256 of the file of a recording of hiss; HissError if it cannot be used.

    name : of the file, as the user knows it
    """
    shown = name or url
    try:
        recording, sha256 = read_source(url)
    except (AudioFileError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise HissError(f"The recording of hiss {shown} cannot be read: {reason}") from error
    if recording.peak == 0:
        raise HissError(f"The recording of hiss {shown} is silent.")
    return sha256


def hash_of(clip: AudioClip) -> str:
    """Of a clip that has no file, in hexadecimal digits: what decides its noise."""
    return hashlib.sha256(np.ascontiguousarray(clip.samples).tobytes()).hexdigest()
