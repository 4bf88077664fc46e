"""Clean pieces of music, arranged from CC0 recordings: a list of who plays what, and when.

No two pieces share a sample, so that one that set a threshold tells nothing of another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import resample

from audio.clip import AudioClip
from findings.samples import RATE_HZ, read_sample

DURATION_S = 8.0
PEAK = 0.7
FADE_S = 0.01


@dataclass(frozen=True)
class Part:
    """One sample in a piece.

    beats : where it begins; empty: from the start, over and over
    semitones : by which it is played higher, one after the other
    level_db : of it within the piece
    """

    sample: str
    beats: tuple[float, ...] = ()
    semitones: tuple[int, ...] = (0,)
    level_db: float = 0.0


@dataclass(frozen=True)
class Piece:
    """name : of its file; beats_per_minute : of all its parts"""

    name: str
    beats_per_minute: float
    parts: tuple[Part, ...]


EVERY = tuple(range(32))
BACKBEAT = tuple(range(1, 32, 2))
HALVES = tuple(step / 2 for step in range(64))
BARS = tuple(range(0, 32, 4))

PIECES = (
    Piece("drums_amen", 110, (Part("loop_amen_full"),)),
    Piece("drums_breakbeat", 126, (
        Part("loop_breakbeat"),
        Part("bass_hit_c", BARS, (0, 3, -2, 5)),
    )),
    Piece("drums_kit", 96, (
        Part("bd_jazz", (0, 2, 4, 6, 8, 10, 12)),
        Part("drum_snare_soft", (1, 3, 5, 7, 9, 11)),
        Part("drum_cymbal_closed", HALVES, level_db=-9),
        Part("drum_splash_soft", (0, 8), level_db=-6),
    )),
    Piece("drum_roll", 100, (Part("drum_roll"), Part("drum_heavy_kick", (0, 4, 8, 12)))),
    Piece("tabla_loop", 90, (Part("loop_tabla"),)),
    Piece("tabla_solo", 84, (
        Part("tabla_ghe3", (0, 3, 5, 8, 10.5)),
        Part("tabla_na_o", (1, 2, 4, 6, 7, 9, 10)),
        Part("tabla_tun1", (3.5, 7.5)),
    )),
    Piece("piano", 72, (
        Part("ambi_piano", (0, 1.5, 3, 4, 5.5, 7, 8, 9), (0, 7, 3, -2, 5, 10, 3, 0)),
    )),
    Piece("piano_high", 80, (
        Part("tbd_highkey_c4", HALVES[:21], (0, 4, 7, 12, 11, 7, 4, 2, 5, 9)),
    )),
    Piece("guitar_chords", 60, (Part("guit_em9"),)),
    Piece("guitar_fifths", 60, (Part("guit_e_fifths", (0, 4), (0, 5)),)),
    Piece("guitar_slide", 66, (
        Part("guit_e_slide", (0, 4.5)),
        Part("bass_woodsy_c", (0, 2, 4, 6, 8), (4, 4, -1, 2, 4), -6),
    )),
    Piece("guitar_harmonics", 54, (Part("guit_harmonics", (0, 2, 4, 6), (0, 5, 7, -5)),)),
    Piece("choir", 66, (Part("ambi_choir", (0, 2, 4, 6, 8), (0, 3, 5, -2, 0)),)),
    Piece("glass", 60, (Part("ambi_glass_hum"),)),
    Piece("glass_rub", 60, (Part("ambi_glass_rub", (0, 3, 6), (0, -5, 3)),)),
    Piece("bells", 60, (Part("perc_bell", (0, 3, 6), (0, 5, 3)),)),
    Piece("bells_low", 60, (Part("perc_bell2", (0, 2.5, 5), (0, -3, 4)),)),
    Piece("chimes", 96, (
        Part("elec_chime", (0, 2, 4, 6, 8, 10), (0, 4, 7, 5, 2, 0)),
        Part("elec_triangle", BACKBEAT[:6], level_db=-8),
    )),
    Piece("pad", 60, (
        Part("tbd_pad_1", (0, 2, 4, 6), (0, 5, 3, -2)),
        Part("tbd_pad_2", (0, 4), (0, 3), -3),
    )),
    Piece("pad_bass", 75, (
        Part("tbd_pad_4", (0, 2.5, 5, 7.5), (0, -3, 2, 0)),
        Part("bass_thick_c", (0, 5), (0, 2), -6),
    )),
    Piece("drone", 60, (Part("ambi_drone"),)),
    Piece("drone_g", 97, (Part("loop_drone_g_97"), Part("ride_via", (0, 8), level_db=6))),
    Piece("haunted", 60, (Part("ambi_haunted_hum"), Part("elec_ping", (3, 5.5), (0, 7), -6))),
    Piece("lunar", 60, (Part("ambi_lunar_land"),)),
    Piece("bass_trance", 132, (
        Part("bass_trance_c", BARS[:4], (0, 3, -4, 5)),
        Part("bd_haus", EVERY[:17]),
        Part("hat_snap", tuple(beat + 0.5 for beat in range(17)), level_db=-9),
    )),
    Piece("bass_voice", 66, (
        Part("bass_voxy_c", (0, 4), (0, -3)),
        Part("sn_dub", (1, 3, 5, 7), level_db=-6),
    )),
    Piece("beat_a", 130, (Part("arovane_beat_a"),)),
    Piece("beat_c", 130, (Part("arovane_beat_c"),)),
    Piece("beat_d", 130, (Part("arovane_beat_d"), Part("tbd_voctone", (0, 8), (0, -2), -4))),
    Piece("loop_garzul", 120, (Part("loop_garzul"),)),
    Piece("loop_mika", 120, (Part("loop_mika"),)),
    Piece("loop_safari", 120, (Part("loop_safari"),)),
    Piece("loop_compus", 148, (Part("loop_compus"), Part("bass_hard_c", (0, 6, 12), (0, 3, 5)))),
    Piece("loop_electric", 97, (Part("loop_electric"), Part("bass_dnb_f", (0, 4, 8), (0, 2, -3)))),
    Piece("loop_perc", 97, (Part("loop_perc1"), Part("tbd_pad_3", (0, 4, 8), (0, 5, 3), -3))),
    Piece("loop_weirdo", 97, (Part("loop_weirdo"),)),
)  # fmt: skip

# What sets constants, and what tells their errors.
FITTING_PIECES = tuple(sorted(PIECES, key=lambda piece: piece.name)[::2])
HELD_BACK_PIECES = tuple(sorted(PIECES, key=lambda piece: piece.name)[1::2])


def _kit(name: str, beats_per_minute: float, hat: str, kick: str, snare: str, *more: Part) -> Piece:
    beat = (Part(hat, HALVES), Part(kick, EVERY, level_db=-2), Part(snare, BACKBEAT, level_db=-3))
    return Piece(name, beats_per_minute, (*beat, *more))


# Half of them beats with a hi-hat, which is the nearest that music comes to hiss.
FURTHER_PIECES = (
    _kit("kit_hier", 100, "hat_hier", "bd_808", "tbd_perc_tap_1",
         Part("elec_blip", (0, 3, 5, 8), (0, 3, 7, 5))),
    _kit("kit_zan", 126, "hat_zan", "bd_tek", "elec_snare"),
    _kit("kit_sci", 90, "hat_sci", "bd_pure", "elec_mid_snare"),
    _kit("kit_gem", 135, "hat_gem", "bd_gas", "elec_lo_snare"),
    _kit("kit_raw", 84, "hat_raw", "bd_boom", "perc_snap2",
         Part("elec_twang", (0, 4, 8), (0, 5, -2))),
    _kit("kit_gnu", 110, "hat_gnu", "bd_sone", "drum_snare_hard"),
    _kit("kit_len", 75, "hat_len", "drum_bass_soft", "tabla_na"),
    _kit("kit_noiz", 120, "hat_noiz", "bd_zome", "elec_hi_snare"),
    _kit("kit_cab", 96, "hat_cab", "elec_hollow_kick", "drum_tom_mid_soft"),
    _kit("kit_yosh", 140, "hat_yosh", "bd_mehackit", "elec_filt_snare"),
    Piece("cymbals_soft", 70, (
        Part("drum_cymbal_soft", (0, 2, 4, 6, 8)),
        Part("drum_tom_lo_soft", (1, 3, 5, 7)),
    )),
    Piece("cymbals_hard", 60, (
        Part("drum_cymbal_hard", (0, 4)), Part("bass_drop_c", (1, 5), (0, 2)),
    )),
    Piece("impacts", 66, (Part("perc_impact1", (0, 4)), Part("perc_impact2", (2, 6)))),
    Piece("robots_low", 80, (
        Part("mehackit_robot3", (0, 3, 6)), Part("mehackit_robot5", (1.5, 4.5)),
    )),
    Piece("phones", 80, (Part("mehackit_phone3", (0, 3, 6)), Part("mehackit_phone4", (1.5, 4.5)))),
    Piece("robots_high", 80, (
        Part("mehackit_robot1", (0, 3, 6)), Part("mehackit_robot4", (1.5, 4.5)),
    )),
    Piece("glitches", 104, (
        Part("glitch_perc2", HALVES),
        Part("glitch_perc4", EVERY[::2]),
        Part("glitch_robot2", (0, 4, 8)),
    )),
    Piece("fuzz", 90, (Part("elec_fuzz_tom", BACKBEAT), Part("elec_tick", HALVES))),
    Piece("tabla_fast", 100, (
        Part("tabla_ghe8", EVERY), Part("tabla_re", HALVES[1::2]), Part("tabla_tas1", BACKBEAT),
    )),
)  # fmt: skip


def arrange(piece: Piece, samples: Path) -> AudioClip:
    """The piece, mono, at 32 kHz; its peak is PEAK."""
    mix = np.zeros(round(DURATION_S * RATE_HZ))
    for part in piece.parts:
        sound = read_sample(samples, part.sample)
        gain = 10 ** (part.level_db / 20) / np.max(np.abs(sound))
        for start, semitones in _places(part, sound.size, 60 / piece.beats_per_minute):
            played = gain * _faded(_transposed(sound, semitones))[: mix.size - start]
            mix[start : start + played.size] += played
    return AudioClip(mix * (PEAK / np.max(np.abs(mix))), RATE_HZ)


def _places(part: Part, n_samples: int, beat_s: float) -> list[tuple[int, int]]:
    """Where the part begins and how many semitones higher, as often as it lies in the piece."""
    n_piece = round(DURATION_S * RATE_HZ)
    if part.beats:
        starts: Sequence[int] = [round(beat * beat_s * RATE_HZ) for beat in part.beats]
    else:
        starts = range(0, n_piece, n_samples)
    n_given = len(part.semitones)
    return [
        (start, part.semitones[place % n_given])
        for place, start in enumerate(starts)
        if start < n_piece
    ]


def _transposed(sound: np.ndarray, semitones: int) -> np.ndarray:
    """Played faster or slower, as a sampler does."""
    if semitones == 0:
        return sound
    return resample(sound, round(sound.size / 2 ** (semitones / 12)))


def _faded(sound: np.ndarray) -> np.ndarray:
    """With a fade at its end, so that a cut does not click."""
    n_fade = min(round(FADE_S * RATE_HZ), sound.size)
    faded = sound.copy()
    faded[-n_fade:] *= np.linspace(1, 0, n_fade)
    return faded
