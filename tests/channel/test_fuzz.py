"""The way of a text, with generated texts and with coverage-guided ones: nothing fails, nothing slips through."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.stack import PROJECT
from tests.privacy import hostile_texts

#: Inputs of the short run; `make fuzz` runs many more.
RUNS = 3_000

WORDS = st.sampled_from(
    [
        *(
            "my",
            "hip",
            "hurts",
            "since",
            "2019",
            "7/10",
            "fell",
            "can't",
            "stand",
            "/restart",
            "<NAME>",
            "07700",
            "900123",
        ),
        *(
            "ann@example.org",
            "12/03/1950",
            "no",
            "not",
            "never",
            "if",
            "mum",
            "999",
            "{",
            "}",
            '"',
            "'",
            "\\",
            "\x00",
            "\u202e",
        ),
        *(
            "😭",
            "é",
            "ß",
            "ﬁ",
            "½",
            "１２",
            "–",
            "…",
            "i'm",
            "i’m",
            "don't",
            "dob",
            "nhs",
            "number",
            "012",
            "is",
            ":",
            "=",
            "12",
        ),
        *("high", "street", "my name is", "Ann", "years", "weeks", "not", "but", "and", "?", ".", "\n"),
    ]
)


@given(st.text(max_size=400) | st.lists(WORDS, max_size=60).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_any_text_goes_all_the_way(text: str) -> None:
    # imported here: fuzzing instruments what it imports
    from evaluation.fuzz import check_text

    check_text(text)


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_body_is_read_or_refused(body: bytes) -> None:
    from evaluation.fuzz import check_body

    check_body(body)


@pytest.mark.parametrize("name", hostile_texts.TEXTS)
def test_texts_made_to_keep_a_search_busy_do_not(name: str) -> None:
    from evaluation.fuzz import check_text

    check_text(hostile_texts.TEXTS[name])


def test_a_short_run_of_the_fuzzer_finds_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "evaluation.fuzz", f"-runs={RUNS}", "-seed=1"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-4_000:]
    # libFuzzer ends with the mutations of the input it is at, so it may run some more than it was asked to
    ran = re.search(r"^Done (\d+) runs", done.stderr, re.MULTILINE)
    assert ran, done.stderr[-4_000:]
    assert int(ran.group(1)) >= RUNS
