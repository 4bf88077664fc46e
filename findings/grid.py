"""The settings that are tried: for each restorer the report's, and a grid around it."""

import itertools
from collections.abc import Sequence
from typing import Any

from restorers import RESTORERS, Restorer

GRIDS: dict[str, dict[str, Sequence[float]]] = {
    "noisereduce": {
        "prop_decrease": (0.5, 0.7, 0.85, 1.0),
        "n_std_thresh": (0.5, 1.5, 2.5, 3.5),
        "freq_mask_smooth_hz": (200.0, 600.0),
    },
    "hbss": {
        "alpha": (0.8, 1.2, 1.6, 2.0, 2.5, 3.0),
        "beta": (0.0, 0.02, 0.04, 0.1, 0.2, 0.4),
    },
    "mcra": {
        "over_estimation": (0.5, 1.2, 2.0, 3.0, 5.0),
        "g_floor": (0.055, 0.12, 0.25, 0.4),
        "full_band_mix": (0.0,),
    },
    "lowpass": {
        "cutoff_hz": (6000.0, 7000.0),
        "reduction": (0.25, 0.5, 0.75, 1.0),
    },
}


def report_settings() -> dict[str, Restorer]:
    """{restorer: the report's setting of it}"""
    return {slug: cls() for slug, cls in RESTORERS.items()}


def grid_of(slug: str) -> dict[str, Restorer]:
    """{name of the setting: restorer}; the report's, where the grid has it, is left out."""
    report, names = RESTORERS[slug](), tuple(GRIDS[slug])
    settings = (
        dict(zip(names, values, strict=True)) for values in itertools.product(*GRIDS[slug].values())
    )
    return {
        name_of(slug, params): restorer
        for params in settings
        if (restorer := RESTORERS[slug](**params)) != report
    }


def name_of(slug: str, params: dict[str, Any]) -> str:
    return f"{slug} " + " ".join(f"{name}={value:g}" for name, value in params.items())


def all_settings() -> dict[str, Restorer]:
    """The report's first, by the restorer's name, then every grid."""
    grids: dict[str, Restorer] = {}
    for slug in RESTORERS:
        grids |= grid_of(slug)
    return report_settings() | grids
