"""``make eval`` reads its input strictly, writes its output whole, and answers safety questions from the labels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from evaluation import evaluate
from evaluation.asked import Answers, question_about, question_in
from evaluation.evaluate import InputError, converse, main, read_lines

AGE = "How old is the person with the sore hip? This changes what is safe."
FALL = "Have you had a fall, a knock or another injury in the last few weeks?"


class Visitor:
    """Replies in the order given and notes what was said."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)
        self.said: list[str] = []

    def say(self, text: str) -> dict[str, Any]:
        self.said.append(text)
        return {"messages": [{"text": self._texts.pop(0), "choices": []}], "advice": {"topics": ["walking"]}}


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: not a JSON object"),
        ('{"text": "hi"}', 'line 2: "id" is missing'),
        ('{"id": 1}', 'line 2: needs either "text" or "turns"'),
        ('{"id": 1, "text": "hi", "turns": []}', 'line 2: needs either "text" or "turns"'),
        ('{"id": 1, "text": 5}', 'line 2: "text" must be a text'),
        ('{"id": 1, "turns": []}', 'line 2: "turns" must be a list'),
        ('{"id": 1, "turns": [{"text": "hi"}]}', "line 2: turn 1"),
        ('{"id": 1, "turns": [{"user": "hi", "expect": {"mood": 1}}]}', "unknown expectation: mood"),
        ('{"id": 1, "turns": [{"user": "hi"}], "if_asked": {"shoe size": "9"}}', "no safety question"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(
    raw: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "a", "text": "hi"}\n' + raw + "\n", encoding="utf-8")
    out.write_text("kept", encoding="utf-8")
    assert main([str(source), str(out)]) == 2
    error = capsys.readouterr().err
    assert str(source) in error
    assert complaint in error
    assert out.read_text(encoding="utf-8") == "kept"


def test_missing_and_empty_files_are_errors(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    for name in ("no.jsonl", "empty.jsonl"):
        with pytest.raises(InputError, match=name):
            read_lines(tmp_path / name)


def test_an_output_folder_that_is_not_there_is_an_error_before_anything_runs(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "a", "text": "hi"}\n', encoding="utf-8")
    assert main([str(source), str(tmp_path / "none" / "out.jsonl")]) == 2
    assert main([str(source), ""]) == 2


def test_blank_lines_and_line_separators_inside_a_message_are_read(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('\ufeff{"id": 1, "text": "a\u2028b"}\r\n\n{"id": "2", "text": ""}', encoding="utf-8")
    assert [line["id"] for line in read_lines(source)] == [1, "2"]


def test_a_single_text_has_its_reply_at_the_top_too() -> None:
    output = converse({"id": "a", "text": "hi"}, Visitor("hello"))  # type: ignore[arg-type]
    assert output["advice"] == output["turns"][0]["advice"] == {"topics": ["walking"]}
    assert output["messages"][0]["text"] == "hello"
    assert output["turns"][0]["user"] == "hi"


def test_safety_questions_are_answered_between_turns() -> None:
    visitor = Visitor(AGE, FALL, "Thank you.", "Hello.")
    script = {
        "id": "d",
        "turns": [{"user": "steps?"}, {"user": "hi"}],
        "if_asked": {"age": 45, "injury": False},
    }
    output = converse(script, visitor)  # type: ignore[arg-type]
    assert visitor.said == ["steps?", "45", "no", "hi"]
    assert [turn["user"] for turn in output["turns"]] == ["steps?", "hi"]
    assert [turn["user"] for turn in output["turns"][0]["asked"]] == ["45", "no"]
    assert "asked" not in output["turns"][1]


def test_a_question_put_again_is_not_answered_again() -> None:
    visitor = Visitor(AGE, AGE, "Hello.")
    converse({"id": "d", "turns": [{"user": "a"}, {"user": "b"}], "if_asked": ["45", "46"]}, visitor)  # type: ignore[arg-type]
    assert visitor.said == ["a", "45", "b"]


@pytest.mark.parametrize(
    "if_asked",
    [
        {"under_16": "45"},
        {"how old": "45"},
        [{"question": "age", "answer": "45"}],
        [{"age": "45"}],
        [["age", "45"]],
        ["45"],
        {"default": "45"},
        "45",
    ],
)
def test_forms_of_if_asked(if_asked: object) -> None:
    assert Answers(if_asked).to("under_16") == "45"


def test_yes_and_no_are_said_the_right_way_round() -> None:
    assert Answers({"cannot_weight_bear": True}).to("cannot_weight_bear") == "no, I cannot put weight on it"
    assert Answers({"pregnant": False}).to("pregnant") == "no"


def test_every_safety_question_of_the_domain_is_recognised() -> None:
    from ruamel.yaml import YAML

    from evaluation.stack import PROJECT

    domain = YAML(typ="safe", pure=True).load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
    prefix = "utter_ask_check_form_"
    questions = {k.removeprefix(prefix): v for k, v in domain["responses"].items() if k.startswith(prefix)}
    assert questions
    for slot, variants in questions.items():
        for variant in variants:
            assert question_in({"messages": [{"text": variant["text"]}]}) == slot


def test_other_questions_are_not_safety_questions() -> None:
    assert question_in({"messages": [{"text": "Which of these did you mean?"}]}) is None
    assert question_in({"messages": []}) is None
    assert question_about("favourite colour") is None


@contextmanager
def _nobody() -> Iterator[str]:
    yield "http://127.0.0.1:9"


def test_an_assistant_that_fails_leaves_the_old_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "a", "text": "hi"}\n', encoding="utf-8")
    out.write_text("kept", encoding="utf-8")
    monkeypatch.setattr(evaluate, "assistant", _nobody)
    assert main([str(source), str(out)]) == 1
    assert out.read_text(encoding="utf-8") == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


@pytest.mark.parametrize("labelled", [True, False])
def test_output_and_scores_are_written(
    labelled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    line = {"id": "a", "text": "hi"} | ({"topics": ["walking"], "scope": None} if labelled else {})
    source.write_text(json.dumps(line) + "\n", encoding="utf-8")
    monkeypatch.setattr(evaluate, "assistant", _nobody)
    monkeypatch.setattr(evaluate, "run", lambda lines, url: [converse(i, Visitor("ok")) for i in lines])  # type: ignore[arg-type]
    assert main([str(source), str(out)]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["id"] == "a"
    scores = tmp_path / "out.jsonl.scores.json"
    assert scores.exists() is labelled
    if labelled:
        assert json.loads(scores.read_text(encoding="utf-8"))["topics"]["f1"] == 1.0
        assert "topics" in capsys.readouterr().out
