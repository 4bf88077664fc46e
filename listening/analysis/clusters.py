"""Variances of estimates whose observations come in clusters: listeners, clips, or both.

An estimate is described by the influence of each observation on it: influences add up to 0, and
their sums over independent clusters have the estimate's variance. Listeners alone are clusters if
the clips are taken as they are. If the clips are a sample as well, the variance is that of
listeners plus that of clips minus that of their intersections (A. C. Cameron, J. B. Gelbach and
D. L. Miller, "Robust inference with multiway clustering", Journal of Business & Economic
Statistics 29(2), 2011, equation 2.3).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class Clusters:
    """Whose observation each is, and on which clip.

    listener, clip : numbers from 0, shape (n,); n_listeners, n_clips : how many there are
    """

    listener: np.ndarray
    clip: np.ndarray
    n_listeners: int
    n_clips: int

    @classmethod
    def of(cls, listener, clip) -> "Clusters":
        """From labels of any kind, numbers or words."""
        who, listeners = pd.factorize(np.asarray(listener))
        which, clips = pd.factorize(np.asarray(clip))
        return cls(who, which, len(listeners), len(clips))

    @property
    def fewest(self) -> int:
        """The smaller number of clusters: it decides what a sample of both can tell."""
        return min(self.n_listeners, self.n_clips)

    def equal_listeners(self) -> np.ndarray:
        """Weights by which every listener counts the same; their sum is 1."""
        counts = np.bincount(self.listener)
        return 1 / (counts[self.listener] * self.n_listeners)

    def variance_over_listeners(self, influence: np.ndarray) -> float:
        """For the clips as they are; needs two listeners."""
        return _between(influence, self.listener)

    def variance_over_both(self, influence: np.ndarray) -> float:
        """For listeners and clips that were not there; needs two of each.

        It is an unbiased difference and may come out too small, even negative: it is held above
        the smaller of the two variances that it is made of.
        """
        over_listeners, over_clips = (
            _between(influence, one) for one in (self.listener, self.clip)
        )
        both = over_listeners + over_clips - _between(influence, self._cell())
        return max(both, min(over_listeners, over_clips))

    def _cell(self) -> np.ndarray:
        """The number of each observation's listener and clip together."""
        cell = self.listener * self.n_clips + self.clip
        if self.n_listeners * self.n_clips > 4 * cell.size:  # mostly empty
            cell = pd.factorize(cell)[0]
        return cell


def _between(influence: np.ndarray, cluster: np.ndarray) -> float:
    """Sum of squares over clusters, times n / (n - 1) for those there are."""
    sums = np.bincount(cluster, weights=influence)
    n_clusters = np.count_nonzero(np.bincount(cluster))
    return float(n_clusters / (n_clusters - 1) * np.sum(sums**2)) if n_clusters > 1 else 0.0
