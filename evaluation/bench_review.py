"""``make bench-review``: the review pages with a million events, on SQLite and on PostgreSQL.

Measured: events a second while the follower catches up from nothing; seconds until an event that is written shows in
the projection; and the time of the first page, a filtered page, a search, a conversation and the dashboard, over
HTTP from the pages' own server. Client, server and database share the machine. The PostgreSQL
server is started for the measurement.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from evaluation.machine import machine_line, today
from evaluation.score_report import table
from evaluation.servers import PostgreSQL
from evaluation.stack import PROJECT, free_port
from evaluation.tracker_events import PostgresStore, SqliteStore, Store, chat, generated, turn

REQUESTS = 15
PASSWORD = "only for this measurement"
PAGES = {
    "first page of the queue": "/queue/",
    "filter: urgency, topic and dates": "/queue/?urgency=soon&topic=walking&since=2026-03-01&until=2026-10-31&reviewed=all",
    "filter: unanswered, latest first": "/queue/?unanswered=yes&order=latest",
    "search: two words": "/queue/?q=replacement+stairs&reviewed=all",
    "search: three words and a filter": "/queue/?q=years+replacement+garden&urgency=soon&reviewed=all",
    "a conversation": "",
    "dashboard, 30 days": "/dashboard/",
    "dashboard, a year, version against version": "/dashboard/?since=2025-11-23&until=2026-11-23&version=2137a0071660&against=3419aa02ba2f",
}


def fill(store: Store, events: int) -> None:
    """Writes so many events, in pieces."""
    made = generated(events)
    while piece := list(itertools.islice(made, 20_000)):
        store.write(piece)


def environment(store: Store, folder: Path, port: int) -> dict[str, str]:
    """The settings of the review pages for this store."""
    return {
        **os.environ,
        "DATA_FOLDER": str(folder),
        "TRACKER_DB": store.url,
        "REVIEW_DATABASE": store.own,
        "REVIEW_PORT": str(port),
    }


def command(settings: dict[str, str], *words: str) -> str:
    """Runs a command of the review pages; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.review", *words],
        cwd=PROJECT,
        env=settings,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@contextmanager
def running(settings: dict[str, str], *words: str) -> Iterator[None]:
    """A command of the review pages in the background."""
    process = subprocess.Popen([sys.executable, "-m", "bot.review", *words], cwd=PROJECT, env=settings)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def logged_in(settings: dict[str, str], address: str) -> httpx.Client:
    """A browser after the first set-up."""
    link = command(settings, "prepare").split()[-1]
    client = httpx.Client(base_url=address, timeout=60, follow_redirects=True)
    deadline = time.monotonic() + 60
    while True:
        try:
            client.get("/login/")
            break
        except httpx.ConnectError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    client.get(link)
    form = {"username": "bench", "new_password1": PASSWORD, "new_password2": PASSWORD}
    token = client.get(link).text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    done = client.post(link, data={**form, "csrfmiddlewaretoken": token})
    if "Waiting for review" not in done.text:
        raise RuntimeError("The first account could not be made.")
    return client


def measure(name: str, store: Store, events: int) -> list[list[str]]:
    """All measurements on one kind of database, as rows of a table."""
    with tempfile.TemporaryDirectory(prefix="bench-review-") as folder:
        return _measure(name, store, events, Path(folder))


def _measure(name: str, store: Store, events: int, folder: Path) -> list[list[str]]:
    port = free_port()
    settings = environment(store, folder, port)
    command(settings, "prepare")
    fill(store, events)
    said = command(settings, "rebuild")
    rate = said.split("(")[1].split(" a second")[0]
    rows = [[name, "catching up, events a second", rate]]
    with running(settings, "serve"), running(settings, "follow"):
        client = logged_in(settings, f"http://127.0.0.1:{port}")
        deadline = time.monotonic() + 60
        while client.get("/health").status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.2)
        waits = []
        for number in range(5):
            word = f"landmark{uuid.uuid4().hex[:8]}"
            store.write(chat(f"live{number}", turn(f"a new question about {word}")))
            begin = time.perf_counter()
            while 'class="item"' not in client.get("/queue/", params={"q": word}).text:
                time.sleep(0.02)
            waits.append(time.perf_counter() - begin)
        rows.append([name, "an event until it can be found, seconds (worst of 5)", f"{max(waits):.2f}"])
        found = client.get("/queue/?reviewed=all&order=latest").text
        conversation = found.split('class="item" href="')[1].split('"')[0].split("?")[0]
        for title, path in PAGES.items():
            times = []
            for _ in range(REQUESTS):
                begin = time.perf_counter()
                answer = client.get(path or conversation)
                times.append((time.perf_counter() - begin) * 1000)
                if answer.status_code != 200:
                    raise RuntimeError(f"{title}: {answer.status_code}")
            rows.append([name, f"{title}, ms (median of {REQUESTS})", f"{statistics.median(times):.0f}"])
    return rows


@contextmanager
def sqlite() -> Iterator[Store]:
    """An empty tracker store in a file."""
    with tempfile.TemporaryDirectory(prefix="bench-review-") as folder:
        store = SqliteStore(Path(folder) / "conversations.db")
        store.own = f"sqlite://{folder}/review.db"
        yield store
        store.close()


@contextmanager
def postgres() -> Iterator[Store]:
    """An empty tracker store on a PostgreSQL server that is started for it."""
    with PostgreSQL() as server:
        own = PostgresStore(server.url)
        own.create("tracker")
        own.close()
        store = PostgresStore(server.url.removesuffix("/hip") + "/tracker")
        store.own = server.url
        yield store
        store.close()


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("both", "sqlite", "postgresql"), default="both")
    chosen = parser.parse_args()
    print(
        f"{today()}, {machine_line()}. {chosen.events:,} generated events. Client, pages and database share the cores.\n"
    )
    heads = ["Database", "What", "Measured"]
    if chosen.database != "postgresql":
        with sqlite() as store:
            print(table([heads, *measure("SQLite", store, chosen.events)]), flush=True)
    if chosen.database != "sqlite":
        with postgres() as store:
            print(table([heads, *measure("PostgreSQL", store, chosen.events)]), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
