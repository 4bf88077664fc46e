"""The contract of every restorer, over every entry of RESTORERS, and what the built-in ones promise
besides."""

import dataclasses
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pytest

from audio.blocks import blocks_between
from restorers import RESTORERS
from restorers.contract import RestorerContract
from restorers.parameters import check_parameters, parameter
from restorers.restorer import BlockRestorer
from tests.support.signals import band_energy, decibels, music_with_hiss, sine

CONTEXTS = {"noisereduce": {"time_constant_s": {"stationary": False}}}
every_restorer = pytest.mark.parametrize("slug", list(RESTORERS))
every_rate = pytest.mark.parametrize("rate", [16_000, 32_000])


class TestBuiltIn(RestorerContract):
    @pytest.fixture(autouse=True, params=list(RESTORERS))
    def choose(self, request):
        self.restorer = RESTORERS[request.param]
        self.context = CONTEXTS.get(request.param, {})


@every_restorer
@every_rate
def test_hiss_is_reduced(slug, rate):
    clip = music_with_hiss(sample_rate_hz=rate)
    restored = RESTORERS[slug]().restore(clip)
    change = band_energy(restored, 6_500, rate / 2) / band_energy(clip, 6_500, rate / 2)
    assert decibels(change) < -2


@pytest.mark.parametrize("slug", ["noisereduce", "hbss"])
@every_rate
def test_below_the_cutoff_the_change_stays_70_db_under_the_music(slug, rate):
    """Measured up to 5 kHz: noisereduce -95 (16 kHz) and -71 dB (32 kHz), hbss -76 and -79 dB.

    Not minus infinity: a Butterworth skirt reaches below its cutoff, and so do the side lobes of
    the window in which hbss changes the bins above.
    """
    clip = music_with_hiss(sample_rate_hz=rate)
    restored = RESTORERS[slug]().restore(clip)
    change = clip.with_samples(restored.samples - clip.samples)
    assert decibels(band_energy(change, 0, 5_000) / band_energy(clip, 0, 5_000)) < -70


@every_restorer
def test_a_cutoff_the_clip_cannot_hold_is_refused_in_one_sentence(slug):
    with pytest.raises(ValueError, match=r"cutoff_hz must lie below half the sample rate \(8000"):
        RESTORERS[slug](cutoff_hz=8_000).restore(sine(500))


def test_hbss_and_mcra_refuse_frames_that_leave_gaps():
    for slug in ("hbss", "mcra"):
        with pytest.raises(ValueError, match="hop_length must lie between"):
            RESTORERS[slug](n_fft=512, hop_length=512)


@dataclass(frozen=True)
class Half:
    """Halves the sound: it keeps the contract."""

    title: ClassVar[str] = "Half"
    short_title: ClassVar[str] = "Half"
    gain: float = parameter(0.5, title="Gain", help="A gain.", low=0.0, high=1.0, step=0.1)

    def __post_init__(self):
        check_parameters(self)

    def restore(self, clip):
        return clip.with_samples(self.gain * clip.samples)


class BlockHalf(Half, BlockRestorer):
    """Half, block by block."""

    learns_from: ClassVar[tuple[str, ...]] = ("gain",)
    restore = BlockRestorer.restore

    def learn(self, sound, *, start=0):
        return self.gain

    def restore_blocks(self, sound, learned, *, start=0, stop=None):
        for here in blocks_between(start, sound.n_samples if stop is None else stop):
            yield np.float32(learned) * sound.read(*here)


@pytest.mark.parametrize("kept", [Half, BlockHalf])
class TestKept(RestorerContract):
    @pytest.fixture(autouse=True)
    def choose(self, kept):
        self.restorer = kept


def by(change, base=Half, **members):
    """A restorer whose restoration is Half's, changed by a function of it and of the clip."""

    def restore(self, clip):
        return change(base.restore(self, clip), clip)

    return type("Other", (base,), {"restore": restore, **members})


def samples(change):
    return lambda restored, clip: restored.with_samples(change(restored.samples))


def scribble(restored, clip):
    clip.samples.setflags(write=True)
    clip.samples[0] = 0.0
    return restored


