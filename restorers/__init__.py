"""AudioClip -> AudioClip: each restorer removes hiss in its own way.

A restorer is a small frozen value: its fields are its parameters, and `restore(clip)` returns
a clip of the same length, rate and alignment. It never rescales and never changes its input;
its `title` is its name on a page. A new one is a new file and a new line in RESTORERS; the pages
build its sliders from its fields.
"""

from restorers.mcra import McraWiener
from restorers.noisereduce_band import NoisereduceBand
from restorers.parameters import Parameter, parameters_of, strength_of
from restorers.preset_store import PresetError, PresetStore
from restorers.restorer import Restorer
from restorers.settings import settings_from_json, settings_json, settings_python
from restorers.spectral_subtraction import HighBandSpectralSubtraction

RESTORERS: dict[str, type[Restorer]] = {
    "noisereduce": NoisereduceBand,
    "hbss": HighBandSpectralSubtraction,
    "mcra": McraWiener,
}

__all__ = [
    "RESTORERS",
    "Parameter",
    "PresetStore",
    "PresetError",
    "Restorer",
    "parameters_of",
    "settings_from_json",
    "settings_json",
    "settings_python",
    "strength_of",
]
