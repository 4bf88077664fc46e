"""One clip beside its restorations: every sound and every score, each computed once."""

from comparison.bundle import comparison_zip
from comparison.comparison import Comparison, Removal
from comparison.fit import Fit, FitPoint, Goal, fit_strength
from comparison.full_quality import full_quality_wav
from comparison.long_sound import LongSound

__all__ = [
    "Comparison",
    "Fit",
    "FitPoint",
    "Goal",
    "LongSound",
    "Removal",
    "comparison_zip",
    "fit_strength",
    "full_quality_wav",
]
