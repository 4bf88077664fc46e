"""Who reaches the Studio, with how much and how often: attacks on a running app."""

import http.client
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.server import running
from ui.options import parse_options

STUDIO = ("/", "/config", "/gradio_api/info", "/media/x", "/assets/studio/main.js", "/preview/x")


@contextmanager
def logged_in(address):
    with httpx.Client(base_url=address) as visitor:
        answer = visitor.post("/login", data={"username": "studio", "password": "secret"})
        assert answer.status_code == 303
        yield visitor


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example",
                                  "10.0.0.5", "", "localhost.evil.example", "[::2]"])  # fmt: skip
@pytest.mark.parametrize("path", STUDIO)
def test_without_a_password_a_foreign_host_gets_nothing(open_studio, host, path):
    """DNS rebinding: a name of the attacker's that resolves to this machine."""
    for extra in ({}, {"x-forwarded-host": "localhost"}):
        answer = httpx.get(open_studio + path, headers={"host": host, **extra})
        assert answer.status_code in (400, 403)
        assert "lab" not in answer.text or "--password" in answer.text


def test_a_host_forwarded_to_a_studio_without_a_password_is_refused(open_studio):
    answer = httpx.get(open_studio + "/config", headers={"x-forwarded-host": "lab.example"})
    assert answer.status_code == 403
    assert "--password" in answer.text


@pytest.mark.parametrize("root", ["/listen", "/listen-assets", "/lab"])
def test_a_path_of_a_proxy_switches_no_check_off(folders, root):
    with running(parse_options([*folders, "--root-path", root])) as address:
        foreign = {"host": "evil.example"}
        for path in ("/config", f"{root}/config", f"{root}/gradio_api/info"):
            assert httpx.get(address + path, headers=foreign).status_code in (403, 404), path
        assert httpx.get(f"{address}{root}/config", headers=foreign).status_code == 403
        upload = f"{address}{root}/gradio_api/upload"
        files = {"files": ("a.wav", b"RIFF", "audio/wav")}
        evil = {"origin": "https://evil.example"}
        assert httpx.post(upload, headers=evil, files=files).status_code == 403
        assert httpx.get(f"{address}{root}/listen/x", headers=foreign).status_code == 200


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_this_machine_reaches_it_under_its_own_names(open_studio, name):
    port = urlsplit(open_studio).port
    assert httpx.get(open_studio + "/config", headers={"host": f"{name}:{port}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost.evil.example"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "http://["},
        {"sec-fetch-site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/queue/join", "/login"])
def test_another_site_cannot_upload_or_run_anything(open_studio, headers, path):
    answer = httpx.post(open_studio + path, headers=headers, content=b"{}")
    assert (answer.status_code, "another site" in answer.text) == (403, True)
    preflight = {**headers, "access-control-request-method": "POST"}
    answer = httpx.request("OPTIONS", open_studio + path, headers=preflight)
    assert answer.status_code == 403


def test_pages_of_ours_may_post(open_studio):
    own = {"origin": open_studio, "sec-fetch-site": "same-origin"}
    files = {"files": ("a.wav", b"RIFF", "audio/wav")}
    answer = httpx.post(open_studio + "/gradio_api/upload", headers=own, files=files)
    assert answer.status_code == 200


def test_a_browser_s_word_on_where_a_request_comes_from_counts(open_studio):
    """Beacons and forms of a page that tells no referrer have the origin "null"."""
    path = open_studio + "/gradio_api/queue/join"
    own = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert httpx.post(path, headers=own, content=b"{}").status_code == 422
    neighbour = {"origin": "http://127.0.0.1:1", "sec-fetch-site": "same-site"}
    assert httpx.post(path, headers=neighbour, content=b"{}").status_code == 403


def test_behind_a_proxy_pages_of_the_public_name_may_post(closed_studio):
    with logged_in(closed_studio) as visitor:
        public = {"x-forwarded-host": "lab.example", "x-forwarded-proto": "https"}
        files = {"files": ("a.wav", b"RIFF", "audio/wav")}
        own = {**public, "origin": "https://lab.example"}
        assert visitor.post("/gradio_api/upload", headers=own, files=files).status_code == 200
        other = {**public, "origin": "https://evil.example"}
        assert visitor.post("/gradio_api/upload", headers=other, files=files).status_code == 403
        assert visitor.get("/config", headers=public).json()["root"] == "https://lab.example"


@pytest.mark.parametrize("path", STUDIO)
def test_without_the_password_there_is_a_login_page_and_nothing_else(closed_studio, path):
    assert httpx.get(closed_studio + path).status_code == 401
    page = httpx.get(closed_studio + path, headers={"accept": "text/html"}, follow_redirects=True)
    assert page.url.path == "/login"
    assert page.status_code == 200
    assert len(page.content) < 3000  # 317 KB of components in version 0.6
    for secret in ("alpha", "prop_decrease", "gradio-app", "component", "noisereduce"):
        assert secret not in page.text


