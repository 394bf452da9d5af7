"""The answers are in our own words: nothing is copied from the clinic's article.

The article itself is not in the repository; ``article_shingles.txt`` holds the first ten hex digits of
the sha1 of every run of eight words of it.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.content.texts import texts

SHINGLES = Path(__file__).with_name("article_shingles.txt")
#: Words in a run that counts as copied.
RUN = 8
#: Hex digits kept of each hash.
DIGITS = 10


def shingles(text: str) -> dict[str, str]:
    """Each run of eight words in one paragraph or list item of ``text``, by the beginning of its hash."""
    runs = []
    for line in text.lower().replace("'", "").replace("’", "").splitlines():
        words = re.findall(r"[a-z0-9]+", line)
        runs += [" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)]
    return {hashlib.sha1(run.encode()).hexdigest()[:DIGITS]: run for run in runs}


@pytest.fixture(scope="module")
def article() -> set[str]:
    """The hashes of the article."""
    return set(SHINGLES.read_text(encoding="ascii").split())


def test_the_hashes_of_the_article_are_there(article: set[str]) -> None:
    assert len(article) > 1_000
    assert all(re.fullmatch(rf"[0-9a-f]{{{DIGITS}}}", shingle) for shingle in article)


def test_the_comparison_finds_a_run_of_eight_words_in_any_spelling() -> None:
    one = shingles("Hold on to a Chair, and lift your leg.")
    assert set(shingles("then hold on to a chair and lift your leg slowly")) & set(one)
    assert not set(shingles("then hold on to the table and lift your leg slowly")) & set(one)


@pytest.mark.parametrize("place", sorted(texts()))
def test_no_eight_words_in_a_row_are_the_articles(article: set[str], place: str) -> None:
    copied = [run for shingle, run in shingles(texts()[place]).items() if shingle in article]
    assert copied == []
