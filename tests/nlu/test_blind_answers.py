"""Answers to the safety questions as people type them, by authors who saw nothing of the project (tests/nlu/blind)."""

from __future__ import annotations

import json
from typing import Any

from evaluation.stack import PROJECT
from tests.understanding.reading import hear

ANSWERS = PROJECT / "tests" / "nlu" / "blind" / "answers.jsonl"
#: Share that is read right, when this was written 0.94. The rest is asked again, or errs towards more care.
LEAST = 0.92


def _read(line: dict[str, Any]) -> tuple[object, bool]:
    """What ``line`` gives for the question asked, and whether that is right."""
    heard = hear(line["text"], asked=line["asked"])
    got, want = heard.facts.get(line["asked"]), line["value"]
    if want == "surgery":
        return got, got == "own" or heard.facts.get("hip_surgery") is True
    if line["asked"] == "any_warning_sign" and want is True:
        signs = {fact for fact, value in heard.facts.items() if value is True} - {"over_65", "over_two_weeks"}
        return got, bool(signs)
    return got, got == want


def test_answers_in_peoples_own_words_are_read_right() -> None:
    lines = [json.loads(line) for line in ANSWERS.read_text(encoding="utf-8").splitlines()]
    right = sum(_read(line)[1] for line in lines)
    assert right / len(lines) >= LEAST


def test_no_answer_is_read_as_less_care_than_it_needs() -> None:
    """Where an answer is read wrongly it must not open the way to exercises."""
    opens = {"hip_replacement": "negated"}
    careless = []
    for line in ANSWERS.read_text(encoding="utf-8").splitlines():
        answer = json.loads(line)
        got, right = _read(answer)
        if right or got is None:
            continue
        if answer["asked"] == "pain_score":
            assert isinstance(got, float)
            if answer["value"] is not None and got < answer["value"]:
                careless.append(answer["text"])
        elif got == opens.get(answer["asked"], False) and answer["value"] is not None:
            careless.append(answer["text"])
    assert careless == []
