"""What to do next: go on, stop, or leave a version out; derived from what is decided so far."""

from dataclasses import dataclass
from enum import StrEnum

from listening.analysis.cards import About, Badge, Card, Standing
from listening.analysis.forecast import SHARE_DECIDED, Forecast
from listening.analysis.intervals import FEWEST_CLIPS, Scope
from listening.analysis.names import Names
from listening.analysis.sentences import HARDLY_EVER
from listening.analysis.wording import count, enumerated, percent
from listening.study import State, Study

PLENTY = "a dozen"  # of clips


class Recruiting(StrEnum):
    """Where more votes would come from."""

    OPEN = "open"  # a link that listeners use
    CLOSED = "closed"
    STUDIO = "studio"  # whoever works in the Studio votes
    UNKNOWN = "unknown"  # another table, or a study that is gone


def recruiting(study: Study) -> Recruiting:
    return Recruiting.OPEN if study.state == State.OPEN else Recruiting.CLOSED


@dataclass(frozen=True)
class Step:
    """A sentence; has_link : whether the study's link belongs to it."""

    text: str
    has_link: bool = False


def first_steps(*, is_filtered: bool) -> list[Step]:
    """Where there are no votes."""
    if is_filtered:
        return [Step("Choose “all” in one of the filters.")]
    return [Step("Vote blind in the Studio, or publish a study and pass on its link.")]


def next_steps(card: Card, names: Names, source: Recruiting) -> list[Step]:
    """The most important first; never empty."""
    if not card.may_decide:
        return [Step("Clear the filters by clip, prompt and design to see what is decided.")]
    if card.about == About.RANKING:
        return [
            Step(
                "Put the original, or a version named “reference”, into the next study: without "
                "one nothing can be decided."
            )
        ]
    undecided = [one for one in card.standings if one.badge != Badge.DECIDED]
    steps = _collecting(undecided, card, names, source) if undecided else _stopping(card, names)
    return [*steps, *_dropping(card, names)]


def _stopping(card: Card, names: Names) -> list[Step]:
    """Everything is decided, on these clips at least."""
    steps = [Step("Decided: stop collecting.")]
    if card.about == About.ABX:
        return steps
    on_clips = [one for one in card.standings if one.scope == Scope.CLIPS]
    if not on_clips:
        return steps
    return [*steps, Step(_for_music(on_clips, card, names))]


def _for_music(on_clips: list[Standing], card: Card, names: Names) -> str:
    about = f"{_titles(on_clips, names)} {Scope.MUSIC}"
    if card.counts.n_clips < FEWEST_CLIPS:
        return (
            f"To decide on {about}, a study needs at least {FEWEST_CLIPS} clips, better {PLENTY}."
        )
    expected = [_forecast(one, Scope.MUSIC) for one in on_clips]
    reached = [one.more_listeners for one in expected if one and one.more_listeners is not None]
    if len(reached) == len(on_clips):
        return f"Only to decide on {about}: about {_more(max(reached))}."
    return f"To decide on {about}, it takes more clips rather than more listeners."


def _collecting(
    undecided: list[Standing], card: Card, names: Names, source: Recruiting
) -> list[Step]:
    known = {one: found for one in undecided if (found := _forecast(one, Scope.CLIPS))}
    hopeless = [one for one, found in known.items() if found.decided < HARDLY_EVER]
    if len(hopeless) == len(undecided):
        return [
            Step(
                f"Stop collecting: more listeners would hardly ever decide on "
                f"{_titles(hopeless, names)} on these clips. Compare settings that differ more."
            )
        ]
    steps = [_keep_collecting(source)]
    reached = {
        one: found.more_listeners
        for one, found in known.items()
        if found.more_listeners is not None
    }
    if reached:
        soonest = min(reached, key=lambda one: reached[one] or 0)
        text = (
            f"About {_more(reached[soonest] or 0)} would decide on "
            f"{names.condition(soonest.condition)} on these clips, in {percent(SHARE_DECIDED)} of "
            "simulations, if they are like those so far."
        )
        steps.append(Step(text))
    elif known:
        found = max(known.values(), key=lambda one: one.decided)
        steps.append(
            Step(
                f"It will take many: {found.horizon:,} more listeners would decide on these clips "
                f"in only {percent(found.decided)} of simulations."
            )
        )
    elif card.about == About.REFERENCE:
        steps.append(Step("An estimate of how many more needs at least five finished listeners."))
    if hopeless:
        steps.append(Step(f"{_titles(hopeless, names)} would hardly ever be decided."))
    return steps


def _keep_collecting(source: Recruiting) -> Step:
    if source == Recruiting.OPEN:
        return Step("Keep collecting: pass on the link.", has_link=True)
    if source == Recruiting.CLOSED:
        return Step("This study is not recruiting: to collect more, publish another one.")
    if source == Recruiting.STUDIO:
        return Step("Keep collecting: let others vote blind here, or publish a study.")
    return Step("Keep collecting.")


def _dropping(card: Card, names: Names) -> list[Step]:
    if card.about != About.REFERENCE:
        return []
    steps = []
    worse = card.with_badge(Badge.DECIDED, is_for=False)
    if worse:
        steps.append(Step(f"Leave {_shares(worse, names)} out of the next study: it is decided "
                          "against."))  # fmt: skip
    leaning = card.with_badge(Badge.LEANING, is_for=False)
    if leaning:
        verb = "leans" if len(leaning) == 1 else "lean"
        drop = "it" if len(leaning) == 1 else "them"
        steps.append(
            Step(
                f"{_shares(leaning, names)} {verb} worse: consider dropping {drop} from the next "
                "study."
            )  # fmt: skip
        )
    return steps


def _forecast(one: Standing, scope: Scope) -> Forecast | None:
    return one.tested.forecasts.get(scope) if one.tested else None


def _more(number: int) -> str:
    return count(number, "more listener")


def _titles(standings: list[Standing], names: Names) -> str:
    return enumerated([names.condition(one.condition) for one in standings])


def _shares(standings: list[Standing], names: Names) -> str:
    return enumerated([f"{names.condition(one.condition)} ({one.percent} %)" for one in standings])
