"""Too large, too many, too slow: attacks on a running app."""

import asyncio
import http.client
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.server import running
from tests.support.trials import new_token
from ui.access import connections, limits, login
from ui.access.limits import (
    ENTER_RATE,
    ENTERS_RATE,
    LOGIN_RATE,
    MAX_BODY_BYTES,
    MAX_UPLOAD_BYTES,
    Rate,
    RateLimiter,
)
from ui.options import parse_options

MEGABYTE = b"x" * 2**20


def test_guesses_of_the_password_are_slowed_down(folders):
    with running(parse_options([*folders, "--password", "secret"])) as address:
        form = {"username": "studio", "password": "guess"}
        statuses = [httpx.post(address + "/login", data=form).status_code for _ in range(40)]
        last = httpx.post(address + "/login", data=form)
    assert statuses[: LOGIN_RATE.burst] == [400] * LOGIN_RATE.burst
    assert statuses.count(429) >= 28
    assert int(last.headers["retry-after"]) >= 1


def test_a_class_behind_one_address_enters_and_a_flood_does_not(open_studio, study):
    def enter(visitor: httpx.Client, number: int) -> int:
        body = {"listener_id": f"{number:016x}", "language": "en"}
        url = f"/listen/{study.study_id}/api/enter"
        return visitor.post(url, json=body, headers={"x-session": new_token()}).status_code

    with httpx.Client(base_url=open_studio) as visitor:
        honest = [enter(visitor, number) for number in range(100)]
        flood = [enter(visitor, number) for number in range(100, 300)]
    assert set(honest) == {200}
    assert 0 < flood.count(200) < ENTER_RATE.burst
    assert set(flood) == {200, 429}


def test_participant_ids_cannot_be_guessed_one_after_the_other(folders):
    """Who knows one could go on with its session."""
    with (
        running(parse_options(folders)) as address,
        httpx.Client(base_url=address) as visitor,
    ):
        statuses = [
            visitor.post(
                "/listen/some-study-00000000/api/continue",
                json={"link": {"participant": f"p{number}"}},
                headers={"x-session": new_token()},
            ).status_code
            for number in range(ENTER_RATE.burst + 50)
        ]
    assert statuses.count(429) >= 20
    assert set(statuses) <= {404, 429}


def test_invented_studies_do_not_lift_the_limit_of_an_address(folders):
    with (
        running(parse_options(folders)) as address,
        httpx.Client(base_url=address) as visitor,
    ):
        statuses = [
            visitor.post(f"/listen/none-{number:08x}/api/enter", json={}).status_code
            for number in range(ENTERS_RATE.burst + 50)
        ]
    assert statuses.count(429) >= 20
    assert set(statuses) <= {400, 404, 429}


def test_a_person_reads_a_sentence_when_there_were_too_many_guesses(folders):
    form = {"username": "studio", "password": "guess"}
    with (
        running(parse_options([*folders, "--password", "secret"])) as address,
        httpx.Client(base_url=address, headers={"accept": "text/html"}) as visitor,
    ):
        last = [visitor.post("/login", data=form) for _ in range(LOGIN_RATE.burst + 2)][-1]
    assert last.status_code == 429
    assert last.text.startswith("Too many requests")


def test_a_rate_is_kept_over_time_and_for_each_key_alone():
    now = [0.0]
    limiter = RateLimiter(Rate(burst=3, per_second=0.5), kept=2, now=lambda: now[0])
    assert [limiter.wait_s("a") for _ in range(4)] == [0, 0, 0, 2]
    assert limiter.wait_s("b") == 0
    now[0] = 2.0
    assert [limiter.wait_s("a") for _ in range(2)] == [0, 2]
    limiter.wait_s("c"), limiter.wait_s("d")
    assert len(limiter._left) == 2


