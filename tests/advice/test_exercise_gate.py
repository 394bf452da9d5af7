"""Who may see exercise steps: only those for whom the clinical reference allows them (section 5)."""

from __future__ import annotations

import pytest

from bot.advice.exercise_gate import SAFETY_QUESTIONS, may_show_steps, open_questions, withheld_by
from bot.advice.triage import assess
from tests.advice.turns import CONTENT, ELIGIBLE


def _shown(facts: dict[str, object], suspected: tuple[str, ...] = ()) -> bool:
    return may_show_steps(facts, assess(facts, suspected, CONTENT))


def test_an_adult_with_nothing_against_it_may_see_the_steps() -> None:
    assert _shown(ELIGIBLE)
    assert open_questions(ELIGIBLE) == ()
    assert withheld_by(ELIGIBLE, assess(ELIGIBLE, (), CONTENT)) == ()


@pytest.mark.parametrize("question", SAFETY_QUESTIONS)
def test_nobody_sees_the_steps_while_a_safety_question_is_open(question: str) -> None:
    facts = {name: value for name, value in ELIGIBLE.items() if name != question}
    assert open_questions(facts) == (question,)
    assert not _shown(facts)


def test_nobody_sees_the_steps_when_nothing_is_known() -> None:
    assert open_questions({}) == SAFETY_QUESTIONS
    assert not _shown({})


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("under_16", True),
        ("injury", True),
        ("cannot_weight_bear", True),
        ("any_warning_sign", True),
        ("hip_replacement", "own"),
        ("hip_surgery", True),
        ("replacement_loose", True),
        ("pregnant", True),
        ("new_baby", True),
        ("chronic", True),
        ("pain_score", 6),
        ("pain_score", 7),
        ("pain_score", 10),
        ("avn_risk", True),
        ("weight_loss", True),
        ("night_sweats", True),
        ("growing_lump", True),
        ("unwell", True),
        ("fever", True),
        ("calf_swelling", True),
        ("breathless", True),
        ("saddle_numbness", True),
        ("suicidal", True),
        ("severe_pain", True),
        ("cancer_history", True),
        ("impact_pain", True),
    ],
)
def test_steps_are_withheld_from(fact: str, value: object) -> None:
    facts = {**ELIGIBLE, fact: value}
    assert withheld_by(facts, assess(facts, (), CONTENT))
    assert not _shown(facts)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("pain_score", 0),
        ("pain_score", 5),
        ("over_65", True),
        ("hip_replacement", "considering"),
        ("over_two_weeks", True),
        ("pinching", True),
        ("limp", True),
        ("for_relative", True),
        ("fever", False),
    ],
)
def test_steps_are_still_shown_with(fact: str, value: object) -> None:
    assert _shown({**ELIGIBLE, fact: value})


@pytest.mark.parametrize("flag", [f.id for f in CONTENT.flags.values() if f.tier in ("urgent", "emergency")])
def test_steps_are_withheld_when_a_danger_is_only_suspected(flag: str) -> None:
    assert not _shown(ELIGIBLE, (flag,))


def test_a_relatives_replacement_leaves_the_question_open() -> None:
    assert open_questions({**ELIGIBLE, "hip_replacement": "other_person"}) == ("hip_replacement",)


def test_somebody_over_65_is_asked_neither_for_their_age_nor_for_a_pregnancy() -> None:
    facts = {k: v for k, v in ELIGIBLE.items() if k not in ("under_16", "pregnant")}
    assert open_questions({**facts, "over_65": True}) == ()
    assert _shown({**facts, "over_65": True})
    assert open_questions({**facts, "over_65": False}) == ("under_16", "pregnant")


def test_the_questions_come_in_one_order() -> None:
    facts = {"chronic": False, "injury": False}
    assert open_questions(facts) == tuple(q for q in SAFETY_QUESTIONS if q not in facts)
