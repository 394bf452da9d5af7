"""What visitors write stands in no log, whatever goes wrong: a marker word is sent through every path."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from evaluation.stack import PROJECT, Stack, Visitor

#: Part of every word that is sent.
MARKER = "zebrafinch"


class _Broken(Stack):
    """The assistant with an action server whose actions fail."""

    def start_actions(self) -> None:
        port = str(self.actions_port)
        self.actions = self._start(
            "actions",
            sys.executable,
            "-m",
            "rasa_sdk",
            "--actions",
            "tests.channel.failing_actions",
            "--port",
            port,
        )


def _breakable() -> _Broken:
    breaking = Path(__file__).with_name("breaking")
    return _Broken(PYTHONPATH=f"{breaking}{os.pathsep}{os.environ.get('PYTHONPATH', PROJECT)}")


def logs(stack: Stack) -> dict[str, str]:
    return {path.name: path.read_text("utf-8", "replace") for path in stack.folder.glob("*.log")}


def assert_silent(stack: Stack) -> None:
    for name, text in logs(stack).items():
        lines = [line for line in text.splitlines() if MARKER in line.lower()]
        assert lines == [], name


def _raw(stack: Stack, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", stack.chat_port), 10) as connection:
        connection.sendall(request)
        connection.settimeout(10)
        try:
            return connection.recv(65_536)
        except TimeoutError:
            return b""


def test_the_marker_is_found_where_it_belongs(stack: Stack, client: httpx.Client) -> None:
    Visitor(stack.url, client).say(f"my {MARKER} hip hurts")
    assert MARKER.encode() in b"".join(p.read_bytes() for p in stack.folder.glob("conversations.db*"))


def test_answered_messages_leave_no_words_in_the_logs(stack: Stack, client: httpx.Client) -> None:
    someone = Visitor(stack.url, client)
    for text in (
        f"Is walking good? {MARKER}",
        f"I fell and can't stand on my leg {MARKER}",
        f"my calf is swollen since the flight {MARKER}",
        f"{MARKER} {MARKER}",
        f"/{MARKER}",
        f'/answer{{"chronic": "{MARKER}"}}',
        f"{MARKER}\x00\x1b[31m",
        MARKER * 150,
        f"check my hip {MARKER}",
        f"yes {MARKER}",
    ):
        assert someone.say(text)["messages"]
    turn = someone.say(MARKER)["turn"]
    given = {"session": someone.session, "turn": turn, "rating": "down", "comment": MARKER}
    assert client.post(f"{stack.url}/webhooks/chat/feedback", json=given).status_code == 200
    for route in ("history", "facts", "delete"):
        answer = client.post(f"{stack.url}/webhooks/chat/{route}", json={"session": someone.session})
        assert answer.status_code == 200
    assert_silent(stack)


def test_refused_requests_leave_no_words_in_the_logs(stack: Stack, client: httpx.Client) -> None:
    someone = Visitor(stack.url, client)
    chat = f"{stack.url}/webhooks/chat"
    bodies = [
        f'{{"text": "{MARKER}',
        json.dumps({"session": someone.session, "text": MARKER * 300}),
        json.dumps({"session": someone.session, "text": MARKER, MARKER: MARKER}),
        json.dumps({"session": MARKER, "text": MARKER}),
        json.dumps({"session": someone.session, "choice": MARKER}),
        json.dumps({"session": someone.session, "text": MARKER, "turn": MARKER + "!"}),
        json.dumps([MARKER]),
        MARKER * 9_000,
    ]
    for route in ("session", "messages", "history", "facts", "feedback", "delete"):
        for body in bodies:
            answer = client.post(f"{chat}/{route}", content=body.encode(), headers={"X-Words": MARKER})
            assert answer.status_code in (201, 400, 401, 413)
    assert client.get(f"{stack.url}/{MARKER}?words={MARKER}").status_code == 404
    assert client.put(f"{chat}/messages?words={MARKER}", content=MARKER.encode()).status_code == 405
    _raw(stack, f"POST /webhooks/chat/messages HTTP/1.1\r\nHost: x\r\n{MARKER}\r\n\r\n".encode())
    _raw(stack, f"{MARKER} {MARKER}\r\n\r\n".encode())
    _raw(stack, f"GET /%ff%{MARKER} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert_silent(stack)


def test_a_conversation_that_cannot_be_kept_leaves_no_words_in_the_logs(
    stack: Stack, client: httpx.Client
) -> None:
    someone = Visitor(stack.url, client)
    database = stack.folder / "conversations.db"
    blocker = sqlite3.connect(database, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        assert someone.say(f"my {MARKER} hip hurts")["error"]["code"] == "unavailable"
        assert someone.say(f"I fell and can't stand {MARKER}")["error"]["code"] == "unavailable"
    finally:
        blocker.execute("ROLLBACK")
        blocker.close()
    assert re.search(r"StoreUnavailable|could not be kept|failed|longer than", stack.log("chat"))
    assert_silent(stack)


@pytest.fixture(scope="module")
def broken_stack(trained_model: str) -> Iterator[Stack]:
    with _breakable() as running:
        yield running


@pytest.mark.parametrize("part", ["redaction", "understanding"])
def test_an_error_inside_the_chat_names_the_place_and_not_the_words(
    broken_stack: Stack, client: httpx.Client, part: str
) -> None:
    someone = Visitor(broken_stack.url, client)
    reply = someone.say(f"break {part} {MARKER}")
    assert reply["error"]["code"] == "unavailable"
    assert reply["messages"][-1]["card"]["kind"] == "fallback"
    assert "ValueError" in broken_stack.log("chat")
    assert "sitecustomize.py" in broken_stack.log("chat")
    assert_silent(broken_stack)
    assert someone.say("Is walking good?")["messages"]


def test_what_could_not_be_redacted_is_not_kept(broken_stack: Stack, client: httpx.Client) -> None:
    Visitor(broken_stack.url, client).say("break redaction kingfisher")
    assert b"kingfisher" not in b"".join(
        p.read_bytes() for p in broken_stack.folder.rglob("*") if p.is_file()
    )


def test_a_failing_action_leaves_no_words_in_the_logs(broken_stack: Stack, client: httpx.Client) -> None:
    someone = Visitor(broken_stack.url, client)
    someone.say(f"Is walking good? {MARKER}")
    broken_stack.stop(broken_stack.actions)
    someone.say(f"Is walking good? {MARKER} nobody there")
    assert "ValueError" in broken_stack.log("actions")
    assert_silent(broken_stack)
