"""Do intervals cover the truth, and do decisions that are monitored keep their promise?

    python -m bench.verdict_simulation [--runs 500] [--only coverage,decisions]

Simulates studies whose truth is known (tests/support/simulated_studies.py): listeners differ, clips
differ, there are ties, drop-outs and listeners who go through twice. Prints Markdown tables; those
in bench/verdict_simulation.md were made by this script.
"""

import argparse
import itertools
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from scipy import stats

from bench.simulated_metrics import KINDS, called_rates
from bench.tables import print_head, print_row
from listening.analysis.bradley_terry import rank
from listening.analysis.clusters import Clusters
from listening.analysis.data import Pairs
from listening.analysis.evidence import (
    ALPHA,
    LEANING_ALPHA,
    Cells,
    abx_path,
    cells_of,
    clips_path,
    decide,
    music_path,
)
from listening.analysis.forecast import forecast
from listening.analysis.intervals import FEWEST_CLIPS, Scope, share
from listening.analysis.sentences import FEW_LISTENERS
from tests.support.simulated_studies import (
    CONDITIONS,
    simulate_study,
    true_win_probabilities,
)

LISTENERS, CLIPS, CLIP_SDS = (8, 16, 40), (1, 3, 5, 12, 40), (0.0, 0.5, 1.0)
NO_PREFERENCE = (0.0, 0.0, 0.0, 0.0)
PREFERRED = (0.0, 0.5, 0.5, 0.5)
RESTORATIONS = CONDITIONS[1:]
N_QUESTIONS = 2  # on the page, each with all restorations
PROCESSES = 2


def coverage(job: tuple) -> tuple:
    """How often the intervals of shares and of the ranking hold the truth, by scope."""
    runs, n_listeners, n_clips, clip_sd = job
    rng = np.random.default_rng([1, n_listeners, n_clips, int(10 * clip_sd)])
    hits: dict[tuple[str, Scope], list[bool]] = {}
    for _ in range(runs):
        study = simulate_study(rng, n_listeners, n_clips, clip_sd=clip_sd)
        truths = {Scope.CLIPS: study.wins_on_clips, Scope.MUSIC: study.wins_for_music}
        against = study.pairs.between("noisereduce", "original")
        found = share(against.result, against.listener, against.clip)
        ranking = rank(study.pairs, "original")
        for scope, wins in truths.items():
            interval = found.on_clips if scope == Scope.CLIPS else found.for_music
            if interval:
                true = wins[CONDITIONS.index("noisereduce"), 0]
                hits.setdefault(("share", scope), []).append(not interval.excludes(true))
            probabilities = true_win_probabilities(wins)
            for one in ranking:
                interval = one.on_clips if scope == Scope.CLIPS else one.for_music
                if interval:
                    true = probabilities[CONDITIONS.index(one.condition)]
                    hits.setdefault(("rank", scope), []).append(not interval.excludes(true))
    cells = [hits.get(key) for key in itertools.product(("share", "rank"), Scope)]
    return (
        n_listeners,
        n_clips,
        clip_sd,
        *(percent(float(np.mean(one))) if one else "–" for one in cells),
    )


