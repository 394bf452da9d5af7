"""``make faults``: processes are killed, stopped and frozen while visitors talk; nothing kept may be lost or doubled.

Runs two chat servers on a PostgreSQL and a Redis of its own, and writes docs/faults.md. The tests run a short form.
"""

from __future__ import annotations

import json
import random
import signal
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg2

from bot.channel.tokens import Tokens
from evaluation.machine import machine_line, today
from evaluation.score_report import table
from evaluation.servers import PostgreSQL, Redis
from evaluation.stack import PROJECT, Stack, Visitor, several

PAGE = PROJECT / "docs" / "faults.md"
SECRET = "faults-" + "0123456789abcdefghijklmnopqrstuvwxyz"
ORDINARY = "Is walking good for my hip?"
FELL = "I fell and can't stand on my leg"
#: A request that has taken longer than this hangs.
HANGS_SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    """What came back for one message."""

    status: int
    body: dict[str, Any]
    seconds: float

    @property
    def kept(self) -> bool:
        """Whether the visitor got an ordinary reply."""
        return self.status == 200

    @property
    def cards(self) -> list[str]:
        """Kinds of the cards shown."""
        return [m["card"]["kind"] for m in self.body.get("messages", []) if "card" in m]


@dataclass
class Rig:
    """Two chat servers on one database and one Redis, and a client that talks to either."""

    database: PostgreSQL
    redis: Redis
    servers: list[Stack]
    client: httpx.Client

    def session(self, server: int = 0) -> str:
        """A new conversation."""
        return Visitor(self.servers[server].url, self.client).session

    def say(self, session: str, text: str, server: int = 0) -> Answer:
        """Sends a message to one of the servers; status 0 when the connection broke, -1 when it hung."""
        begun = time.perf_counter()
        try:
            response = self.client.post(
                f"{self.servers[server].url}/webhooks/chat/messages", json={"session": session, "text": text}
            )
            status, body = response.status_code, response.json()
        except httpx.TimeoutException:
            status, body = -1, {}
        except httpx.HTTPError:
            status, body = 0, {}
        return Answer(status, body, time.perf_counter() - begun)

    def health(self, server: int = 0) -> tuple[int, dict[str, str]]:
        """Status and parts of ``/health``."""
        response = self.client.get(f"{self.servers[server].url}/health")
        return response.status_code, response.json()

    def heals(self, server: int = 0, within: float = 30.0) -> bool:
        """Waits until ``/health`` is green again."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            try:
                if self.health(server)[0] == 200:
                    return True
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        return False

    def said(self, session: str) -> list[str]:
        """The visitor's messages of a conversation as the database holds them."""
        conversation = Tokens(SECRET, 12 * 3600).conversation(session)
        connection = psycopg2.connect(self.database.url)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT data FROM events WHERE sender_id = %s AND type_name = 'user' ORDER BY id",
                (conversation,),
            )
            found = [json.loads(data) for (data,) in cursor.fetchall()]
        connection.close()
        assert len({event["message_id"] for event in found}) == len(found), "a turn is kept twice"
        return [event["text"] for event in found]


@contextmanager
def rig(servers: int = 2, **environment: str) -> Iterator[Rig]:
    """Everything running; stopped at the end."""
    with (
        PostgreSQL() as database,
        Redis() as redis,
        several(servers, database.url, redis.url, CHAT_SECRET=SECRET, **environment) as running,
        httpx.Client(timeout=HANGS_SECONDS, limits=httpx.Limits(max_connections=64)) as client,
    ):
        yield Rig(database, redis, running, client)


# ------------------------------------------------------------------ what is done, and what is counted


def at_once(rig: Rig, width: int, conversations: int) -> dict[str, int]:
    """``width`` messages at once in one session, taking turns between the servers: how many are lost, how many hang."""
    lost = hung = refused = 0
    for _ in range(conversations):
        session = rig.session()
        texts = [f"My pain is {n} out of 10" for n in range(width)]
        with ThreadPoolExecutor(width) as crowd:
            answers = list(
                crowd.map(lambda n, s=session, t=texts: rig.say(s, t[n], n % len(rig.servers)), range(width))
            )
        hung += sum(answer.status == -1 for answer in answers)
        refused += sum(answer.status not in (200, -1) for answer in answers)
        kept = rig.said(session)
        lost += sum(text not in kept for text, answer in zip(texts, answers, strict=True) if answer.kept)
    return {"messages": conversations * width, "lost": lost, "refused": refused, "hung": hung}


