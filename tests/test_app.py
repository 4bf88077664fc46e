"""The command line and what the server answers, without a browser."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import app
from tests.server import running

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    options = app.parse_options(["--library", str(tmp_path_factory.mktemp("library"))])
    with running(options) as address:
        yield address


def run(*arguments):
    return subprocess.run(
        [sys.executable, "app.py", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_help_explains_every_option():
    shown = run("--help")
    assert shown.returncode == 0
    text = " ".join(shown.stdout.split())
    for option in ("--model", "--device", "--library", "--results", "--host", "--port"):
        assert option in text
    assert text.count("default:") == 6


def test_a_taken_port_is_explained_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines()[-1].endswith("choose another with --port.")
    assert "Traceback" not in ended.stderr


def test_starting_the_app_imports_neither_torch_nor_transformers():
    code = "import sys, app; print(*(n for n in ('torch', 'transformers') if n in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_analytics_are_off_before_gradio_is_imported():
    code = "import app, os; print(os.environ['GRADIO_ANALYTICS_ENABLED'])"
    environment = {k: v for k, v in os.environ.items() if k != "GRADIO_ANALYTICS_ENABLED"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"


def test_the_page_script_and_style_are_served(address):
    for path, kind in (("/", "html"), ("/assets/lab.js", "javascript"), ("/assets/lab.css", "css")):
        answer = httpx.get(address + path)
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]


def test_unknown_media_are_not_found_and_leave_no_trace(address):
    answer = httpx.get(address + "/media/nothing")
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_there_is_no_description_of_the_api(address, path):
    assert httpx.get(address + path).status_code == 404
