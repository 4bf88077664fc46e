"""What an owner reads for a version, a clip or a study: its title, in the files its slug or id."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from listening.analysis.planned import STUDIO
from listening.analysis.reference import REFERENCE_NAMES
from listening.condition_titles import condition_title
from listening.study import Study
from listening.trial import ABX, MULTI, ORIGINAL, PAIR, Question
from restorers import RESTORERS

STUDIO_TITLE = "Blind tests in the Studio"
DESIGN_TITLES = {MULTI: "All versions in one trial", PAIR: "Pairs", ABX: "ABX"}
QUESTION_TITLES = {
    Question.PREFERENCE: "Preference",
    Question.ANNOYANCE: "Annoyance of the hiss",
    Question.NATURALNESS: "Naturalness",
}
METRIC_TITLES = {
    "delta_hf_band_db": "HF energy",
    "delta_hpss_ratio": "HPSS ratio",
    "log_mel_distance": "log-mel distance",
    "OK_count": "criteria met",
}
_IN_BRACKETS = re.compile(r"\(([^()]+)\)$")
_MADE_AT = re.compile(r"(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)\d\d-[0-9a-f]{8}")  # the id of a clip


@dataclass(frozen=True)
class Names:
    """{slug or id: title} of each kind; what has none is named by its slug or id."""

    conditions: Mapping[str, str] = field(default_factory=dict)
    clips: Mapping[str, str] = field(default_factory=dict)
    studies: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    designs: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, str] = field(default_factory=dict)

    def condition(self, slug: str) -> str:
        return self.conditions.get(slug, slug)

    def in_sentence(self, slug: str) -> str:
        """A version as it stands within a sentence."""
        if slug == ORIGINAL:
            return "the original"
        return f"the {slug}" if slug == REFERENCE_NAMES[0] else self.condition(slug)

    def at_start(self, slug: str) -> str:
        """A version as it stands at the beginning of a sentence."""
        said = self.in_sentence(slug)
        return f"The{said[3:]}" if said.startswith("the ") else said

    def value(self, name: str, value: str) -> str:
        """A value of the filter `name` (`listening.analysis.data.FILTERS`)."""
        by_filter = {
            "study_id": self.studies,
            "clip_id": self.clips,
            "design": self.designs,
            "question": self.questions,
        }
        return by_filter.get(name, {}).get(value, value)

    def question(self, question: str) -> str:
        return self.questions.get(question, question)

    def study(self, study_id: str) -> str:
        return self.studies.get(study_id, study_id)

    def design(self, design: str) -> str:
        return self.designs.get(design, design)

    def metric(self, metric: str) -> str:
        return self.metrics.get(metric, metric)


SLUGS = Names()  # as in votes.csv and in the tables for other programs


def names_of(
    votes: pd.DataFrame,
    *,
    clip_titles: Mapping[str, str] | None = None,
    studies: Iterable[Study] = (),
    version_titles: Mapping[str, str] | None = None,
) -> Names:
    """Of all that `votes` are about; no two of a kind are alike.

    clip_titles : {clip: its title}, of those that still are in a library; others go by the prompt
        that the vote or the study has, else by their id
    studies : those that there are; others go by their id
    version_titles : {condition: its title}, of versions that neither are built in nor in a study
    """
    clip_titles, studies = clip_titles or {}, tuple(studies)
    known_titles = dict(version_titles or {})
    for study in sorted(studies, key=lambda one: one.created_at):
        known_titles |= study.titles
    conditions = [str(one) for one in votes["condition"].unique()]
    clips = votes.drop_duplicates("clip_id")[["clip_id", "prompt"]].astype(str)
    known = {study.study_id: study.name for study in studies} | {STUDIO: STUDIO_TITLE}
    study_ids = [str(one) for one in votes["study_id"].unique()]
    questions = [str(one) for one in votes["question"].unique()]
    return Names(
        conditions=_distinct(
            {slug: short_title(slug, known_titles.get(slug, "")) for slug in conditions}
        ),
        clips=_distinct(
            {
                clip_id: clip_titles.get(clip_id) or prompt or clip_id
                for clip_id, prompt in clips.itertuples(index=False)
            }
        ),
        studies=_distinct({one: known.get(one, one) for one in study_ids}),
        questions=_distinct({one: question_title(one) for one in questions}),
        designs=DESIGN_TITLES,
        metrics=METRIC_TITLES,
    )


def short_title(condition: str, title: str = "") -> str:
    """Short enough for a sentence: of a built-in restorer what its title has in brackets.

    title : of a version that is not built in
    """
    title = condition_title(condition, "" if condition in RESTORERS else title)
    short = _IN_BRACKETS.search(title) if condition in RESTORERS else None
    return short[1][0].upper() + short[1][1:] if short else title


def question_title(question: str) -> str:
    """Questions of other tables go by their own name."""
    return QUESTION_TITLES[Question(question)] if question in list(Question) else question


def _distinct(titles: dict[str, str]) -> dict[str, str]:
    """Titles that several have get the moment at which a clip was made, or a number."""
    shared: dict[str, list[str]] = {}
    for key, title in titles.items():
        shared.setdefault(" ".join(title.split()), []).append(key)
    taken = {title for title, keys in shared.items() if len(keys) == 1}
    distinct = {}
    for title, keys in shared.items():
        moments = {_made_at(key) for key in keys}
        are_told_apart = None not in moments and len(moments) == len(keys)
        for number, key in enumerate(sorted(keys), start=1):
            told = title
            if len(keys) > 1:
                told = f"{title} · {_made_at(key) if are_told_apart else number}"
            while len(keys) > 1 and told in taken:
                told += "'"
            taken.add(told)
            distinct[key] = told
    return {key: distinct[key] for key in titles}


def _made_at(key: str) -> str | None:
    found = _MADE_AT.fullmatch(key)
    return "{}-{}-{} {}:{}".format(*found.groups()) if found else None
