"""python -m experiment, as a user runs it."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from experiment import __main__ as command
from experiment.running.journal import LOT_S
from tests.support.experiments import InThisProcess, bytes_below, write_clips
from tests.support.gated.sitecustomize import ALL, GATE, WAITING

ROOT = Path(__file__).parents[2]
N_CLIPS = 10
PATIENCE_S = 120  # a run that hangs is a failure
QUICK = ("--restorers", "hbss,mcra")  # noisereduce takes seconds to import, in every process
GATED = ROOT / "tests" / "support" / "gated"


class Gate:
    """Lets runs started with its `env` read one clip after the other, so that none ends early."""

    def __init__(self, folder: Path):
        folder.mkdir()
        self._folder = folder
        self._n_left = N_CLIPS - 2  # two stay behind, so that two workers have something in hand
        self.env = {"PYTHONPATH": str(GATED), GATE: str(folder)}

    def waiting(self) -> list[Path]:
        """The gates before which somebody waits."""
        gates = [path.with_suffix("") for path in sorted(self._folder.glob(f"*{WAITING}"))]
        return [gate for gate in gates if not gate.exists()]

    def let_one_through(self) -> None:
        self._n_left -= 1
        assert self._n_left >= 0, "all clips but two were read, and no result is kept"
        self.waiting()[0].touch()

    def open(self) -> None:
        (self._folder / ALL).touch()


def start(*arguments, gate: Gate | None = None) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "experiment", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | (gate.env if gate else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    )


def heed_interrupts() -> None:
    """A shell that runs the tests in the background lets its children ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def finish(*arguments) -> tuple[int, str, str]:
    process = start(*arguments)
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return write_clips(tmp_path_factory.mktemp("many") / "clips", N_CLIPS, duration_s=1.0)


@pytest.fixture(scope="module")
def unbroken(clips, tmp_path_factory) -> dict[str, bytes]:
    """All files of a run with one process that nobody interrupted."""
    out = tmp_path_factory.mktemp("unbroken")
    status, said, _ = finish(clips, "--out", out, "--workers", 1, *QUICK)
    assert status == 0
    assert f"{N_CLIPS} clips, restored at 16 kHz, mono." in said
    return bytes_below(out)


def wait_for_results(process: subprocess.Popen, out: Path, gate: Gate) -> None:
    """Until some results are kept; those of two clips at least cannot come."""

    def wait_until(is_there) -> None:
        while not is_there():
            assert process.poll() is None, process.communicate(timeout=PATIENCE_S)
            time.sleep(0.05)

    def is_kept() -> bool:
        return any((out / "work").glob("*.jsonl"))

    wait_until((out / "experiment.json").exists)  # measuring begins
    time.sleep(LOT_S)  # the first result after that is kept at once
    while not is_kept():
        wait_until(lambda: is_kept() or gate.waiting())
        if gate.waiting():
            gate.let_one_through()
            time.sleep(0.5)  # or somebody else's clip would be let through, too
    wait_until(gate.waiting)


def test_an_interrupted_and_a_killed_run_go_on_and_end_with_the_same_files(
    clips, unbroken, tmp_path
):
    out = tmp_path / "out"
    arguments = (clips, "--out", out, "--workers", 2, *QUICK)
    gate = Gate(tmp_path / "first")
    interrupted = start(*arguments, gate=gate)
    wait_for_results(interrupted, out, gate)
    interrupted.send_signal(signal.SIGINT)
    said, _ = interrupted.communicate(timeout=PATIENCE_S)
    assert interrupted.returncode == command.STOPPED
    assert "Finished clips are kept; rerun the command to resume" in said
    n_kept = sum(len(path.read_bytes().splitlines()) for path in out.glob("work/*.jsonl"))
    assert 0 < n_kept < N_CLIPS
    for path in out.glob("work/*.jsonl"):
        path.rename(path.with_suffix(".jsonl.away"))  # so that the next run has something to do

    gate = Gate(tmp_path / "second")
    killed = start(*arguments, gate=gate)
    wait_for_results(killed, out, gate)
    processes = psutil.Process(killed.pid).children(recursive=True)
    killed.kill()
    killed.communicate(timeout=PATIENCE_S)
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []
    for path in out.glob("work/*.away"):
        path.unlink()
    kept = [line for path in out.glob("work/*.jsonl") for line in path.read_bytes().splitlines()]
    assert 0 < len(kept) < N_CLIPS

    status, _, progress = finish(*arguments)
    assert status == 0
    first_shown = re.search(rf"(\d+)/{N_CLIPS} ", progress)
    assert int(first_shown[1]) == len(kept)  # these were not measured again
    assert bytes_below(out) == unbroken


