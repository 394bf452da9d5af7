"""The action server is stopped, hangs or fails: emergencies are still answered, everything else gets the safety card."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from evaluation.stack import Stack, Visitor
from tests.channel.conftest import FELL, ORDINARY, assert_emergency, assert_safety_card


def test_an_emergency_is_answered(broken_actions: str, someone: Callable[[], Visitor]) -> None:
    assert_emergency(someone().say(FELL))


def test_a_same_day_case_is_answered(broken_actions: str, someone: Callable[[], Visitor]) -> None:
    reply = someone().say("my calf is swollen and sore since my operation")
    assert reply["advice"]["urgency"] == "urgent"
    assert reply["messages"][0]["card"]["kind"] == "urgent"


def test_an_emergency_over_two_turns_is_answered(broken_actions: str, someone: Callable[[], Visitor]) -> None:
    visitor = someone()
    assert_safety_card(visitor.say("I had a fall on Sunday"))
    assert_emergency(visitor.say("now I can't put any weight on that leg"))


def test_an_ordinary_question_gets_the_safety_card(
    broken_actions: str,
    breakable_stack: Stack,
    client: httpx.Client,
    someone: Callable[[], Visitor],
) -> None:
    response = client.post(
        f"{breakable_stack.url}/webhooks/chat/messages",
        json={"session": someone().session, "text": ORDINARY},
    )
    assert response.status_code == 503
    assert_safety_card(response.json())


def test_an_emergency_right_after_an_unanswered_question_is_answered(
    broken_actions: str, someone: Callable[[], Visitor]
) -> None:
    visitor = someone()
    assert_safety_card(visitor.say(ORDINARY))
    assert_emergency(visitor.say(FELL))


def test_health_says_that_the_action_server_is_down(
    broken_actions: str, breakable_stack: Stack, client: httpx.Client
) -> None:
    response = client.get(breakable_stack.url + "/health")
    assert response.status_code == 503
    assert response.json() == {"model": "ok", "store": "ok", "turns": "ok", "actions": "down"}
