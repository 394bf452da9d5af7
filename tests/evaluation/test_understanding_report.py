"""The report on understanding has every aim, and names what is confused with what."""

from __future__ import annotations

from typing import Any

from evaluation.score import score
from evaluation.understanding_report import BLIND, FILES, MEASURES, cell, confusions, page


def answered(line_id: str, *topics: str, scope: str | None = None, **facts: object) -> dict[str, Any]:
    return {"id": line_id, "advice": {"topics": list(topics), "scope": scope, "facts": facts}}


LINES: list[dict[str, Any]] = [
    {"id": "a", "text": "…", "topics": ["walking", "causes"], "facts": {"chronic": True}, "group": "multi"},
    {"id": "b", "text": "…", "topics": ["walking"], "facts": {}},
    {"id": "c", "text": "…", "topics": ["walking"], "topics_ok": ["symptoms"]},
    {"id": "d", "text": "…", "topics": ["walking"], "scope_ok": ["other_hip"]},
    {"id": "e", "text": "…", "topics": ["causes"], "topic_scored": False},
]
ANSWERS = [
    answered("a", "walking", scope="other_hip", chronic=True),
    answered("b", "walking", "best_exercise"),
    answered("c", "symptoms"),
    answered("d", scope="other_hip"),
    answered("e"),
]


def test_a_topic_that_was_missed_stands_with_what_was_answered_instead() -> None:
    assert confusions(LINES, ANSWERS) == [("causes", "other_hip", 1), ("nothing more", "best_exercise", 1)]


def test_a_share_says_how_many_items_it_is_made_of() -> None:
    found = {measure.name: cell(measure.of(score(LINES, ANSWERS))) for measure in MEASURES}
    assert found["several things: every topic and fact"] == "0.000 (1)"
    assert found["chronic pain, recall"] == "1.000 (1)"
    assert found["own hip replacement, recall"] == "–"
    assert found["real questions: a right topic, or honest"] == "–"


def test_the_page_has_every_aim_and_file() -> None:
    often = {"one.jsonl": (LINES * 2, ANSWERS * 2), "two.jsonl": (LINES[:1], ANSWERS[:1])}
    text = "\n".join(page(often))
    assert all(f"| {measure.name} " in text for measure in MEASURES)
    assert "### one.jsonl" in text
    assert "### two.jsonl" not in text  # nothing there twice


def test_the_files_are_there_and_known_to_be_blind() -> None:
    readme = (BLIND / "README.md").read_text(encoding="utf-8")
    for name in FILES:
        assert (BLIND / name).is_file()
        assert f"`{name}`" in readme
