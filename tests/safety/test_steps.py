"""Exercise steps where they come together with other things in one turn."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.advice.vocabulary import HOWTO
from bot.understanding.assertion import Assertion
from bot.understanding.facts import Mention
from bot.understanding.resolve import Reading
from evaluation.core_walk import WELL, Engine, contents


def says(text, *, topics=(), **facts):
    mentions = tuple(Mention(fact, value, Assertion.affirmed, 0, 1) for fact, value in facts.items())
    return Reading(text, "report", topics=topics, scope=None, candidates=(), mentions=mentions, suspected=())


@pytest.mark.parametrize(("score", "shown"), [(3.0, 1), (6.0, 0)])
def test_asking_for_steps_with_the_last_answer_is_answered_once_by_the_outcome(score, shown):
    engine = Engine(contents()["GB"], datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    steps = (HOWTO + "hip_abduction",)
    engine.hear(says("it is like this", **{fact: WELL[fact] for fact in WELL if fact != "pain_score"}))
    engine.hear(says("how do I lift it to the side?", topics=steps))
    assert engine.asked == "pain_score"
    said = engine.hear(says("how do I lift it to the side?", topics=steps, pain_score=score))
    cards = [message["card"] for message in said if message.get("card")]
    assert [card["id"] for card in cards if card["kind"] == "exercise"] == ["hip_abduction"] * shown
    withheld = contents()["GB"].wording["gate"]["withheld"]
    assert sum(message["text"] == withheld for message in said) == 1 - shown
