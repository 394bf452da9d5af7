"""Starts the real assistant for tests, evaluation and benchmarks: action server and chat, own ports, own database."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

import httpx

Process = subprocess.Popen[bytes]
PROJECT = Path(__file__).resolve().parents[1]
#: Seconds until the assistant must be up; loading takes about 10 on two cores that have nothing else to do.
START_SECONDS = 300


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chromium() -> str:
    """The path of the system's Chromium. Raises RuntimeError when there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise RuntimeError("Chromium is not installed. On Debian or Ubuntu: apt-get install chromium")
    return found


class Stack:
    """The running assistant; use as a context manager. ``url`` is the chat's address.

    With ``review`` the review pages and their follower run, too, as with ``make run``.
    """

    def __init__(self, *, actions: bool = True, review: bool = False, **environment: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hip-")
        self.folder = Path(self._folder.name)
        self.chat_port, self.actions_port, self.review_port = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.chat_port}"
        self._with_actions, self._with_review = actions, review
        self._environment = environment
        self.chat: Process | None = None
        self.actions: Process | None = None
        self.pages: Process | None = None
        self.follower: Process | None = None

    def environment(self) -> Mapping[str, str]:
        """The environment of the processes."""
        return {
            **os.environ,
            "CHAT_PORT": str(self.chat_port),
            "ACTIONS_PORT": str(self.actions_port),
            "ACTIONS_URL": f"http://127.0.0.1:{self.actions_port}",
            "REVIEW_PORT": str(self.review_port),
            "DATA_FOLDER": str(self.folder),
            "TRACKER_DB": str(self.folder / "conversations.db"),
            "CHAT_RATE_LIMIT": "off",
            **self._environment,
        }

    def start_actions(self) -> None:
        """Starts (again) the action server."""
        self.actions = self._start(
            "actions",
            sys.executable,
            "-m",
            "rasa_sdk",
            "--actions",
            "actions.actions",
            "--port",
            str(self.actions_port),
        )

    def start_chat(self) -> None:
        """Starts (again) the Rasa server with the chat channel."""
        model = subprocess.run(
            [PROJECT / "scripts" / "model"], check=True, capture_output=True, text=True
        ).stdout.strip()
        self.chat = self._start(
            "chat",
            sys.executable,
            "-m",
            "bot.channel.serve",
            "--model",
            model,
            "--interface",
            "127.0.0.1",
            "--port",
            str(self.chat_port),
            "--endpoints",
            "endpoints.yml",
            "--credentials",
            "credentials.yml",
        )

    def start_review(self) -> None:
        """Starts (again) the review pages and what feeds them."""
        review = (sys.executable, "-m", "bot.review")
        with (self.folder / "prepare.log").open("wb") as log:
            subprocess.run([*review, "prepare"], cwd=PROJECT, env=self.environment(), check=True, stdout=log)
        self.pages = self._start("review", *review, "serve")
        self.follower = self._start("follow", *review, "follow")

    @property
    def processes(self) -> dict[str, Process]:
        """What runs, by name."""
        named = {
            "chat": self.chat,
            "actions": self.actions,
            "review pages": self.pages,
            "follower": self.follower,
        }
        return {name: process for name, process in named.items() if process is not None}

    def _start(self, name: str, *command: str) -> Process:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=PROJECT,
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log(self, name: str) -> str:
        """What the process ``name`` has printed."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def stop(self, process: Process | None, how: int = signal.SIGTERM) -> None:
        """Stops a process and waits for it."""
        if process is None or process.poll() is not None:
            return
        os.killpg(process.pid, how)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def wait_until_ready(self) -> None:
        """Waits for ``/health`` of the action server and of the chat. Raises RuntimeError with the log when it does not come.

        The chat tells for half a second what it found before, so that its word alone may be of an action server that went.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if self._with_actions:
                    httpx.get(f"http://127.0.0.1:{self.actions_port}/health", timeout=5).raise_for_status()
                status = httpx.get(f"{self.url}/health", timeout=5).status_code
                if status == 200 or (status == 503 and not self._with_actions):
                    return
            except httpx.HTTPError:
                pass
            if self.chat is not None and self.chat.poll() is not None:
                break
            time.sleep(0.3)
        raise RuntimeError("The assistant did not start:\n" + self.log("chat")[-4000:])

    def __enter__(self) -> Stack:
        try:
            if self._with_actions:
                self.start_actions()
            self.start_chat()
            if self._with_review:
                self.start_review()
            self.wait_until_ready()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes.values():
            self.stop(process)
        self._folder.cleanup()


@contextmanager
def several(count: int, tracker_db: str, redis_url: str, **environment: str) -> Iterator[list[Stack]]:
    """``count`` chat servers on one database, one Redis and one action server, which the first one has."""
    shared = {
        "TRACKER_DB": tracker_db,
        "REDIS_URL": redis_url,
        "CHAT_SECRET": secrets.token_urlsafe(48),
        **environment,
    }
    with ExitStack() as running:
        stacks = [running.enter_context(Stack(actions=True, review=False, **shared))]
        shared["ACTIONS_URL"] = f"http://127.0.0.1:{stacks[0].actions_port}"
        for _ in range(count - 1):
            stacks.append(running.enter_context(Stack(actions=False, review=False, **shared)))
        yield stacks


class Visitor:
    """One conversation through the chat API."""

    def __init__(self, url: str, client: httpx.Client | None = None) -> None:
        self._client = client or httpx.Client(timeout=60)
        self._url = url
        answer = self._post("session", {})
        self.session = str(answer["session"])

    def _post(self, path: str, body: dict[str, object]) -> dict[str, object]:
        while True:
            response = self._client.post(f"{self._url}/webhooks/chat/{path}", json=body)
            if response.status_code != 429:
                break
            time.sleep(int(response.headers.get("Retry-After", "1")))
        result: dict[str, object] = response.json()
        return result

    def say(self, text: str) -> dict[str, object]:
        """Sends typed text; the JSON of the reply (with ``error`` when it failed)."""
        return self._post("messages", {"session": self.session, "text": text})

    def choose(self, choice: str) -> dict[str, object]:
        """Picks a choice by its id."""
        return self._post("messages", {"session": self.session, "choice": choice})
