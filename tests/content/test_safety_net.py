"""Every answer about health says whom to call if it gets worse, and how soon."""

from __future__ import annotations

import re

import pytest

from bot.advice.content import Content, load_content
from bot.advice.vocabulary import PRACTICAL_TOPICS, Urgency

HEALTH = [topic for topic in load_content().answers if topic not in PRACTICAL_TOPICS]
DANGEROUS = [flag.id for flag in load_content().flags.values() if flag.urgency >= Urgency.urgent]


@pytest.mark.parametrize("topic", HEALTH)
def test_an_answer_says_when_to_call_the_emergency_number_and_when_the_advice_line(
    content: Content, topic: str
) -> None:
    net = content.answers[topic].safety_net
    assert "{emergency_number} if" in net or "{emergency_number} for" in net
    assert re.search(r"\{advice_line\} today", net)


@pytest.mark.parametrize("topic", HEALTH)
def test_an_answer_says_when_an_ordinary_check_is_due(content: Content, topic: str) -> None:
    net = content.answers[topic].safety_net
    assert re.search(r"GP|physio|\{doctor\}|same day", net)
    assert re.search(r"two weeks|same day", net)


@pytest.mark.parametrize("key", ["general", "soon"])
def test_the_general_net_names_both_lines_too(content: Content, key: str) -> None:
    net = content.wording["safety_net"][key]
    assert "{emergency_number}" in net
    assert "{advice_line}" in net
    assert "today" in net


@pytest.mark.parametrize("flag", DANGEROUS)
def test_a_warning_begins_with_what_to_do(content: Content, flag: str) -> None:
    first = content.flags[flag].action.split(" ", 1)[0]
    assert first in {"Call", "Go", "Get", "Have", "Stop"}


@pytest.mark.parametrize("flag", [f for f in DANGEROUS if load_content().flags[f].tier == "emergency"])
def test_an_emergency_names_the_number_or_the_place_in_its_action(content: Content, flag: str) -> None:
    action = content.flags[flag].action
    assert "{emergency_number}" in action
    assert "now" in action


@pytest.mark.parametrize("flag", [f for f in DANGEROUS if load_content().flags[f].tier == "urgent"])
def test_an_urgent_case_is_for_today_and_never_for_the_clinic(content: Content, flag: str) -> None:
    text = content.flags[flag].action + content.flags[flag].more
    assert re.search(r"\btoday\b", text)
    assert "clinic" not in text.replace("urgent care clinic", "")


def test_the_static_safety_card_names_emergencies_and_same_day_cases(content: Content) -> None:
    fallback = content.wording["fallback"]
    assert "{emergency_number}" in fallback["emergency"]
    assert "{advice_line}" in fallback["urgent"]


def test_a_dislocation_or_a_break_is_told_to_stay_still(content: Content) -> None:
    for flag in ("fracture_dislocation", "dislocated_replacement"):
        assert "still" in content.flags[flag].action
        assert "drive" in content.flags[flag].more