def decisions(job: tuple) -> tuple:
    """How often anything on the page is ever decided although nothing is preferred.

    On these clips the clips are balanced, so that nothing is preferred on them either. The old rule
    decided in every view of one clip, too.
    """
    runs, n_listeners, n_clips, clip_sd = job
    rng = np.random.default_rng([2, n_listeners, n_clips, int(10 * clip_sd)])
    decided = {"clips": 0, "music": 0, "old": 0}
    n_tests = N_QUESTIONS * len(RESTORATIONS)
    for _ in range(runs):
        made = dict.fromkeys(decided, False)
        for _question in range(N_QUESTIONS):
            settings = {"clip_sd": clip_sd, "worth": NO_PREFERENCE}
            balanced = simulate_study(rng, n_listeners, n_clips, is_balanced=True, **settings)
            study = simulate_study(rng, n_listeners, n_clips, **settings)
            for name in RESTORATIONS:
                cells = cells_of(balanced.pairs.between(name, "original"))
                made["clips"] |= decide(cells, Scope.CLIPS, "", "", n_tests=n_tests).decides
                against = study.pairs.between(name, "original")
                cells = cells_of(against)
                if n_clips >= FEWEST_CLIPS:
                    made["music"] |= decide(cells, Scope.MUSIC, "", "", n_tests=n_tests).decides
                views = [against.chosen(against.clip == clip) for clip in range(n_clips)]
                made["old"] |= any(_old_rule(cells_of(view)) for view in [against, *views])
        for name, was_made in made.items():
            decided[name] += was_made
    rates = [percent(decided[name] / runs) for name in ("clips", "music", "old")]
    return (n_listeners, n_clips, clip_sd, rates[0], rates[1] if n_clips >= FEWEST_CLIPS else "–",
            rates[2])  # fmt: skip


def leaning(job: tuple) -> tuple:
    """How often the page shows “Leaning”, or more, for any version of one question.

    Without a preference, and with one of every version: at the end, and after any listener.
    """
    runs, n_listeners, n_clips, clip_sd = job
    rng = np.random.default_rng([7, n_listeners, n_clips, int(10 * clip_sd)])
    rates = []
    for worth in (NO_PREFERENCE, PREFERRED):
        n_ends, n_ever = 0, 0
        for _ in range(runs):
            study = simulate_study(
                rng, n_listeners, n_clips, clip_sd=clip_sd, worth=worth, is_balanced=True
            )
            versions = [_leans(study.pairs.between(name, "original")) for name in RESTORATIONS]
            n_ends += any(one[-1] for one in versions)
            n_ever += any(one.any() for one in versions)
        rates += [percent(n_ends / runs), percent(n_ever / runs)]
    return (n_listeners, n_clips, clip_sd, *rates)


def _leans(against: Pairs) -> np.ndarray:
    """After each listener from the first that may, whether the version leans."""
    shares = cells_of(against).shares()
    latest = np.logaddexp(*clips_path(shares))[FEW_LISTENERS - 1 :]
    return latest >= np.log(len(RESTORATIONS) / LEANING_ALPHA)


def _old_rule(cells: Cells) -> bool:
    """Version 0.6: the bound for the restorations of one question, in every view."""
    if not cells.n_listeners:
        return False
    path = np.logaddexp(*clips_path(cells.shares()))
    return bool(path.max() >= np.log(len(RESTORATIONS) / ALPHA))


def power(job: tuple) -> tuple:
    """How often a real preference is decided, beside a t test planned for this number."""
    runs, n_listeners, n_clips, clip_sd = job
    rng = np.random.default_rng([3, n_listeners, n_clips, int(10 * clip_sd)])
    rates = dict.fromkeys(("clips", "fixed clips", "music", "fixed music"), 0)
    n_tests = len(RESTORATIONS)
    for _ in range(runs):
        study = simulate_study(rng, n_listeners, n_clips, clip_sd=clip_sd, worth=PREFERRED)
        against = study.pairs.between("hbss", "original")
        cells = cells_of(against)
        rates["clips"] += decide(cells, Scope.CLIPS, "", "", n_tests=n_tests).decides
        rates["music"] += decide(cells, Scope.MUSIC, "", "", n_tests=n_tests).decides
        shares = cells.shares()
        rates["fixed clips"] += stats.ttest_1samp(shares, 0.5).pvalue < ALPHA / n_tests
        rates["fixed music"] += _two_way_p(cells) < ALPHA / n_tests
    shown = [percent(rates[name] / runs) for name in rates]
    return (n_listeners, n_clips, clip_sd, *shown[:2],
            *(shown[2:] if n_clips >= FEWEST_CLIPS else ("–", "–")))  # fmt: skip


