"""What a restorers file may say, and the sentence for everything else."""

import re

import pytest

from restorers import RESTORERS, RestorersFileError, load_catalogue, parameters_of, takes_long
from restorers.catalogue import TAKEN
from restorers.commands.spec import read_restorers_file
from tests.support.commands import gain_entry, restorers_file

BASE = '[[restorer]]\nname = "x"\ntitle = "X"\n'
COMMAND = 'command = "cp {in} {out}"\n'
WITH = BASE + 'command = "cp {in} {out} {a}"\n[[restorer.parameter]]\nname = "a"\nhelp = "A."\n'


def test_a_file_adds_its_restorers_to_the_others(tmp_path):
    catalogue = load_catalogue([restorers_file(tmp_path, gain_entry(tmp_path))])
    assert list(catalogue.classes) == [*RESTORERS, "gain"]
    cls = catalogue.classes["gain"]
    assert (cls.title, cls.short_title) == ("The gain", "The gain")
    assert takes_long(cls)
    assert not any(takes_long(one) for one in RESTORERS.values())
    [gain] = parameters_of(cls)
    assert (gain.low, gain.high, gain.step, gain.default) == (0.0, 2.0, 0.1, 1.0)
    assert type(gain.default) is float  # a whole number in the file, but its steps are tenths


def test_a_command_is_a_list_or_a_line(tmp_path):
    for command in ("\"cp -f '{in}' {out}\"", '["cp", "-f", "{in}", "{out}"]'):
        file = restorers_file(tmp_path, BASE + f"command = {command}\n")
        [spec] = read_restorers_file(file)
        line = spec.command_line({"in": "a b.wav", "out": "c.wav"})
        assert line == ["cp", "-f", "a b.wav", "c.wav"]


def test_values_are_put_in_once(tmp_path):
    """Braces in a value, or in a folder's name, are no names."""
    folder = tmp_path / "{out}"
    folder.mkdir()
    file = restorers_file(folder, BASE + 'command = "{folder}/x {in} {out}"\n')
    [spec] = read_restorers_file(file)
    line = spec.command_line({"in": "{out}", "out": "o"})
    assert line == [f"{folder}/x", "{out}", "o"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x", "is not valid TOML"),
        ("[restorer]\nname = 'x'", r"must consist of \[\[restorer\]\] tables"),
        ("", r"must consist of \[\[restorer\]\] tables"),
        ("other = 1\n" + BASE + COMMAND, r"must consist of \[\[restorer\]\] tables"),
        ("restorer = [3]", "must be a table"),
        (BASE, "restorer “x”: command is missing"),
        ('[[restorer]]\nname = "x"\n' + COMMAND, "title is missing"),
        (BASE.replace('"x"', '"My Tool"') + COMMAND, "name must be lower-case"),
        (BASE + 'command = "cp {in}"', "the command lacks {out}"),
        (BASE + 'command = "cp {in} {out} {b}"', "{b} in the command is not a parameter"),
        (BASE + COMMAND + "sample_rate = 3", "sample_rate is unknown"),
        (BASE + COMMAND + "sample_rate_hz = 3", "sample_rate_hz must lie between"),
        (BASE + COMMAND + "channels = 5", "channels is not valid"),
        (BASE + COMMAND + "time_limit_s = 0", "time_limit_s must lie between"),
        (WITH + "low = 0\nhigh = 1\nstep = 0.1", "default is missing"),
        (WITH + "default = 3\nlow = 0\nhigh = 1\nstep = 0.1", "a must lie between 0 and 1"),
        (WITH + "default = 0\nhigh = 1\nstep = 0.1", "a needs low, high and step, or choices"),
        (WITH + "default = 0\nlow = 0\nhigh = 1", "a needs low, high and step, or choices"),
        (WITH + 'default = "c"\nchoices = ["a", "b"]', "a must be one of"),
        (WITH.replace('"a"', '"in"') + "default = 0", "“in” cannot be the name"),
        (WITH.replace('"a"', '"lambda"') + "default = 0", "“lambda” cannot be the name"),
        (WITH.replace('"a"', '"title"') + "default = 0", "“title” cannot be the name"),
        (WITH.replace(" {a}", "") + "default = 0\nlow = 0\nhigh = 1\nstep = 1", "does not use {a}"),
    ],
)
def test_anything_else_is_one_sentence_with_file_and_restorer(tmp_path, text, says):
    file = restorers_file(tmp_path, text)
    with pytest.raises(RestorersFileError, match=says) as caught:
        load_catalogue([file])
    assert str(caught.value).startswith(str(file))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["hbss", "original", "anchor35", "metrics"])
def test_a_name_that_means_something_else_is_taken(tmp_path, name):
    file = restorers_file(tmp_path, BASE.replace('"x"', f'"{name}"') + COMMAND)
    with pytest.raises(RestorersFileError, match=f"the name “{name}” is taken"):
        load_catalogue([file])


def test_two_of_one_name_are_refused(tmp_path):
    file = restorers_file(tmp_path, BASE + COMMAND, BASE + COMMAND)
    with pytest.raises(RestorersFileError, match="the name “x” is taken"):
        load_catalogue([file])


def test_a_file_that_is_asked_for_must_be_there(tmp_path):
    missing = tmp_path / "none.toml"
    with pytest.raises(RestorersFileError, match=re.escape(f"{missing} cannot be read: No such")):
        load_catalogue([missing])


def test_choices_may_be_words(tmp_path):
    file = restorers_file(tmp_path, WITH + 'default = "cb"\nchoices = ["cb", "mp"]')
    cls = load_catalogue([file]).classes["x"]
    assert cls(a="mp").a == "mp"
    with pytest.raises(ValueError, match="a must be one of"):
        cls(a="lq")


def test_every_name_that_a_study_uses_is_taken():
    from listening.analysis.reference import REFERENCE_NAMES
    from listening.anchors import ANCHOR_TITLES
    from listening.trial import ORIGINAL

    names = {name.replace(" ", "_") for name in REFERENCE_NAMES}
    assert {ORIGINAL, *ANCHOR_TITLES, *names} <= TAKEN
