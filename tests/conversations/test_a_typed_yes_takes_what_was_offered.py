"""A yes in words does what the button does: it starts the check, and goes on to the next exercise."""

from __future__ import annotations

from collections.abc import Callable

from evaluation.stack import Visitor
from tests.conversations.talk import check_by_buttons, said, shows_steps

Visitors = Callable[[], Visitor]


def test_yes_to_the_offer_of_exercises_starts_the_safety_questions(visitor: Visitors) -> None:
    someone = visitor()
    assert "Would you like to see some gentle exercises?" in said(someone.say("which exercise is best?"))
    assert "how old are they" in said(someone.say("yes please"))


def test_no_to_the_offer_is_taken_for_an_answer_and_offers_nothing_again(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("which exercise is best?")
    reply = someone.say("no thanks")
    assert "All right" in said(reply)
    assert "did not follow" not in said(reply)


def test_after_an_exercise_yes_shows_the_next_and_how_long_repeats_no_steps(visitor: Visitors) -> None:
    someone = visitor()
    first = check_by_buttons(someone, someone.say("please check my hip"))
    assert shows_steps(first)
    held = someone.say("how long do I hold it?")
    assert "Hold for about" in said(held)
    assert not shows_steps(held)
    assert shows_steps(check_by_buttons(someone, someone.say("please check my hip")))
    following = someone.say("yes please")
    assert shows_steps(following)
    assert following["advice"]["exercises"] != first["advice"]["exercises"]
