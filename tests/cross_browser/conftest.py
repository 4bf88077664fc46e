"""Three browsers with a sound device. Run by `make browsers`; left out of `make test`."""

import os

import pytest
from playwright.sync_api import sync_playwright

import app
from tests.cross_browser.drivers import FIREFOX_PATCH, PlaywrightPage, WebKitPage
from tests.cross_browser.sound_device import virtual_devices
from tests.support.server import running

BROWSERS = ("chromium", "firefox", "webkit")


@pytest.fixture(scope="session")
def devices():
    with virtual_devices() as environment:
        yield environment


@pytest.fixture(scope="session")
def playwright():
    os.environ["NODE_OPTIONS"] = f"--require={FIREFOX_PATCH}"
    with sync_playwright() as started:
        yield started


@pytest.fixture(params=BROWSERS)
def page(request, devices, playwright):
    if request.param == "webkit":
        made = WebKitPage(devices)
    else:
        made = PlaywrightPage(playwright, request.param, devices)
    yield made
    made.close()


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="session")
def address(results, tmp_path_factory):
    library = tmp_path_factory.mktemp("library")
    options = app.parse_options(["--library", str(library), "--results", str(results)])
    with running(options) as address:
        yield address
