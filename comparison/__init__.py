"""One clip beside its restorations: every sound and every score, each computed once."""

from comparison.bundle import comparison_zip
from comparison.comparison import Comparison, Removal
from comparison.fit import Fit, FitPoint, fit_strength

__all__ = ["Comparison", "Fit", "FitPoint", "Removal", "comparison_zip", "fit_strength"]
