"""The hiss check's constants: fitted on half of the pieces, with their errors on the others."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from audio.clip import AudioClip
from audio.working import WorkingFormat, in_working_format
from known_hiss import AddedHiss, HissModel, HissShape
from known_hiss.added_hiss import hash_of
from metrics.hiss import INAUDIBLE_DBFS, HissCheck, check_hiss

CUTOFF_HZ = 6000.0
LEVELS_DBFS = (-70.0, -60.0, -50.0, -40.0)
TOLD_LEVELS_DBFS = (-80.0, *LEVELS_DBFS)
LEAST_ABOVE_OWN_DB = 3.0  # of hiss that counts as there while fitting
TOLD_ABOVE_OWN_DB = 10.0
PENALTY = 1e-3  # on the squares of the standardised weights
FADE_S = 3.0

# What a piece may also sound like; the same hiss is added to each.
VARIANTS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "as it is": lambda samples: samples,
    "12 dB lower": lambda samples: samples / 4,
    "reversed": lambda samples: samples[:, ::-1],
    "five seconds of it": lambda samples: samples[:, 16_000:96_000],
    "faded out": lambda samples: samples * _fade_out(samples.shape[1]),
}


@dataclass(frozen=True)
class Weights:
    """Of the logistic model, as metrics.hiss names them."""

    intercept: float
    per_log_spread: float
    per_flatness: float
    per_drop_db: float


@dataclass(frozen=True)
class Example:
    """A piece, as it is or with hiss.

    hiss : None, or what was added; own_dbfs : level of the piece's own floor
    """

    piece: str
    hiss: AddedHiss | None
    own_dbfs: float
    check: HissCheck

    def has_hiss_above_own(self, margin_db: float) -> bool:
        return (
            self.hiss is not None
            and self.hiss.level_dbfs is not None
            and self.own_dbfs <= self.hiss.level_dbfs - margin_db
        )


def examples_of(
    pieces: Mapping[str, AudioClip], hisses: Sequence[AddedHiss], variants: Sequence[str]
) -> Iterator[Example]:
    """Each piece in each variant, as it is and with each hiss."""
    for name, piece in pieces.items():
        mix = in_working_format(piece, WorkingFormat.REPORT)
        for variant in variants:
            samples = np.ascontiguousarray(VARIANTS[variant](mix.samples))
            clean = AudioClip(samples, mix.sample_rate_hz)
            own = check_hiss(clean, cutoff_hz=CUTOFF_HZ)
            yield Example(name, None, own.level_dbfs, own)
            for hiss in hisses:
                hissy = hiss.added_to(clean, hash_of(clean), cutoff_hz=CUTOFF_HZ)
                check = check_hiss(hissy, cutoff_hz=CUTOFF_HZ)
                yield Example(name, hiss, own.level_dbfs, check)


def training_hisses() -> list[AddedHiss]:
    """Steady ones; a broad one too, or the model would learn that hiss rises at the cutoff."""
    return [AddedHiss(level, shape=shape) for level in LEVELS_DBFS for shape in HissShape]


def fit(examples: Sequence[Example]) -> Weights:
    """Weights of least logistic loss; each piece counts the same, and hiss as much as none."""
    used = [one for one in examples if _is_for_fitting(one)]
    x = np.array([one.check.regressors for one in used])
    is_hiss = np.array([one.hiss is not None for one in used])
    weight = _balanced([one.piece for one in used], is_hiss)
    mean, spread = x.mean(axis=0), x.std(axis=0)
    z, sign = (x - mean) / spread, np.where(is_hiss, 1.0, -1.0)

    def loss(w: np.ndarray) -> float:
        losses = np.logaddexp(0, -sign * (w[0] + z @ w[1:]))
        return float(weight @ losses + PENALTY / 2 * w[1:] @ w[1:])

    w = minimize(loss, np.zeros(x.shape[1] + 1), method="BFGS", options={"gtol": 1e-8}).x
    slopes = w[1:] / spread
    return Weights(float(w[0] - slopes @ mean), *map(float, slopes))


def confusion(examples: Sequence[Example]) -> dict[str, Counter[str]]:
    """{what there was: how often each finding}; hiss counts where it lies well above the piece's
    own floor."""
    rows: dict[str, Counter[str]] = {}
    for one in examples:
        if one.hiss is None:
            rows.setdefault("clean", Counter())[one.check.finding.value] += 1
        elif one.has_hiss_above_own(TOLD_ABOVE_OWN_DB):
            rows.setdefault(one.hiss.title, Counter())[one.check.finding.value] += 1
    return rows


def told_hisses() -> list[AddedHiss]:
    return [
        AddedHiss(level, model=model)
        for model in (HissModel.STEADY, HissModel.FOLLOWING)
        for level in TOLD_LEVELS_DBFS
    ]


def _is_for_fitting(one: Example) -> bool:
    if one.check.level_dbfs < INAUDIBLE_DBFS:
        return False
    return one.hiss is None or one.has_hiss_above_own(LEAST_ABOVE_OWN_DB)


def _balanced(pieces: Sequence[str], is_hiss: np.ndarray) -> np.ndarray:
    """Weights that sum to one half within each class, and are equal for its pieces."""
    names = np.array(pieces)
    weight = np.zeros(names.size)
    for kind in (True, False):
        present = sorted(set(names[is_hiss == kind]))
        for name in present:
            chosen = (is_hiss == kind) & (names == name)
            weight[chosen] = 0.5 / len(present) / chosen.sum()
    return weight


def _fade_out(n_samples: int) -> np.ndarray:
    """60 dB in FADE_S at the end, of 16 kHz."""
    n_fade = min(n_samples, round(FADE_S * 16_000))
    return 10 ** (np.concatenate([np.zeros(n_samples - n_fade), np.linspace(0, -60, n_fade)]) / 20)
