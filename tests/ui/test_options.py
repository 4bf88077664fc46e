"""Options that the app refuses to start with, and where else they come from."""

import pytest

from ui.options import OptionsError, check_folders, parse_options, password_for, root_path_of


@pytest.mark.parametrize("root", ["/a b", "https://x", "/a//b", "/é", "/a?b", '/"'])
def test_a_root_path_that_is_none_is_refused(root):
    with pytest.raises(OptionsError, match="must be a path such as /lab"):
        root_path_of(parse_options(["--root-path", root]))


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_an_empty_password_is_refused(host, monkeypatch):
    with pytest.raises(OptionsError, match="An empty password would open the Studio"):
        password_for(parse_options(["--host", host, "--password", ""]))
    monkeypatch.setenv("LAB_PASSWORD", "")
    with pytest.raises(OptionsError, match="An empty password would open the Studio"):
        password_for(parse_options(["--host", host]))


def test_the_password_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("LAB_PASSWORD", "from outside")
    assert password_for(parse_options(["--host", "0.0.0.0"])) == "from outside"
    assert password_for(parse_options(["--password", "mine"])) == "mine"


def test_gradios_variables_are_honoured(monkeypatch):
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    monkeypatch.setenv("GRADIO_SERVER_PORT", "8123")
    options = parse_options([])
    assert (options.host, options.port) == ("0.0.0.0", 8123)
    assert password_for(options)


@pytest.mark.parametrize("option", ["--results", "--library"])
def test_a_folder_that_cannot_be_made_is_told_before_anything_starts(tmp_path, option, folders):
    (tmp_path / "file").write_text("in the way")
    options = parse_options([*folders, option, str(tmp_path / "file" / "below")])
    with pytest.raises(OptionsError, match=f"choose another with {option}"):
        check_folders(options)
