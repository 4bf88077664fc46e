"""The app, running: what the tests of access share."""

import pytest

import app
from tests.support import trials
from tests.support.server import running
from ui.options import parse_options


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    return ["--library", str(folder / "library"), "--results", str(folder / "results")]


@pytest.fixture(scope="module")
def open_studio(folders):
    with running(parse_options(folders)) as address:
        yield address


@pytest.fixture(scope="module")
def closed_studio(folders):
    with running(parse_options([*folders, "--password", "secret"])) as address:
        yield address


@pytest.fixture(scope="module")
def study(folders):
    options = parse_options(folders)
    return trials.open_study(app.session_flow_in(options.results, None).studies, name="for all")
