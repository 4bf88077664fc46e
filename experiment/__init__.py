"""The report's protocol: every restorer over a clip, judged by every metric."""

from experiment.bundle import comparison_zip
from experiment.comparison import Comparison, Removal
from experiment.fit import Fit, FitPoint, fit_strength

__all__ = ["Comparison", "Fit", "FitPoint", "Removal", "comparison_zip", "fit_strength"]
