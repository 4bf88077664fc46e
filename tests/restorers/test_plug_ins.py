"""Restorers of other packages: what is refused, and the example, installed and used."""

import dataclasses
import importlib.metadata
import json
import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import soundfile

from restorers import RESTORERS, load_catalogue
from restorers.parameters import parameter
from restorers.plug_ins import GROUP, check_class, find_plug_ins, package_of
from tests.support.experiments import write_clips
from tests.support.plug_in import PACKAGE, SLUG, copy_of_example, python_with_plug_in, run
from tests.support.signals import music_with_hiss

TITLES = {"title": "A title", "short_title": "A", "restore": lambda self, clip: clip}


def gain(**facts):
    return parameter(0.5, **{"title": "Gain", "help": "A gain.", "low": 0.0, "high": 1.0,
                             "step": 0.1, **facts})  # fmt: skip


def made(*fields, frozen=True, eq=True, **members):
    """A dataclass with everything that a restorer needs, changed by `members`."""
    return dataclasses.make_dataclass(
        "Made", fields, frozen=frozen, eq=eq, namespace={**TITLES, **members}
    )


@dataclass(frozen=True)
class Good:
    title: ClassVar[str] = "Good"
    short_title: ClassVar[str] = "Good"
    gain: float = gain(strength=1)

    def restore(self, clip):
        return clip


def refuse_to_be_made(self):
    raise RuntimeError("no licence\nfound.")


CLASSES = {
    "function": (lambda: Good(), "is not a dataclass"),
    "plain": (type("Plain", (), TITLES), "is not a dataclass"),
    "thawed": (made(frozen=False), "Made is not frozen"),
    "nameless": (made(title=" "), "Made has no title"),
    "buttonless": (made(short_title=None), "Made has no short_title"),
    "idle": (made(restore=None), "Made cannot restore"),
    "bare": (made(("gain", float, 0.5)), "the field gain of Made was not made by `parameter`"),
    "required": (made(("gain", float)), "the field gain of Made was not made by `parameter`"),
    "endless": (made(("gain", float, gain(high=None))), "gain needs low, high and step, or ch"),
    "stepless": (made(("gain", float, gain(step=0.0))), "gain needs low below high, and a step"),
    "whole": (
        made(("n", int, parameter(1, title="N", help="N.", low=0, high=2, step=0.5))),
        "the default of n is a whole number, but its step is not",
    ),
    "beyond": (made(("gain", float, gain(high=0.4))), "gain must lie between 0 and 0.4, got 0.5"),
    "two-strengths": (
        made(("a", float, gain(strength=1)), ("b", float, gain(strength=-1))),
        "only one parameter can have a strength, not a and b",
    ),
    "strong-choice": (
        made(("a", float, gain(choices=(0.5, 1.0), strength=1))),
        "the strength of a must be 1 or -1, and needs a range",
    ),
    "reserved": (made(("package", float, gain())), "“package” cannot be the name of a parameter"),
    "unequal": (made(eq=False), "two Made with equal settings are not equal"),
    "unmade": (made(__post_init__=refuse_to_be_made), r"RuntimeError('no licence\nfound.')"),
}


@pytest.mark.parametrize("name", [name for name in CLASSES if name != "unmade"])
def test_what_is_no_restorer_class_is_refused_with_the_reason(name):
    cls, reason = CLASSES[name]
    with pytest.raises(ValueError, match=re.escape(reason)):
        check_class(cls)


class Package:
    """Stands for an installed one."""

    name, version = "some-package", "1.2"


def install(monkeypatch, **restorers) -> None:
    """As if a package had these: {name: class, or an exception that its import raises}."""

    class Entry(importlib.metadata.EntryPoint):
        dist = Package

        def load(self):
            if isinstance(restorers[self.name], BaseException):
                raise restorers[self.name]
            return restorers[self.name]

    entries = [Entry(name, f"some_package:{name}", GROUP) for name in restorers]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: entries)


def test_every_problem_is_one_sentence_that_names_package_and_restorer(monkeypatch):
    classes = {name: cls for name, (cls, _) in CLASSES.items()}
    install(monkeypatch, a=Good, **classes, z=Good)
    catalogue = load_catalogue([])
    assert list(catalogue.classes) == [*RESTORERS, "a", "z"]
    said = dict(zip(sorted(classes), catalogue.problems, strict=True))
    for name, (_, reason) in CLASSES.items():
        start = f"The restorer “{name}” of the package some-package cannot be used: "
        assert said[name].startswith(start)
        assert reason in said[name]
        assert said[name].endswith(".")
        assert not said[name].endswith("..")
        assert "\n" not in said[name]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ModuleNotFoundError("No module named 'jax'"), "No module named 'jax'"),
        (SyntaxError("invalid syntax"), "invalid syntax"),
        (ValueError("two\nlines."), "two lines."),
        (ValueError(), "ValueError()."),
        (SystemExit(3), "SystemExit(3)."),
        (GeneratorExit(), "GeneratorExit()."),
    ],
)
def test_a_package_that_cannot_be_imported_is_a_problem_of_its_own(monkeypatch, error, reason):
    install(monkeypatch, broken=error, fine=Good)
    found, [problem] = find_plug_ins(set())
    assert found == {"fine": Good}
    assert problem.startswith("The restorer “broken” of the package some-package cannot be used: ")
    assert reason in problem
    assert problem.endswith(".")


