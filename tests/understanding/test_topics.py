"""What a message asks, by the trained model: several questions in one message, in the order asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evaluation.stack import Visitor


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Is walking good for hip pain?", ["walking"]),
        ("What are your opening hours?", ["opening_hours"]),
        ("Where is your clinic?", ["location"]),
        ("What causes hip pain?", ["causes"]),
        ("Does arthritis show up on an X-ray?", ["arthritis_xray"]),
        ("What does arthritis in the hip feel like?", ["arthritis_feel"]),
        ("Which exercise is best for hip pain?", ["best_exercise"]),
        ("Does prolotherapy work for hips?", ["other_treatment"]),
        ("How do I do the butterfly stretch?", ["exercise_howto:external_rotation"]),
        ("Is walking good for me? And when are you open?", ["walking", "opening_hours"]),
        ("When are you open? Also, where are you?", ["opening_hours", "location"]),
        ("What causes hip pain, and does arthritis show on an X-ray?", ["causes", "arthritis_xray"]),
        (
            "What are the first signs of a hip problem? Is walking good? When should I see a physio?",
            ["first_signs", "walking", "see_physio"],
        ),
    ],
)
def test_the_questions_are_understood_in_the_order_asked(
    visitor: Callable[[], Visitor], text: str, topics: list[str]
) -> None:
    assert visitor().say(text)["advice"]["topics"] == topics


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Hello", "greet"),
        ("Thank you very much", "thanks"),
        ("Goodbye", "goodbye"),
        ("Are you a robot?", "bot_challenge"),
        ("What can you do?", "capabilities"),
        ("What's the weather like tomorrow?", "out_of_scope"),
        ("How much ibuprofen can I take?", "medicine_dose"),
        ("What is wrong with my hip, can you diagnose me?", "diagnosis_request"),
        ("My elbow hurts, what should I do?", "other_body"),
    ],
)
def test_what_is_no_question_about_hips_has_its_scope(
    visitor: Callable[[], Visitor], text: str, scope: str
) -> None:
    advice = visitor().say(text)["advice"]
    assert advice["scope"] == scope
    assert advice["topics"] == []
