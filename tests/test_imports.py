"""Who imports whom: the source against the table in CONTRIBUTING.md."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def import_table() -> dict[str, set[str]]:
    """The table in CONTRIBUTING.md: package -> packages of ours that it may import."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.split("| package | may import of ours |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (\w+) \| (.+) \|$", table, flags=re.M)
    return {name: set(allowed.split(", ")) - {"nothing"} for name, allowed in rows}


MAY_IMPORT = import_table()
ONLY_IN_UI = {"gradio", "fastapi", "plotly", "PIL"}
# Loaded when first needed, never when the app starts.
LAZY = {
    "torch",
    "transformers",
    "huggingface_hub",
    "noisereduce",
    "tqdm",
    "loky",
    "distributed",
    "numba",
}


def sources(package: str) -> list[Path]:
    single = ROOT / f"{package}.py"
    return [single] if single.exists() else sorted((ROOT / package).rglob("*.py"))


def imported(tree: ast.AST) -> set[str]:
    """Top-level names of everything imported anywhere in the tree."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", list(MAY_IMPORT))
def test_data_flows_one_way(package):
    files = sources(package)
    assert files
    for path in files:
        ours = imported(ast.parse(path.read_text(encoding="utf-8"))) & {*MAY_IMPORT, "tests"}
        assert ours <= MAY_IMPORT[package] | {package}, path


def test_every_package_is_in_the_table():
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert folders | {"app", "version"} == set(MAY_IMPORT)


@pytest.mark.parametrize("package", [name for name in MAY_IMPORT if name != "ui"])
def test_only_ui_knows_the_web(package):
    for path in sources(package):
        found = imported(ast.parse(path.read_text(encoding="utf-8")))
        assert not found & ONLY_IN_UI, path


@pytest.mark.parametrize("package", [name for name in MAY_IMPORT if name != "bench"])
def test_heavy_packages_are_imported_inside_functions(package):
    for path in sources(package):
        if path.name == "__main__.py" or path.stem.endswith(("_kernel", "_torch", "_gate")):
            continue  # run, or imported when first needed
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = ast.Module([node for node in tree.body if not isinstance(node, ast.FunctionDef)], [])
        for node in ast.walk(top):  # methods too are functions: leave their bodies out
            if isinstance(node, ast.ClassDef):
                node.body = [one for one in node.body if not isinstance(one, ast.FunctionDef)]
        assert not imported(top) & LAZY, path


def pinned_in(requirements: str) -> set[str]:
    return {
        line.split("==")[0].replace("-", "_").lower()
        for line in (ROOT / requirements).read_text().splitlines()
        if "==" in line
    }


def test_every_third_party_import_is_pinned():
    pinned = pinned_in("requirements.txt")
    names = {"PIL": "pillow"}
    for package in MAY_IMPORT:
        if package == "bench":  # runs with what tests need
            pinned = pinned | pinned_in("tests/requirements.txt")
        for path in sources(package):
            found = imported(ast.parse(path.read_text(encoding="utf-8")))
            foreign = found - {*MAY_IMPORT, "tests"} - set(sys.stdlib_module_names)
            assert {names.get(name, name).lower() for name in foreign} <= pinned, path


def test_ui_keeps_no_state_in_modules():
    """Many listeners share one process: module-level names are functions, classes and constants."""
    for path in sources("ui"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
                    assert all(n.lstrip("_").isupper() or n == "log" for n in names), (path, names)
            assert not isinstance(node, ast.Global)
