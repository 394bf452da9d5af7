"""``make faults``: what runs is killed, stopped, frozen and starved while visitors talk; nothing kept may be lost or doubled.

Two chat servers on a PostgreSQL and a Redis of their own, and one on SQLite. What is found is kept in
``docs/measured.json`` and written to docs/faults.md; the tests run a short form.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg2

from bot.channel.tokens import Tokens
from evaluation.measured import Found, measure_parts
from evaluation.servers import PostgreSQL, Redis
from evaluation.stack import Process, Stack, Visitor, several
from evaluation.write_docs import main as write_docs

SECRET = "faults-" + "0123456789abcdefghijklmnopqrstuvwxyz"
PAIN = "My pain is 2 out of 10"
ORDINARY = "Is walking good for my hip?"
FELL = "I fell and can't stand on my leg"
#: A request that has taken longer than this hangs.
HANGS_SECONDS = 30.0
#: How long the action server keeps everybody waiting when it is slow; less than ``ANSWER_SECONDS``.
SLOW_SECONDS = 3.0
#: Seconds after which a visitor gets the safety card instead of waiting on.
ANSWER_SECONDS = 8.0
#: The library that gives a process a clock of its own (Debian's package faketime).
FAKETIME = "faketime/libfaketimeMT.so.1"


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

    @property
    def facts(self) -> dict[str, Any]:
        """The facts known after the message."""
        return dict((self.body.get("advice") or {}).get("facts", {}))


@dataclass
class Rig:
    """Chat servers on one database, and a client that talks to any of them; without ``database`` one server on SQLite."""

    servers: list[Stack]
    client: httpx.Client
    database: PostgreSQL | None = None
    redis: Redis | None = None
    #: Every message of a session with its answer.
    talked: dict[str, list[tuple[str, Answer]]] = field(default_factory=dict)

    def session(self, server: int = 0) -> str:
        """A new conversation."""
        session = Visitor(self.servers[server].url, self.client).session
        self.talked[session] = []
        return session

    def say(self, session: str, text: str, server: int = 0, **fields: Any) -> Answer:
        """Sends a message to one of the servers; status 0 when the connection broke, -1 when it hung."""
        begun = time.perf_counter()
        try:
            response = self.client.post(
                f"{self.servers[server].url}/webhooks/chat/messages",
                json={"session": session, "text": text, **fields},
            )
            status, body = response.status_code, response.json()
        except httpx.TimeoutException:
            status, body = -1, {}
        except httpx.HTTPError:
            status, body = 0, {}
        answer = Answer(status, body, time.perf_counter() - begun)
        self.talked[session].append((text, answer))
        return answer

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
        where = "FROM events WHERE sender_id = '" + conversation + "' AND type_name = 'user' ORDER BY id"
        connection: Any
        if self.database is None:
            connection = sqlite3.connect(self.servers[0].folder / "conversations.db")
        else:
            connection = psycopg2.connect(self.database.url)
        cursor = connection.cursor()
        cursor.execute(f"SELECT data {where}")
        found = [json.loads(data)["text"] for (data,) in cursor.fetchall()]
        connection.close()
        return found

    def lost_and_doubled(self, session: str) -> tuple[int, int]:
        """How many answered messages of a session are missing from the database, and how many are in it twice.

        The messages of a session must differ from one another, but for those sent again.
        """
        kept = self.said(session)
        answered = {text for text, answer in self.talked[session] if answer.kept}
        return len(answered - set(kept)), len(kept) - len(set(kept))


@contextmanager
def rig(servers: int = 2, **environment: str) -> Iterator[Rig]:
    """Chat servers on a PostgreSQL and a Redis; stopped at the end."""
    environment = {"CHAT_ANSWER_SECONDS": str(ANSWER_SECONDS), **environment}
    with (
        PostgreSQL() as database,
        Redis() as redis,
        several(servers, database.url, redis.url, CHAT_SECRET=SECRET, **environment) as running,
        httpx.Client(timeout=HANGS_SECONDS, limits=httpx.Limits(max_connections=64)) as client,
    ):
        yield Rig(running, client, database, redis)


@contextmanager
def single_rig(**environment: str) -> Iterator[Rig]:
    """One chat server on SQLite, as by default."""
    environment = {"CHAT_ANSWER_SECONDS": str(ANSWER_SECONDS), **environment}
    with (
        Stack(actions=True, review=False, CHAT_SECRET=SECRET, **environment) as stack,
        httpx.Client(timeout=HANGS_SECONDS) as client,
    ):
        yield Rig([stack], client)


# ------------------------------------------------------------------ several servers, one session


def at_once(rig: Rig, width: int, conversations: int) -> dict[str, int]:
    """``width`` messages at once in one session, taking turns between the servers."""
    counted = {"messages": conversations * width, "lost": 0, "doubled": 0, "refused": 0, "hung": 0}
    for _ in range(conversations):
        session = rig.session()
        with ThreadPoolExecutor(width) as crowd:
            answers = list(
                crowd.map(
                    lambda n, s=session: rig.say(
                        s, f"{ORDINARY} I ask this {n} times.", n % len(rig.servers)
                    ),
                    range(width),
                )
            )
        lost, doubled = rig.lost_and_doubled(session)
        counted["lost"] += lost
        counted["doubled"] += doubled
        counted["refused"] += sum(answer.status not in (200, -1) for answer in answers)
        counted["hung"] += sum(answer.status == -1 for answer in answers)
    return counted


def moving(rig: Rig, conversations: int, at_a_time: int = 4) -> int:
    """Each message of a conversation goes to the next server: in how many conversations all facts are known at the end."""

    def talk(number: int) -> bool:
        session = rig.session(number % len(rig.servers))
        texts = (
            f"My pain is {number % 4} out of 10",
            "I have had it for two years",
            "I'm 70",
            "what can I do?",
        )
        for turn, text in enumerate(texts):
            answer = rig.say(session, text, (number + turn) % len(rig.servers))
        known = [answer.facts.get(name) for name in ("pain_score", "chronic", "over_65")]
        return known == [number % 4, True, True]

    with ThreadPoolExecutor(at_a_time) as crowd:
        return sum(crowd.map(talk, range(conversations)))


# ------------------------------------------------------------------ something is gone


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
    lost: int
    doubled: int


def _told_of_pain(rig: Rig, session: str, server: int) -> None:
    """Says how much it hurts. Raises RuntimeError unless that is kept; a busy machine gets three tries."""
    for turn in range(3):
        if rig.say(session, PAIN, server, turn="turn-of-pain", again=turn > 0).kept:
            return
    raise RuntimeError(f"Not answered before the fault: {rig.talked[session][-1]}")


def outage(rig: Rig, begin: Callable[[], object], end: Callable[[], object], server: int = 0) -> Outage:
    """A conversation before, during and after ``begin()`` and ``end()``."""
    session = rig.session(server)
    _told_of_pain(rig, session, server)
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
    return Outage(
        ordinary, emergency, health, took, heals, after, rig.said(session), *rig.lost_and_doubled(session)
    )


def database_stopped(rig: Rig) -> Outage:
    """PostgreSQL stopped in mid-conversation and started again."""
    assert rig.database
    return outage(rig, rig.database.stop, rig.database.start)


def database_frozen(rig: Rig) -> Outage:
    """PostgreSQL takes everything and answers nothing, as when its machine hangs."""
    assert rig.database
    return outage(rig, rig.database.freeze, rig.database.thaw)


def redis_stopped(rig: Rig) -> Outage:
    """Redis stopped and started again, empty."""
    assert rig.redis
    return outage(rig, rig.redis.stop, rig.redis.start)


def _signal(process: Process | None, how: int) -> None:
    if process is not None:
        os.kill(process.pid, how)


def actions_killed(rig: Rig) -> Outage:
    """The action server killed with -9 and started again."""
    first = rig.servers[0]
    return outage(rig, lambda: first.stop(first.actions, signal.SIGKILL), first.start_actions)


def actions_hung(rig: Rig) -> Outage:
    """The action server takes every request and answers none, then goes on."""
    first = rig.servers[0]
    return outage(
        rig, lambda: _signal(first.actions, signal.SIGSTOP), lambda: _signal(first.actions, signal.SIGCONT)
    )


def actions_slow(rig: Rig) -> Outage:
    """The action server keeps the question waiting for ``SLOW_SECONDS``."""
    first = rig.servers[0]
    timer = threading.Timer(SLOW_SECONDS, _signal, (first.actions, signal.SIGCONT))

    def begin() -> None:
        _signal(first.actions, signal.SIGSTOP)
        timer.start()

    return outage(rig, begin, timer.join)


def disk_full(rig: Rig) -> Outage:
    """No file of the chat server may grow any more: the kernel refuses its writes, as on a full disk."""
    chat = rig.servers[0].chat
    assert chat is not None
    before = resource.prlimit(chat.pid, resource.RLIMIT_FSIZE)
    return outage(
        rig,
        lambda: resource.prlimit(chat.pid, resource.RLIMIT_FSIZE, (0, before[1])),
        lambda: resource.prlimit(chat.pid, resource.RLIMIT_FSIZE, before),
    )


def database_down_at_start(rig: Rig) -> Outage:
    """A server started without its database, which comes later."""
    assert rig.database
    database, second = rig.database, rig.servers[1]

    def begin() -> None:
        second.stop(second.chat)
        database.stop()
        second.start_chat()
        second.wait_until_ready()

    return outage(rig, begin, database.start, 1)


def chat_killed_in_mid_turn(rig: Rig) -> Outage:
    """A chat server killed with -9 while it works on a message, and started again; the visitor's page sends it again."""
    first = rig.servers[0]
    session = rig.session()
    _told_of_pain(rig, session, 0)
    _signal(first.actions, signal.SIGSTOP)  # holds the turn in its middle
    with ThreadPoolExecutor(1) as visitor:
        cut = visitor.submit(rig.say, session, ORDINARY, turn="turn-cut-off")
        time.sleep(0.5)
        first.stop(first.chat, signal.SIGKILL)
        _signal(first.actions, signal.SIGCONT)
        ordinary = cut.result()
    emergency = rig.say(session, FELL)
    first.start_chat()
    first.wait_until_ready()
    heals = rig.heals()
    again = rig.say(session, ORDINARY, turn="turn-cut-off", again=True)
    rig.say(session, ORDINARY, turn="turn-cut-off", again=True)
    return Outage(
        ordinary,
        emergency,
        (0, {}),
        0.0,
        heals,
        again,
        rig.said(session),
        *rig.lost_and_doubled(session),
    )