def moving(rig: Rig, conversations: int, at_a_time: int = 4) -> dict[str, int]:
    """Each message of a conversation goes to the next server: in how many are all facts still known at the end."""

    def talk(number: int) -> bool:
        session = rig.session(number % len(rig.servers))
        facts: dict[str, Any] = {}
        for turn, text in enumerate(
            (
                f"My pain is {number % 7} out of 10",
                "I have had it for two years",
                "I'm 70",
                "what can I do?",
            )
        ):
            answer = rig.say(session, text, (number + turn) % len(rig.servers))
            facts = (answer.body.get("advice") or {}).get("facts", {})
        return (facts.get("pain_score"), facts.get("chronic"), facts.get("over_65")) == (
            number % 7,
            True,
            True,
        )

    with ThreadPoolExecutor(at_a_time) as crowd:
        kept = sum(crowd.map(talk, range(conversations)))
    return {"conversations": conversations, "context kept": kept}


@dataclass
class Outage:
    """What a visitor and an operator see while something is gone, and after."""

    ordinary: Answer
    emergency: Answer
    health: tuple[int, dict[str, str]]
    health_seconds: float
    heals: bool
    after: Answer
    kept: list[str]


def outage(rig: Rig, begin: Any, end: Any, server: int = 0) -> Outage:
    """A conversation before, during and after ``begin()`` and ``end()``."""
    session = rig.session(server)
    before = rig.say(session, "My pain is 4 out of 10", server)
    assert before.kept, before
    begin()
    try:
        ordinary = rig.say(session, ORDINARY, server)
        emergency = rig.say(session, FELL, server)
        asked = time.perf_counter()
        health = rig.health(server)
        took = time.perf_counter() - asked
    finally:
        end()
    heals = rig.heals(server)
    after = rig.say(session, "What causes hip pain?", server)
    return Outage(ordinary, emergency, health, took, heals, after, rig.said(session))


def database_stopped(rig: Rig) -> Outage:
    """PostgreSQL stopped in mid-conversation and started again."""
    return outage(rig, rig.database.stop, rig.database.start)


def database_frozen(rig: Rig) -> Outage:
    """PostgreSQL takes everything and answers nothing, as when its machine hangs."""
    return outage(rig, rig.database.freeze, rig.database.thaw)


def redis_stopped(rig: Rig) -> Outage:
    """Redis stopped and started again, empty."""
    return outage(rig, rig.redis.stop, rig.redis.start)


def database_down_at_start(rig: Rig) -> tuple[tuple[int, dict[str, str]], Answer, Answer, bool, Answer]:
    """A server started without its database: health, an ordinary message, an emergency; then healing, and a message."""
    session = rig.session()
    second = rig.servers[1]
    second.stop(second.chat)
    rig.database.stop()
    try:
        second.start_chat()
        second.wait_until_ready()
        health = rig.health(1)
        ordinary, emergency = rig.say(session, ORDINARY, 1), rig.say(session, FELL, 1)
    finally:
        rig.database.start()
    return health, ordinary, emergency, rig.heals(1), rig.say(session, ORDINARY, 1)


@dataclass
class Kills:
    """What was counted over servers killed under load."""

    kills: int
    answered: int
    missing: int
    doubled: int
    refused: int
    broken: int
    longest_seconds: float


def killed_under_load(rig: Rig, kills: int, visitors: int = 4, seed: int = 1) -> Kills:
    """One server after the other is killed with -9 at a random moment while visitors talk; then it is started again."""
    chance = random.Random(seed)
    over = threading.Event()
    lock = threading.Lock()
    talked: list[tuple[str, str, Answer]] = []

    def talk(number: int) -> None:
        session, count = "", 0
        while not over.is_set():
            server = (number + count) % len(rig.servers)
            try:
                if count % 8 == 0:
                    session = rig.session(server)
            except httpx.HTTPError:
                count += 1
                continue
            text = f"My pain is {count % 7} out of 10, message {number} {count}"
            answer = rig.say(session, text, server)
            with lock:
                talked.append((session, text, answer))
            count += 1

    with ThreadPoolExecutor(visitors) as crowd:
        jobs = [crowd.submit(talk, number) for number in range(visitors)]
        try:
            for kill in range(kills):
                victim = rig.servers[kill % len(rig.servers)]
                time.sleep(chance.uniform(0.2, 1.5))
                victim.stop(victim.chat, signal.SIGKILL)
                victim.start_chat()
                victim.wait_until_ready()
        finally:
            over.set()
        for job in jobs:
            job.result()
    missing = doubled = 0
    for session in {session for session, _, _ in talked}:
        kept = rig.said(session)
        answered = [text for of, text, answer in talked if of == session and answer.kept]
        missing += sum(text not in kept for text in answered)
        doubled += len(kept) - len(set(kept))
    statuses = [answer.status for _, _, answer in talked]
    return Kills(
        kills,
        statuses.count(200),
        missing,
        doubled,
        sum(status > 200 for status in statuses),
        sum(status <= 0 for status in statuses),
        max(answer.seconds for _, _, answer in talked),
    )


