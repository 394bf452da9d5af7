"""A server that is asked to stop, with a turn that is held in its middle: what arrives now, and what becomes of the turn."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from evaluation.stack import Stack, Visitor
from tests.channel.conftest import FELL, ORDINARY, Store, assert_safety_card


class Gate(ThreadingHTTPServer):
    """In front of the action server: passes requests on while it is open, and holds them while it is not."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _PassesOn)
        self.open, self.held = threading.Event(), threading.Event()
        self.open.set()
        self.behind = ""


class _PassesOn(BaseHTTPRequestHandler):
    server: Gate

    def do_GET(self) -> None:
        try:
            self._answer(httpx.get(self.server.behind + self.path))
        except httpx.HTTPError:
            self.send_error(502)  # it is still starting

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.server.open.is_set():
            self.server.held.set()
            self.server.open.wait()
        self._answer(
            httpx.post(
                self.server.behind + self.path, content=body, headers={"Content-Type": "application/json"}
            )
        )

    def _answer(self, answer: httpx.Response) -> None:
        self.send_response(answer.status_code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def gate() -> Iterator[Gate]:
    """A gate that serves; opened at the end."""
    with Gate() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.open.set()
            server.shutdown()
            thread.join()


def wait_until_red(stack: Stack, client: httpx.Client) -> httpx.Response:
    """The first answer of ``/health`` that is not 200."""
    for _ in range(200):
        answer = client.get(f"{stack.url}/health")
        if answer.status_code != 200:
            return answer
        time.sleep(0.05)
    return answer


def test_from_the_signal_on_no_turn_is_begun_and_the_one_that_runs_is_finished(
    trained_model: str, client: httpx.Client
) -> None:
    with gate() as door, ThreadPoolExecutor(1) as visitor:
        address = f"http://127.0.0.1:{door.server_address[1]}"
        stack = Stack(CHAT_ANSWER_SECONDS="60", ACTIONS_URL=address)
        door.behind = f"http://127.0.0.1:{stack.actions_port}"
        with stack:
            _stop_in_mid_turn(stack, door, client, visitor)


def _stop_in_mid_turn(stack: Stack, door: Gate, client: httpx.Client, visitor: ThreadPoolExecutor) -> None:
    running, other = Visitor(stack.url, client), Visitor(stack.url, client)
    door.open.clear()
    turn: Future[dict[str, object]] = visitor.submit(running.say, ORDINARY)
    assert door.held.wait(30)
    assert stack.chat is not None
    os.kill(stack.chat.pid, signal.SIGTERM)
    health = wait_until_red(stack, client)
    assert health.status_code == 503
    assert health.json() == {"model": "ok", "store": "ok", "turns": "down", "actions": "ok"}
    for text in (ORDINARY, FELL):
        assert_safety_card(other.say(text))
    assert not turn.done()
    door.open.set()
    reply = turn.result(60)
    assert "error" not in reply
    assert reply["advice"]["topics"] == ["walking"]
    assert stack.chat.wait(30) == 0
    kept = Store(stack.folder).events(running.session, "user")
    assert [event["text"] for event in kept if event["text"]] == [ORDINARY]
    assert Store(stack.folder).events(other.session, "user") == []
