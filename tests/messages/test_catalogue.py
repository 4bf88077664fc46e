"""The message catalogue: both languages say the same things, and all of it is said somewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from messages import ENGLISH, LANGUAGES, section_of

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "messages"
SECTIONS = sorted(path.stem for path in (CATALOGUE / ENGLISH).glob("*.json"))
PAGE_SECTIONS = ("trial", "listen")  # what scripts say
PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}")
PACKAGES = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]


def texts(value, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a section, by its key; inner keys and places in lists follow a dot."""
    if isinstance(value, str):
        yield key, value
        return
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in inner:
        yield from texts(part, f"{key}.{name}" if key else str(name))


def scripts() -> str:
    paths = sorted((ROOT / "ui" / "assets").rglob("*.js"))
    return "\n".join(path.read_text("utf-8") for path in paths)


def literals_of_scripts() -> list[re.Pattern]:
    """Every string in the scripts that could be a key; ${...} stands for any name."""
    found = re.findall(r'"([\w.]+)"|`([\w.]+\$\{[^}`]*\})`', scripts())
    return [pattern_of(plain or template) for plain, template in found]


def said_by_scripts() -> list[re.Pattern]:
    """The keys in say("..."), say(condition ? "..." : "...") and say(`...`)."""
    said = re.findall(r'\bsay\((?:[\w.]+ \? )?"(\w[\w.]*)"(?: : "(\w+)")?', scripts())
    templates = re.findall(r"\bsay\(`([^`]*)`", scripts())
    return [pattern_of(key) for pair in (*said, templates) for key in pair if key]


def literals_of_python() -> list[re.Pattern]:
    """Every string in the packages that could be a key; what an f-string puts in is any name."""
    found = set()
    for package in PACKAGES:
        for path in package.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    parts = [
                        part.value if isinstance(part, ast.Constant) else "${}"
                        for part in node.values
                    ]
                    found.add("".join(parts))
                elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                    if isinstance(node.right, ast.Constant) and isinstance(node.right.value, str):
                        found.add("${}" + node.right.value)  # stem + "_title"
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    keys = [literal for literal in found if re.fullmatch(r"[\w${}.]+", literal)]
    return [pattern_of(key) for key in keys if key.strip("${}_.")]


def pattern_of(key: str) -> re.Pattern:
    parts = re.split(r"\$\{[^}]*\}", key)
    return re.compile(r"\w+".join(re.escape(part) for part in parts))


def is_said(key: str, said: list[re.Pattern]) -> bool:
    return any(pattern.fullmatch(key) for pattern in said)


def test_every_language_has_the_same_sections():
    for language in LANGUAGES:
        assert sorted(path.stem for path in (CATALOGUE / language).glob("*.json")) == SECTIONS
    assert {path.name for path in CATALOGUE.iterdir() if path.is_dir()} - {"__pycache__"} == set(
        LANGUAGES
    )


@pytest.mark.parametrize("section", SECTIONS)
def test_every_language_says_the_same_with_the_same_values(section):
    english = dict(texts(section_of(section, ENGLISH)))
    for language in LANGUAGES:
        translated = dict(texts(section_of(section, language)))
        assert list(translated) == list(english)
        for key, text in translated.items():
            assert text.strip(), key
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(english[key])), (
                key
            )


def test_sections_that_a_page_puts_together_share_no_key():
    trial, listen = (set(section_of(section, ENGLISH)) for section in PAGE_SECTIONS)
    assert trial & listen == set()


@pytest.mark.parametrize("section", SECTIONS)
def test_nothing_in_the_catalogue_is_unused(section):
    said = literals_of_scripts() if section in PAGE_SECTIONS else literals_of_python()
    unused = [
        key
        for key in dict(texts(section_of(section, ENGLISH)))
        if not is_said(re.sub(r"\.\d+$", "", key), said)  # a list is said as a whole
    ]
    assert unused == []


def test_everything_that_a_script_says_is_in_the_catalogue():
    keys = {
        re.sub(r"\.\d+$", "", key)
        for section in PAGE_SECTIONS
        for key, _ in texts(section_of(section, ENGLISH))
    }
    unknown = [
        pattern.pattern for pattern in said_by_scripts() if not any(map(pattern.fullmatch, keys))
    ]
    assert unknown == []
