"""'So what now?' is answered by what follows from what is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.advice.content import content
from evaluation.stack import Visitor
from tests.conversations.talk import check_by_buttons, said, titles

Visitors = Callable[[], Visitor]
CAPABILITIES = content().wording["scopes"]["capabilities"]


@pytest.mark.parametrize(
    "text", ["so what do we do now", "what can he do", "ok so what now", "should I worry"]
)
def test_a_reason_for_a_check_is_said_with_what_to_do(visitor: Visitors, text: str) -> None:
    someone = visitor()
    someone.say("my hip has hurt for two years")
    reply = said(someone.say(text))
    assert content().flags["chronic_pain"].action in reply
    assert CAPABILITIES not in reply


def test_after_the_outcome_it_is_the_outcomes_step(visitor: Visitors) -> None:
    someone = visitor()
    check_by_buttons(someone, someone.say("check my hip"), chronic={"chronic": True})
    assert content().flags["chronic_pain"].action in said(someone.say("right, what do we do now"))


def test_with_little_known_the_check_is_offered(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("never had surgery on it")
    reply = someone.say("ok so should I be worried")
    assert content().wording["next_step"]["check"] in said(reply)
    assert titles(reply) == [content().wording["choices"]["check"]]


def test_after_a_check_without_reasons_it_is_care_at_home(visitor: Visitors) -> None:
    someone = visitor()
    check_by_buttons(someone, someone.say("check my hip"))
    assert content().wording["next_step"]["self_care"] in said(someone.say("so should I worry"))
