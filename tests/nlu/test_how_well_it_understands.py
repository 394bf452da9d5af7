"""Floors for what the whole assistant understands of messages that nothing was trained on (docs/understanding.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.evaluate import read_lines, run
from evaluation.score import score
from evaluation.stack import Stack
from evaluation.understanding_report import MEASURES

BLIND = Path(__file__).with_name("blind")
#: Least shares, two to three points below those measured: one message more or less wrong is no defect, a broken rule is.
FLOORS = {
    "plain_topics.jsonl": {
        "topics, micro-F1": 0.95,
        "six FAQ topics, micro-F1": 0.95,
        "several things: every topic and fact": 0.85,
        "chronic pain, recall": 0.92,
        "own hip replacement, recall": 0.98,
    },
    "plain_several.jsonl": {
        "topics, micro-F1": 0.94,
        "six FAQ topics, micro-F1": 0.93,
        "several things: every topic and fact": 0.80,
    },
    "plain_facts_2.jsonl": {
        "chronic pain, recall": 0.95,
        "chronic pain, precision": 0.95,
        "own hip replacement, recall": 0.96,
        "own hip replacement, precision": 0.96,
    },
    "plain_several_2.jsonl": {
        "topics, micro-F1": 0.94,
        "six FAQ topics, micro-F1": 0.95,
        "several things: every topic and fact": 0.85,
    },
}
#: Most of the messages that are not about hips may be given an answer about them.
CEILINGS = {"general": 0.02, "medical_not_hip": 0.08}


@pytest.mark.parametrize("name", FLOORS)
def test_what_was_understood_once_is_understood_still(stack: Stack, name: str) -> None:
    lines = read_lines(BLIND / name)
    scores = score(lines, run(lines, stack.url))
    reached = {measure.name: measure.of(scores)[0] for measure in MEASURES if measure.name in FLOORS[name]}
    assert set(reached) == set(FLOORS[name])
    short = {measure: share for measure, share in reached.items() if (share or 0) < FLOORS[name][measure]}
    assert not short


def test_what_is_not_about_hips_is_given_no_answer_about_them(stack: Stack) -> None:
    lines = read_lines(BLIND / "plain_out_of_scope.jsonl")
    found = score(lines, run(lines, stack.url))["out_of_scope"]
    assert set(found) == set(CEILINGS)
    over = {kind: one["given_a_health_topic"] for kind, one in found.items()}
    assert all(share <= CEILINGS[kind] for kind, share in over.items()), over
