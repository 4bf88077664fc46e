"""A command that works, and everything that one can do instead."""

import pickle
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest

from audio.clip import AudioClip
from restorers import RestorerError, load_catalogue, strength_of, written_params
from restorers.commands import command_restorer
from restorers.contract import RestorerContract
from tests.support.commands import (
    GAIN,
    HALF,
    READ,
    WRITE,
    command_entry,
    gain_entry,
    restorers_file,
)
from tests.support.signals import music_with_hiss, sine, stereo

CLIP = music_with_hiss(duration_s=1.0)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Every test begins with nothing remembered; the folder of what is."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "musicgen-restoration-lab" / "commands"


def restorer(folder, name, code, more="", **params):
    catalogue = load_catalogue([restorers_file(folder, command_entry(folder, name, code, more))])
    return catalogue.classes[name](**params)


def test_a_command_restores(tmp_path):
    restored = restorer(tmp_path, "half", HALF).restore(CLIP)
    assert restored.shape == CLIP.shape
    np.testing.assert_array_equal(restored.samples, 0.5 * CLIP.samples)


def test_parameters_reach_the_command(tmp_path):
    cls = load_catalogue([restorers_file(tmp_path, gain_entry(tmp_path))]).classes["gain"]
    assert strength_of(cls).name == "gain"
    restored = cls(gain=0.3).restore(CLIP)
    np.testing.assert_allclose(restored.samples, 0.3 * CLIP.samples, atol=1e-7)
    assert written_params(cls(gain=0.3))["gain"] == 0.3
    assert "gain.py {in} {out} {gain}" in written_params(cls())["command"]
    with pytest.raises(ValueError, match="gain must lie between 0 and 2"):
        cls(gain=3)


class TestGain(RestorerContract):
    """All that is asked of every restorer."""

    @pytest.fixture(autouse=True)
    def _command(self, tmp_path):
        file = restorers_file(tmp_path, gain_entry(tmp_path))
        type(self).restorer = load_catalogue([file]).classes["gain"]


@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
@pytest.mark.parametrize("channels", ["", "channels = 1", "channels = 2"])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_the_command_gets_its_own_rate_and_channels(tmp_path, rate_hz, channels, n_channels):
    """Twice through a resampler: below 6 kHz the change stays 60 dB under the sound."""
    given = int(channels[-1]) if channels else n_channels
    code = f"{READ}assert (rate, x.shape[1]) == (48000, {given})\nx *= 0.5\n{WRITE}"
    half = restorer(tmp_path, "half", code, f"sample_rate_hz = 48000\n{channels}")
    left, right = (sine(f, sample_rate_hz=rate_hz, duration_s=1.0) for f in (500, 3_000))
    clip = left if n_channels == 1 else stereo(left, right)
    restored = half.restore(clip)
    assert restored.shape == clip.shape
    inner = slice(1000, -1000)
    assert np.max(np.abs(restored.samples - 0.5 * clip.samples)[:, inner]) < 5e-4


SHORT = f"{READ}x = x[:-4000]\n{WRITE}"
LONG = f"{READ}x = np.pad(x, ((0, 4000), (0, 0)))\n{WRITE}"
BAD = {
    "crash": ("import sys\nsys.exit('out of luck.')", r"failed \(exit status 1\): out of luck\.$"),
    "killed": ("import os\nos.kill(os.getpid(), 11)", "was ended by SIGSEGV"),
    "hang": ("import time\ntime.sleep(60)", "took longer than 1 s and was stopped"),
    "nothing": ("pass", "wrote no file"),
    "text": (f"{READ}open(sys.argv[2], 'w').write('hello')", "wrote a file that is not audio"),
    "nan": (f"{READ}x[7] = np.nan\n{WRITE}", "wrote samples that are not numbers"),
    "silence": (f"{READ}x *= 0\n{WRITE}", "gave silence"),
    "short": (SHORT, "wrote 0.750 s, not the 1.000 s"),
    "long": (LONG, "wrote 1.250 s, not the 1.000 s"),
    "rate": (f"{READ}rate = 8000\n{WRITE}", "wrote 8000 Hz, not the 16000 Hz"),
    "channels": (f"{READ}x = np.hstack([x, x])\n{WRITE}", "wrote 2 channels, not the 1"),
    "disk": (
        "with open('big', 'wb') as file:\n  while True: file.write(bytes(10_000_000))",
        "wrote more than 100 MB and was stopped",
    ),
}


@pytest.mark.parametrize("case", list(BAD))
def test_what_goes_wrong_is_one_sentence_that_names_the_restorer(tmp_path, cache, case):
    code, says = BAD[case]
    limit = 1 if case == "hang" else 30
    bad = restorer(tmp_path, case, code, f"time_limit_s = {limit}")
    with pytest.raises(RestorerError, match=says) as caught:
        bad.restore(CLIP)
    sentence = str(caught.value)
    assert sentence.startswith(f"The {case} ")
    assert sentence.count(".") - sentence.count("0.") - sentence.count("1.") <= 1
    assert "\n" not in sentence
    kept = [path for path in cache.iterdir() if path.suffix != ".lock"] if cache.exists() else []
    assert len(kept) == (case == "silence")  # what is silent in one channel may be right


def test_a_missing_program_is_named(tmp_path):
    entry = '[[restorer]]\nname = "no"\ntitle = "Nobody"\ncommand = "no-such-program {in} {out}"\n'
    missing = load_catalogue([restorers_file(tmp_path, entry)]).classes["no"]()
    sentence = "Nobody could not be started: there is no program no-such-program"
    with pytest.raises(RestorerError, match=sentence):
        missing.restore(CLIP)


