"""``make demo``: fills an empty installation with conversations, by really talking to the assistant.

An assistant of its own is started on the installation's conversation database, without rate limits. The
sentences are those of ``demo_conversations.yml``. Afterwards the conversations are moved to the past three
weeks, at hours when people write, so that the dashboard has something to show; what was said is not touched.
A few are held while the action server is down.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy
from ruamel.yaml import YAML

from evaluation.stack import PROJECT, Stack, Visitor

SENTENCES = Path(__file__).with_name("demo_conversations.yml")
DAYS = 21
#: Conversations held without the action server.
FAILING = 3
#: How many conversations begin in each hour of a day, roughly.
HOURS = (1, 0, 0, 0, 0, 1, 3, 5, 8, 10, 11, 10, 8, 7, 7, 8, 8, 7, 6, 8, 10, 9, 5, 2)
_COMMENTS = ("too long", "did not answer my question", "clear, thank you", None, None, None)


class Talker:
    """One visitor who goes through a script."""

    def __init__(self, url: str, client: httpx.Client, chance: random.Random) -> None:
        self._visitor = Visitor(url, client)
        self._url, self._client, self._chance = url, client, chance
        self._reply: Mapping[str, Any] = {}

    def go_through(self, turns: Sequence[Any]) -> None:
        """Says everything; a reply that failed ends the conversation."""
        for turn in turns:
            said = self._chance.choice(turn) if isinstance(turn, list) else str(turn)
            if said in ("{up}", "{down}"):
                self._rate(said.strip("{}"))
            elif said == "{check}":
                self._press(99)
            elif said == "{leave}":
                self._press(self._chance.randint(1, 4))
            else:
                self._reply = self._visitor.say(said)
            if "error" in self._reply:
                return

    def _press(self, most: int) -> None:
        """Presses buttons of the check, mostly such that nothing stands against exercises."""
        for _ in range(most):
            offered = [
                choice for message in self._reply.get("messages") or [] for choice in message["choices"]
            ]
            titles = {str(choice["title"]): str(choice["id"]) for choice in offered}
            good = [title for title in GOOD if title in titles]
            if not good:
                return
            chosen = good[0] if self._chance.random() < 0.93 else self._chance.choice(list(titles))
            self._reply = self._visitor.choose(titles[chosen])
            if "error" in self._reply:
                return

    def _rate(self, rating: str) -> None:
        body = {"session": self._visitor.session, "turn": self._reply.get("turn"), "rating": rating}
        if comment := self._chance.choice(_COMMENTS):
            body["comment"] = comment
        self._client.post(f"{self._url}/webhooks/chat/feedback", json=body).raise_for_status()


#: Titles of the buttons that leave nothing against exercises.
GOOD = ("Yes, please", "Me, 16 to 64", "Yes, I can", "None of these", "Up to two weeks", "0 to 3", "No")


def talk(stack: Stack, count: int, chance: random.Random) -> None:
    """Holds so many conversations."""
    scripts = YAML(typ="safe", pure=True).load(SENTENCES.read_text(encoding="utf-8"))
    weights = [script["weight"] for script in scripts]
    with httpx.Client(timeout=60) as client:
        for number in range(count):
            if number == count - FAILING:
                stack.stop(stack.actions)
            script = chance.choices(scripts, weights)[0]
            Talker(stack.url, client, chance).go_through(script["turns"])
            if (number + 1) % 50 == 0:
                print(f"{number + 1} conversations", flush=True)


def spread(engine: sqlalchemy.engine.Engine, above: int, chance: random.Random) -> None:
    """Moves the events with an id above ``above`` to the past weeks, each conversation as a whole and in order."""
    with engine.begin() as connection:
        rows = connection.execute(
            sqlalchemy.text(
                "SELECT id, sender_id, timestamp, data FROM events WHERE id > :above ORDER BY id"
            ),
            {"above": above},
        ).fetchall()
        first: dict[str, float] = {}
        for _, sender, timestamp, _ in rows:
            first.setdefault(sender, timestamp)
        now = datetime.now(UTC)
        begins = sorted(_moment(now, chance) for _ in first)
        moved = {sender: begin - first[sender] for sender, begin in zip(first, begins, strict=True)}
        for number, sender, timestamp, data in rows:
            event = {**json.loads(data), "timestamp": timestamp + moved[sender]}
            connection.execute(
                sqlalchemy.text("UPDATE events SET timestamp = :at, data = :data WHERE id = :id"),
                {"at": event["timestamp"], "data": json.dumps(event), "id": number},
            )


def _moment(now: datetime, chance: random.Random) -> float:
    """A moment of the past weeks at an hour when people write, more often lately."""
    day = now - timedelta(days=1 + int(DAYS * chance.random() ** 1.4))
    hour = chance.choices(range(24), HOURS)[0]
    return day.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60)).timestamp()


def _tracker(folder: Path) -> str:
    given = os.environ.get("TRACKER_DB", "") or str(folder / "conversations.db")
    return given if "://" in given else f"sqlite:///{Path(given).resolve()}"


def _last(engine: sqlalchemy.engine.Engine) -> int:
    if not sqlalchemy.inspect(engine).has_table("events"):
        return 0
    with engine.connect() as connection:
        return int(
            connection.execute(sqlalchemy.text("SELECT COALESCE(MAX(id), 0) FROM events")).scalar() or 0
        )


def main(arguments: Sequence[str]) -> int:
    """Talks, moves, and lets the review pages read it. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="make demo", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--conversations", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--more", action="store_true", help="also when there are conversations already")
    chosen = parser.parse_args(arguments)
    folder = Path(os.environ.get("DATA_FOLDER") or PROJECT / "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    tracker = _tracker(folder)
    engine = sqlalchemy.create_engine(tracker)
    above = _last(engine)
    if above and not chosen.more:
        print("There are conversations already. `make demo MORE=1` adds to them.", file=sys.stderr)
        return 1
    chance = random.Random(chosen.seed)
    place = str(folder / "conversations.db") if tracker.startswith("sqlite") else tracker
    settings = {"DATA_FOLDER": str(folder), "TRACKER_DB": os.environ.get("TRACKER_DB", "") or place}
    with Stack(DATA_FOLDER=settings["DATA_FOLDER"], TRACKER_DB=settings["TRACKER_DB"]) as stack:
        talk(stack, chosen.conversations, chance)
    spread(engine, above, chance)
    for command in ("prepare", "rebuild"):
        subprocess.run(
            [sys.executable, "-m", "bot.review", command],
            cwd=PROJECT,
            env={**os.environ, **settings},
            check=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
