"""The labelled messages go through the running assistant; then its whole folder is searched for the identifiers."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from evaluation.redaction import labelled
from evaluation.stack import PROJECT, Stack, Visitor
from tests.channel.conftest import Post

#: Of all identifiers sent, this share may be found again.
MOST_KEPT = 0.05
MESSAGES = [message for name in ("identifiers", "mixed", "voices", "heldout") for message in labelled(name)]
A_CHAT = 12


def everything_written(folder: Path) -> str:
    """The raw bytes of every file below ``folder``, read as text; JSON escapes resolved."""
    raw = b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    text = raw.decode("utf-8", errors="replace")
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match.group(1), 16)), text)


def sought(identifier: str) -> str:
    return json.dumps(identifier, ensure_ascii=False)[1:-1]


@pytest.fixture(scope="module")
def written(stack: Stack, client: httpx.Client) -> str:
    for start in range(0, len(MESSAGES), A_CHAT):
        someone = Visitor(stack.url, client)
        for message in MESSAGES[start : start + A_CHAT]:
            assert someone.say(message.text)["messages"], message.text
    _let_the_review_pages_read(stack)
    return everything_written(stack.folder)


def _let_the_review_pages_read(stack: Stack) -> None:
    """Fills the database of the team's pages, as `make run` does all the time."""
    command = [sys.executable, "-m", "bot.review"]
    subprocess.run(
        [*command, "prepare"], cwd=PROJECT, env=stack.environment(), check=True, stdout=subprocess.DEVNULL
    )
    last = _ask(stack.folder / "conversations.db", "SELECT max(id) FROM events")
    with (stack.folder / "follow.log").open("ab") as log:
        follower = subprocess.Popen(
            [*command, "follow"], cwd=PROJECT, env=stack.environment(), stdout=log, stderr=log
        )
    try:
        until = time.monotonic() + 60
        while _ask(stack.folder / "review.db", "SELECT max(last_event) FROM review_cursor") < last:
            assert time.monotonic() < until
            time.sleep(0.2)
    finally:
        follower.terminate()
        follower.wait(20)


def _ask(database: Path, question: str) -> int:
    connection = sqlite3.connect(database)
    try:
        return int(connection.execute(question).fetchone()[0] or 0)
    finally:
        connection.close()


def test_the_review_database_has_the_chats_and_placeholders(written: str, stack: Stack) -> None:
    chats = _ask(stack.folder / "review.db", "SELECT count(*) FROM review_conversation")
    assert chats >= len(MESSAGES) // A_CHAT
    assert "<NAME>" in (stack.folder / "review.db").read_bytes().decode("utf-8", "replace")


def test_of_all_identifiers_at_most_one_in_twenty_is_in_a_file(written: str) -> None:
    sent = [
        message.text[span.start : span.end]
        for message in MESSAGES
        for span in message.spans
        # a short one, as a first name, is found in anything
        if len(message.text[span.start : span.end]) >= 8
    ]
    kept = [identifier for identifier in sent if sought(identifier) in written]
    assert len(sent) > 200
    assert len(kept) <= MOST_KEPT * len(sent), kept


def test_what_was_said_about_the_hip_is_kept(written: str) -> None:
    for message in MESSAGES:
        for fact in message.keeps:
            assert sought(fact) in written, fact


def test_a_comment_on_a_reply_is_redacted_too(post: Post, session: str, stack: Stack) -> None:
    turn = post("messages", {"session": session, "text": "Is walking good for my hip?"}).json()["turn"]
    given = {
        "session": session,
        "turn": turn,
        "rating": "down",
        "comment": "ring me on 07700 900987, I can't walk",
    }
    assert post("feedback", given).status_code == 200
    written = everything_written(stack.folder)
    assert "ring me on <PHONE>, I can't walk" in written
    # the digits by themselves: some probability in the tracker may hold them by chance
    assert not re.search(r"(?<!\d)900987(?!\d)|07700 ?900987", written)
