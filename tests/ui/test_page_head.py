"""Tags that are in the head of a page as it is served."""

import httpx
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.page_head import PageHead

PAGE = "<html><head><title>é</title></head><body>&lt;/head></head></body></html>"
TAGS = '<link rel="stylesheet" href="ü.css">'


def client() -> TestClient:
    def page(request):
        return HTMLResponse(PAGE)

    def in_parts(request):
        middle = PAGE.index("</head>") + 3  # the end of the head lies in two parts
        return StreamingResponse(iter([PAGE[:middle], PAGE[middle:]]), media_type="text/html")

    routes = [Route(path, page) for path in ("/", "/other")] + [Route("/parts", in_parts)]
    return TestClient(PageHead(Starlette(routes=routes), TAGS, ["/", "/parts", "/missing"]))


def test_tags_come_last_in_the_head_of_the_pages_that_are_named():
    expected = PAGE.replace("</head>", f"{TAGS}</head>", 1)
    for path in ("/", "/parts"):
        answer = client().get(path)
        assert answer.text == expected
        assert int(answer.headers["content-length"]) == len(expected.encode())
    assert client().get("/other").text == PAGE


def test_what_is_no_page_stays_as_it_is():
    answer = client().get("/missing")
    assert (answer.status_code, answer.text) == (404, "Not Found")


def test_the_studio_s_styles_are_in_its_pages_as_they_are_served(open_studio):
    for path in ("/", "/studies", "/experiment", "/results"):
        head = httpx.get(open_studio + path).text.partition("</head>")[0]
        for style in ("assets/shared/shared.css", "assets/studio/studio.css"):
            assert f'<link rel="stylesheet" href="{style}">' in head