def dual_mono_gate(one):
    return np.stack([channel * (np.max(np.abs(channel)) > 0.2) for channel in one])


def described_as(**facts):
    described = {"title": "Gain", "help": "A gain.", "low": 0.0, "high": 1.0, "step": 0.1, **facts}
    new = {"gain": field(default=0.5, metadata=described), "__annotations__": {"gain": float}}
    return dataclass(frozen=True)(type("Other", (Half,), new))


class Unlearned(BlockHalf):
    learns_from = ()


class EachBlockAlone(BlockHalf):
    def restore_blocks(self, sound, learned, *, start=0, stop=None):
        for block in super().restore_blocks(sound, learned, start=start, stop=stop):
            yield block - np.float32(0.01) * block[:, :1]


BROKEN = {
    "takes_the_class": (dataclasses.make_dataclass("Thawed", []), "is not frozen"),
    "equal_values": (dataclass(frozen=True, eq=False)(type("Other", (), {})), "must be equal"),
    "cannot_be_changed": (
        type("Other", (Half,), {"__setattr__": object.__setattr__}), "gain could be set"
    ),
    "default_legal": (described_as(help="no sentence"), "help of gain must be a sentence"),
    "out_of_range": (
        type("Other", (Half,), {"__post_init__": lambda self: None}), "must raise ValueError"
    ),
    "whole_numbers": (
        type("Other", (Half,), {"__post_init__": lambda self: None}), "kept as a float"
    ),
    "parameter_matters": (by(lambda restored, clip: clip), "gain does not"),
    "length_rate": (by(samples(lambda one: one[:, 1:])), "of music, 16000 Hz, mono"),
    "input_stay": (by(scribble), "must not change its input"),
    "channels_and_input": (by(samples(lambda one: one.mean(axis=0))), "must have the channels"),
    "silence_stays": (by(samples(lambda one: one + np.float32(1e-6))), "must stay silence"),
    "delayed": (by(samples(lambda one: np.roll(one, 3, axis=1))), "3 samples later"),
    "same_samples": (
        by(samples(lambda one: one * np.random.default_rng().uniform())), "same samples each time"
    ),
    "never_rescaled": (by(samples(lambda one: one / np.max(np.abs(one)))), "must give four times"),
    "mono_result": (by(samples(lambda one: one / len(one))), "must each give the mono result"),
    "swapped": (by(samples(lambda one: one * np.float32([[1], [0.5]])[: len(one)])), "swap them"),
    "silent_channel": (
        by(samples(lambda one: one + np.float32(1e-5) * one.mean(axis=0))), "into the other"
    ),
    "one_gain": (by(samples(dual_mono_gate)), "must get one gain"),
    "blocks_and_parts": (EachBlockAlone, "block by block"),
    "what_is_learned": (Unlearned, "learns_from must name it"),
}  # fmt: skip


def rule_of(part):
    [name] = [one for one in dir(RestorerContract) if one.startswith("test_") and part in one]
    return name


@pytest.mark.parametrize("rule", list(BROKEN))
def test_what_breaks_a_rule_is_told_in_a_sentence(rule):
    contract = RestorerContract()
    contract.restorer, sentence = BROKEN[rule]
    with pytest.raises(AssertionError, match=sentence):
        getattr(contract, rule_of(rule))()


def test_a_restorer_that_gives_no_numbers_is_told_for_which_sound():
    contract = RestorerContract()
    with np.errstate(invalid="ignore"):
        contract.restorer = by(samples(lambda one: one * np.float32(np.nan)))
        with pytest.raises(AssertionError, match=r"finite samples, but for music at 16000 Hz"):
            contract.test_length_rate_channels_and_input_stay()


def test_a_restorer_may_depend_on_level_if_it_says_so():
    contract = RestorerContract()
    contract.restorer, contract.is_level_independent = by(samples(np.tanh)), False
    contract.test_the_level_is_never_rescaled()
    contract.is_level_independent = True
    with pytest.raises(AssertionError, match="is_level_independent = False"):
        contract.test_the_level_is_never_rescaled()
