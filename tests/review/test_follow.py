"""The follower as a process: killed at random moments, waited for, and asked for its health."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connections

from bot.review import projection
from bot.review.models import Conversation, Cursor, Turn
from evaluation.stack import PROJECT, free_port
from evaluation.tracker_events import Store, chat, generated, turn
from tests.review.conftest import follow
from tests.review.test_projection import everything

KILLS = 50


def environment(store: Store, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REVIEW_")}
    return {**kept, "TRACKER_DB": store.url, "REVIEW_DATABASE": store.own, **more}


def start(store: Store, *words: str, **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *words], cwd=PROJECT, env=environment(store, **more), stderr=subprocess.PIPE
    )


@contextmanager
def running(store: Store, command: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    process = start(store, "-m", "bot.review", command, **more)
    try:
        yield process
    finally:
        process.terminate()
        _, said = process.communicate(timeout=20)
    assert b"Traceback" not in said, said.decode()
    # handled, not suffered: the first process of a container is ended by no other way but a kill
    assert process.returncode == 0


#: Starts a follower with each line it is given, and prints its process id: a fork, since loading takes a second.
#: Its batches are so small that many moments lie inside one.
FOLLOWERS = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "bot.review.settings"
import django
django.setup()
from datetime import date
from bot.review import projection
from bot.review.follow import Follower
from bot.review.redaction import redact
redact("", date.today())
projection.BATCH = int(sys.argv[1])
projection.step.__defaults__ = (projection.BATCH,)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        Follower().run()
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


class Followers:
    """Followers one after the other; ``begin`` gives the process id of the next one."""

    def __init__(self, store: Store, batch: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", FOLLOWERS, str(batch)],
            cwd=PROJECT,
            env=environment(store),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self) -> int:
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._line())

    def ended(self) -> None:
        assert self._line() == "ended"

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.communicate(timeout=30)


def test_fifty_kills_at_random_moments_lose_and_double_nothing(store: Store) -> None:
    events = list(generated(12_000, seed=7))
    store.write(events)
    chance = random.Random(8)
    interrupted = 0
    # the machine may be busy: kills come later until the follower gets on between them
    reached, longest = 0, 0.12
    followers = Followers(store, 40)
    for _ in range(KILLS):
        follower = followers.begin()
        time.sleep(chance.uniform(0, longest))
        os.kill(follower, signal.SIGKILL)
        followers.ended()
        before, reached = reached, max(Cursor.objects.values_list("last_event", flat=True), default=0)
        interrupted += before < reached < len(events)
        if reached == before:
            longest *= 1.2
    followers.close()
    assert interrupted > KILLS / 5, "it was killed before it began or after it was done: nothing was tested"
    follow()
    after_kills = everything()
    projection.rebuild()
    assert everything() == after_kills
    said = [event for _, event in events if event["event"] == "user"]
    assert Turn.objects.count() == len(said)
    assert sum(Conversation.objects.values_list("turns", flat=True)) == len(said)


def test_two_followers_at_once_double_nothing(store: Store) -> None:
    store.write(list(generated(3_000, seed=9)))
    both = [Followers(store, 30) for _ in range(2)]
    running = [followers.begin() for followers in both]
    wait_for(lambda: Cursor.objects.filter(last_event__gte=3_000).exists(), 60)
    for follower, followers in zip(running, both, strict=True):
        os.kill(follower, signal.SIGTERM)
        followers.ended()
        followers.close()
    result = everything()
    projection.rebuild()
    assert everything() == result


def test_what_is_said_while_it_runs_is_read_within_two_seconds(store: Store) -> None:
    waits = []
    with running(store, "follow"):
        wait_for(lambda: Cursor.objects.exclude(beat=None).exists())
        for number in range(5):
            store.write(chat(f"live{number}", turn("words")))
            begin = time.monotonic()
            wait_for(lambda: Conversation.objects.filter(sender=f"live{number}").exists())  # noqa: B023
            waits.append(time.monotonic() - begin)
    # the middle one: the machine may be busy with something else now and then
    assert sorted(waits)[2] < 2


def wait_for(condition: object, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_follower_waits_for_a_conversation_database_that_is_not_there_yet(
    sqlite_store: Store, tmp_path: Path
) -> None:
    from evaluation.tracker_events import SqliteStore

    later = tmp_path / "later.db"
    with running(sqlite_store, "follow", TRACKER_DB=str(later)) as process:
        time.sleep(2)
        assert process.poll() is None
        made = SqliteStore(later)
        made.write(chat("one", turn("words")))
        wait_for(lambda: Conversation.objects.filter(sender="one").exists())
        made.close()


def test_health_is_200_only_when_the_pages_can_really_serve(store: Store) -> None:
    port = str(free_port())
    address = f"http://127.0.0.1:{port}/health"

    def health() -> tuple[int, dict[str, str]]:
        answer = httpx.get(address, timeout=20)
        return answer.status_code, answer.json()

    def answers() -> bool:
        try:
            return health()[0] > 0
        except httpx.ConnectError:
            return False

    with running(store, "serve", REVIEW_PORT=port):
        wait_for(answers)
        assert health() == (503, {"database": "ok", "conversations": "ok", "follower": "down"})
        with running(store, "follow"):
            wait_for(lambda: health()[0] == 200)
        Cursor.objects.update(beat=datetime.now(UTC) - timedelta(seconds=31))
        assert health()[1]["follower"] == "down"
        Cursor.objects.update(beat=datetime.now(UTC))
        assert health()[0] == 200
        store.run("ALTER TABLE events RENAME TO away")
        assert health() == (503, {"database": "ok", "conversations": "down", "follower": "ok"})
        store.run("ALTER TABLE away RENAME TO events")
        with connections["default"].cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'review' AND name LIKE '0003%%'")
        assert health()[1]["database"] == "down"
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) "
                "VALUES ('review', '0003_thumbs_are_found_fast', CURRENT_TIMESTAMP)"
            )


def test_a_wrong_setting_is_named_without_a_traceback(sqlite_store: Store) -> None:
    process = start(sqlite_store, "-m", "bot.review", "serve", REVIEW_PORT="far")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.decode() == "Cannot start: REVIEW_PORT is 'far', but it must be a whole number.\n"


def test_the_first_start_prints_the_link_and_a_second_one_with_an_account_does_not(
    sqlite_store: Store, tmp_path: Path
) -> None:
    new = {"REVIEW_DATABASE": f"sqlite://{tmp_path / 'new.db'}", "DATA_FOLDER": str(tmp_path)}
    ask = [sys.executable, "-m", "bot.review"]
    given = environment(sqlite_store, **new)

    def said(*words: str) -> str:
        return subprocess.run(
            [*ask, *words], cwd=PROJECT, env=given, check=True, capture_output=True, text=True
        ).stdout

    assert "http://127.0.0.1:8001/set-up/" in said("prepare")
    assert "http://127.0.0.1:8001/set-up/" in said("invite", "rosa", "reviewer")
    assert said("prepare") == ""
    assert (tmp_path / "review_secret").stat().st_mode & 0o777 == 0o600
    with pytest.raises(subprocess.CalledProcessError):
        said("invite", "rosa", "emperor")
