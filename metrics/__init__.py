"""(original, processed) -> numbers: how much hiss went, and what else changed."""

from metrics.criteria import CriteriaFlags, Summary, judge, summarise
from metrics.scores import Measurement, MetricSettings, Scores, measure, score

__all__ = [
    "CriteriaFlags",
    "Measurement",
    "MetricSettings",
    "Scores",
    "Summary",
    "judge",
    "measure",
    "score",
    "summarise",
]
