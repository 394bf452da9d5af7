"""Who asks when to call an ambulance, or what to look out for, is told when to get help."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evaluation.stack import Visitor
from tests.conversations.talk import mentions_answer, said

Visitors = Callable[[], Visitor]


@pytest.mark.parametrize(
    "text",
    [
        "when should I call 999",
        "when do I need an ambulance",
        "when should I go to A&E",
        "what are the signs of a clot?",
        "what are the signs of cauda equina?",
        "how do I know if my hip is dislocated",
        "what are the warning signs",
    ],
)
def test_when_to_get_help(visitor: Visitors, text: str) -> None:
    reply = visitor().say(text)
    assert reply["advice"]["topics"] == ["see_physio"]
    assert mentions_answer(reply, "see_physio")
    assert "Call 999" in said(reply)
