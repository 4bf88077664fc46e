"""The top of the results: what is decided in one line, one chart, what to do, which metric to
trust."""

from collections.abc import Mapping
from dataclasses import dataclass

from listening.analysis.analysis import Verdict
from listening.analysis.card_headline import card_headline, counts_text, top_line
from listening.analysis.cards import About, Badge, Card, Standing, cards_of
from listening.analysis.intervals import Interval, Scope
from listening.analysis.names import Names
from listening.analysis.next_steps import Recruiting, Step, first_steps, next_steps
from listening.analysis.planned import STUDIO
from listening.analysis.trusted_metric import trust_sentence
from listening.analysis.wording import count
from reporting import Bar, Bars, Block, Heading, Headline, Sentences

NEXT, TRUST = "Next", "Which metric to trust"
SIDED = (Badge.DECIDED, Badge.LEANING)


@dataclass(frozen=True, eq=False)
class CardTop:
    """What is said of one study and question.

    title : which, where there are several; study_id : None for all studies in one
    """

    title: str
    study_id: str | None
    headline: Headline
    bars: Bars
    steps: list[Step]


@dataclass(frozen=True, eq=False)
class Top:
    """headline : of everything; cards : one or more, none where nothing can be compared;
    steps : where there are no cards; trust : "" where nothing can be said"""

    headline: Headline
    cards: list[CardTop]
    steps: list[Step]
    trust: str


def top_of(verdict: Verdict, recruiting: Mapping[str, Recruiting] | None = None) -> Top:
    """recruiting : {study: where its votes would come from}"""
    known = {STUDIO: Recruiting.STUDIO} | dict(recruiting or {})
    cards = cards_of(verdict)
    tops = [_card_top(card, cards, verdict.names, known) for card in cards]
    rests_on = tops[0].headline.rests_on if len(tops) == 1 else _rests_on(verdict)
    return Top(
        Headline(top_line(verdict, cards), rests_on),
        tops,
        [] if cards else first_steps(is_filtered=verdict.is_filtered),
        trust_sentence(verdict),
    )


def top_blocks(top: Top) -> list[Block]:
    """As a report begins."""
    blocks: list[Block] = [top.headline]
    for card in top.cards:
        if len(top.cards) > 1:
            blocks += [Heading(card.title), card.headline]
        blocks.append(card.bars)
        blocks.append(Sentences(NEXT, [step.text for step in card.steps]))
    if top.steps:
        blocks.append(Sentences(NEXT, [step.text for step in top.steps]))
    if top.trust:
        blocks.append(Sentences(TRUST, [capital(top.trust)]))
    return blocks


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _rests_on(verdict: Verdict) -> str:
    """Of everything: listeners and clips are counted once, though several cards have them."""
    if not verdict.all:
        return ""
    n_trials = sum(one.counts.n_trials for one in verdict.all)
    n_listeners = len({one for each in verdict.all for one in each.votes["listener_id"].unique()})
    n_clips = len({one for each in verdict.all for one in each.votes["clip_id"].unique()})
    parts = [count(n_listeners, "listener"), count(n_clips, "clip"), count(n_trials, "trial")]
    return " · ".join(parts)


def _card_top(
    card: Card, cards: list[Card], names: Names, recruiting: Mapping[str, Recruiting]
) -> CardTop:
    of_it = recruiting.get(card.study_id or "", Recruiting.UNKNOWN)
    return CardTop(
        _title(card, cards, names),
        card.study_id,
        Headline(card_headline(card, names), counts_text(card)),
        _bars(card, names),
        next_steps(card, names, of_it),
    )


def _title(card: Card, cards: list[Card], names: Names) -> str:
    """What tells a card from the others."""
    parts = []
    if card.study_id is not None and len({one.study_id for one in cards}) > 1:
        parts.append(names.study(card.study_id))
    if len({one.question for one in cards}) > 1:
        parts.append(names.question(card.question))
    if not parts or sum(_is_alike(one, card) for one in cards) > 1:
        parts.append("ABX" if card.about == About.ABX else "Choices and ratings")
    return " · ".join(parts)


def _is_alike(one: Card, other: Card) -> bool:
    return (one.study_id, one.question) == (other.study_id, other.question)


def _bars(card: Card, names: Names) -> Bars:
    reference = names.in_sentence(card.standings[0].against)
    half = "at the dashed line neither is preferred"
    if card.about == About.ABX:
        title, half = "Right answers", "at the dashed line everybody guesses"
    elif card.about == About.RANKING:
        title = f"Probability of being preferred to {reference}, the strongest"
    else:
        title = f"Preferred over {reference}"
    drawn = [one.share.interval(scope) for one in card.standings for scope in Scope]
    note = f"Shares of listeners’ comparisons, a tie as half; {half}."
    if card.about != About.REFERENCE:
        note = f"{half[0].upper()}{half[1:]}."
    if any(drawn):
        note += " Band: 95 % interval on these clips; thin line: for music like this."
    if card.may_decide and card.about == About.REFERENCE and len(card.standings) > 1:
        note += f" Each version is tested against {reference}, not against the others."
    if any(_is_more_than_counts(one) for one in card.standings):
        note += (
            " Where an interval excludes 50 % and no difference is said to be seen: the interval "
            "is for one look at a number planned beforehand, the badge for any number of looks."
        )
    return Bars(title, [_bar(one, card, names) for one in card.standings], note)


def _is_more_than_counts(one: Standing) -> bool:
    """Whether the interval seems to say more than the badge."""
    interval = one.share.on_clips
    return one.badge == Badge.NOT_SEEN and interval is not None and interval.excludes(0.5)


def _bar(one: Standing, card: Card, names: Names) -> Bar:
    label = names.condition(one.condition)
    if card.about == About.ABX:
        label = f"{label} / {names.condition(one.against)}"
    thick, thin = (_percent(one.share.interval(scope)) for scope in (Scope.CLIPS, Scope.MUSIC))
    words = f"{one.percent} %"
    if thick:
        words += f" ({thick[0]:.0f}–{thick[1]:.0f} %)"
    return Bar(label, 100 * one.share.value, words, thick, thin, _badge_text(one, card), _tone(one))


def _badge_text(one: Standing, card: Card) -> str:
    """With the side that a decision or leaning is for, and its scope."""
    if one.badge not in SIDED:
        return str(one.badge or "")
    scope = one.scope or Scope.CLIPS
    if card.about == About.ABX:
        return f"{one.badge}, {scope}"
    return f"{one.badge}: {'better' if one.is_for else 'worse'}, {scope}"


def _tone(one: Standing) -> str:
    if one.badge == Badge.DECIDED:
        return "for" if one.is_for else "against"
    return "lean" if one.badge == Badge.LEANING else "plain"


def _percent(one: Interval | None) -> tuple[float, float] | None:
    return (100 * one.low, 100 * one.high) if one else None