def test_ctrl_c_is_not_a_problem_of_a_package(monkeypatch):
    install(monkeypatch, slow=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        find_plug_ins(set())


@pytest.mark.parametrize("name", ["hbss", "original", "residual", "Loud", "a b", "../a", "-a", ""])
def test_a_name_that_is_taken_or_not_allowed_is_refused_before_anything_is_run(monkeypatch, name):
    install(monkeypatch, **{name: SystemExit("it was run"), "mine": Good})
    catalogue = load_catalogue([])
    assert catalogue.classes == {**RESTORERS, "mine": Good}
    assert catalogue.problems == (
        f"The restorer “{name}” of the package some-package cannot be used: "
        f"the name “{name}” is taken or not allowed.",
    )


def test_of_two_packages_with_one_name_the_first_is_kept(monkeypatch):
    install(monkeypatch, mine=Good)
    [entry] = importlib.metadata.entry_points(group=GROUP)
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [entry, entry])
    found, [problem] = find_plug_ins(set())
    assert found == {"mine": Good}
    assert "the name “mine” is taken" in problem


def test_a_class_is_of_the_package_whose_entry_point_names_its_module(monkeypatch):
    install(monkeypatch, mine=Good)
    inside = type("Mine", (), {"__module__": "some_package.deep.inside"})
    assert package_of(inside) == "some-package 1.2"
    assert package_of(RESTORERS["hbss"]) == ""
    assert package_of(type("Other", (), {"__module__": "numpy.x"})) == f"numpy {np.__version__}"
    assert package_of(type("Mine", (), {"__module__": "a_script"})) == "a_script"


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    return python_with_plug_in(tmp_path_factory.mktemp("plug_in"))


CATALOGUE = """
import json
from restorers import load_catalogue, parameters_of, written_params
from restorers.catalogue import source_of
catalogue = load_catalogue([])
cls = catalogue.classes["expander"]
print(json.dumps({
    "classes": list(catalogue.classes),
    "problems": catalogue.problems,
    "parameters": {item.name: item.label for item in parameters_of(cls)},
    "source": source_of(cls()),
    "written": written_params(cls(range_db=18)),
}))
"""


def test_once_installed_the_example_is_in_the_catalogue(python, tmp_path):
    done = run(python, "-W", "error", "-c", CATALOGUE, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["classes"] == [*RESTORERS, SLUG]
    assert told["problems"] == []
    assert told["parameters"] == {
        "range_db": "Range (dB)", "threshold_db": "Threshold (dB)", "cutoff_hz": "Cutoff (Hz)"
    }  # fmt: skip
    assert told["source"] == {"package": PACKAGE}
    settings = {"range_db": 18.0, "threshold_db": -6.0, "cutoff_hz": 6000.0}
    assert told["written"] == {"package": PACKAGE, **settings}


def test_the_example_s_own_tests_pass(python, tmp_path):
    """Those of a copy outside of this checkout, on the module that is installed."""
    copy = copy_of_example(tmp_path)
    (copy / "high_band_expander.py").unlink()
    done = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", copy, cwd=copy)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_it_restores_files(python, tmp_path):
    clip = music_with_hiss(sample_rate_hz=32_000)
    source, target = tmp_path / "in.wav", tmp_path / "out.wav"
    soundfile.write(source, clip.samples.T, 32_000, subtype="FLOAT")
    settings = ["--set", f"{SLUG}.threshold_db=0", "--set", f"{SLUG}.range_db=6"]
    done = run(python, "-m", "restorers", source, target, "--method", SLUG, *settings)
    assert done.returncode == 0, done.stderr
    restored, rate_hz = soundfile.read(target, dtype="float32")
    assert (rate_hz, restored.shape) == (32_000, (clip.n_samples,))
    assert 1e-4 < np.max(np.abs(restored - clip.samples[0])) < 0.05  # nothing but hiss: 0.005 RMS


def test_experiments_have_it_in_all_processes_and_record_its_version(python, tmp_path):
    clips = write_clips(tmp_path / "clips", 4, duration_s=1.0)
    out = tmp_path / "out"
    chosen = ["--restorers", f"hbss,{SLUG}", "--workers", 2]
    done = run(python, "-m", "experiment", clips, "--out", out, *chosen)
    assert done.returncode == 0, done.stderr
    assert json.loads((out / "experiment.json").read_text())["protocol"]["sources"] == {
        SLUG: {"package": PACKAGE}
    }
    assert len((out / f"results_{SLUG}.csv").read_text().splitlines()) == 1 + 4
