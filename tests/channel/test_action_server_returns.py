"""The action server goes away in the middle of a conversation, and comes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from evaluation.stack import Stack, Visitor
from tests.channel.conftest import BROKEN, FELL, ORDINARY, assert_emergency, assert_safety_card


@pytest.mark.parametrize("kind", BROKEN)
def test_an_emergency_inside_the_safety_questions_is_answered(
    kind: str, breakable_stack: Stack, someone: Callable[[], Visitor]
) -> None:
    visitor = someone()
    asked = visitor.say("please check my hip")
    assert "how old" in asked["messages"][-1]["text"]
    with BROKEN[kind](breakable_stack):
        assert_emergency(visitor.say(FELL))


@pytest.mark.parametrize("kind", BROKEN)
def test_the_conversation_heals_when_the_action_server_is_back(
    kind: str, breakable_stack: Stack, someone: Callable[[], Visitor]
) -> None:
    visitor = someone()
    visitor.say("I've had hip pain for two years")
    with BROKEN[kind](breakable_stack):
        assert_safety_card(visitor.say(ORDINARY))
    reply = visitor.say(ORDINARY)
    assert "error" not in reply
    assert reply["advice"]["topics"] == ["walking"]
    assert reply["advice"]["facts"]["chronic"] is True


def test_one_hanging_question_does_not_hold_up_other_visitors(
    breakable_stack: Stack, someone: Callable[[], Visitor]
) -> None:
    waiting, hurt = someone(), someone()
    with BROKEN["hanging"](breakable_stack):
        thread = threading.Thread(target=waiting.say, args=(ORDINARY,))
        thread.start()
        time.sleep(0.3)
        assert_emergency(hurt.say(FELL))
        assert thread.is_alive()
        thread.join()
