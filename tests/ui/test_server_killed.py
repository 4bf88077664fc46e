"""The server dies in the middle of many votes: what it acknowledged is there, and only once.

`python -m bench.killed_server` does the same with more voters and more deaths.
"""

from tests.support.killed_server import lost_answers_of

N_VOTERS = 40
KILLED_AFTER = (1, 25)


def test_no_acknowledged_vote_is_lost_and_none_counts_twice(tmp_path):
    lost_answers = lost_answers_of(tmp_path, n_voters=N_VOTERS, killed_after=KILLED_AFTER)
    assert lost_answers > N_VOTERS // 2  # it did die in the middle
