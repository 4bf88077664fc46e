"""A function fits on a screen or two, and a file is read in one sitting."""

import ast
from pathlib import Path

import pytest

from tests.test_imports import MAY_IMPORT, ROOT, sources

LONGEST_FUNCTION, LONGEST_FILE = 60, 350


def all_sources() -> list[Path]:
    return [path for package in (*MAY_IMPORT, "tests") for path in sources(package)]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def long_functions(path: Path) -> set[str]:
    """Page layout aside, which is read from top to bottom as the page is."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = {
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, functions) and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    if name_of(path).startswith("ui/studio/"):
        found = {name for name in found if not name.lstrip("_").startswith("build_")}
    return found


@pytest.mark.parametrize("path", all_sources(), ids=name_of)
def test_no_function_and_no_file_is_too_long(path):
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= LONGEST_FILE
    assert long_functions(path) == set()