@pytest.mark.parametrize("root", ["/listen", "/listen-assets"])
@pytest.mark.parametrize(
    "below",
    ["/../config", "/x/../../config", "/%2e%2e/config", "/..%2fconfig", "/gradio_api/info",
     "/x/gradio_api/info", "/../gradio_api/file=/etc/passwd", "//config", "/x/config", "/x/y/z"],
)  # fmt: skip
def test_the_listeners_paths_lead_nowhere_else(closed_studio, root, below):
    parts = urlsplit(closed_studio)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    for method in ("GET", "POST"):
        connection.request(method, root + below)  # as it stands: nothing is normalised
        answer = connection.getresponse()
        assert answer.status == 404
        assert b"component" not in answer.read()
    connection.close()


@pytest.mark.parametrize(
    "path", ["/LISTEN/../config", "//listen/config", "/./listen/x", "/%6cisten-x"]
)
def test_paths_that_only_resemble_the_listeners_are_closed(closed_studio, path):
    parts = urlsplit(closed_studio)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    connection.request("GET", path)
    assert connection.getresponse().status == 401
    connection.close()


def test_logging_in_leads_back_and_logging_out_ends_it(closed_studio):
    with httpx.Client(base_url=closed_studio) as visitor:
        form = {"username": "studio", "password": "secret"}
        answer = visitor.post("/login?next=/config", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/config")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        kept = dict(visitor.cookies)
        assert visitor.get("/config").status_code == 200
        visitor.get("/logout")
        assert visitor.get("/config", headers={"cookie": "; ".join(
            f"{name}={value}" for name, value in kept.items())}).status_code == 401  # fmt: skip


def test_the_right_cookie_counts_among_others(closed_studio):
    with logged_in(closed_studio) as visitor:
        [(name, value)] = visitor.cookies.items()
    good, old = f"{name}={value}", f"{name}=old"
    for cookies in ([f"{old}; {good}"], [old, good], ["a=b", good], [f"{good}; {old}"]):
        headers = [("cookie", one) for one in cookies]
        assert httpx.get(closed_studio + "/config", headers=headers).status_code == 200, cookies
    assert httpx.get(closed_studio + "/config", headers={"cookie": old}).status_code == 401


@pytest.mark.parametrize(
    "then",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "\r\nx: y"],
)
def test_logging_in_leads_to_no_other_site(closed_studio, then):
    form = {"username": "studio", "password": "secret"}
    answer = httpx.post(closed_studio + "/login", params={"next": then}, data=form)
    assert answer.headers["location"] == "/"
    page = httpx.get(closed_studio + "/login", params={"next": '"><script>'})
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("user", "password"),
    [("studio", "Secret"), ("studio", ""), ("", "secret"), ("studio", "é"), ("root", "secret")],
)
def test_a_wrong_login_is_told_in_one_sentence(user, password):
    from ui.access.login import Logins

    assert Logins("secret").cookie_for(user, password) is None
    assert not Logins("secret").knows("")
    assert not Logins("secret").knows("\udcff")


@pytest.mark.parametrize("is_stripped", [True, False])
def test_below_a_path_of_a_proxy_pages_links_and_login_work(folders, study, is_stripped):
    prefix = "" if is_stripped else "/lab"
    public = {"x-forwarded-host": "site.example", "x-forwarded-proto": "https"}
    options = parse_options([*folders, "--password", "secret", "--root-path", "lab/"])
    with running(options) as address, httpx.Client(base_url=address, headers=public) as visitor:
        refused = visitor.get(f"{prefix}/", headers={"accept": "text/html"})
        assert refused.headers["location"] == "/lab/login?next=/"
        page = visitor.get(f"{prefix}/login")
        assert 'action="/lab/login?next=/"' in page.text
        form = {"username": "studio", "password": "secret"}
        answer = visitor.post(f"{prefix}/login", data=form)
        assert answer.headers["location"] == "/lab/"
        cookie = answer.headers["set-cookie"]
        assert "Path=/lab/" in cookie
        assert "Secure" in cookie
        visitor.headers["cookie"] = cookie.partition(";")[0]
        config = visitor.get(f"{prefix}/config")
        assert config.json()["root"] == "https://site.example/lab"
        assert visitor.get(f"{prefix}/listen/{study.study_id}/api/about").status_code == 200
        assert visitor.get(f"{prefix}/listen/{study.study_id}").status_code == 200


def test_a_study_whose_name_holds_a_nul_is_not_found(open_studio):
    for route in ("state", "enter", "answer"):
        answer = httpx.post(f"{open_studio}/listen/%00/api/{route}", json={})
        assert answer.status_code in (400, 403, 404), route
    assert httpx.get(f"{open_studio}/listen/%00/api/about").status_code == 404


def test_previews_ask_for_the_studios_password(closed_studio):
    for path in ("/preview/x", "/preview/x/api/about"):
        assert httpx.get(closed_studio + path).status_code == 401
    with logged_in(closed_studio) as visitor:
        assert visitor.get("/preview/x").status_code == 200  # the shell, for whichever
        assert visitor.get("/preview/x/api/about").status_code == 404