def post_raw(address: str, path: str, headers: dict, chunks) -> int:
    """The status of an answer to a body that is sent piece by piece, as long as anyone reads."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    connection.putrequest("POST", path)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    try:
        for chunk in chunks:
            connection.send(chunk)
    except OSError:
        pass
    try:
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize(("n_announced", "n_sent"), [(300 * 2**20, 2**20), (5000, 4999)])
def test_a_login_form_is_small_and_comes_at_once(closed_studio, monkeypatch, n_announced, n_sent):
    monkeypatch.setattr(login, "FORM_TIMEOUT_S", 1.0)
    began = time.monotonic()
    status = post_raw(
        closed_studio, "/login", {"content-length": str(n_announced)}, [b"x" * n_sent]
    )
    assert status in (413, 0)  # 0: hung up on
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/run/predict", "/x"])
def test_a_large_body_is_refused_before_it_is_read(open_studio, path):
    announced = {"content-length": str(200 * 2**20), "content-type": "application/json"}
    assert post_raw(open_studio, path, announced, []) == 413
    chunked = {"transfer-encoding": "chunked", "content-type": "application/json"}
    pieces = (b"%x\r\n%s\r\n" % (len(MEGABYTE), MEGABYTE) for _ in range(200))
    assert post_raw(open_studio, path, chunked, pieces) in (413, 0)  # 0: hung up on
    for length in ("-5", "1e3", "9" * 400):
        status = post_raw(open_studio, path, {"content-length": length}, [])
        assert status in (400, 413)


def test_a_body_that_drips_is_not_waited_for(open_studio, monkeypatch):
    monkeypatch.setattr(limits, "WHOLE_BODY_TIMEOUT_S", 1.0)

    def drip():
        for _ in range(40):
            yield b" "
            time.sleep(0.1)

    status = post_raw(open_studio, "/gradio_api/queue/join", {"content-length": "1000"}, drip())
    assert status == 408


def test_an_upload_that_is_too_large_ends_and_leaves_nothing(open_studio):
    announced = {"content-length": str(MAX_UPLOAD_BYTES + 1), "content-type": "multipart/form-data"}
    assert post_raw(open_studio, "/gradio_api/upload", announced, []) == 413


def test_a_body_just_small_enough_is_read(open_studio):
    status = post_raw(
        open_studio, "/gradio_api/queue/join", {"content-length": str(MAX_BODY_BYTES)},
        [b" " * MAX_BODY_BYTES],
    )  # fmt: skip
    assert status == 422  # no JSON, says Gradio


def test_idle_connections_are_closed_and_keep_nobody_out(folders, monkeypatch):
    monkeypatch.setattr(connections, "HEADER_TIMEOUT_S", 1.0)
    with running(parse_options(folders)) as address:
        parts = urlsplit(address)
        place = (parts.hostname, parts.port)
        idle = [socket.create_connection(place) for _ in range(300)]
        for one in idle[::2]:
            one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-")  # never ends its headers
        assert httpx.get(address + "/listen").status_code == 404  # answered all the same
        deadline = time.monotonic() + 10
        for one in idle:
            one.settimeout(max(0.1, deadline - time.monotonic()))
            assert one.recv(1) == b""  # closed by the server
            one.close()


def is_hung_up_on(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def test_one_address_has_so_many_connections_and_no_more(folders, monkeypatch):
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 20)
    with running(parse_options(folders)) as address:
        parts = urlsplit(address)
        place = (parts.hostname, parts.port)
        held = [socket.create_connection(place) for _ in range(20)]
        time.sleep(0.3)
        with socket.create_connection(place) as refused:
            refused.settimeout(5)
            assert is_hung_up_on(refused)
        for one in held:
            one.close()
        time.sleep(0.3)
        assert httpx.get(address + "/listen").status_code == 404


def test_a_slow_download_and_an_open_page_are_not_idle(folders, monkeypatch):
    monkeypatch.setattr(connections, "HEADER_TIMEOUT_S", 0.3)

    async def heartbeat(address: str) -> bool:
        async with httpx.AsyncClient() as client:
            url = f"{address}/gradio_api/heartbeat/page"
            async with client.stream("GET", url, timeout=20) as page:
                lines = page.aiter_bytes()
                await anext(lines)
                await asyncio.sleep(1.5)
                return len(await asyncio.wait_for(anext(lines), 30)) > 0  # it still beats

    with running(parse_options(folders)) as address, ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(heartbeat(address))).result()
