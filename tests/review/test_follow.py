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


#: The follower with batches so small that many moments lie inside one; says when it begins.
SMALL_STEPS = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "bot.review.settings"
import django
django.setup()
from bot.review import projection
from bot.review.follow import Follower
projection.BATCH = int(sys.argv[1])
projection.step.__defaults__ = (projection.BATCH,)
from datetime import date
from bot.review.redaction import redact
redact("warm", date.today())
print("begins", file=sys.stderr, flush=True)
Follower().run()
"""


def test_fifty_kills_at_random_moments_lose_and_double_nothing(store: Store) -> None:
    events = list(generated(12_000, seed=7))
    store.write(events)
    chance = random.Random(8)
    interrupted = 0
    for _ in range(KILLS):
        process = start(store, "-c", SMALL_STEPS, "40")
        assert process.stderr
        assert process.stderr.readline() == b"begins\n"
        time.sleep(chance.uniform(0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        interrupted += Cursor.objects.filter(last_event__gt=0, last_event__lt=len(events)).exists()
    assert interrupted > KILLS / 2, "the follower was done before it was killed: nothing was tested"
    follow()
    after_kills = everything()
    projection.rebuild()
    assert everything() == after_kills
    said = [event for _, event in events if event["event"] == "user"]
    assert Turn.objects.count() == len(said)
    assert sum(Conversation.objects.values_list("turns", flat=True)) == len(said)


def test_two_followers_at_once_double_nothing(store: Store) -> None:
    store.write(list(generated(3_000, seed=9)))
    both = [start(store, "-c", SMALL_STEPS, "30") for _ in range(2)]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not Cursor.objects.filter(last_event__gte=3_000).exists():
        time.sleep(0.1)
    for process in both:
        process.terminate()
        process.communicate()
    result = everything()
    projection.rebuild()
    assert everything() == result


def test_what_is_said_while_it_runs_is_read_without_being_asked(store: Store) -> None:
    with running(store, "follow"):
        wait_for(lambda: Cursor.objects.exclude(beat=None).exists())
        store.write(chat("live", turn("words")))
        wait_for(lambda: Conversation.objects.filter(sender="live").exists())


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
            cursor.execute("DELETE FROM django_migrations WHERE app = 'review' AND name LIKE '0002%%'")
        assert health()[1]["database"] == "down"
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) "
                "VALUES ('review', '0002_search_and_append_only', CURRENT_TIMESTAMP)"
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
