"""Turns the red-flag classifier's probabilities into suspected flags.

Independent of the rules: it reads meaning, not words. It only listens to pieces of a message that
are not denied, supposed, long past or about a stranger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.advice.content import content
from bot.advice.triage import assess
from bot.advice.vocabulary import Urgency
from bot.understanding.assertion import Assertion, assertion_rules
from bot.understanding.facts import Mention, extract, facts_of
from bot.understanding.rule_files import read_rules
from bot.understanding.topics import Piece, listened_to

#: Least summed probability of a tier's flags (docs/safety/report.md shows the curve).
LEAST = {Urgency.emergency: 0.25, Urgency.urgent: 0.40, Urgency.soon: 0.55}
#: The same where the topic classifier is sure of a harmless question: two views against one.
LEAST_WHEN_HARMLESS = {Urgency.emergency: 0.65, Urgency.urgent: 0.75, Urgency.soon: 0.85}
#: From this probability on the topic classifier is sure.
SURELY_HARMLESS = 0.75
#: A message must be this surely off topic: despair is often worded like small talk.
VERY_SURE = 0.85
#: Intents that can hold an alarm, however sure the topic classifier is.
_MAY_HOLD_AN_ALARM = frozenset(
    {
        "report",
        "other_body",
        "other_hip",
        "diagnosis_request",
        "medicine_dose",
        "play_down",
        "correction",
        "follow_up",
        "see_physio",
        "exercise_safety",
        "goodbye",
    }
)
#: Facts that say nothing about whether a piece is an alarm.
_NEUTRAL = frozenset(
    {
        "chronic",
        "over_two_weeks",
        "under_16",
        "over_65",
        "hip_replacement",
        "pain_score",
        "new_baby",
        "hip_surgery",
        "runner",
        "fragile_bones",
        "pinching",
    }
)
#: Flags of a hip that was replaced, and the facts that are signs of them.
_OF_A_REPLACED_HIP = frozenset({"dislocated_replacement", "replacement_infection", "replacement_gradual"})
_SIGNS_OF_A_REPLACED_HIP = frozenset(
    {
        "dislocated",
        "hip_pop",
        "leg_deformity",
        "cannot_weight_bear",
        "cannot_move_leg",
        "wound_problem",
        "fever",
        "rigors",
        "hot_swollen",
        "infection",
        "hip_surgery",
    }
)
#: Longer pieces than this are unlike the phrases learnt from; they need to be clearer.
WORDS_OF_A_LONG_PIECE = 16
MORE_WHEN_LONG = 0.05
#: Embeddings hardly see a "not": a piece with one, in which the rules affirm nothing, needs to be clearer.
_DENIES = re.compile(
    r"\b(?:no|not|isn't|aren't|wasn't|neither|nor|never|without|haven't|hasn't|don't have|doesn't|didn't|none"
    r"|nothing)\b"
)
MORE_WHEN_DENYING = 0.15
#: The words that a flag needs must stand this near to the piece, in letters: a long story holds words for anything.
AROUND = 80
#: A message of several sentences is read as one too ("my temples throb. Half the page is missing."); it needs to be
#: clearer, and short enough to be like the phrases learnt from.
MORE_WHEN_WHOLE_OF_MANY = 0.3
WORDS_OF_A_WHOLE = 45
#: From this probability on, a flag is suspected without the word it otherwise needs.
SURE_WITHOUT_THE_WORD = 0.8
#: The flag of very bad pain, and the score from which the clinical reference counts pain as such.
SEVERE = "sudden_severe"
SEVERE_SCORE = 7


@dataclass(frozen=True)
class SuspicionRules:
    """The conditions of ``rules/suspicion.yml``, compiled."""

    needs: Mapping[str, tuple[re.Pattern[str], ...]]
    unless: Mapping[str, re.Pattern[str]]
    needs_in_piece: frozenset[str]
    need_a_complaint: frozenset[str]
    complaint: re.Pattern[str]
    pairs: frozenset[str]
    rules_only: frozenset[str]

    def may_suspect(self, flag: str, piece: str, around: str, message: str, *, sure: bool = False) -> bool:
        """Whether ``flag`` may be suspected in ``piece`` of ``message``; ``sure`` does without the words it needs.

        These must stand in ``around``, which is the piece with what is said before and after it.
        """
        if flag in self.rules_only:
            return False
        if flag in self.unless and self.unless[flag].search(message):
            return False
        if sure and flag not in self.pairs:
            return True
        where = piece if flag in self.needs_in_piece else around
        if not all(words.search(where) for words in self.needs.get(flag, ())):
            return False
        return flag not in self.need_a_complaint or bool(self.complaint.search(piece))


@lru_cache(maxsize=1)
def suspicion_rules() -> SuspicionRules:
    """The conditions of this process."""
    raw = read_rules("suspicion")
    unless = dict(raw["unless"])
    for harmless in raw["harmless_signs"]:
        for flag, words in harmless["speaks_for"].items():
            pattern = rf"^(?!.*\b(?:{words})\b).*\b(?:{harmless['sign']})\b"
            unless[flag] = f"{unless[flag]}|{pattern}" if flag in unless else pattern
    return SuspicionRules(
        needs={
            flag: tuple(map(re.compile, [needed] if isinstance(needed, str) else needed))
            for flag, needed in raw["needs"].items()
        },
        unless={flag: re.compile(pattern) for flag, pattern in unless.items()},
        needs_in_piece=frozenset(raw["needs_in_piece"]),
        need_a_complaint=frozenset(raw["need_a_complaint"]),
        complaint=re.compile(raw["complaint"]),
        pairs=frozenset(raw["pairs"]),
        rules_only=frozenset(raw["rules_only"]),
    )


def is_harmless(text: str, today: date) -> bool:
    """Whether the rules find nothing urgent in normalised ``text``: an ordinary utterance to learn from."""
    return assess(facts_of(extract(text, today)), (), content()).urgency < Urgency.urgent


def suspected_flags(
    pieces: Sequence[Piece],
    labels: Sequence[str],
    mentions: Sequence[Mention],
    text: str,
    topic: tuple[str, float] = ("", 0.0),
) -> tuple[str, ...]:
    """The flags suspected in ``pieces``, most urgent first, at most one a piece.

    ``topic`` is the first intent of the topic classifier with its probability.
    """
    harmless = topic[1] >= SURELY_HARMLESS and topic[0] not in _MAY_HOLD_AN_ALARM
    if topic[0] == "out_of_scope" and topic[1] < VERY_SURE:
        harmless = False
    rules = suspicion_rules()
    least = LEAST_WHEN_HARMLESS if harmless else LEAST
    flags = content().flags
    tiers = [flags[label].urgency if label in flags else None for label in labels]
    tier_of = {label: tier for label, tier in zip(labels, tiers, strict=True) if tier is not None}
    found: dict[str, Urgency] = {}
    heard, whole = listened_to(pieces), pieces[0]
    barred = _barred(mentions)
    of_many = heard[0] is not whole
    heard += [piece for piece in pieces if piece.kind == "told"]
    if of_many and len(text.split()) <= WORDS_OF_A_WHOLE:
        heard.append(whole)
    for piece in heard:
        if _discounted(piece, mentions, text):
            continue
        extra = MORE_WHEN_LONG if len(piece.span.text.split()) > WORDS_OF_A_LONG_PIECE else 0.0
        if of_many and piece is whole:
            extra = MORE_WHEN_WHOLE_OF_MANY
        if _DENIES.search(piece.span.text) and not _affirmed(piece, mentions):
            extra += MORE_WHEN_DENYING
        if not _may_reach(piece, tiers, least, extra):
            continue  # whatever the rules allow
        around = text[max(0, piece.span.start - AROUND) : piece.span.end + AROUND]
        at_least = 0.0
        for tier in (Urgency.emergency, Urgency.urgent, Urgency.soon):
            indices = [
                i
                for i, t in enumerate(tiers)
                if t is tier
                and labels[i] not in barred
                and not (labels[i] == SEVERE and _scored_below_severe(piece, mentions))
                and rules.may_suspect(
                    labels[i],
                    piece.span.text,
                    around,
                    text,
                    sure=piece.probabilities[i] >= SURE_WITHOUT_THE_WORD,
                )
            ]
            at_least += float(sum(piece.probabilities[i] for i in indices))
            if indices and at_least >= least[tier] + extra:
                best = max(indices, key=lambda i: piece.probabilities[i])
                found[labels[best]] = tier_of[labels[best]]
                break
    return tuple(sorted(found, key=lambda flag: -found[flag]))


def _barred(mentions: Sequence[Mention]) -> frozenset[str]:
    """The flags of a replaced hip that nothing told speaks for: where it is only planned, or somebody else's aches."""
    affirmed = {m.fact: m.value for m in mentions if m.assertion is Assertion.affirmed}
    if _SIGNS_OF_A_REPLACED_HIP & set(affirmed):
        return frozenset()
    if affirmed.get("hip_replacement") == "considering":
        return _OF_A_REPLACED_HIP
    return frozenset({"replacement_gradual"} if affirmed.get("hip_replacement") == "other_person" else ())