def _two_way_p(cells: Cells) -> float:
    """t test of listeners and clips as samples, at a number planned beforehand."""
    clusters = Clusters.of(cells.rank, cells.clip)
    if clusters.fewest < FEWEST_CLIPS:
        return 1.0
    weights = cells.n / np.bincount(cells.rank, cells.n)[cells.rank] / cells.n_listeners
    shares = cells.won / cells.n
    mean = float(weights @ shares)
    t = (mean - 0.5) / np.sqrt(clusters.variance_over_both(weights * (shares - mean)))
    return float(2 * stats.t.sf(abs(t), clusters.fewest - 1))


# Populations without a preference on average that are hard for a test.
HARD = {
    "each listener always for or always against": lambda rng, n, m: rng.integers(0, 2, (n, 1)),
    "each clip always for or always against": lambda rng, n, m: rng.integers(0, 2, (1, m)),
    "few listeners strongly for, many weakly against": lambda rng, n, m: np.where(
        rng.random((n, 1)) < 0.2, 0.9, 0.4
    ),
    "few clips strongly for, many weakly against": lambda rng, n, m: np.where(
        rng.random((1, m)) < 0.2, 0.9, 0.4
    ),
    "everybody throws a coin": lambda rng, n, m: np.full((1, 1), 0.5),
}
HARD_SIZES = tuple(itertools.product((8, 40, 120), (5, 12, 40)))


def hard(job: tuple) -> tuple:
    """The highest rate of wrong decisions over all sizes, one restoration and one question."""
    runs, name = job
    rng = np.random.default_rng([4, len(name)])
    worst: dict[str, tuple[float, str]] = {"clips": (0.0, ""), "music": (0.0, "")}
    for n_listeners, n_clips in HARD_SIZES:
        decided = {"clips": 0, "music": 0}
        for _ in range(runs):
            chance = np.broadcast_to(HARD[name](rng, n_listeners, n_clips), (n_listeners, n_clips))
            won = (rng.random(chance.shape) < chance).astype(float)
            rank_, clip = np.indices(won.shape).reshape(2, -1)
            cells = Cells(rank_, clip, np.ones(won.size), won.ravel())
            bound = np.log(1 / ALPHA)
            decided["clips"] += np.logaddexp(*clips_path(cells.shares())).max() >= bound
            decided["music"] += np.logaddexp(*music_path(cells)).max() >= bound
        for scope, count in decided.items():
            worst[scope] = max(worst[scope], (count / runs, f"{n_listeners} × {n_clips}"))
    about_clips = "clip" not in name  # these are preferred or not, on the clips that were heard
    return (name, f"{percent(worst['clips'][0])} ({worst['clips'][1]})" if about_clips else "–",
            f"{percent(worst['music'][0])} ({worst['music'][1]})")  # fmt: skip


def abx(job: tuple) -> tuple:
    """ABX monitored after every answer: decided by who guesses, and by who hears something."""
    runs, n_answers, chance = job
    rng = np.random.default_rng([5, n_answers, int(100 * chance)])
    decided, exact = 0, 0
    for _ in range(runs):
        correct = rng.random(n_answers) < chance
        decided += abx_path(correct).max() >= np.log(1 / ALPHA)
        right = np.cumsum(correct)
        p = stats.binom.sf(right - 1, np.arange(1, n_answers + 1), 0.5)
        exact += bool((p < ALPHA).any())
    return (n_answers, percent(chance), percent(decided / runs), percent(exact / runs))


