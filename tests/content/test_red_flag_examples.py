"""The examples that stand with each red flag: what raises it, and what only sounds like it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.advice.content import Content, load_content
from bot.advice.triage import Assessment, assess
from bot.advice.vocabulary import Urgency
from bot.understanding.facts import extract, facts_of
from bot.understanding.normalise import normaliser
from evaluation.stack import Visitor

FLAGS = load_content().flags.values()
RAISES = [(flag.id, text) for flag in FLAGS for text in flag.examples.raises]
HARMLESS = [(flag.id, text) for flag in FLAGS for text in flag.examples.harmless]


def _by_rules(text: str, today: date, content: Content) -> Assessment:
    """What the rules over asserted facts make of one message, without the classifier."""
    return assess(facts_of(extract(normaliser()(text), today)), (), content)


@pytest.mark.parametrize(("flag", "text"), RAISES)
def test_the_rules_alone_reach_the_tier(content: Content, today: date, flag: str, text: str) -> None:
    assert _by_rules(text, today, content).urgency >= content.flags[flag].urgency


@pytest.mark.parametrize(("flag", "text"), HARMLESS)
def test_the_rules_alone_stay_below_urgent(content: Content, today: date, flag: str, text: str) -> None:
    assert _by_rules(text, today, content).urgency < Urgency.urgent


@pytest.mark.parametrize(("flag", "text"), RAISES)
def test_the_assistant_reaches_the_tier(
    content: Content, visitor: Callable[[], Visitor], flag: str, text: str
) -> None:
    advice = visitor().say(text)["advice"]
    assert Urgency[advice["urgency"]] >= content.flags[flag].urgency


@pytest.mark.parametrize(("flag", "text"), HARMLESS)
def test_the_assistant_stays_below_urgent(
    content: Content, visitor: Callable[[], Visitor], flag: str, text: str
) -> None:
    advice = visitor().say(text)["advice"]
    assert Urgency[advice["urgency"]] < Urgency.urgent


def test_every_dangerous_flag_has_an_example_of_both_kinds(content: Content) -> None:
    for flag in content.flags.values():
        if flag.urgency >= Urgency.urgent and flag.id != "warning_sign_unnamed":
            assert flag.examples.raises, flag.id
            assert flag.examples.harmless, flag.id
