"""Which paths belong to whom."""

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.types import Scope

LISTENERS = ("/listen", "/listen-assets")
LOGIN = "/login"
LOGOUT = "/logout"
UPLOAD = re.compile(r"(/[a-z_]+)?/gradio_api/upload/?|/workbench/(clips|versions|hiss)/add")
ENTER = re.compile(r"/listen/([^/]+)/api/(?:enter|continue)")


def is_for_listeners(path: str) -> bool:
    """Whether everybody may ask for it: the pages of listeners, and what they load."""
    return any(path == root or path.startswith(root + "/") for root in LISTENERS)


def header(scope: Scope, name: bytes) -> str:
    """The value of a request's header, "" if there is none; name : in lower case."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def address_of(scope: Scope) -> str:
    """Whom a request comes from: an IPv4 address, or the /64 network of an IPv6 address."""
    host = (scope.get("client") or ("", 0))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((host.partition("%")[0], 64), strict=False))


def is_loopback(host: str) -> bool:
    """Whether a host (without port, IPv6 without brackets) is this machine's own."""
    try:
        address = ipaddress.ip_address(host)
        mapped = getattr(address, "ipv4_mapped", None)  # how a socket for both sees IPv4
        return (mapped or address).is_loopback
    except ValueError:  # a name
        return host.lower().rstrip(".") == "localhost"


def host_of(netloc: str) -> str:
    """The host of "host:port", "" if it cannot be read."""
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def public_address(scope: Scope, root: str) -> str:
    """The address under which the browser that asks reaches the app: "https://host:port/lab"."""
    return f"{scope['scheme']}://{header(scope, b'host')}{root}"
