"""Synthetic music with hiss: what the app can make when MusicGen's weights aren't available.

It is no model and does not pretend to be one: a few voices play a seeded chord progression, and a
hiss like MusicGen's is laid over them, so that every part of the product can be tried.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfilt

from audio.clip import AudioClip
from generation.generator import Generator
from generation.prompt import Prompt
from jobs.progress import (
    Cancelled,
    OnProgress,
    Stage,
    ignore_progress,
    never_cancelled,
)

RATE_HZ = 32_000
MUSIC_PEAK = 0.7
# Real MusicGen clips with an audible floor have -47 to -53 dBFS in every 2 kHz of their quietest
# frames, about level from 2 kHz up to 16 kHz; spread evenly that is a noise of -41 dBFS in all.
HISS_RMS_DBFS = -41.0
HISS_FROM_HZ = 2_000.0
HISS_FOLLOWS_MUSIC = 0.5  # the codec's noise swells with the sound it codes
VERSION = 1  # raised whenever the same prompt would sound different


@dataclass(frozen=True)
class Style:
    """Which voices play, and how fast."""

    words: tuple[str, ...]
    beats_per_minute: float
    voices: tuple[str, ...]


STYLES = (
    Style(("lo-fi", "lofi", "hip hop", "study"), 78, ("pad", "keys", "bass", "drums")),
    Style(("piano", "classical", "romantic"), 66, ("keys", "melody")),
    Style(("jazz", "saxophone", "swing"), 132, ("keys", "bass", "melody", "drums")),
    Style(("cinematic", "orchestral", "epic"), 84, ("pad", "bass", "melody")),
    Style(("ambient", "meditation", "pads"), 54, ("pad",)),
    Style(("rock", "guitar", "metal"), 120, ("keys", "bass", "drums", "melody")),
    Style(("techno", "electronic", "dance", "pop", "disco"), 124, ("pad", "bass", "drums", "keys")),
)
PROGRESSIONS = ((0, 5, 3, 4), (0, 3, 4, 3), (5, 3, 0, 4), (0, 2, 3, 4))
MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)


class SyntheticMusic(Generator):
    """A deterministic stand-in for MusicGen: the same prompt gives the same samples everywhere."""

    name = "synthetic"
    is_synthetic = True

    def __init__(self) -> None:
        self.settings = {}

    def generate_all(
        self,
        prompts: Sequence[Prompt],
        *,
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> list[AudioClip]:
        """Clips of exactly the prompts' durations at 32 kHz; the guidance has no effect."""
        stage = Stage("Playing", "clip", on_progress, cancelled)
        clips: list[AudioClip] = []
        for prompt in prompts:
            stage.step(len(clips), len(prompts))
            clips.append(_play(prompt))
        return clips

    def at_once(
        self,
        duration_s: float,
        *,
        on_progress: OnProgress = ignore_progress,
        cancelled: Cancelled = never_cancelled,
    ) -> int:
        return 1  # made one after the other

    def provenance(self) -> dict:
        return {"model": self.name, "version": VERSION, "numpy": np.__version__}


def _play(prompt: Prompt) -> AudioClip:
    digest = hashlib.sha256(f"{prompt.seed}\n{prompt.text}".encode()).digest()
    rng = np.random.default_rng(list(digest))
    style = style_of(prompt.text, rng)
    n_samples = round(prompt.duration_s * RATE_HZ)
    score = _Score(n_samples, 60.0 / style.beats_per_minute, rng)
    mix = sum(VOICES[voice](score) for voice in style.voices)
    music = mix * (MUSIC_PEAK / np.max(np.abs(mix)))
    return AudioClip(music + hiss_like_musicgen(music, rng), RATE_HZ)


def style_of(text: str, rng: np.random.Generator) -> Style:
    """The style whose words occur most in the prompt; any of them if none does."""
    hits = [sum(word in text.lower() for word in style.words) for style in STYLES]
    return STYLES[int(np.argmax(hits))] if max(hits) else STYLES[rng.integers(len(STYLES))]


