import json
import threading

import pytest

from restorers import (
    BY_TRUTH,
    RESTORERS,
    Catalogue,
    PresetError,
    PresetStore,
    settings_from_json,
    settings_json,
    settings_python,
)
from restorers.preset_store import REPORT_PRESET, TRUTH_PRESET
from tests.support.damage import DAMAGE, FUTURE, with_values

CHANGED = {
    "noisereduce": RESTORERS["noisereduce"](prop_decrease=0.35, stationary=False),
    "hbss": RESTORERS["hbss"](alpha=1.4, n_fft=1024, hop_length=256),
    "mcra": RESTORERS["mcra"](g_floor=0.1),
    "lowpass": RESTORERS["lowpass"](reduction=0.5),
}


def own_names(book: PresetStore) -> list[str]:
    """Of presets that were saved."""
    names = book.names()
    assert names[:2] == [REPORT_PRESET, TRUTH_PRESET]
    return names[2:]


def test_a_line_of_json_brings_the_same_restorers_back():
    line = settings_json(CHANGED)
    assert "\n" not in line
    assert settings_from_json(line, RESTORERS) == CHANGED


def test_what_a_line_does_not_name_has_its_default():
    read = settings_from_json('{"hbss": {"alpha": 2}}', RESTORERS)
    assert read["hbss"] == RESTORERS["hbss"](alpha=2.0)
    assert read["mcra"] == RESTORERS["mcra"]()


def test_a_line_of_python_makes_the_same_restorers():
    made = {}
    line = settings_python(CHANGED, Catalogue())
    assert "\n" not in line
    exec(line, made)
    assert made["restorers"] == CHANGED


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "are not valid JSON"),
        ("[1]", "Settings must look like"),
        ('{"hbss": 3}', "Settings must look like"),
        (
            '{"demucs": {}}',
            "There is no restorer “demucs”; choose from hbss, lowpass, mcra",
        ),
        ('{"hbss": {"gamma": 1}}', "hbss has no parameter “gamma”"),
        ('{"hbss": {"alpha": 99}}', "alpha must lie between 0 and 5, got 99"),
        ('{"hbss": {"alpha": "2"}}', "alpha must lie between 0 and 5, got '2'"),
    ],
)
def test_other_lines_are_explained(line, sentence):
    with pytest.raises(ValueError, match=sentence):
        settings_from_json(line, RESTORERS)


@pytest.fixture
def book(tmp_path):
    return PresetStore(tmp_path / "new" / "presets.json", RESTORERS)


def test_a_preset_survives_a_restart(book):
    assert own_names(book) == []
    assert book.save("  my   song ", CHANGED) == "my song"
    again = PresetStore(book._path, RESTORERS)
    assert own_names(again) == ["my song"]
    assert again.get("my song") == CHANGED


def test_saving_under_the_same_name_replaces_and_delete_forgets(book):
    book.save("one", CHANGED)
    book.save("one", {slug: cls() for slug, cls in RESTORERS.items()})
    assert book.get("one")["hbss"].alpha == RESTORERS["hbss"]().alpha
    book.delete("one")
    book.delete("one")
    assert own_names(book) == []
    with pytest.raises(PresetError, match="no preset “one”"):
        book.get("one")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x07b"])
def test_a_name_must_be_readable(book, name):
    with pytest.raises(PresetError, match="a name of 1 to 60 characters"):
        book.save(name, CHANGED)


def test_a_damaged_file_is_explained_and_not_overwritten(book):
    book.save("one", CHANGED)
    book._path.write_text("{")
    for action in (book.names, lambda: book.save("two", CHANGED)):
        with pytest.raises(PresetError, match="are damaged"):
            action()
    assert book._path.read_text() == "{"


def test_a_preset_that_no_longer_fits_is_explained(book):
    book.save("one", CHANGED)
    stored = json.loads(book._path.read_text())
    stored["presets"]["one"]["hbss"]["alpha"] = -1
    book._path.write_text(json.dumps(stored))
    with pytest.raises(PresetError, match="“one” cannot be used: alpha must lie between"):
        book.get("one")


def test_a_folder_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PresetError, match=r"could not be saved|are damaged"):
        PresetStore(tmp_path / "file" / "presets.json", RESTORERS).save("one", CHANGED)


def test_many_savers_at_once_lose_nothing(book):
    threads = [threading.Thread(target=book.save, args=(f"preset {i}", CHANGED)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(own_names(book)) == 12


PRESET_DAMAGE = (
    DAMAGE
    | FUTURE
    | {
        "a list of presets": with_values(presets=[1]),
        "no presets": lambda data: b'{"schema_version": 1}',
    }
)


@pytest.mark.parametrize("case", list(PRESET_DAMAGE))
def test_a_damaged_book_is_one_sentence_and_stays_as_it_is(book, case):
    book.save("one", CHANGED)
    damaged = PRESET_DAMAGE[case](book._path.read_bytes())
    book._path.write_bytes(damaged)
    for use in (book.names, lambda: book.get("one"), lambda: book.save("two", CHANGED)):
        with pytest.raises(PresetError, match="are damaged; repair or remove that file"):
            use()
    assert book._path.read_bytes() == damaged


@pytest.mark.parametrize("wrong", [[1], "a", {"hbss": 3}, {"hbss": {"alpha": "2"}}, None])
def test_one_damaged_preset_costs_no_other(book, wrong):
    book.save("one", CHANGED)
    book.save("two", CHANGED)
    facts = json.loads(book._path.read_text())
    facts["presets"]["one"] = wrong
    book._path.write_text(json.dumps(facts))
    with pytest.raises(PresetError, match="The preset “one” cannot be used"):
        book.get("one")
    assert own_names(book) == ["one", "two"]
    assert book.get("two") == CHANGED


def test_the_book_of_version_0_6_is_read(book):
    book.save("one", CHANGED)
    facts = {"schema_version": 1, "presets": {"one": json.loads(settings_json(CHANGED))}}
    assert book._path.read_text(encoding="utf-8") == (
        json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    )


def test_the_built_in_presets_are_there_and_stay(tmp_path):
    book = PresetStore(tmp_path / "presets.json", RESTORERS)
    assert book.get(REPORT_PRESET) == {slug: cls() for slug, cls in RESTORERS.items()}
    assert book.get(TRUTH_PRESET) == BY_TRUTH
    for change in (lambda: book.save(TRUTH_PRESET, {}), lambda: book.delete(REPORT_PRESET)):
        with pytest.raises(PresetError, match="is built in and stays as it is"):
            change()
