"""Visitors for measurements: the same light client for this assistant and for a stock Rasa project."""

from __future__ import annotations

import http.client
import json
import os
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from evaluation.measured import percentile
from evaluation.stack import Process

#: What visitors say, in turn: questions, a fact, small talk, and something off topic.
SCRIPT = (
    "Is walking good for a sore hip?",
    "what are the first signs of arthritis in the hip",
    "it has been hurting for about two weeks, mostly when I climb stairs",
    "when are you open",
    "Do I need an X-ray, and what can I do besides exercise?",
    "thanks",
    "can you book me a taxi",
)


class Conversation(Protocol):
    """One conversation with an assistant."""

    def say(self, text: str) -> None:
        """Sends a message. Raises RuntimeError when it is not answered."""


class Caller:
    """Connections that stay open, one for each address."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._connections = [
            http.client.HTTPConnection(url.removeprefix("http://"), timeout=60) for url in urls
        ]

    def post(self, number: int, path: str, body: dict[str, str]) -> tuple[int, Any]:
        """Status and JSON of the answer of one of the addresses."""
        connection = self._connections[number % len(self._connections)]
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def close(self) -> None:
        """Ends the connections."""
        for connection in self._connections:
            connection.close()


class Chat:
    """A conversation through the chat API; with several addresses each message goes to the next."""

    def __init__(self, caller: Caller, first: int = 0) -> None:
        self._caller, self._turn = caller, first
        status, body = caller.post(first, "/webhooks/chat/session", {})
        if status != 201:
            raise RuntimeError(f"No session: {status} {body}")
        self._session = str(body["session"])

    def say(self, text: str) -> None:
        """Sends a message. Raises RuntimeError unless it is answered in words."""
        self._turn += 1
        status, body = self._caller.post(
            self._turn, "/webhooks/chat/messages", {"session": self._session, "text": text}
        )
        if status != 200 or not body.get("messages"):
            raise RuntimeError(f"Not answered: {status} {body}")


class Rest:
    """A conversation through Rasa's REST channel."""

    def __init__(self, caller: Caller, first: int = 0) -> None:
        self._caller, self._sender = caller, uuid.uuid4().hex

    def say(self, text: str) -> None:
        """Sends a message. Raises RuntimeError on an error; a stock project says nothing to what it does not understand."""
        status, body = self._caller.post(
            0, "/webhooks/rest/webhook", {"sender": self._sender, "message": text}
        )
        if status != 200:
            raise RuntimeError(f"Not answered: {status} {body}")


Opens = Callable[[Caller, int], Conversation]


@dataclass
class Talked:
    """Turns that were answered: seconds of each, and how long all took together."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    #: Turns that were not answered, for which the visitor got the safety card.
    refused: int = 0

    @property
    def a_second(self) -> float:
        """Messages answered a second."""
        return len(self.times) / self.seconds

    def ms(self, share: float) -> float:
        """Milliseconds that ``share`` of the turns stayed within."""
        return round(percentile(self.times, share) * 1000, 1)


def line(number: int) -> str:
    """The ``number``-th line of the script, over and over."""
    return SCRIPT[number % len(SCRIPT)]


def converse(urls: Sequence[str], opens: Opens, turns: int) -> list[float]:
    """One conversation; seconds of each turn."""
    caller = Caller(urls)
    talk = opens(caller, 0)
    times = []
    for number in range(turns):
        begun = time.perf_counter()
        talk.say(line(number))
        times.append(time.perf_counter() - begun)
    caller.close()
    return times


def crowd(urls: Sequence[str], opens: Opens, visitors: int, seconds: float, turns: int = 7) -> Talked:
    """So many visitors talk at once, each as fast as it is answered, in conversations of so many turns."""
    end = time.perf_counter() + seconds

    def talk(number: int) -> list[float]:
        caller = Caller(urls)
        times: list[float] = []
        while time.perf_counter() < end:
            conversation = opens(caller, number)
            for turn in range(turns):
                begun = time.perf_counter()
                conversation.say(line(turn))
                times.append(time.perf_counter() - begun)
                if time.perf_counter() > end:
                    break
        caller.close()
        return times

    begun = time.perf_counter()
    with ThreadPoolExecutor(visitors) as pool:
        times = [took for job in [pool.submit(talk, n) for n in range(visitors)] for took in job.result()]
    return Talked(times, time.perf_counter() - begun)


def paced(
    urls: Sequence[str],
    opens: Opens,
    a_second: float,
    messages: int,
    turns: int = 7,
) -> Talked:
    """Messages at a steady pace, whether the ones before are answered or not; times count from when each was due."""
    visitors = max(4, round(a_second))
    begun = time.perf_counter() + 0.5
    answered: list[float] = []
    refused: list[RuntimeError] = []

    def talk(number: int) -> None:
        caller = Caller(urls)
        conversation = opens(caller, number)
        for count, turn in enumerate(range(number, messages, visitors)):
            if count and count % turns == 0:
                conversation = opens(caller, number)
            due = begun + turn / a_second
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                conversation.say(line(count % turns))
                answered.append(time.perf_counter() - due)
            except RuntimeError as error:
                refused.append(error)
        caller.close()

    with ThreadPoolExecutor(visitors) as pool:
        for job in [pool.submit(talk, number) for number in range(visitors)]:
            job.result()
    return Talked(answered, time.perf_counter() - begun, len(refused))


def processor_seconds(*processes: Process | None) -> float:
    """Processor time the processes have used so far."""
    ticks = 0
    for process in processes:
        if process is not None:
            after = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            ticks += int(after[11]) + int(after[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def megabytes(process: int, field: str = "VmRSS") -> float:
    """Resident memory of the process with this id, in MiB; the most that it has had with ``VmHWM``."""
    for text in Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if text.startswith(f"{field}:"):
            return int(text.split()[1]) / 1024
    raise ProcessLookupError(process)
