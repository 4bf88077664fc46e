"""The report's protocol: every restorer over a clip, judged by every metric."""

from experiment.comparison import Comparison

__all__ = ["Comparison"]