def faketime() -> Path | None:
    """The library that fakes the clock, where it is installed."""
    return next(iter(sorted(Path("/usr/lib").glob(f"*/{FAKETIME}"))), None)


@contextmanager
def clock_rig(folder: Path) -> Iterator[tuple[Rig, Callable[[str], None]]]:
    """A server whose clock can be set: ``set_clock("+1h")`` is from now an hour ahead. Raises RuntimeError."""
    library = faketime()
    if library is None:
        raise RuntimeError("faketime is not installed. On Debian or Ubuntu: apt-get install faketime")
    clock = folder / "clock"

    def set_clock(shift: str) -> None:
        clock.write_text(shift + "\n", encoding="ascii")

    set_clock("+0")
    with single_rig(
        LD_PRELOAD=str(library),
        FAKETIME_TIMESTAMP_FILE=str(clock),
        FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
        DONT_FAKE_MONOTONIC="1",
    ) as running:
        yield running, set_clock


def clock_jumps(rig: Rig, set_clock: Callable[[str], None], shift: str) -> Outage:
    """The clock is set to another time in mid-conversation, and back."""
    return outage(rig, lambda: set_clock(shift), lambda: set_clock("+0"))


# ------------------------------------------------------------------ servers stopped and killed


@dataclass
class Kills:
    """What was counted over servers killed under load."""

    kills: int
    visitors: int
    answered: int
    missing: int
    doubled: int
    refused: int
    broken: int
    longest: float


