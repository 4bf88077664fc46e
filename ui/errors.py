"""The one place in which an error of ours becomes a message on the page."""

import functools
import inspect
import logging

import gradio as gr

from generation import LibraryError, ModelUnavailable
from listening import VoteNotSaved
from restorers import PresetError

EXPLAINED = (ValueError, LibraryError, ModelUnavailable, PresetError, VoteNotSaved)
UNEXPECTED = "Something went wrong on our side; please try again. The server's log says what."

log = logging.getLogger(__name__)


def explained(handler):
    """An event handler (function or generator) whose errors the user can read."""
    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def wrapped(*args, **kwargs):
            try:
                yield from handler(*args, **kwargs)
            except Exception as error:
                raise _message(error) from error
    else:

        @functools.wraps(handler)
        def wrapped(*args, **kwargs):
            try:
                return handler(*args, **kwargs)
            except Exception as error:
                raise _message(error) from error

    return wrapped


def _message(error: Exception) -> gr.Error:
    if isinstance(error, gr.Error):
        return error
    if isinstance(error, EXPLAINED):
        return gr.Error(str(error), title="Please check", print_exception=False)
    log.exception("unexpected error in a page", exc_info=error)
    return gr.Error(UNEXPECTED, print_exception=False)
