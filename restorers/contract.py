"""The contract tests: what every restorer promises, for pytest to run on any restorer class.

    from restorers.contract import RestorerContract

    class TestMine(RestorerContract):
        restorer = MyRestorer

Each failure says in one sentence what is asked. The signals are float64 arrays, full scale = 1.0.
"""

import dataclasses
import pickle
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

import numpy as np

from audio import blocks
from audio.clip import AudioClip
from audio.stft import N_FFT
from restorers.parameters import Parameter, parameters_of
from restorers.plug_ins import check_class
from restorers.restorer import BlockRestorer, Restorer

RATES_HZ = (16_000, 32_000)  # the report's format, and what MusicGen writes
ROUNDING = 1e-6  # -120 dBFS: sums in float32, taken in another order
LEVEL_ROUNDING = 1e-4  # four times the sound, and thresholds that rounding may tip over
SHORT_BLOCK, LONG_BLOCK = 2**15, 2**24


def music(sample_rate_hz: int, *, duration_s: float = 3.0, seed: int = 0) -> np.ndarray:
    """Notes below 3 kHz that swell, two drum hits a second, and steady hiss at -46 dBFS.

    returns : shape (n_samples,)
    """
    rng = np.random.default_rng(seed)
    t = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * 1.5 * t)
    notes = sum(np.sin(2 * np.pi * f * t) for f in (220, 440, 660, 2200))
    hits = np.exp(-(t % 0.5) / 0.03) * rng.standard_normal(t.size)
    hiss = rng.standard_normal(t.size)
    return np.asarray(0.1 * swell * notes + 0.1 * hits + 0.005 * hiss)


def square(sample_rate_hz: int) -> np.ndarray:
    """Two seconds of 440 Hz at full scale, shape (n_samples,)"""
    t = np.arange(2 * sample_rate_hz) / sample_rate_hz
    return np.where((t * 440) % 1 < 0.5, 1.0, -1.0)


def signals(sample_rate_hz: int) -> dict[str, np.ndarray]:
    """What a restorer must be able to take, besides music; each of shape (n_samples,)"""
    return {
        "a single sample": np.array([0.5]),
        "300 samples": 0.1 * np.random.default_rng(2).standard_normal(300),
        "a single STFT frame": 0.1 * np.random.default_rng(3).standard_normal(N_FFT),
        "a full-scale square wave": square(sample_rate_hz),
        "DC": np.full(sample_rate_hz, 0.5),
        "silence, then music": np.concatenate([np.zeros(sample_rate_hz), music(sample_rate_hz)]),
        "a square wave at twice full scale": 2.0 * square(sample_rate_hz),
    }


