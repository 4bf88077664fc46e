"""One sentence for a producer, which claims no more than the decisions do."""

from collections.abc import Sequence

from listening.analysis.analysis import Verdict
from listening.analysis.cards import About, Badge, Card, Standing
from listening.analysis.intervals import Scope
from listening.analysis.names import Names
from listening.analysis.sentences import FEW_LISTENERS, NO_VOTES_CHOSEN, wins
from listening.analysis.wording import count, enumerated, these_clips

NO_VOTES_YET = "No votes yet."


def top_line(verdict: Verdict, cards: Sequence[Card]) -> str:
    """What is said first: of one card its own headline, of several how many are decided."""
    if not cards:
        if verdict.all:
            return "Votes, but nothing to compare yet."
        return NO_VOTES_CHOSEN if verdict.is_filtered else NO_VOTES_YET
    if len(cards) == 1:
        return card_headline(cards[0], verdict.names)
    if not verdict.may_decide:
        return "Filtered view: shares only, nothing is decided here."
    n_decided = sum(card.has_decided for card in cards)
    what = "studies" if len({card.study_id for card in cards}) > 1 else "questions"
    told = f"{n_decided or 'None'} of {len(cards)} {'have' if n_decided > 1 else 'has'}"
    return f"Several {what}, each with a verdict of its own. {told} decided anything so far."


def counts_text(card: Card) -> str:
    """What a headline rests on."""
    counts = card.counts
    parts = [
        count(counts.n_listeners, "listener"), count(counts.n_clips, "clip"),
        count(counts.n_trials, "trial"),
    ]  # fmt: skip
    if card.n_done is not None and card.n_done < counts.n_listeners:
        parts.append(f"{card.n_done:,} of the listeners count in decisions so far")
    return " · ".join(parts)


def card_headline(card: Card, names: Names) -> str:
    if card.about == About.ABX:
        return _abx(card, names)
    if card.about == About.RANKING:
        return _ranking(card, names)
    if not card.may_decide:
        return _filtered(card, names)
    decided = _decided(card, names)
    if decided:
        return " ".join([*decided, *_rest(card, names)])
    if card.counts.n_listeners == 1:
        return "Only one listener so far: not representative."
    if all(one.badge == Badge.EARLY for one in card.standings):
        return (
            f"Too early to say: {card.n_done or 0} of at least {FEW_LISTENERS} listeners "
            "have finished."
        )
    return _leaning(card, names)


def leaders_of(card: Card) -> list[Standing]:
    """The one that is ahead; several if they are level, as their shares are shown.

    Who has the highest share is level with those that have the same, and with whoever beats them
    or ties with them directly.
    """
    best, *others = card.standings
    level = [one for one in others if one.percent == best.percent]
    level += [
        one
        for one in others
        if one not in level
        and one.percent > 50
        and card.direct.get((best.condition, one.condition), 100) <= 50
    ]
    return [best, *level]


def _leaning(card: Card, names: Names) -> str:
    """Where nothing is decided."""
    leaning = card.with_badge(Badge.LEANING, is_for=True)
    worse = card.with_badge(Badge.LEANING, is_for=False)
    leaders = leaders_of(card)
    reference = names.in_sentence(card.reference or "")
    if leaning and leaders[0] in leaning:
        told = _titles(leaders, names)
        if len(leaders) == 1:
            return f"{told} is ahead, but not yet decided."
        return f"{told} are level and ahead of {reference}, but nothing is decided yet."
    if leaning:  # evidence for one, a higher share of another that has less
        told = _titles(leaning, names)
        return f"{told} {_verb(leaning, 'leans', 'lean')} better than {reference}; not yet decided."
    if worse and len(worse) == len(card.standings):
        return f"{names.at_start(card.reference or '')} is ahead, but not yet decided."
    if worse:
        told = _titles(worse, names)
        return (
            f"{told} {_verb(worse, 'leans', 'lean')} worse than {reference}, not yet decided; "
            "otherwise no difference is seen."
        )
    return _not_seen(card, names)


