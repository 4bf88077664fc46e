"""Moving medians, many at a time.

A selection network compares and swaps at places that do not depend on the values, so that one
instruction of the processor does so for many windows. The network is K. E. Batcher's odd-even merge
sort ("Sorting networks and their applications", AFIPS 1968) without what the middle does not need.
"""

import numba
import numpy as np

LANES = 64  # windows that are sorted together; their values fit into the fastest cache


def moving_median(rows: np.ndarray, size: int) -> np.ndarray:
    """Median of every `size` consecutive rows, in each column.

    rows : float32, finite, shape (n + size - 1, n_columns)
    size : odd, at least 3
    returns : float32, shape (n, n_columns)
    """
    return _medians(np.ascontiguousarray(rows), size, selection_network(size - 1))


def selection_network(size: int) -> np.ndarray:
    """Pairs (low, high) to be put in order, one after the other, shape (n_pairs, 2).

    Of `size` values, an even number, the two middle ones are then where sorting would put them.
    """
    wanted = {size // 2 - 1, size // 2}
    kept = []
    for low, high in reversed(_odd_even_merge_sort(size)):
        if low in wanted or high in wanted:
            wanted |= {low, high}
            kept.append((low, high))
    return np.array(kept[::-1], dtype=np.uint32)


def _odd_even_merge_sort(size: int) -> list[tuple[int, int]]:
    """A network for the next power of two, as if the values that are missing were infinite."""
    pairs = []
    merged = 1
    while merged < size:
        step = merged
        while step:
            for start in range(step % merged, size, 2 * step):
                for low in range(start, min(start + step, size - step)):
                    if low // (2 * merged) == (low + step) // (2 * merged):
                        pairs.append((low, low + step))
            step //= 2
        merged *= 2
    return pairs


@numba.njit(cache=True, nogil=True)
def _medians(rows: np.ndarray, size: int, network: np.ndarray) -> np.ndarray:
    n, n_columns = rows.shape[0] - size + 1, rows.shape[1]
    medians = np.empty((n, n_columns), np.float32)
    shared = np.empty((size - 1, LANES), np.float32)
    below, above = size // 2 - 1, size // 2
    for first in range(0, n_columns, LANES):
        width = min(LANES, n_columns - first)
        for row in range(0, n, 2):
            # Two neighbouring windows share all rows but one; of these the middle two will do.
            for i in range(size - 1):
                for lane in range(width):
                    shared[i, lane] = rows[row + 1 + i, first + lane]
            for pair in range(network.shape[0]):
                low, high = network[pair, 0], network[pair, 1]
                for lane in range(width):
                    a, b = shared[low, lane], shared[high, lane]
                    shared[low, lane] = a if a < b else b
                    shared[high, lane] = b if a < b else a
            for window in range(min(2, n - row)):
                alone = row + window * size
                for lane in range(width):
                    value = rows[alone, first + lane]
                    low_value, high_value = shared[below, lane], shared[above, lane]
                    value = value if value < high_value else high_value
                    medians[row + window, first + lane] = value if value > low_value else low_value
    return medians
