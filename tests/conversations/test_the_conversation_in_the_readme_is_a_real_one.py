"""What the README quotes of a conversation is what the assistant says."""

from __future__ import annotations

import re
from collections.abc import Callable

from evaluation.stack import PROJECT, Visitor
from tests.conversations.talk import said

Visitors = Callable[[], Visitor]
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def _quoted() -> list[list[tuple[str, list[str]]]]:
    """Each conversation: what the visitor writes, with the paragraphs that are quoted of the reply."""
    conversations = []
    for block in re.findall(r"(?m)(?:^>.*\n)+", README):
        paragraphs = re.sub(r"(?m)^> ?", "", block).strip().split("\n\n")
        turns: list[tuple[str, list[str]]] = []
        for paragraph in (" ".join(text.split()) for text in paragraphs):
            if bold := re.fullmatch(r"\*\*(.+)\*\*", paragraph):
                turns.append((bold[1], []))
            else:
                turns[-1][1].append(paragraph.removesuffix(" […]"))
        conversations.append(turns)
    return conversations


def test_every_quoted_paragraph_is_said(visitor: Visitors) -> None:
    conversations = _quoted()
    assert sum(len(turns) for turns in conversations) >= 5
    for turns in conversations:
        someone = visitor()
        for text, paragraphs in turns:
            reply = " ".join(said(someone.say(text)).split())
            assert paragraphs
            for paragraph in paragraphs:
                assert paragraph in reply, (text, paragraph, reply)
