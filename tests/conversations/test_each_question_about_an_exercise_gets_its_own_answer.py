"""After the steps of an exercise: how often, why, and the other side each get an answer of their own."""

from __future__ import annotations

from collections.abc import Callable

from bot.advice.content import content
from evaluation.stack import Visitor
from tests.conversations.talk import check_by_buttons, said, titles

Visitors = Callable[[], Visitor]


def test_how_often_why_and_the_other_side(visitor: Visitors) -> None:
    someone = visitor()
    check_by_buttons(someone, someone.say("how do I do the leg back exercise?"))
    exercise = content().exercises["hip_extension"]
    words = content().wording["exercise"]
    for asked in ("how many times a day?", "how many times daily I should do"):
        reply = said(someone.say(asked))
        assert f"{exercise.repeats.min} to {exercise.repeats.max} times" in reply, asked
        assert content().exercise_rules.start in reply, asked
    assert exercise.purpose in said(someone.say("why?"))
    assert words["sides_both"] in said(someone.say("which side"))
    reply = said(someone.say("same for the other side?"))
    assert words["sides_both"] in reply
    assert exercise.purpose not in reply


def test_the_next_one_never_goes_back(visitor: Visitors) -> None:
    someone = visitor()
    reply = check_by_buttons(someone, someone.say("how do I do the leg back exercise?"))
    seen = list(reply["advice"]["exercises"])
    for _ in range(len(content().exercises) - 1):
        offered = [title for title in titles(reply) if title.startswith("Next: ")]
        reply = someone.say("And the next one?")
        shown = reply["advice"]["exercises"]
        assert offered == [f"Next: {content().exercises[shown[0]].name.lower()}"]
        seen += shown
    assert sorted(seen) == sorted(content().exercises)
    reply = someone.say("And the next one?")
    assert reply["advice"]["exercises"] == []
    assert content().wording["gate"]["last"] in said(reply)


def test_a_question_in_between_does_not_lose_the_exercise(visitor: Visitors) -> None:
    someone = visitor()
    check_by_buttons(someone, someone.say("how do I do the leg back exercise?"))
    assert someone.say("what if it hurts")["advice"]["topics"] == ["exercise_safety"]
    assert content().wording["exercise"]["sides_both"] in said(someone.say("same for the other side?"))
    someone.say("what if it hurts")
    assert someone.say("And the next one?")["advice"]["exercises"] == ["hip_abduction"]
