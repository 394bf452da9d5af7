"""``make fuzz [RUNS=100000]``: coverage-guided fuzzing of the way of a text, by atheris.

From the bytes of a request through the door, redaction, normalising and sentences to clinical facts: nothing but an
``ApiError`` may be raised, and what comes out of the door is printable, no command, and not much longer than what went in.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bot"]):
    from bot.channel.requests import LONGEST_TEXT, ApiError, clean, read_feedback, read_message, read_session
    from bot.understanding.facts import extract
    from bot.understanding.normalise import normaliser
    from bot.understanding.sentences import clauses, parse, sentences

DAY = date(2026, 11, 23)
#: A placeholder may be longer than what it replaces, but not by more than this for each character.
LONGEST_PLACEHOLDER = 30
#: Seconds of processor time that one text may take; a search that explodes takes minutes.
MOST_SECONDS = 5.0
_READERS = (read_message, read_feedback, read_session)


class Found(Exception):
    """Something that must never happen."""


def check_text(text: str) -> None:
    """Sends ``text`` the way a message goes. Raises :class:`Found`, or whatever fails."""
    begin = time.process_time()
    cleaned = clean(text)
    if cleaned.startswith("/"):
        raise Found("a command comes through the door")
    if any((ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF for c in cleaned):
        raise Found("a character comes through the door that no sentence needs")
    if len(cleaned) > 4 * len(text) + LONGEST_PLACEHOLDER * len(text):
        raise Found("the text has grown")
    normalised = normaliser()(cleaned)
    doc = parse(normalised)
    for sentence in sentences(doc):
        for clause in clauses(sentence):
            if normalised[clause.start : clause.end] != clause.text:
                raise Found("a clause is not where it says it is")
    for mention in extract(normalised, DAY):
        if not 0 <= mention.start <= mention.end <= len(normalised):
            raise Found("a fact is outside of the text")
    if time.process_time() - begin > MOST_SECONDS:
        raise Found("the text took too long")


def check_body(body: bytes) -> None:
    """Sends ``body`` to every route. Raises anything but an ``ApiError``."""
    for read in _READERS:
        try:
            read(body)
        except ApiError as error:
            if not (400 <= error.status < 500 and error.message):
                raise Found("a refusal without a reason") from None


def one(data: bytes) -> None:
    """One input of the fuzzer: raw bytes as a body, and as a text inside a right one."""
    check_body(data)
    text = data.decode("utf-8", "surrogateescape")[:LONGEST_TEXT]
    check_text(text)
    check_body(json.dumps({"session": "x", "text": text}).encode())


def main(arguments: Sequence[str]) -> None:
    """Fuzzes with libFuzzer's own options, from the labelled messages on. Ends the process."""
    from evaluation.redaction import FILES, labelled

    extract(normaliser()(clean("word lists are read with the first text")), DAY)
    with tempfile.TemporaryDirectory(prefix="hip-fuzz-") as folder:
        for name in FILES:
            for number, message in enumerate(labelled(name)):
                (Path(folder) / f"{name}{number}").write_text(message.text, encoding="utf-8")
        atheris.Setup([sys.argv[0], f"-max_len={4 * LONGEST_TEXT}", "-timeout=60", *arguments, folder], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