def _may_reach(
    piece: Piece, tiers: Sequence[Urgency | None], least: Mapping[Urgency, float], extra: float
) -> bool:
    """Whether ``piece`` would reach a tier if every flag were allowed; most do not, and looking up what is allowed takes time."""
    total = 0.0
    for tier in (Urgency.emergency, Urgency.urgent, Urgency.soon):
        total += float(sum(p for p, t in zip(piece.probabilities, tiers, strict=True) if t is tier))
        if total >= least[tier] + extra:
            return True
    return False


def _scored_below_severe(piece: Piece, mentions: Sequence[Mention]) -> bool:
    """Whether ``piece`` gives a pain score that is not severe: numbers are for the rules."""
    return any(
        m.fact == "pain_score"
        and float(m.value) < SEVERE_SCORE
        and piece.span.start <= m.start < piece.span.end
        for m in mentions
    )


def _inside(piece: Piece, mentions: Sequence[Mention]) -> list[Mention]:
    return [m for m in mentions if m.fact not in _NEUTRAL and piece.span.start <= m.start < piece.span.end]


def _affirmed(piece: Piece, mentions: Sequence[Mention]) -> bool:
    return any(m.assertion is Assertion.affirmed for m in _inside(piece, mentions))


def _discounted(piece: Piece, mentions: Sequence[Mention], text: str) -> bool:
    inside = _inside(piece, mentions)
    if _affirmed(piece, mentions):
        return False
    if inside:
        return True
    rules = assertion_rules()
    return (
        rules.is_supposed(piece.span.text)
        or rules.is_long_past(piece.span.text)
        or rules.is_strangers(piece.span.text)
    )