def _not_seen(card: Card, names: Names) -> str:
    """Where nothing even leans: the highest share is told for what it is."""
    reference = names.in_sentence(card.reference or "")
    leaders = leaders_of(card)
    highest = leaders[0].percent
    if all(one.percent == 50 for one in card.standings):
        return f"No difference seen: all are level with {reference}. There may still be one."
    if highest <= 50:
        return f"No difference seen: no version is ahead of {reference} so far."
    told = _titles(leaders, names)
    interval = leaders[0].share.on_clips
    if len(leaders) == 1 and interval and interval.excludes(0.5):
        return f"{told} has the highest share ({highest} %), but nothing is decided yet."
    if len(leaders) > 1:
        return f"No difference seen: {told} have the highest shares, which may be chance."
    return f"No difference seen: {told} has the highest share ({highest} %), which may be chance."


def _decided(card: Card, names: Names) -> list[str]:
    """One sentence, on the better versions if any is decided, in the widest scope that is."""
    for is_for in (True, False):
        for scope in (Scope.MUSIC, Scope.CLIPS):
            won = [one for one in card.with_badge(Badge.DECIDED, is_for) if one.scope == scope]
            if won:
                versions = enumerated([names.in_sentence(one.condition) for one in won])
                reference = names.in_sentence(won[0].against)
                said = wins(card.question, *([versions, reference][:: 1 if is_for else -1]))
                n_clips = max(one.decision.n_clips for one in won if one.decision)
                about = str(scope) if scope == Scope.MUSIC else f"on {these_clips(n_clips)}"
                return [f"Decided {about}: {said}."]
    return []


def _rest(card: Card, names: Names) -> list[str]:
    """What else a decision must not hide."""
    lines = []
    turned = [
        one
        for one in card.with_badge(Badge.DECIDED)
        if one.percent != 50 and (one.percent > 50) != one.is_for
    ]
    if turned:
        lines.append(
            f"All votes so far lie on the other side for {_titles(turned, names)}: something "
            "has changed since."
        )
    leaning = card.with_badge(Badge.LEANING, is_for=True)
    if leaning and not card.with_badge(Badge.DECIDED, is_for=True):
        verb = _verb(leaning, "leans", "lean")
        lines.append(f"{_titles(leaning, names)} {verb} better, not yet decided.")
    return lines


def _filtered(card: Card, names: Names) -> str:
    leaders = leaders_of(card)
    decides = "a filtered view decides nothing."
    if leaders[0].percent <= 50:
        return (
            f"No version is preferred to {names.in_sentence(card.reference or '')} here; {decides}"
        )
    if len(leaders) > 1:
        return f"{_titles(leaders, names)} are level here; {decides}"
    return f"{_titles(leaders, names)} has the highest share here; {decides}"


def _ranking(card: Card, names: Names) -> str:
    best, second, *_ = card.standings
    why = "without a reference nothing is decided."
    if card.counts.n_listeners == 1:
        return f"Only one listener so far: not representative; {why}"
    if second.percent == best.percent:
        level = [one for one in card.standings if one.percent == best.percent]
        return f"{_titles(level, names)} share the first place; {why}"
    return f"{names.condition(best.condition)} comes first; {why}"


def _abx(card: Card, names: Names) -> str:
    def both(one: Standing) -> str:
        return f"{names.condition(one.condition)} from {names.in_sentence(one.against)}"

    def told_from(one: Standing) -> str:
        reference = names.in_sentence(one.against)
        return f"{names.condition(one.condition)} can be told from {reference}"

    if not card.may_decide:
        return "Right answers only: a filtered view decides nothing."
    decided = card.with_badge(Badge.DECIDED)
    who = ", by the one listener so far" if card.counts.n_listeners == 1 else ""
    lines = []
    if decided:
        n_clips = max(one.decision.n_clips for one in decided if one.decision)
        lines.append(
            f"Decided on {these_clips(n_clips)}: "
            f"{enumerated([told_from(one) for one in decided])}{who}."
        )
    open_ = [one for one in card.standings if one not in decided]
    if open_:
        begun = "For the others nobody" if decided else "Nobody"
        pair = "" if len(open_) > 1 or decided else f" {both(open_[0])}"
        lines.append(
            f"{begun} has been shown to tell{pair or ' the versions apart'}, which does not show "
            "that they cannot."
        )
    return " ".join(lines)


def _titles(standings: Sequence[Standing], names: Names) -> str:
    return enumerated([names.condition(one.condition) for one in standings])


def _verb(standings: Sequence[Standing], one: str, several: str) -> str:
    return one if len(standings) == 1 else several
