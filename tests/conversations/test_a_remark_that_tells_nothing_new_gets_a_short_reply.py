"""Who says nothing new is not told the same paragraph again."""

from __future__ import annotations

from collections.abc import Callable

from bot.advice.content import content
from evaluation.stack import Visitor
from tests.conversations.talk import said

Visitors = Callable[[], Visitor]


def test_the_emergency_line_is_not_said_again_to_a_mere_remark(visitor: Visitors) -> None:
    someone = visitor()
    net = content().fill(content().wording["safety_net"]["general"])
    assert net in said(someone.say("my hip aches"))
    reply = said(someone.say("doesnt hurt tho"))
    assert reply == content().wording["remark"]


def test_what_is_new_still_gets_it(visitor: Visitors) -> None:
    someone = visitor()
    someone.say("my hip aches")
    someone.say("doesnt hurt tho")
    reply = said(someone.say("it started 3 days ago"))
    assert content().wording["reported"] in reply
    assert content().fill(content().wording["safety_net"]["general"]) in reply