def test_dask_gives_the_same_files_even_if_it_loses_a_worker(
    clips, unbroken, tmp_path, monkeypatch
):
    from distributed import Client, LocalCluster

    out, gate = tmp_path / "out", Gate(tmp_path / "gate")
    for name, value in gate.env.items():
        monkeypatch.setenv(name, value)  # the workers' processes have it from this one
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        process = start(clips, "--out", out, "--scheduler", cluster.scheduler_address, *QUICK)
        wait_for_results(process, out, gate)
        lost = client.run(os.getpid)
        os.kill(next(iter(lost.values())), signal.SIGKILL)  # it has a clip in hand
        gate.open()
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    assert bytes_below(out) == unbroken


def test_the_report_s_pattern_on_real_clips(real_clip_paths, tmp_path):
    folder = real_clip_paths[0].parent
    status, said, _ = finish(folder, "--out", tmp_path)
    assert status == 0
    with (tmp_path / "summary.csv").open(newline="") as file:
        scores = {row["condition"]: float(row["score_percent"]) for row in csv.DictReader(file)}
    assert scores["noisereduce"] >= 90
    assert 30 <= scores["hbss"] <= 70
    assert scores["mcra"] == 0
    assert said.index("noisereduce passes") < said.index("hbss passes") < said.index("mcra passes")


@pytest.fixture
def here(monkeypatch):
    """The command in this process, without processes of its own."""

    class Crew(InThisProcess):
        def __init__(self, n_processes):
            super().__init__()

    monkeypatch.setattr(command, "LocalProcesses", Crew)
    handler = signal.getsignal(signal.SIGTERM)
    yield lambda *arguments: command.main([str(one) for one in arguments])
    signal.signal(signal.SIGTERM, handler)


def test_bad_clips_are_named_at_the_end_and_the_status_tells(here, tmp_path, capsys):
    folder = write_clips(tmp_path / "clips", 2)
    (folder / "broken.wav").write_bytes(b"no sound")
    assert here(folder, "--out", tmp_path / "out") == command.SOME_SKIPPED
    said = capsys.readouterr()
    assert "1 clip was skipped" in said.err
    assert "broken: This file cannot be read as audio" in said.err
    assert "broken" in (tmp_path / "out" / "skipped.csv").read_text()


