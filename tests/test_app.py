"""The command line and what the server answers, without a browser."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

import app
from tests.support.server import running
from ui.listen.pages import LISTEN_FILES
from ui.server import STUDIO_FILES

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
    for option in (
        "--model",
        "--device",
        "--precision",
        "--library",
        "--results",
        "--host",
        "--port",
        "--password",
        "--root-path",
        "--restorers-file",
        "--trusted-proxies",
        "--copy-results",
    ):
        assert option in text
    assert text.count("default:") == 12


def test_a_taken_port_is_explained_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines()[-1].endswith("choose another with --port.")
    assert "Traceback" not in ended.stderr


def test_starting_the_app_imports_nothing_heavy():
    heavy = ("torch", "transformers", "noisereduce", "matplotlib", "loky", "distributed")
    code = f"import sys, app; print(*(n for n in {heavy} if n in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_ctrl_c_ends_the_app_quietly_though_a_page_is_open(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "app.py", "--port", "0", "--library", tmp_path, "--results", tmp_path],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    address = re.search(r"http://\S+", process.stdout.readline())[0]
    with httpx.stream("GET", f"{address}/gradio_api/heartbeat/page", timeout=60) as open_page:
        next(open_page.iter_bytes())  # what a page keeps open as long as it is there
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=30)
    assert process.returncode == 0
    assert complaints == ""


def test_analytics_are_off_before_gradio_is_imported():
    code = "import app, os; print(os.environ['GRADIO_ANALYTICS_ENABLED'])"
    environment = {k: v for k, v in os.environ.items() if k != "GRADIO_ANALYTICS_ENABLED"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"


def test_what_the_pages_load_is_served(address):
    kinds = {"js": "javascript", "css": "css"}
    for files in (STUDIO_FILES, LISTEN_FILES):
        for name in (*files.paths, "messages.js"):
            answer = httpx.get(f"{address}/{files.address}/{name}")
            assert answer.status_code == 200
            assert kinds[name.split(".")[-1]] in answer.headers["content-type"]
            assert answer.headers["cache-control"] == "no-cache"


def test_the_studio_s_page_asks_for_its_files_at_once(address):
    page = httpx.get(address).text
    for name in (*STUDIO_FILES.paths, "messages.js"):
        assert f"assets/{name}" in page


def test_listeners_find_no_script_of_the_studio(address):
    assert {name.split("/")[0] for name in LISTEN_FILES.paths} == {"shared", "listen"}
    for name in STUDIO_FILES.paths:
        found = httpx.get(f"{address}/listen-assets/{name}").status_code == 200
        assert found == name.startswith("shared/")


def test_unknown_media_are_not_found_and_leave_no_trace(address):
    answer = httpx.get(address + "/media/nothing")
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_there_is_no_description_of_the_api(address, path):
    assert httpx.get(address + path).status_code == 404


@pytest.mark.parametrize(
    ("arguments", "is_asked"),
    [
        ([], False),
        (["--host", "localhost"], False),
        (["--host", "127.0.0.2"], False),
        (["--host", "::1"], False),
        (["--host", "0.0.0.0"], True),
        (["--host", ""], True),
        (["--host", "192.168.1.5"], True),
        (["--host", "studio.example"], True),
    ],
)
def test_a_password_is_made_up_where_others_can_reach_the_app(arguments, is_asked):
    options = app.parse_options(arguments)
    made_up = app.password_for(options)
    assert (made_up is not None) == is_asked
    if is_asked:
        assert len(made_up) >= 16
        assert app.password_for(options) != made_up
    assert app.password_for(app.parse_options([*arguments, "--password", "mine"])) == "mine"


STUDIO_ROUTES = [
    ("GET", "/config"),
    ("GET", "/gradio_api/info"),
    ("POST", "/gradio_api/call/generate"),
    ("POST", "/gradio_api/run/predict"),
    ("POST", "/gradio_api/queue/join"),
    ("GET", "/gradio_api/queue/data?session_hash=x"),
    ("POST", "/gradio_api/upload"),
    ("GET", "/gradio_api/file=/etc/passwd"),
    ("POST", "/gradio_api/component_server"),
]


@pytest.fixture(scope="module")
def closed_studio(tmp_path_factory):
    library = str(tmp_path_factory.mktemp("library"))
    with running(app.parse_options(["--library", library, "--password", "secret"])) as address:
        yield address


@pytest.mark.parametrize(("method", "route"), STUDIO_ROUTES)
def test_without_the_password_nothing_of_the_studio_answers(closed_studio, method, route):
    answer = httpx.request(method, closed_studio + route, json={"data": []})
    assert answer.status_code == 401, answer.text


def test_with_the_password_it_does(closed_studio):
    with httpx.Client(base_url=closed_studio, follow_redirects=True) as visitor:
        wrong = visitor.post("/login", data={"username": "studio", "password": "guess"})
        assert wrong.status_code == 400
        assert visitor.get("/config").status_code == 401
        right = visitor.post("/login", data={"username": "studio", "password": "secret"})
        assert right.status_code == 200
        assert visitor.get("/config").status_code == 200


def test_small_answers_are_sent_at_once():
    """Else each of them waits 40 ms for an acknowledgement that the browser delays."""
    delays = []

    def connected(reader, writer):
        accepted = writer.get_extra_info("socket")
        delays.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0)
        writer.close()

    async def connect_once():
        server = await asyncio.start_server(connected, sock=app.bind("127.0.0.1", 0))
        async with server:
            port = server.sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await reader.read()
            writer.close()

    with ThreadPoolExecutor(1) as pool:  # this thread may have a loop of the browser's already
        pool.submit(lambda: asyncio.run(connect_once())).result()
    assert delays == [False]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_both_kinds_of_addresses_can_be_listened_on(host):
    with app.bind(host, 0) as bound, socket.create_connection((host, bound.getsockname()[1])):
        assert bound.getsockname()[0] == host


def test_records_that_cannot_be_used_are_told_at_the_start(tmp_path, caplog):
    options = app.parse_options(["--results", str(tmp_path), "--library", str(tmp_path / "l")])
    services = app.build_services(options)
    app.report_torn_rows(services.votes)
    assert caplog.text == ""
    (tmp_path / "votes.csv").write_text("schema_version,vote_id\n1,x\n")
    app.report_torn_rows(services.votes)
    assert "another version of this app" in caplog.text
    services.scratch.cleanup()


def test_the_listeners_page_loads_nothing_from_elsewhere_and_keeps_its_address(address):
    page = httpx.get(f"{address}/listen/no-such-study-00000000")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert httpx.get(f"{address}/listen").status_code == 404
