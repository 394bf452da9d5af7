"""Identifiers become placeholders, clinical facts stay: every line of the labelled files is checked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import phonenumbermatcher

from bot.privacy.recognisers import PHONE_COUNTRIES, PHONE_TRIES, SHORTEST_PHONE
from bot.privacy.redact import KINDS, redact
from bot.understanding.normalise import normaliser
from evaluation.evaluate import read_lines
from evaluation.redaction import (
    CASES,
    DAY,
    LEAST_NAMES,
    PROJECT,
    Labelled,
    in_one_case,
    labelled,
    least_recall,
    marked,
    measure,
)
from evaluation.safety_report import MESSAGES
from tests.privacy import hostile_texts
from tests.understanding.reading import facts

#: What redaction may take for a name or a number though it identifies nobody: places, in messages that are not about a hip.
SPARED_EXCEPT = 5


def _words(message: Labelled) -> str:
    return message.text[:60]


def _recall(messages: list[Labelled]) -> float:
    kinds, _ = measure(messages)
    return sum(k.removed for k in kinds.values()) / sum(k.total for k in kinds.values())


@pytest.mark.parametrize("name", ["identifiers", "mixed", "voices", "heldout", "phone_typed"])
def test_as_many_identifiers_of_each_file_go_as_is_asked_of_it(name: str) -> None:
    assert _recall(labelled(name)) >= least_recall(name)


@pytest.mark.parametrize("letters", CASES)
def test_as_many_go_where_no_capitals_tell_and_nothing_else(letters: str) -> None:
    messages = in_one_case(CASES[letters])
    kinds, destroyed = measure(messages)
    assert _recall(messages) >= least_recall()
    assert kinds["NAME"].removed >= LEAST_NAMES * kinds["NAME"].total
    assert not destroyed


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("my wife joan thornton wont get up", "my wife <NAME> wont get up"),
        ("my nan joan walker frame broke", "my nan <NAME> walker frame broke"),
        ("ring yvonne back please", "ring <NAME> back please"),
        ("nhi zac5361, sore hip", "nhi <HEALTH_NUMBER>, sore hip"),
        ("ni qq 12 34 56 c left hip", "ni <ID_NUMBER> left hip"),
        ("im at 22 elm grove, hip pain", "im at <ADDRESS>, hip pain"),
        ("austin, tx 78701", "austin, tx <POSTCODE>"),
    ],
)
def test_in_small_letters_an_identifier_goes_and_what_stands_beside_it_stays(typed: str, left: str) -> None:
    assert redact(typed, DAY).text == left


def test_every_kind_is_in_the_labelled_files_often_enough_to_be_measured() -> None:
    kinds, _ = measure([m for name in ("identifiers", "mixed", "voices", "heldout") for m in labelled(name)])
    assert set(kinds) == set(KINDS)
    assert all(kind.total >= 15 for kind in kinds.values())
    assert sum(kind.total for kind in kinds.values()) >= 250


def test_the_labelled_facts_are_many() -> None:
    assert len(labelled("facts")) >= 250


@pytest.mark.parametrize("message", labelled("facts"), ids=_words)
def test_a_message_without_identifiers_comes_through_unchanged(message: Labelled) -> None:
    assert redact(message.text, DAY).text == message.text


@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_a_fact_typed_in_small_letters_or_capitals_only_comes_through_too(
    change: Callable[[str], str],
) -> None:
    for message in labelled("facts"):
        assert redact(change(message.text), DAY).text == change(message.text)


@pytest.mark.parametrize("message", labelled("mixed"), ids=_words)
def test_facts_beside_an_identifier_stay_word_for_word(message: Labelled) -> None:
    redacted = redact(message.text, DAY).text
    for kept in message.keeps:
        assert kept in redacted


def test_the_messages_of_the_evaluation_come_through_but_for_a_few_places() -> None:
    changed = [line["text"] for line in read_lines(MESSAGES) if "text" in line and redact(line["text"]).found]
    assert len(changed) <= SPARED_EXCEPT, changed


@pytest.mark.parametrize("name", ["identifiers", "mixed", "voices", "heldout", "phone_typed"])
def test_what_is_understood_of_a_message_is_the_same_without_its_identifiers(name: str) -> None:
    for message in labelled(name):
        before, after = facts(message.text), facts(redact(message.text, DAY).text)
        new, lost = set(after) - set(before), set(before) - set(after)
        # the age is read out of a date of birth, and no longer out of a house number
        assert new <= {"under_16", "over_65"}, message.text
        assert lost <= {"under_16", "over_65"}, message.text
        assert not lost or "ADDRESS" in redact(message.text, DAY).found, message.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_placeholder_is_read_as_a_short_name_or_a_number(kind: str) -> None:
    stand_in = "sam" if kind == "NAME" else "1234567"
    assert normaliser()(f"my hip hurts <{kind}> since May") == f"my hip hurts {stand_in} since may"
    assert facts(f"my hip hurts <{kind}>") == {}
    assert facts(f"<{kind}>, 67, my hip hurts 7/10") == {"under_16": False, "over_65": True, "pain_score": 7}


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("DOB 12/03/1950", "DOB <BIRTH_DATE> (aged 76)"),
        ("my son, born 24 November 2010", "my son, born <BIRTH_DATE> (aged 15)"),
        ("my son, born 23 November 2010", "my son, born <BIRTH_DATE> (aged 16)"),
        ("dob 1/1/30", "dob <BIRTH_DATE> (aged 90)"),
        ("dob 13/13/1950", "dob <BIRTH_DATE>"),
        ("I was born on 3 April 1962", "I was born on <BIRTH_DATE> (aged 64)"),
        (
            "my baby was born on 3 April 2026, sore since",
            "my baby was born on <BIRTH_DATE> (in 2026), sore since",
        ),
        ("since my son was born on 3/4/2016", "since my son was born on <BIRTH_DATE> (in 2016)"),
        ("my birthday is 3 April", "my birthday is <BIRTH_DATE>"),
    ],
)
def test_a_date_of_birth_leaves_what_matters_of_it(written: str, left: str) -> None:
    assert redact(written, date(2026, 11, 23)).text == left


def test_what_was_found_is_counted_by_kind() -> None:
    found = redact("I'm Ann Hill, 07700 900123 or 07700 900456", DAY)
    assert found.text == "I'm <NAME>, <PHONE> or <PHONE>"
    assert found.found == {"NAME": 1, "PHONE": 2}


def test_redacting_twice_changes_nothing_more() -> None:
    for name in ("identifiers", "mixed", "voices", "phone_typed"):
        for message in labelled(name):
            once = redact(message.text, DAY).text
            assert redact(once, DAY).text == once


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_redacted(text: str) -> None:
    redacted = redact(text, DAY)
    assert redacted.text == text or redacted.found


@pytest.mark.parametrize("between", ["\n", ". ", ", "])
@pytest.mark.parametrize(
    "fact",
    [
        "left hip pain since 2019, 7/10",
        "I fell on 12 March and can't stand",
        "9 weeks, worse at night",
        "76, fell",
        "111 said wait 4 hours",
        "Numb",
    ],
)
def test_a_fact_survives_after_any_identifier(fact: str, between: str) -> None:
    for message in labelled("identifiers"):
        # after a comma, a number may well belong to the number before it
        if not (between == ", " and fact[0].isdigit() and message.text[-1].isdigit()):
            redacted = redact(f"{message.text}{between}{fact}", DAY).text
            assert redacted.endswith(fact), redacted


def test_a_labelled_line_is_read_as_in_rasas_training_data() -> None:
    line = marked("my name is [Ann Hill](NAME) ok")
    assert line.text == "my name is Ann Hill ok"
    assert [(line.text[s.start : s.end], s.kind) for s in line.spans] == [("Ann Hill", "NAME")]


def test_redaction_needs_no_network_and_no_rasa() -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise OSError('network')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse\n"
        "from bot.privacy.redact import redact\n"
        "print(redact('write to ann@example.org').text, 'rasa' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    assert done.stdout.strip() == "write to <EMAIL> False"


@pytest.mark.parametrize("name", hostile_texts.TEXTS)
def test_a_text_full_of_numbers_is_not_searched_for_ever(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most as often as the tries say, and once for each number that is found."""
    tried = []
    parse = phonenumbermatcher.parse

    def counted(*arguments: Any, **named: Any) -> Any:
        tried.append(arguments)
        return parse(*arguments, **named)

    monkeypatch.setattr(phonenumbermatcher, "parse", counted)
    redact(hostile_texts.TEXTS[name])
    assert len(tried) <= len(PHONE_COUNTRIES) * (PHONE_TRIES + 2_000 // SHORTEST_PHONE)


def test_a_phone_number_after_a_diary_of_pain_is_found() -> None:
    diary = "Mon 7/10 Tue 6/10 Wed 5/10 " * 70
    assert redact(f"{diary}Thanks! 0800 1111").found == {"PHONE": 1}