def stopped_gracefully(rig: Rig, messages: int = 6) -> list[Answer]:
    """A server is asked to stop (SIGTERM) while it works on messages: each is still answered."""
    sessions = [rig.session(1) for _ in range(messages)]
    with ThreadPoolExecutor(messages) as crowd:
        jobs = [crowd.submit(rig.say, session, ORDINARY, 1) for session in sessions]
        time.sleep(0.05)
        rig.servers[1].stop(rig.servers[1].chat)
        answers = [job.result() for job in jobs]
    rig.servers[1].start_chat()
    rig.servers[1].wait_until_ready()
    kept = [rig.said(session) == [ORDINARY] for session in sessions]
    assert all(held for held, answer in zip(kept, answers, strict=True) if answer.kept)
    return answers


# ------------------------------------------------------------------ the page


def _seen(answer: Answer) -> str:
    cards = ", ".join(answer.cards) or "none"
    return f"{answer.status}, cards: {cards}, {answer.seconds:.1f} s"


def _outage_row(name: str, found: Outage) -> list[str]:
    down = ", ".join(part for part, state in found.health[1].items() if state != "ok")
    return [
        name,
        _seen(found.ordinary),
        _seen(found.emergency),
        f"{found.health[0]} ({down} down), {found.health_seconds:.1f} s",
        "yes" if found.heals and found.after.kept else "NO",
    ]


def main() -> int:
    """Runs everything in full size and writes the page."""
    parts: list[str] = []
    with rig(CHAT_ANSWER_SECONDS="8") as running:
        rows = [["messages at once in one session", "messages", "lost", "refused", "hung"]]
        for width in (2, 4, 8):
            counted = at_once(running, width, 36)
            rows.append([f"{width}, in 36 conversations", *(str(value) for value in counted.values())])
            print(rows[-1], flush=True)
        parts += ["## Messages at once, over two servers\n", table(rows)]
        moved = moving(running, 1000)
        print(moved, flush=True)
        parts += [
            "## Sessions moving between two servers\n",
            f"{moved['context kept']} of {moved['conversations']} conversations of four messages, each message to "
            "the other server: every fact was known at the end.\n",
        ]
        rows = [["fault", "an ordinary question", "an emergency", "`/health`", "heals by itself"]]
        for name, fault in (
            ("PostgreSQL stopped", database_stopped),
            ("PostgreSQL frozen", database_frozen),
            ("Redis stopped", redis_stopped),
        ):
            rows.append(_outage_row(name, fault(running)))
            print(rows[-1], flush=True)
        health, ordinary, emergency, heals, after = database_down_at_start(running)
        rows.append(
            [
                "PostgreSQL down at the start",
                _seen(ordinary),
                _seen(emergency),
                f"{health[0]}",
                "yes" if heals and after.kept else "NO",
            ]
        )
        print(rows[-1], flush=True)
        parts += ["## Something is gone\n", table(rows)]
        graceful = stopped_gracefully(running)
        parts += [
            "## A server is asked to stop while it works on six messages\n",
            f"{sum(answer.kept for answer in graceful)} of {len(graceful)} were answered, "
            f"in {statistics.median(answer.seconds for answer in graceful):.1f} s (median).\n",
        ]
        print(parts[-1], flush=True)
        killed = killed_under_load(running, 50)
        print(killed, flush=True)
        rows = [
            [
                "kills",
                "answered turns",
                "missing from the store",
                "kept twice",
                "safety card",
                "broken",
                "longest",
            ],
            [
                *(
                    str(v)
                    for v in (killed.kills, killed.answered, killed.missing, killed.doubled, killed.refused)
                ),
                str(killed.broken),
                f"{killed.longest_seconds:.1f} s",
            ],
        ]
        parts += ["## A server killed with -9 at random moments, four visitors talking\n", table(rows)]
    write_page(PAGE, parts)
    return 0


def write_page(page: Path, parts: list[str]) -> None:
    """Writes the page with its head."""
    head = [
        "<!-- Written by `make faults`. -->\n",
        "# Faults\n",
        f"Measured {today()} on {machine_line()}, by `make faults`: two chat servers, one action server, a "
        "PostgreSQL and a Redis, all on this machine. The short form is in `tests/channel/test_faults.py`.\n",
        "A status of 200 is a turn that is kept. 503 is one that is not; it comes with the safety card, and in an "
        "emergency with the emergency's reply before it. “Broken” are connections that ended with the server.\n",
    ]
    page.write_text("\n".join([*head, *(part.rstrip("\n") + "\n" for part in parts)]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
