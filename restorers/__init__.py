"""AudioClip -> AudioClip: each restorer removes hiss in its own way.

A restorer is a small frozen value: its fields are its parameters, and `restore(clip)` returns
a clip of the same length, rate and alignment. It never rescales and never changes its input;
its `title` is its name on a page. RESTORERS are the built-in ones; `load_catalogue` adds those of
installed packages and of restorers files. The pages build their sliders from the fields.
"""

from restorers.built_in import BASELINE, BY_TRUTH, REPORT_RESTORERS, RESTORERS
from restorers.catalogue import Catalogue, load_catalogue, takes_long, written_params
from restorers.commands.spec import RestorersFileError
from restorers.parameters import Parameter, parameters_of, params_of, strength_of
from restorers.preset_store import PresetError, PresetStore
from restorers.restorer import Restorer, RestorerError
from restorers.settings import restorer_with, settings_from_json, settings_json, settings_python

__all__ = [
    "BASELINE",
    "BY_TRUTH",
    "REPORT_RESTORERS",
    "RESTORERS",
    "Catalogue",
    "Parameter",
    "PresetError",
    "PresetStore",
    "Restorer",
    "RestorerError",
    "RestorersFileError",
    "load_catalogue",
    "parameters_of",
    "params_of",
    "restorer_with",
    "settings_from_json",
    "settings_json",
    "settings_python",
    "strength_of",
    "takes_long",
    "written_params",
]
