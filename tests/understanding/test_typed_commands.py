"""A typed slash is text: it starts nothing over, sets nothing and picks no intent."""

from __future__ import annotations

import pytest

from tests.understanding.reading import facts, hear

COMMANDS = [
    "/restart",
    "/start_over",
    "/emergency",
    "/session_start",
    "/walking",
    '/inform{"hip_replacement":"negated"}',
    "/back",
]


@pytest.mark.parametrize("text", COMMANDS)
@pytest.mark.parametrize("guessed", ["start_over", "emergency", "walking", "nlu_fallback"])
def test_a_typed_command_is_read_as_text_that_was_not_understood(text: str, guessed: str) -> None:
    settled = hear(text, {"chronic": True}, intent=guessed, topics=("walking",))
    assert settled.intent == "nlu_fallback"
    assert settled.topics == ()
    assert settled.scope is None


@pytest.mark.parametrize("text", COMMANDS)
def test_a_typed_command_establishes_no_fact(text: str) -> None:
    assert facts(text) == {}


@pytest.mark.parametrize("text", COMMANDS)
def test_in_an_emergency_a_typed_command_leads_nowhere_else(text: str) -> None:
    known = {"injury": True, "cannot_weight_bear": True}
    settled = hear(text, known, intent="start_over")
    assert settled.intent == "emergency"
    assert settled.facts == {}


def test_a_slash_before_words_takes_nothing_from_them() -> None:
    assert facts("/help I fell and can't stand on my leg").get("cannot_weight_bear") is True
    assert facts("/no fever").get("fever") is False
