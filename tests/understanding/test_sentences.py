"""Sentences and clauses: where one thought ends and the next begins."""

from __future__ import annotations

import pytest

from bot.understanding.sentences import (
    CHARACTERS_A_VOCABULARY,
    Reader,
    asks,
    clauses,
    parse,
    sentences,
    stretches,
)


def _sentences(text: str) -> list[str]:
    return [span.text for span in sentences(parse(text))]


def _clauses(text: str) -> list[str]:
    [whole] = sentences(parse(text))
    return [span.text for span in clauses(whole)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("is walking good?", 1),
        ("my hip hurts. is walking good?", 2),
        ("my hip hurts! what now? please help.", 3),
        ("it hurts…what now", 2),
        ("first line\nsecond line", 2),
        ("", 0),
        ("?!", 0),
    ],
)
def test_sentences_are_counted(text: str, count: int) -> None:
    assert len(_sentences(text)) == count


@pytest.mark.parametrize(
    "text",
    [
        "my hip hurts. is walking good? my mum says no.",
        "I fell, and now I can't stand; what should I do?",
        "no fever but my calf is swollen",
    ],
)
def test_every_span_stands_where_it_says(text: str) -> None:
    for sentence in sentences(parse(text)):
        assert text[sentence.start : sentence.end] == sentence.text
        for clause in clauses(sentence):
            assert text[clause.start : clause.end] == clause.text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("is walking good and when are you open", 2),
        ("no fever but my calf is swollen", 2),
        ("is it arthritis; should i get an x-ray", 2),
        ("what causes it, should i rest", 2),
        ("my hip and my knee hurt", 1),
        ("is walking good", 1),
        ("how far should i walk", 1),
        ("how many times should i do it", 1),
    ],
)
def test_a_sentence_is_cut_at_its_joints(text: str, parts: int) -> None:
    assert len(_clauses(text)) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("sore for a month can i swim", ["sore for a month", "can i swim"]),
        ("what causes bursitis does ice help", ["what causes bursitis", "does ice help"]),
        ("i limp a bit how long should i rest", ["i limp a bit", "how long should i rest"]),
        ("do i book is there parking", ["do i book", "is there parking"]),
        ("worn joint (coxarthritis), is it bad", ["worn joint", "is it bad"]),
    ],
)
def test_questions_that_run_on_without_punctuation_are_cut(text: str, parts: list[str]) -> None:
    assert _clauses(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "which exercises should i do",
        "how many goes of the knee lift should i do",
        "what time is the clinic open",
        "i wonder if my hip is wearing out",
        "i don't know how to do it",
        "do you see people who can't walk",
    ],
)
def test_a_question_word_stays_with_its_verb(text: str) -> None:
    assert _clauses(text) == [text]


def test_a_question_is_also_looked_at_with_the_statement_before_it() -> None:
    text = "the x-ray was clear. is it arthritis? should i rest?"
    assert [(span.text, kind) for span, kind in stretches(text)] == [
        (text, "whole"),
        ("the x-ray was clear.", "sentence"),
        ("is it arthritis?", "sentence"),
        ("the x-ray was clear. is it arthritis?", "in_context"),
        ("should i rest?", "sentence"),
    ]


@pytest.mark.parametrize("text", ["suggest an exercise", "recommend a stretch", "is it safe", "and why"])
def test_a_request_asks(text: str) -> None:
    assert asks(text)


def test_no_word_is_lost_between_the_clauses() -> None:
    text = "i fell on ice but i can walk and is it safe to exercise"
    kept = " ".join(_clauses(text)).split()
    assert [word for word in text.split() if word not in ("but", "and")] == [
        word for word in kept if word not in ("but", "and")
    ]


def test_the_words_of_long_ago_are_forgotten() -> None:
    read = Reader()
    first = read("qwertzuiop").vocab
    assert "qwertzuiop" in first.strings
    nonsense = " ".join(f"word{number}" for number in range(CHARACTERS_A_VOCABULARY // 20))
    for _ in range(3):
        last = read(nonsense).vocab
    assert "qwertzuiop" not in last.strings
    assert read("my hip hurts")[1].lower_ == "hip"
