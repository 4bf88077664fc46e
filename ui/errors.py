"""The one place in which an error of ours becomes a message on the page."""

import functools
import inspect
import logging

import gradio as gr

from experiment.running.output import OutputError
from experiment.running.run import ExperimentError
from experiment.running.sources import SourceError
from experiment.running.workers import WorkersError
from generation import ClipStoreError, ModelUnavailable, NotEnoughMemory
from listening import VoteNotSaved
from listening.analysis.vote_table import ResultsError
from listening.removal import RemovalError
from listening.study import StudyError
from restorers import PresetError

EXPLAINED = (
    ValueError,
    ExperimentError,
    ClipStoreError,
    ModelUnavailable,
    NotEnoughMemory,
    OutputError,
    PresetError,
    RemovalError,
    ResultsError,
    SourceError,
    StudyError,
    VoteNotSaved,
    WorkersError,
)
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


def sentence_for(error: Exception) -> str:
    """What a user reads about an error; one that nobody foresaw goes to the log."""
    if isinstance(error, EXPLAINED):
        return str(error)
    log.exception("unexpected error in a page", exc_info=error)
    return UNEXPECTED


def _message(error: Exception) -> gr.Error:
    if isinstance(error, gr.Error):
        return error
    title = "Please check" if isinstance(error, EXPLAINED) else "Error"
    return gr.Error(sentence_for(error), title=title, print_exception=False)
