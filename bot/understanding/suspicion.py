"""Turns the red-flag classifier's probabilities into suspected flags.

Independent of the rules: it reads meaning, not words. It only listens to pieces of a message that
are not denied, supposed, long past or about a stranger.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from bot.advice.content import content
from bot.advice.vocabulary import Urgency
from bot.understanding.assertion import Assertion, assertion_rules
from bot.understanding.facts import Mention
from bot.understanding.topics import Piece

#: Least summed probability of a tier's flags (docs/safety/report.md shows the curve).
LEAST = {Urgency.emergency: 0.35, Urgency.urgent: 0.42, Urgency.soon: 0.62}
#: Facts that say nothing about whether a piece is an alarm.
_NEUTRAL = frozenset({"chronic", "over_two_weeks", "under_16", "over_65", "hip_replacement", "pain_score", "new_baby", "hip_surgery", "runner",
     "fragile_bones", "pinching"})
#: Flags the rules decide alone: they turn on numbers and persons, which embeddings do not hold.
#: Flags of an operated hip that mere mention of the operation resembles: they need a complaint as well.
_NEED_A_COMPLAINT = frozenset({"dislocated_replacement", "replacement_infection", "replacement_gradual"})
_COMPLAINT = re.compile(
    r"\b(?:pop\w*|clunk\w*|click\w*|snap\w*|crack\w*|crunch\w*|bang|thud|noise|out of|popped|short\w*|longer|twist\w*|turned|angle|wonky|can't|cannot|won't|unable|stuck|wedged|slip\w*|shift\w*|lurch\w*|"
    r"leak\w*|ooz\w*|weep\w*|pus|smell\w*|stink\w*|red|hot|warm|fever\w*|temperature|shiver\w*|sweat\w*|infect\w*|swoll\w*|swell\w*|bleed\w*|wound|scar|stitch\w*|dressing|incision|"
    r"pain\w*|ach\w+|sore|hurt\w*|agony|throb\w*|burn\w*|tender|loose|wobbl\w*|grind\w*|squeak\w*|numb\w*|weak\w*|bulge|lump|locked|dislocat\w*|crooked|discharge|yellow|open\w*|worse|stiff\w*|limp\w*|metal on metal|not right|funny|odd|wrong|went)\b"
)
_RULES_ONLY = frozenset({"chronic", "chronic_pain"})


def suspected_flags(
    pieces: Sequence[Piece], labels: Sequence[str], mentions: Sequence[Mention], text: str
) -> tuple[str, ...]:
    """The flags suspected in ``pieces``, most urgent first, at most one a piece."""
    flags = content().flags
    tiers = [flags[label].urgency if label in flags else None for label in labels]
    tier_of = {label: tier for label, tier in zip(labels, tiers, strict=True) if tier is not None}
    found: dict[str, Urgency] = {}
    for piece in _listened_to(pieces):
        if _discounted(piece, mentions, text):
            continue
        calm = not _COMPLAINT.search(piece.span.text)
        at_least = 0.0
        for tier in (Urgency.emergency, Urgency.urgent, Urgency.soon):
            indices = [
                i for i, t in enumerate(tiers)
                if t is tier and labels[i] not in _RULES_ONLY and not (calm and labels[i] in _NEED_A_COMPLAINT)
            ]
            at_least += float(sum(piece.probabilities[i] for i in indices))
            if at_least >= LEAST[tier]:
                best = max(indices, key=lambda i: piece.probabilities[i])
                found[labels[best]] = tier_of[labels[best]]
                break
    return tuple(sorted(found, key=lambda flag: -found[flag]))


def _listened_to(pieces: Sequence[Piece]) -> list[Piece]:
    sentences = [p for p in pieces if p.kind == "sentence"]
    clauses = [p for p in pieces if p.kind == "clause"]
    if len(sentences) <= 1:
        return [pieces[0], *clauses]
    return [*sentences, *clauses]


def _discounted(piece: Piece, mentions: Sequence[Mention], text: str) -> bool:
    inside = [
        m for m in mentions
        if m.fact not in _NEUTRAL and piece.span.start <= m.start < piece.span.end
    ]
    if any(m.assertion is Assertion.affirmed for m in inside):
        return False
    if inside:
        return True
    rules = assertion_rules()
    return rules.is_supposed(piece.span.text) or rules.is_long_past(piece.span.text) or rules.is_strangers(piece.span.text)


def tier_probabilities(piece: Piece, labels: Sequence[str]) -> dict[str, float]:
    """Summed probability of each tier for one piece; for reports and curves."""
    flags = content().flags
    sums: dict[str, float] = {"emergency": 0.0, "urgent": 0.0, "soon": 0.0}
    for label, p in zip(labels, np.asarray(piece.probabilities), strict=True):
        if label in flags:
            sums[flags[label].tier] += float(p)
    return sums