class RestorerContract:
    """Base class of the tests of one restorer.

    restorer : its class
    is_level_independent : False for a restorer with a threshold in dBFS, say, which treats a louder
        sound in another way; any other gives four times the output for four times the input
    context : {parameter: settings of others without which it changes nothing}, such as
        {"time_constant_s": {"stationary": False}}
    """

    restorer: type[Restorer]
    is_level_independent: bool = True
    context: Mapping[str, Mapping[str, Any]] = MappingProxyType({})

    def music(self, sample_rate_hz: int, *, duration_s: float = 3.0, seed: int = 0) -> np.ndarray:
        """A sound on which the restorer works; a test of one that needs another sound overrides it.

        returns : shape (n_samples,); other samples for another seed
        """
        return music(sample_rate_hz, duration_s=duration_s, seed=seed)

    def test_the_program_takes_the_class(self) -> None:
        said = _refusal(partial(check_class, self.restorer))
        assert said is None, f"A restorer class must be one that the program takes, but {said}."

    def test_equal_settings_are_equal_values(self) -> None:
        first, second = self.restorer(), self.restorer()
        assert first == second, "Two restorers with equal settings must be equal."
        assert hash(first) == hash(second), "Equal restorers must have the same hash."

    def test_settings_cannot_be_changed(self) -> None:
        one = self.restorer()
        for item in parameters_of(one):
            try:
                setattr(one, item.name, item.default)
            except dataclasses.FrozenInstanceError:
                continue
            raise AssertionError(f"A restorer must be frozen, but {item.name} could be set.")

    def test_it_can_be_sent_to_another_process(self) -> None:
        one = self.restorer()
        assert pickle.loads(pickle.dumps(one)) == one, (
            "A restorer must be the same after pickling: experiments send it to other processes."
        )

    def test_every_parameter_is_described_and_its_default_legal(self) -> None:
        for item in parameters_of(self.restorer):
            assert item.title.strip(), f"{item.name} must have a title."
            assert item.help.endswith("."), f"The help of {item.name} must be a sentence."
            item.check(item.default)
            if not item.choices:
                low, high = item.limits
                assert low < high, f"{item.name} must have a range: low below high."
                assert item.slider_step > 0, f"The step of {item.name} must be above 0."

    def test_a_value_out_of_range_is_refused_by_name(self) -> None:
        for item in parameters_of(self.restorer):
            wrong = ["no such choice"] if item.choices else [item.limits[0] - 1, item.limits[1] + 1]
            for value in (*wrong, float("nan")):
                said = _refusal(partial(self.restorer, **{item.name: value}))
                assert said is not None, f"{item.name} = {value} must raise ValueError."
                assert item.name in said, f"The error for {item.name} = {value} must name it."

    def test_whole_numbers_and_floats_are_the_same_setting(self) -> None:
        for item in parameters_of(self.restorer):
            if isinstance(item.default, float) and not item.choices:
                low, high = item.limits
                whole = int(np.ceil(low))
                if whole > high:
                    continue
                one, other = (self.restorer(**{item.name: x}) for x in (whole, float(whole)))
                assert one == other, f"{item.name} = {whole} and {whole}.0 must be the same."
                assert type(getattr(one, item.name)) is float, (
                    f"{item.name} = {whole} must be kept as a float, so that it is written alike."
                )

    def test_every_parameter_matters(self) -> None:
        clip = AudioClip(self.music(RATES_HZ[0]), RATES_HZ[0])
        for item in parameters_of(self.restorer):
            usual = self._restored(clip, **self._context(item))
            assert any(
                not np.array_equal(usual.samples, one.restore(clip).samples)
                for one in self._moved(item)
            ), f"A parameter must change something, and {item.name} does not (see `context`)."

    def test_a_frequency_that_the_clip_cannot_hold_is_refused(self) -> None:
        """So that it is said, instead of nothing being done."""
        for item in parameters_of(self.restorer):
            if item.below_nyquist and item.limits[1] >= RATES_HZ[0] / 2:
                restorer = self.restorer(**{item.name: RATES_HZ[0] / 2})
                clip = AudioClip(self.music(RATES_HZ[0]), RATES_HZ[0])
                said = _refusal(partial(restorer.restore, clip))
                assert item.name in (said or ""), (
                    f"{item.name} at half the sample rate must raise ValueError that names it."
                )

    def test_length_rate_channels_and_input_stay(self) -> None:
        for rate_hz in RATES_HZ:
            named = {"music": self.music(rate_hz), **signals(rate_hz)}
            for name, mono in named.items():
                for channels in (mono[np.newaxis], np.stack([mono, 0.5 * mono[::-1]])):
                    clip = AudioClip(channels, rate_hz)
                    restored = self._restored(clip, name)
                    what = f"{name}, {rate_hz} Hz, {'mono' if len(channels) == 1 else 'stereo'}"
                    assert restored.shape == clip.shape, (
                        "A restoration must have the channels, length and rate of its input; "
                        f"of {what}, (channels, samples, Hz) became {restored.shape}."
                    )
                    assert np.array_equal(clip.samples, np.float32(channels)), (
                        f"A restorer must not change its input, but did ({what})."
                    )

    def test_silence_stays_silence(self) -> None:
        for rate_hz in RATES_HZ:
            for n_samples in (1, 300, N_FFT, 48_000):
                restored = self._restored(AudioClip(np.zeros(n_samples), rate_hz), "silence")
                assert not restored.samples.any(), (
                    f"Silence must stay silence, but {n_samples} samples at {rate_hz} Hz did not."
                )

    def test_nothing_is_delayed(self) -> None:
        for rate_hz in RATES_HZ:
            clip = AudioClip(self.music(rate_hz), rate_hz)
            spectrum = np.fft.rfft(self._restored(clip).samples[0])
            correlation = np.fft.irfft(spectrum * np.conj(np.fft.rfft(clip.samples[0])))
            delay = int(np.argmax(correlation))
            assert delay == 0, (
                f"A restoration must be aligned with its input; at {rate_hz} Hz it lies "
                f"{delay} samples later (modulo the length of the clip)."
            )

    def test_the_same_settings_give_the_same_samples(self) -> None:
        clip = AudioClip(self.music(RATES_HZ[0]), RATES_HZ[0])
        first, second = (self._restored(clip).samples for _ in range(2))
        assert np.array_equal(first, second), (
            "The same settings must give the same samples each time, to the bit."
        )

    def test_the_level_is_never_rescaled(self) -> None:
        if not self.is_level_independent:
            return
        clip = AudioClip(self.music(RATES_HZ[0]), RATES_HZ[0])
        louder = clip.with_samples(4 * clip.samples)
        assert louder.peak > 1.0, "The music of this test must exceed full scale when 12 dB louder."
        usual = self._restored(clip).samples
        error = np.max(np.abs(self._restored(louder).samples - 4 * usual))
        assert error < LEVEL_ROUNDING, (
            "Four times the input must give four times the output, also beyond full scale; it is "
            f"{error:.2g} off (for a restorer that depends on level: is_level_independent = False)."
        )

    def test_equal_channels_give_the_mono_result(self) -> None:
        for rate_hz in RATES_HZ:
            left = self.music(rate_hz)
            [mono] = self._channels(rate_hz, left)
            for one in self._channels(rate_hz, left, left):
                assert _apart(one, mono) < ROUNDING, (
                    f"Two equal channels must each give the mono result ({rate_hz} Hz)."
                )

    def test_swapped_channels_swap(self) -> None:
        for rate_hz in RATES_HZ:
            left, right = self.music(rate_hz), 0.5 * self.music(rate_hz, seed=1)
            usual = self._channels(rate_hz, left, right)
            swapped = self._channels(rate_hz, right, left)
            assert _apart(swapped[::-1], usual) < ROUNDING, (
                f"Swapping left and right must swap them in the result, no more ({rate_hz} Hz)."
            )

    def test_a_silent_channel_stays_silent(self) -> None:
        for rate_hz in RATES_HZ:
            left = self.music(rate_hz)
            restored = self._channels(rate_hz, left, np.zeros_like(left))
            assert not restored[1].any(), (
                f"Nothing of one channel may get into the other, which is silent ({rate_hz} Hz)."
            )

    def test_all_channels_get_one_gain(self) -> None:
        for rate_hz in RATES_HZ:
            left = self.music(rate_hz)
            loud, soft = self._channels(rate_hz, left, 0.5 * left)
            assert _apart(soft, 0.5 * loud) < ROUNDING, (
                "All channels must get one gain, so that the stereo image stays: of a channel at "
                f"half the level of the other, the result must be half ({rate_hz} Hz)."
            )

    def test_blocks_and_parts_are_those_of_the_whole(self) -> None:
        """Of a BlockRestorer; nothing is asked of others."""
        restorer = self.restorer()
        if not isinstance(restorer, BlockRestorer):
            return
        left, right = (self.music(RATES_HZ[0], duration_s=8.0, seed=seed) for seed in (0, 1))
        clip = AudioClip(np.stack([left, 0.3 * right]), RATES_HZ[0])
        n = clip.n_samples
        with patch.object(blocks, "BLOCK_SAMPLES", LONG_BLOCK):
            whole = restorer.restore(clip).samples
        with patch.object(blocks, "BLOCK_SAMPLES", SHORT_BLOCK):
            assert _apart(restorer.restore(clip).samples, whole) < ROUNDING, (
                "A sound restored block by block must be that restored in one piece."
            )
            for start, stop in ((0, 5_001), (12_345, 47_011), (n - 30_007, n - 3), (n - 1, n)):
                learned = restorer.learn(clip, start=start)
                parts = list(restorer.restore_blocks(clip, learned, start=start, stop=stop))
                assert _apart(np.concatenate(parts, axis=1), whole[:, start:stop]) < ROUNDING, (
                    f"Samples {start} to {stop} must be those of the whole restoration."
                )

    def test_what_is_learned_depends_on_nothing_but_learns_from(self) -> None:
        """Of a BlockRestorer: settings with equal learning keys share what one of them learned."""
        if not issubclass(self.restorer, BlockRestorer):
            return
        names = {item.name for item in parameters_of(self.restorer)}
        assert set(self.restorer.learns_from) <= names, "learns_from must name parameters."
        clip = AudioClip(self.music(RATES_HZ[0]), RATES_HZ[0])
        for item in parameters_of(self.restorer):
            usual: Any = self.restorer(**self._context(item))
            moved: Any = next(self._moved(item), usual)
            if usual.learning_key() == moved.learning_key():
                shared = list(moved.restore_blocks(clip, usual.learn(clip)))
                assert _apart(np.concatenate(shared, axis=1), moved.restore(clip).samples) == 0, (
                    f"What is learned depends on {item.name}, so learns_from must name it."
                )

    def _restored(self, clip: AudioClip, name: str = "music", **params: Any) -> AudioClip:
        """Raises AssertionError where the restorer raises: NaN and infinity are errors of
        AudioClip."""
        try:
            restored = self.restorer(**params).restore(clip)
        except Exception as error:
            raise AssertionError(
                f"A restorer must restore any sound to finite samples, but for {name} at "
                f"{clip.sample_rate_hz} Hz, shape {clip.samples.shape}, "
                f"it raised {error!r}."
            ) from error
        assert isinstance(restored, AudioClip), "`restore` must return an AudioClip."
        return restored

    def _channels(self, rate_hz: int, *channels: np.ndarray) -> np.ndarray:
        """Restored samples, shape (n_channels, n_samples)"""
        return self._restored(AudioClip(np.stack(channels), rate_hz)).samples

    def _context(self, item: Parameter) -> dict[str, Any]:
        return dict(self.context.get(item.name, {}))

    def _moved(self, item: Parameter) -> Iterator[Restorer]:
        """The restorer with other values of one parameter: some way up, and at both ends."""
        for value in _other_values(item):
            try:
                yield self.restorer(**{**self._context(item), item.name: value})
            except ValueError:
                continue  # it does not go together with the others


def _other_values(item: Parameter) -> list[Any]:
    if item.choices:
        values = list(reversed(item.choices))
    else:
        low, high = item.limits
        if item.below_nyquist:
            high = min(high, 0.45 * RATES_HZ[0])
        values = [type(item.default)(x) for x in (low + 0.37 * (high - low), low, high)]
    return [value for value in values if value != item.default]


def _refusal(action: Callable[[], object]) -> str | None:
    """What a ValueError says; None if there is none."""
    try:
        action()
    except ValueError as error:
        return str(error)
    return None


def _apart(first: np.ndarray, second: np.ndarray) -> float:
    """The most that two samples differ; infinity for other shapes."""
    return float(np.max(np.abs(first - second))) if first.shape == second.shape else float("inf")
