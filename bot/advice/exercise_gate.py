"""Who may see exercise steps, and which safety questions are still open.

Source: clinical reference, section 5. Steps are shown only to an adult with no emergency or urgent
sign, no replacement, hip surgery or recent injury, pain of 5 or less, no unassessed chronic pain,
not pregnant, and only once every safety question has an answer.
"""

from __future__ import annotations

from bot.advice.triage import Assessment, Facts
from bot.advice.vocabulary import Urgency

#: The safety questions, in the order they are asked. Each is the id of the fact it settles.
SAFETY_QUESTIONS = (
    "under_16",
    "injury",
    "cannot_weight_bear",
    "any_warning_sign",
    "hip_replacement",
    "pregnant",
    "chronic",
    "pain_score",
)
#: Highest pain score with which steps are shown.
HIGHEST_PAIN_FOR_EXERCISE = 5
#: Flags of tier "soon" that still forbid steps until a clinician has looked.
WITHHOLDING_FLAGS = frozenset(
    {
        "own_replacement",
        "recent_hip_surgery",
        "replacement_gradual",
        "chronic_pain",
        "avn",
        "unwell_weight_loss",
        "injury_walking",
        "pregnancy_pelvic",
    }
)


def open_questions(facts: Facts) -> tuple[str, ...]:
    """The safety questions whose answer is not known, in the order to ask them."""
    return tuple(question for question in SAFETY_QUESTIONS if not _answered(question, facts))


def _answered(question: str, facts: Facts) -> bool:
    if question == "hip_replacement":
        return facts.get(question) in ("own", "negated", "considering")
    if question == "under_16" and facts.get("over_65") is True:
        return True
    if question == "pregnant" and facts.get("over_65") is True:
        return True
    return facts.get(question) is not None


def withheld_by(facts: Facts, assessment: Assessment) -> tuple[str, ...]:
    """The reasons that forbid exercise steps; empty when nothing known forbids them."""
    if assessment.urgency >= Urgency.urgent:
        return assessment.reasons
    reasons = [reason for reason in assessment.reasons if reason in WITHHOLDING_FLAGS]
    score = facts.get("pain_score")
    if isinstance(score, int | float) and score > HIGHEST_PAIN_FOR_EXERCISE:
        reasons.append("not_better_or_worse")
    return tuple(dict.fromkeys(reasons))


def may_show_steps(facts: Facts, assessment: Assessment) -> bool:
    """Whether exercise steps may be shown now."""
    return not withheld_by(facts, assessment) and not open_questions(facts)