def forecasts(job: tuple) -> tuple:
    """Of the studies that were told how many more, how many are decided once so many have come."""
    runs, n_listeners, n_clips, clip_sd, worth, scope = job
    rng = np.random.default_rng([6, n_listeners, n_clips, int(10 * clip_sd)])
    n_told, n_decided, n_undecided, said = 0, 0, 0, []
    n_tests = len(RESTORATIONS)
    for _ in range(runs):
        longest = n_listeners + max(100, 4 * n_listeners)
        study = simulate_study(
            rng, longest, n_clips, clip_sd=clip_sd, worth=(0.0, worth, worth, worth)
        )
        against = study.pairs.between("hbss", "original")

        def first(n: int, against=against) -> Cells:
            return cells_of(against.chosen(against.listener < n))

        if decide(first(n_listeners), scope, "", "", n_tests=n_tests).decides:
            continue
        n_undecided += 1
        expected = forecast(first(n_listeners), scope, n_tests=n_tests)
        if expected is None or expected.more_listeners is None:
            continue
        n_told += 1
        said.append(expected.more_listeners)
        later = first(n_listeners + expected.more_listeners)
        n_decided += decide(later, scope, "", "", n_tests=n_tests).decides
    return (n_listeners, n_clips, clip_sd, worth, str(scope), percent(n_told / max(n_undecided, 1)),
            int(np.median(said)) if said else "–", percent(n_decided / n_told) if n_told else "–",
            n_told)  # fmt: skip


FORECAST_CASES = (
    (16, 3, 0.5, 0.5, Scope.CLIPS),
    (16, 12, 0.5, 0.5, Scope.CLIPS),
    (16, 12, 0.5, 0.8, Scope.CLIPS),
    (40, 12, 1.0, 0.5, Scope.CLIPS),
    (16, 12, 0.0, 1.0, Scope.MUSIC),
    (16, 40, 0.5, 0.8, Scope.MUSIC),
    (40, 40, 0.5, 0.5, Scope.MUSIC),
)
METRIC_CASES = tuple(itertools.product(KINDS, (8, 16, 40), (5, 17)))


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--only", help="parts, with commas between")
    options = parser.parse_args()
    runs = options.runs
    sizes = [(runs, *size) for size in itertools.product(LISTENERS, CLIPS, CLIP_SDS)]
    size = ("listeners", "clips", "clip sd (logit)")
    parts: dict[str, tuple[tuple, Callable, list]] = {
        "coverage": (
            (*size, *(f"{what} {scope}" for what in ("share", "ranking") for scope in Scope)),
            coverage, sizes),
        "decisions": (
            (*size, "decided on these clips", "decided for music like this",
             "old rule, in any view of one clip"), decisions, sizes),
        "leaning": (
            (*size, "no preference: at the end", "after any listener", "preferred: at the end",
             "after any listener"), leaning,
            [(runs, *size) for size in itertools.product((10, 40, 100), (3, 12), (0.5,))]),
        "hard": (
            ("no preference on average", "most often decided on these clips (listeners × clips)",
             "for music like this"), hard, [(runs, name) for name in HARD]),
        "power": (
            (*size, "decided on these clips", "t test over listeners, planned",
             "decided for music like this", "t test over both, planned"), power, sizes),
        "abx": (
            ("answers", "right", "decided, monitored", "exact p below 0.05 at any time"), abx,
            [(runs, n, chance) for n in (20, 60, 200) for chance in (0.5, 0.7)]),
        "metrics": (
            ("the metric orders", "listeners", "clips", "any of 4 metrics called",
             "the first metric called", "a log-mel threshold told"), called_rates,
            [(runs, *case) for case in METRIC_CASES]),
        "forecast": (
            (*size, "worth (logit)", "scope", "told how many more, of undecided", "median told",
             "decided once they have come", "studies told"), forecasts,
            [(runs, *case) for case in FORECAST_CASES]),
    }  # fmt: skip
    chosen = options.only.split(",") if options.only else list(parts)
    print(f"{runs} studies in each row.")
    with ProcessPoolExecutor(PROCESSES) as pool:
        for name in chosen:
            headings, simulate, jobs = parts[name]
            print(f"\n## {(simulate.__doc__ or '').splitlines()[0]}\n")
            print_head(*headings)
            for row in pool.map(simulate, jobs):
                print_row(*row)


if __name__ == "__main__":
    main()