def killed_under_load(rig: Rig, kills: int, visitors: int = 4, seed: int = 1) -> Kills:
    """One server after the other is killed with -9 at a random moment while visitors talk; then it is started again."""
    chance = random.Random(seed)
    over = threading.Event()

    def talk(number: int) -> list[str]:
        sessions: list[str] = []
        count = 0
        while not over.is_set():
            server = (number + count) % len(rig.servers)
            try:
                if count % 8 == 0:
                    sessions.append(rig.session(server))
            except httpx.HTTPError:
                if not sessions:
                    continue
            rig.say(sessions[-1], f"{ORDINARY} Message {number} of {count}.", server)
            count += 1
        return sessions

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
        sessions = [session for job in jobs for session in job.result()]
    counted = [rig.lost_and_doubled(session) for session in sessions]
    answers = [answer for session in sessions for _, answer in rig.talked[session]]
    return Kills(
        kills,
        visitors,
        sum(answer.kept for answer in answers),
        sum(lost for lost, _ in counted),
        sum(doubled for _, doubled in counted),
        sum(answer.status > 200 for answer in answers),
        sum(answer.status <= 0 for answer in answers),
        round(max(answer.seconds for answer in answers), 1),
    )


@dataclass
class Stopped:
    """What was counted when a server was asked to stop in the middle of turns."""

    messages: int
    answered: int
    kept: int
    longest: float
    ended: float


