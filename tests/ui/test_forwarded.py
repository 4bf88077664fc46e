"""Whose word is taken for where a request comes from."""

import pytest

from ui.access.forwarded import Forwarded, checked_proxies

HEADERS = [
    (b"host", b"inside:7860"),
    (b"x-forwarded-for", b"203.0.113.7"),
    (b"x-forwarded-proto", b"https"),
    (b"x-forwarded-host", b"lab.example.org"),
]


def seen_from(client: str, *, headers=HEADERS, **options) -> tuple[str, str, str]:
    """Host header, scheme and client address as the app sees them."""
    seen = []

    async def app(scope, receive, send):
        seen.append((dict(scope["headers"])[b"host"].decode(), scope["scheme"], scope["client"][0]))

    scope = {"type": "http", "scheme": "http", "client": (client, 1), "headers": list(headers)}
    with pytest.raises(StopIteration):  # it waits for nothing, so that no event loop is needed
        Forwarded(app, **options)(scope, None, None).send(None)
    return seen[0]


BELIEVED = ("lab.example.org", "https", "203.0.113.7")


@pytest.mark.parametrize("client", ["127.0.0.1", "127.0.0.5", "::1"])
def test_a_proxy_on_this_machine_is_believed(client):
    assert seen_from(client) == BELIEVED


@pytest.mark.parametrize("client", ["10.0.0.2", "192.0.2.1", "somewhere", ""])
def test_others_are_not(client):
    assert seen_from(client) == ("inside:7860", "http", client)


def test_those_that_are_named_are_believed_and_no_others():
    proxies = checked_proxies("10.0.0.0/8, 192.0.2.1")
    assert seen_from("10.1.2.3", proxies=proxies) == BELIEVED
    assert seen_from("192.0.2.1", proxies=proxies) == BELIEVED
    assert seen_from("127.0.0.1", proxies=proxies)[0] == "inside:7860"
    assert seen_from("10.1.2.3", proxies=checked_proxies("*")) == BELIEVED
    assert seen_from("10.1.2.3", proxies=checked_proxies(""))[0] == "inside:7860"


def test_where_any_proxy_is_believed_its_own_word_comes_last():
    """What stands before it was written by the visitor, who could be anybody each time."""
    forged = [(b"x-forwarded-for", b"9.9.9.9, 203.0.113.7")]
    headers = [pair for pair in HEADERS if pair[0] != b"x-forwarded-for"] + forged
    assert seen_from("10.1.2.3", headers=headers, proxies=("*",)) == BELIEVED


@pytest.mark.parametrize("text", ["nginx", "10.0.0.0/99", "10.0.0.1 10.0.0.2"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match="addresses, networks or"):
        checked_proxies(text)