def test_prompts_are_generated_first(here, tmp_path, capsys):
    (tmp_path / "prompts.txt").write_text("a waltz\na march\n")
    arguments = ("--prompts", tmp_path / "prompts.txt", "--out", tmp_path / "out")
    assert here(*arguments, "--synthetic", "--duration", 1, "--restorers", "hbss") == command.DONE
    assert "2 of 2 clips are synthetic music, not MusicGen’s." in capsys.readouterr().out
    rows = (tmp_path / "out" / "results_hbss.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["track", "track_1", "track_2"]


def test_a_folder_of_other_settings_is_refused_before_anything_is_generated(here, tmp_path):
    arguments = ("--prompts", "--synthetic", "--duration", 1, "--out", tmp_path)
    assert here(*arguments, "--restorers", "hbss") == command.DONE
    (tmp_path / "clips" / "track_1.json").unlink()
    assert here(*arguments, "--restorers", "mcra") == command.CANNOT
    assert not (tmp_path / "clips" / "track_1.json").exists()


def test_prompts_go_through_musicgen(here, tmp_path, checkpoint):
    arguments = ("--prompts", "--out", tmp_path, "--model", checkpoint, "--device", "cpu")
    assert here(*arguments, "--duration", 1, "--restorers", "hbss") == command.DONE
    assert len(list((tmp_path / "clips").glob("track_*.wav"))) == 5


def test_settings_sweeps_and_extras_reach_the_files(here, tmp_path):
    folder = write_clips(tmp_path / "clips", 1)
    out = tmp_path / "out"
    status = here(
        folder, "--out", out, "--restorers", "hbss,mcra", "--set", "hbss.alpha=1.4",
        "--set", "metrics.log_mel_limit=0.3", "--sweep", "hbss.beta=0:0.2:0.1",
        "--add-hiss", "-40", "--residuals", "--keep-restored", "--language", "it",
        "--format", "full",
    )  # fmt: skip
    assert status == command.DONE
    facts = (out / "experiment.json").read_text()
    for part in ('"alpha": 1.4', '"log_mel_limit": 0.3', '"level_dbfs": -40.0', '"full"'):
        assert part in facts
    names = set(bytes_below(out))
    assert {"sweep_hbss.beta.csv", "known_hiss.csv", "residuals.csv"} <= names
    assert {"restored/hbss/clip_1.wav", "restored/mcra/clip_1.wav"} <= names
    assert "results_noisereduce.csv" not in names
    assert "Conclusione" in (out / "report.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "No clip or folder at nowhere."),
        (["{clips}", "--restorers", "wiener"], "There is no restorer “wiener”"),
        (["{clips}", "--set", "hbss.alpha"], "A setting must look like hbss.alpha=1.4"),
        (["{clips}", "--set", "wiener.alpha=1"], "This experiment has no “wiener” to set"),
        (["{clips}", "--set", "hbss.gamma=1"], "hbss has no parameter “gamma”"),
        (["{clips}", "--set", "hbss.alpha=much"], "hbss.alpha cannot be “much”"),
        (["{clips}", "--set", "noisereduce.stationary=maybe"], "cannot be “maybe”"),
        (["{clips}", "--set", "hbss.alpha=9"], "alpha must lie between 0 and 5"),
        (["{clips}", "--sweep", "hbss.alpha=1:2"], "first:last:step"),
        (["{clips}", "--add-hiss", "3"], "must lie between -100 and -10 dBFS"),
        (["--prompts", "nowhere.txt"], "The prompts in nowhere.txt cannot be read"),
        (["--prompts", "/dev/null"], "/dev/null contains no prompts."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(here, tmp_path, capsys, arguments, says):
    clips = str(write_clips(tmp_path / "clips", 1))
    arguments = [one.replace("{clips}", clips) for one in arguments]
    assert here(*arguments, "--out", tmp_path / "out") == command.CANNOT
    said = capsys.readouterr().err.strip()
    assert says in said
    assert "\n" not in said


def test_a_scheduler_that_is_not_there_is_one_sentence(here, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("experiment.running.workers.CONNECT_TIMEOUT", "1s")
    folder = write_clips(tmp_path / "clips", 1)
    address = "tcp://127.0.0.1:1"
    assert here(folder, "--out", tmp_path / "out", "--scheduler", address) == command.CANNOT
    assert f"No Dask scheduler is responding at {address}." in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--out", "x"],
        ["a", "--prompts", "--out", "x"],
        ["a", "--out", "x", "--workers", "0"],
        ["a", "--out", "x", "--format", "44100"],
    ],
)
def test_options_that_make_no_sense_are_refused(here, arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        here(*arguments)
    assert ended.value.code == command.CANNOT
    assert "error:" in capsys.readouterr().err