def stopped_gracefully(rig: Rig, messages: int = 6) -> Stopped:
    """A server is asked to stop (SIGTERM) while it works on messages that the action server holds up for a second."""
    first, second = rig.servers[0], rig.servers[1]
    sessions = [rig.session(1) for _ in range(messages)]
    _signal(first.actions, signal.SIGSTOP)
    with ThreadPoolExecutor(messages + 1) as crowd:
        jobs = [crowd.submit(rig.say, session, ORDINARY, 1) for session in sessions]
        time.sleep(1.0)
        asked = time.perf_counter()
        stopping = crowd.submit(second.stop, second.chat)
        time.sleep(1.0)
        _signal(first.actions, signal.SIGCONT)
        answers = [job.result() for job in jobs]
        stopping.result()
        ended = time.perf_counter() - asked
    second.start_chat()
    second.wait_until_ready()
    return Stopped(
        messages,
        sum(answer.kept for answer in answers),
        sum(rig.said(session) == [ORDINARY] for session in sessions),
        round(max(answer.seconds for answer in answers), 1),
        round(ended, 1),
    )


# ------------------------------------------------------------------ what is kept for the page


def _seen(answer: Answer) -> str:
    if answer.status <= 0:
        return "connection broken" if answer.status == 0 else "hung"
    cards = f", cards: {', '.join(answer.cards)}" if answer.cards else ""
    return f"{answer.status}{cards}, {answer.seconds:.1f} s"


def _health(found: Outage) -> str:
    status, parts = found.health
    if not status:
        return "no answer"
    down = ", ".join(part for part, state in parts.items() if state != "ok")
    return f"{status}{f' ({down} down)' if down else ''}, {found.health_seconds:.1f} s"


def _row(found: Outage) -> Found:
    return {
        "ordinary": _seen(found.ordinary),
        "emergency": _seen(found.emergency),
        "health": _health(found),
        "heals": found.heals and found.after.kept and found.after.facts.get("pain_score") == 2,
        "lost": found.lost,
        "doubled": found.doubled,
    }


def _rows(*faults: tuple[str, Callable[[], Outage]]) -> Found:
    rows: dict[str, Found] = {}
    for name, fault in faults:
        rows[name] = _row(fault())
        print(name, rows[name], flush=True)
    return {"faults": rows}


def outages() -> Found:
    """What several servers need is killed, stopped or frozen; they go on from one to the next."""
    with rig() as running:
        return _rows(
            ("action server killed", lambda: actions_killed(running)),
            ("action server hung", lambda: actions_hung(running)),
            (f"action server slow ({SLOW_SECONDS:.0f} s)", lambda: actions_slow(running)),
            ("PostgreSQL stopped", lambda: database_stopped(running)),
            ("PostgreSQL frozen", lambda: database_frozen(running)),
            ("PostgreSQL down at the start", lambda: database_down_at_start(running)),
            ("Redis stopped", lambda: redis_stopped(running)),
        )


def cut_off() -> Found:
    """A chat server is killed while it works on a message."""
    with rig(1) as running:
        return _rows(("chat server killed in mid-turn", lambda: chat_killed_in_mid_turn(running)))


def disk_and_clock() -> Found:
    """One server on SQLite: its disk is full, its clock jumps."""
    with tempfile.TemporaryDirectory() as folder, clock_rig(Path(folder)) as (running, set_clock):
        return _rows(
            ("disk full (SQLite)", lambda: disk_full(running)),
            ("clock an hour ahead", lambda: clock_jumps(running, set_clock, "+1h")),
            ("clock an hour back", lambda: clock_jumps(running, set_clock, "-1h")),
        )


def widths(conversations: int = 36) -> Found:
    """Two, four and eight messages at once in one session over two servers."""
    with rig() as running:
        return {
            "conversations": conversations,
            "widths": {str(width): at_once(running, width, conversations) for width in (2, 4, 8)},
        }


def moved(conversations: int = 1000) -> Found:
    """Conversations whose every message goes to the other server."""
    with rig() as running:
        return {"conversations": conversations, "kept": moving(running, conversations)}


def graceful() -> Found:
    """A server asked to stop in the middle of turns; visitors wait longer than by default, so that a busy machine shows nothing else."""
    with rig(CHAT_ANSWER_SECONDS="20") as running:
        return asdict(stopped_gracefully(running))


def kills(count: int = 50) -> Found:
    """Servers killed at random moments under load."""
    with rig() as running:
        return asdict(killed_under_load(running, count))


PARTS: dict[str, Callable[[], Found]] = {
    "at_once": widths,
    "moving": moved,
    "outages": outages,
    "cut_off": cut_off,
    "disk_and_clock": disk_and_clock,
    "graceful": graceful,
    "kills": kills,
}


def main(arguments: Sequence[str]) -> int:
    """Does everything in full size, keeps what was found and writes the page."""
    measure_parts("make faults", PARTS, arguments, "faults_")
    return write_docs([])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