def test_a_program_that_prints_a_gigabyte_is_no_burden(tmp_path):
    code = (
        f"{READ}for i in range(1000):\n"
        "    sys.stdout.write('x' * 500_000); sys.stderr.write('y' * 500_000)\n" + WRITE
    )
    before = psutil.Process().memory_info().rss
    restored = restorer(tmp_path, "chatty", code).restore(CLIP)
    np.testing.assert_array_equal(restored.samples, CLIP.samples)
    assert psutil.Process().memory_info().rss - before < 100_000_000


def test_nothing_of_a_program_that_hangs_is_left(tmp_path):
    code = "import subprocess, time\nsubprocess.Popen(['sleep', '4321'])\ntime.sleep(60)"
    with pytest.raises(RestorerError, match="took longer"):
        restorer(tmp_path, "hang", code, "time_limit_s = 1").restore(CLIP)
    time.sleep(0.2)
    assert not [
        one for one in psutil.process_iter(["cmdline"]) if "4321" in (one.info["cmdline"] or [])
    ]


def test_a_child_that_keeps_talking_does_not_hold_anybody_up(tmp_path):
    code = f"import subprocess\nsubprocess.Popen(['sleep', '4322'])\n{HALF}"
    started = time.monotonic()
    restorer(tmp_path, "parent", code).restore(CLIP)
    assert time.monotonic() - started < 20


def test_the_app_s_own_secret_stays_with_it(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_PASSWORD", "hush")
    code = f"import os\nassert 'LAB_PASSWORD' not in os.environ\n{HALF}"
    restorer(tmp_path, "nosy", code).restore(CLIP)


def test_what_is_quoted_of_a_program_fits_a_page(tmp_path):
    code = "import sys\nsys.exit('\\x1b[31m' + '<b>' * 1000 + '\\x00\\n\\n')"
    with pytest.raises(RestorerError) as caught:
        restorer(tmp_path, "loud", code).restore(CLIP)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


def counted(folder) -> str:
    """A program that halves, and leaves a line for each of its runs."""
    return f"open({str(folder / 'runs')!r}, 'a').write('x')\n{HALF}"


def test_a_result_is_remembered_by_clip_parameters_and_program(tmp_path, monkeypatch):
    runs = tmp_path / "runs"
    code = f"open({str(runs)!r}, 'a').write('x')\n{GAIN}"
    entry = gain_entry(tmp_path)
    (tmp_path / "gain.py").write_text(code)
    cls = load_catalogue([restorers_file(tmp_path, entry)]).classes["gain"]
    first, again = cls().restore(CLIP), cls().restore(CLIP)
    assert runs.read_text() == "x"
    np.testing.assert_array_equal(first.samples, again.samples)
    cls(gain=0.5).restore(CLIP)
    cls().restore(CLIP.with_samples(0.9 * CLIP.samples))
    assert runs.read_text() == "xxx"
    (tmp_path / "gain.py").write_text(code + "# another version\n")
    cls().restore(CLIP)
    assert runs.read_text() == "xxxx"


def test_a_damaged_memory_is_made_anew(tmp_path, cache):
    half = restorer(tmp_path, "half", counted(tmp_path))
    half.restore(CLIP)
    [kept] = [path for path in cache.iterdir() if path.suffix != ".lock"]
    kept.write_bytes(kept.read_bytes()[:-9] + b"damaged!!")
    np.testing.assert_array_equal(half.restore(CLIP).samples, 0.5 * CLIP.samples)
    assert (tmp_path / "runs").read_text() == "xx"


def test_where_nothing_can_be_kept_it_works_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    half = restorer(tmp_path, "half", HALF)
    np.testing.assert_array_equal(half.restore(CLIP).samples, 0.5 * CLIP.samples)


def test_silence_starts_no_program(tmp_path):
    silence = AudioClip(np.zeros((2, 16_000)), 16_000)
    crash = restorer(tmp_path, "crash", "import sys\nsys.exit(1)")
    assert crash.restore(silence) is silence


def test_a_silent_channel_is_no_reason_to_refuse(tmp_path):
    half = restorer(tmp_path, "half", HALF, "channels = 1")
    silence = CLIP.with_samples(np.zeros(CLIP.n_samples))
    restored = half.restore(stereo(CLIP, silence))
    assert not restored.samples[1].any()


def test_it_travels_to_another_process(tmp_path):
    """Where its class cannot be imported."""
    cls = load_catalogue([restorers_file(tmp_path, gain_entry(tmp_path))]).classes["gain"]
    assert pickle.loads(pickle.dumps(cls(gain=0.5))) == cls(gain=0.5)
    packed = tmp_path / "packed"
    packed.write_bytes(pickle.dumps(cls(gain=0.5)))
    code = f"import pickle; print(pickle.load(open({str(packed)!r}, 'rb')).gain)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "0.5"


def test_two_files_with_the_same_command_are_two_restorers(tmp_path):
    """Equal parameters, but the program of another folder."""
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        file = restorers_file(tmp_path / name, gain_entry(tmp_path / name))
        made.append(load_catalogue([file]).classes["gain"](gain=0.5))
    assert made[0] != made[1]


def test_the_cache_forgets_what_was_not_used_for_longest(tmp_path, cache, monkeypatch):
    monkeypatch.setattr(command_restorer, "CACHE_BYTES", 3 * CLIP.samples.nbytes)
    half = restorer(tmp_path, "half", counted(tmp_path))
    clips = [CLIP.with_samples(gain * CLIP.samples) for gain in (0.1, 0.2, 0.3)]
    for clip in clips:
        half.restore(clip)
        time.sleep(0.02)
    half.restore(clips[2])
    assert (tmp_path / "runs").read_text() == "xxx"
    half.restore(clips[0])
    assert (tmp_path / "runs").read_text() == "xxxx"
