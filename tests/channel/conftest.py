"""What the tests of the public door share: raw requests, and a look into the conversation store."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channel.tokens import Tokens
from evaluation.stack import Stack, Visitor

Post = Callable[[str, Any], httpx.Response]
HOUR = 3600
FELL = "I fell and can't stand on my leg"
ORDINARY = "Is walking good for my hip?"
#: Seconds the channel waits for an answer where the action server is taken away.
PATIENCE = 3


class Store:
    """The conversations as Rasa's tracker store holds them."""

    def __init__(self, folder: Path) -> None:
        self._database = folder / "conversations.db"
        secret = (folder / "chat_secret").read_text(encoding="ascii")
        self.tokens = Tokens(secret, 12 * HOUR)

    def events(self, session: str, kind: str | None = None) -> list[dict[str, Any]]:
        """The events of one conversation in order, of one ``kind`` ("user", "bot", "slot") or all."""
        with sqlite3.connect(self._database) as database:
            rows = database.execute(
                "select data from events where sender_id = ? order by id",
                (self.tokens.conversation(session),),
            ).fetchall()
        database.close()
        found = [json.loads(data) for (data,) in rows]
        return [event for event in found if kind is None or event["event"] == kind]


@pytest.fixture(scope="session")
def store(stack: Stack) -> Store:
    """The conversation store of the shared assistant."""
    return Store(stack.folder)


@pytest.fixture
def post(stack: Stack, client: httpx.Client) -> Post:
    """Posts raw bytes, or a value as JSON, to a route of the chat API."""

    def send(route: str, body: Any) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(
            f"{stack.url}/webhooks/chat/{route}",
            content=content,
            headers={"Content-Type": "application/json"},
        )

    return send


@pytest.fixture
def session(post: Post) -> str:
    """The token of a new conversation."""
    return str(post("session", {}).json()["session"])


@pytest.fixture(scope="session")
def breakable_stack(trained_model: str) -> Iterator[Stack]:
    """An assistant of its own, whose action server the tests may take away."""
    with Stack(CHAT_ANSWER_SECONDS=str(PATIENCE)) as running:
        yield running


@pytest.fixture
def someone(breakable_stack: Stack, client: httpx.Client) -> Callable[[], Visitor]:
    """Opens a new conversation with the breakable assistant with each call."""
    return lambda: Visitor(breakable_stack.url, client)


@contextmanager
def _stopped(stack: Stack) -> Iterator[None]:
    stack.stop(stack.actions)
    try:
        yield
    finally:
        stack.start_actions()
        stack.wait_until_ready()


@contextmanager
def _hanging(stack: Stack) -> Iterator[None]:
    """A server on the action server's port that takes every request and never answers."""
    stack.stop(stack.actions)
    with socket.create_server(("127.0.0.1", stack.actions_port)) as server:
        held: list[socket.socket] = []
        over = threading.Event()
        server.settimeout(0.1)

        def accept() -> None:
            while not over.is_set():
                try:
                    held.append(server.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            for connection in held:
                connection.close()
    stack.start_actions()
    stack.wait_until_ready()


class _Fails(BaseHTTPRequestHandler):
    """Answers every request with an error, as an action server with a broken action does."""

    def do_GET(self) -> None:
        self.send_error(500)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_error(500)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def _failing(stack: Stack) -> Iterator[None]:
    stack.stop(stack.actions)
    with ThreadingHTTPServer(("127.0.0.1", stack.actions_port), _Fails) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
    stack.start_actions()
    stack.wait_until_ready()


BROKEN = {"stopped": _stopped, "hanging": _hanging, "failing": _failing}


@pytest.fixture(scope="module", params=BROKEN)
def broken_actions(request: pytest.FixtureRequest, breakable_stack: Stack) -> Iterator[str]:
    """The action server lost, in one way after the other, for all tests of a file."""
    with BROKEN[request.param](breakable_stack):
        yield request.param


def assert_emergency(reply: dict[str, object]) -> None:
    assert "error" not in reply
    assert reply["advice"]["urgency"] == "emergency"
    assert reply["advice"]["exercises"] == []
    first = reply["messages"][0]
    assert first["card"]["kind"] == "emergency"
    assert "Call" in first["text"]


def assert_safety_card(reply: dict[str, object]) -> None:
    assert reply["error"]["code"] == "unavailable"
    assert len(reply["messages"]) == 1
    card = reply["messages"][0]
    assert card["card"]["kind"] == "fallback"
    assert card["choices"] == []
    assert "cannot stand after a fall" in card["text"]
    assert "today" in card["text"]
    assert "{" not in card["text"]
