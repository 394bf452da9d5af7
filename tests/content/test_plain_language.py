"""Plain words: every text that a visitor may read, one by one (clinical reference, section 7)."""

from __future__ import annotations

import re
import warnings

import pytest

from tests.content.texts import texts

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # textstat imports pkg_resources, which warns
    import textstat

#: School grade (Flesch-Kincaid) that no text may exceed: a reading age of about 13.
HARDEST_GRADE = 8
#: Words in the longest sentence.
LONGEST_SENTENCE = 25
#: A text of fewer words has no meaningful grade.
FEWEST_WORDS_TO_GRADE = 12
BANNED = {
    "don't worry": r"\b(?:don't|do not|no need to) worry\b",
    "definitely": r"\bdefinitely\b",
    "guaranteed": r"\bguarantee",
    "cure": r"\bcur(?:e|es|ed|ing)\b",
    "permanent": r"\bpermanent",
    "millions": r"\bmillions\b",
    "a dose": r"\b\d+ ?(?:mg|milligrams?|ml|micrograms?)\b|\bmg\b",
    "how many tablets": r"\b(?:take|taking) (?:\d|one|two|three|four) ",
    "a sure diagnosis": r"\b(?:you have|you've got|this is) (?:arthritis|bursitis|sciatica|a fracture|a clot|cancer)\b",
    "in the mind": r"\bin (?:the|your) (?:mind|head)\b",
    "old medical register": r"\b(?:utilise|commence|prior to|in order to|approximately|adverse|contraindicat\w+)\b",
}

ALL = sorted(texts())


def _sentences(text: str) -> list[str]:
    """Sentences, list items and lines, as a reader sees them."""
    pieces = re.split(r"(?<=[.!?:])\s+|\n+|; ", text)
    return [piece for piece in pieces if re.search(r"[a-z]", piece)]


def _gradable(text: str) -> str:
    """``text`` as prose: list marks and telephone numbers would be counted as hard words."""
    text = re.sub(r"(?m)^(?:- |\d+\. )", "", text)
    text = re.sub(r"\([^)]*\)", "", text)
    return ". ".join(sentence.strip(" .:") for sentence in _sentences(text)) + "."


@pytest.mark.parametrize("place", ALL)
def test_no_placeholder_is_left_in_what_a_visitor_reads(place: str) -> None:
    assert not re.search(r"[{}]", texts()[place])


@pytest.mark.parametrize("place", [p for p in ALL if len(texts()[p].split()) >= FEWEST_WORDS_TO_GRADE])
def test_a_child_of_thirteen_can_read_it(place: str) -> None:
    assert textstat.flesch_kincaid_grade(_gradable(texts()[place])) <= HARDEST_GRADE


@pytest.mark.parametrize("place", ALL)
def test_no_sentence_is_long(place: str) -> None:
    long = [s for s in _sentences(texts()[place]) if len(s.split()) > LONGEST_SENTENCE]
    assert long == []


@pytest.mark.parametrize("place", ALL)
def test_no_banned_wording(place: str) -> None:
    found = [name for name, words in BANNED.items() if re.search(words, texts()[place], re.IGNORECASE)]
    assert found == []


@pytest.mark.parametrize("place", [p for p in ALL if p.startswith("flag ")])
def test_a_warning_never_names_a_disease_as_certain(place: str) -> None:
    assert not re.search(r"\b(?:is|are) (?:a sign of|due to|caused by)\b", texts()[place])


def test_the_measure_itself_tells_hard_text_from_plain_text() -> None:
    hard = (
        "Prophylactic anticoagulation substantially ameliorates thromboembolic complications "
        "subsequent to arthroplasty, notwithstanding considerable heterogeneity."
    )
    assert textstat.flesch_kincaid_grade(_gradable(hard)) > HARDEST_GRADE
    assert textstat.flesch_kincaid_grade("The cat sat on the mat. It was warm.") < 3
    assert re.search(BANNED["cure"], "a sure cure", re.IGNORECASE)
    assert re.search(BANNED["a dose"], "take 400mg", re.IGNORECASE)
