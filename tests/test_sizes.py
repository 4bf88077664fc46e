"""A function fits on a screen or two, and a file is read in one sitting."""

import ast
from pathlib import Path

import pytest

from tests.test_imports import MAY_IMPORT, ROOT, sources

LONGEST_FUNCTION, LONGEST_FILE = 60, 350
# Still to be split.
LONG_FILES = {"tests/browser/test_listen.py", "tests/ui/test_access.py"}
LONG_FUNCTIONS = {"ui/listen/api.py": {"_router"}}


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
    assert (n_lines > LONGEST_FILE) == (name_of(path) in LONG_FILES), n_lines
    assert long_functions(path) == LONG_FUNCTIONS.get(name_of(path), set())
