"""Moving medians by a selection network."""

import itertools

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from metrics.median_kernel import LANES, moving_median, selection_network


@pytest.mark.parametrize("size", [2, 4, 6, 10, 14])
def test_the_network_puts_the_middle_in_place(size):
    """Who sorts all sequences of zeros and ones sorts everything (Knuth's zero-one principle)."""
    values = np.array(list(itertools.product((0, 1), repeat=size)))
    expected = np.sort(values, axis=1)
    for low, high in selection_network(size):
        pair = np.sort(values[:, [low, high]], axis=1)
        values[:, [low, high]] = pair
    middle = [size // 2 - 1, size // 2]
    assert np.array_equal(values[:, middle], expected[:, middle])


@pytest.mark.parametrize("size", [3, 5, 31])
@pytest.mark.parametrize("n_columns", [1, LANES - 1, LANES, 2 * LANES + 5])
@pytest.mark.parametrize("n_windows", [1, 2, 7])
def test_medians_equal_numpy_s(size, n_columns, n_windows):
    rng = np.random.default_rng(size * n_columns + n_windows)
    rows = rng.standard_normal((n_windows + size - 1, n_columns)).astype(np.float32)
    rows[rng.random(rows.shape) < 0.3] = 0  # many that are equal
    expected = np.median(sliding_window_view(rows, size, axis=0), axis=-1)
    assert np.array_equal(moving_median(rows, size), expected)


def test_the_order_in_memory_does_not_matter():
    rows = np.random.default_rng(0).random((40, 70), dtype=np.float32)
    assert np.array_equal(moving_median(np.asfortranarray(rows), 31), moving_median(rows, 31))