def hiss_like_musicgen(music: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise above HISS_FROM_HZ at HISS_RMS_DBFS, partly following the music's envelope."""
    sections = butter(2, HISS_FROM_HZ, btype="highpass", fs=RATE_HZ, output="sos")
    noise = sosfilt(sections, rng.standard_normal(music.size))
    follower = butter(1, 8.0, btype="lowpass", fs=RATE_HZ, output="sos")
    envelope = sosfilt(follower, np.abs(music))
    gain = 1.0 - HISS_FOLLOWS_MUSIC + HISS_FOLLOWS_MUSIC * envelope / np.mean(envelope)
    hiss = noise * gain
    return hiss * (10 ** (HISS_RMS_DBFS / 20) / np.sqrt(np.mean(hiss**2)))


class _Score:
    """Where the beats and chords of one piece lie, and the pen its voices write with."""

    def __init__(self, n_samples: int, beat_s: float, rng: np.random.Generator):
        self.n_samples = n_samples
        self.beat_s = beat_s
        self.rng = rng
        self.n_beats = int(np.ceil(n_samples / RATE_HZ / beat_s))
        self.key = 57 + int(rng.integers(12))  # MIDI number, from A3
        self.progression = PROGRESSIONS[rng.integers(len(PROGRESSIONS))]

    def degree_at(self, beat: int) -> int:
        """Scale degree of the chord that sounds at a beat; chords last four beats."""
        return self.progression[beat // 4 % len(self.progression)]

    def pitch_hz(self, degree: int, octave: int = 0) -> float:
        steps, position = divmod(degree, len(MAJOR_SCALE))
        midi = self.key + 12 * (steps + octave) + MAJOR_SCALE[position]
        return 440.0 * 2 ** ((midi - 69) / 12)

    def chord_hz(self, beat: int, octave: int = 0) -> list[float]:
        root = self.degree_at(beat)
        return [self.pitch_hz(root + third, octave) for third in (0, 2, 4)]

    def write(self, track: np.ndarray, beat: float, sound: np.ndarray) -> None:
        """Add a sound at a beat, cut at the end of the piece."""
        start = round(beat * self.beat_s * RATE_HZ)
        end = min(start + sound.size, track.size)
        if start < end:
            track[start:end] += sound[: end - start]

    def empty_track(self) -> np.ndarray:
        return np.zeros(self.n_samples)


def _tone(
    pitch_hz: float,
    duration_s: float,
    *,
    partials: int,
    decay_s: float,
    attack_s: float = 0.005,
) -> np.ndarray:
    """Partials of falling strength under one envelope; higher ones die sooner."""
    t = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    sound = np.zeros(t.size)
    for k in range(1, partials + 1):
        if k * pitch_hz < 0.45 * RATE_HZ:
            sound += np.sin(2 * np.pi * k * pitch_hz * t) * np.exp(-t * k**0.7 / decay_s) / k**1.4
    fade = np.clip(np.minimum(t / attack_s, (duration_s - t) / 0.02), 0.0, 1.0)
    return sound * fade


def _pad(score: _Score) -> np.ndarray:
    track = score.empty_track()
    length_s = 4.5 * score.beat_s
    for beat in range(0, score.n_beats, 4):
        for pitch_hz in score.chord_hz(beat):
            for detune in (0.997, 1.003):
                tone = _tone(pitch_hz * detune, length_s, partials=6, decay_s=8.0, attack_s=0.4)
                score.write(track, beat, 0.25 * tone)
    return track


def _keys(score: _Score) -> np.ndarray:
    track = score.empty_track()
    for beat in range(score.n_beats):
        for i, pitch_hz in enumerate(score.chord_hz(beat)):
            strength = 0.35 * score.rng.uniform(0.7, 1.0)
            tone = _tone(pitch_hz, 2.0 * score.beat_s, partials=10, decay_s=0.7)
            score.write(track, beat + 0.5 * (i % 2), strength * tone)
    return track


def _bass(score: _Score) -> np.ndarray:
    track = score.empty_track()
    for beat in range(score.n_beats):
        pitch_hz = score.pitch_hz(score.degree_at(beat), -2)
        score.write(track, beat, _tone(pitch_hz, score.beat_s, partials=4, decay_s=0.5))
    return track


def _melody(score: _Score) -> np.ndarray:
    track = score.empty_track()
    degree = 4
    for half_beat in range(2 * score.n_beats):
        degree = int(np.clip(degree + score.rng.integers(-2, 3), 0, 9))
        if score.rng.random() < 0.6:
            tone = _tone(score.pitch_hz(degree, 1), score.beat_s, partials=8, decay_s=0.6)
            score.write(track, half_beat / 2, 0.4 * tone)
    return track


def _drums(score: _Score) -> np.ndarray:
    track = score.empty_track()
    t = np.arange(round(0.25 * RATE_HZ)) / RATE_HZ
    kick = np.sin(2 * np.pi * (50 * t - 12 * np.exp(-t / 0.03))) * np.exp(-t / 0.09)
    bright = butter(2, 7_000.0, btype="highpass", fs=RATE_HZ, output="sos")
    for beat in range(score.n_beats):
        score.write(track, beat, kick if beat % 2 == 0 else 0.5 * kick)
        noise = score.rng.standard_normal(t.size)
        if beat % 2 == 1:
            score.write(track, beat, 0.25 * noise * np.exp(-t / 0.05))
        for offset in (0.0, 0.5):
            score.write(track, beat + offset, 0.12 * sosfilt(bright, noise) * np.exp(-t / 0.02))
    return track


VOICES = {"pad": _pad, "keys": _keys, "bass": _bass, "melody": _melody, "drums": _drums}
