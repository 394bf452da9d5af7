"""What the actions say comes next, so that Rasa need not find it out."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.actions import CHECK_FORM, LISTEN, Advise

CHECKING = {"name": CHECK_FORM}


@pytest.mark.parametrize(
    ("topic", "loop", "next_action"),
    [
        ("walking", {}, [LISTEN]),
        ("exercise_howto:hip_extension", {}, [CHECK_FORM]),
        # a question in the middle of the check: the check goes on
        ("walking", CHECKING, []),
    ],
)
def test_after_advice_the_check_begins_or_the_next_message_is_waited_for(
    topic: str, loop: dict[str, Any], next_action: list[str]
) -> None:
    message = {"intent": {"name": topic}, "entities": [{"entity": "topic", "value": topic}]}
    tracker = Tracker("someone", {}, message, [], False, None, loop, None)
    events = Advise().run(CollectingDispatcher(), tracker, {})
    assert [event["name"] for event in events if event["event"] == "followup"] == next_action
