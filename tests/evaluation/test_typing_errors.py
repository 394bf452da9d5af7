"""Typing errors put in by chance are small, repeatable ones, and the page says how each way met them."""

from __future__ import annotations

import random

import pytest

from evaluation.examples import Example
from evaluation.typing_errors import mistyped, page, with_errors

TEXT = "which exercises help when my hip is stiff"


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("errors", [0, 1, 2])
def test_so_many_words_are_mistyped_and_no_more(errors: int, seed: int) -> None:
    before, after = TEXT.split(), mistyped(TEXT, errors, random.Random(seed)).split()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    # two equal letters that change places are no error
    assert errors - 1 <= len(changed) <= errors
    assert all(abs(len(old) - len(new)) <= 1 and old[0] == new[0] and len(old) >= 4 for old, new in changed)


def test_the_same_seed_makes_the_same_errors() -> None:
    examples = [Example(TEXT, "best_exercise", "a"), Example("ok", "affirm", "b")]
    assert with_errors(examples, 1, 3) == with_errors(examples, 1, 3)
    assert with_errors(examples, 1, 3)[1].text == "ok"


def test_the_page_has_a_row_for_each_way() -> None:
    text = page([("one way", [0.9, 0.8, 0.7]), ("another", [0.9, 0.85, 0.8])], 10, 5)
    assert "| one way | 0.900" in " ".join(text.split()).replace(" |", " |")
    assert "| another" in text
