"""Real databases for the review pages: SQLite files and PostgreSQL databases of the test's own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# Django reads its settings once, when it is first used.
_FOLDER = tempfile.TemporaryDirectory(prefix="review-")
os.environ.update(
    DJANGO_SETTINGS_MODULE="bot.review.settings",
    DATA_FOLDER=_FOLDER.name,
    TRACKER_DB=f"{_FOLDER.name}/conversations.db",
)
for name in [name for name in os.environ if name.startswith("REVIEW_")]:
    del os.environ[name]

import django  # noqa: E402

django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from bot.review import config as review_config  # noqa: E402
from bot.review import projection  # noqa: E402
from bot.review.access import make_groups  # noqa: E402
from evaluation.servers import PostgreSQL  # noqa: E402
from evaluation.tracker_events import PostgresStore, SqliteStore, Store  # noqa: E402

PASSWORD = "a long enough password"


def _use(own: str, tracker: str) -> None:
    """Points Django at other databases."""
    connections.close_all()
    for alias, url, use in (
        ("default", own, "own"),
        ("tracker", tracker, "read"),
        ("tracker_erase", tracker, "erase"),
    ):
        description = review_config.database(url, use=use)
        held = connections.settings[alias]
        plain = {
            "USER": "",
            "PASSWORD": "",
            "HOST": "",
            "PORT": "",
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": False,
        }
        held.update({**plain, **description})
        if hasattr(connections._connections, alias):
            del connections[alias]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied for each test."""
    path = tmp_path_factory.mktemp("review") / "template.db"
    _use(f"sqlite://{path}", f"sqlite://{path}")
    call_command("migrate", verbosity=0)
    make_groups()
    connections.close_all()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[tuple[str, str]]:
    """Addresses of a migrated review database and of an empty tracker store, on a server of their own."""
    with PostgreSQL() as server:
        own, tracker = server.url, server.url.removesuffix("/hip") + "/tracker"
        store = PostgresStore(own)
        store.create("tracker")
        store.close()
        _use(own, tracker)
        call_command("migrate", verbosity=0)
        make_groups()
        yield own, tracker
        connections.close_all()


def _empty(own: str) -> None:
    """Empties a review database, the append-only tables too: triggers do not fire for a replica."""
    with connections["default"].cursor() as cursor:
        kept = (
            "django_migrations",
            "django_content_type",
            "auth_permission",
            "auth_group",
            "auth_group_permissions",
        )
        tables = [
            name for name in connections["default"].introspection.table_names(cursor) if name not in kept
        ]
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty tracker store, with an empty review database beside it, on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    yield request.getfixturevalue("postgres_store")


@pytest.fixture
def postgres_store(postgres: tuple[str, str]) -> Iterator[PostgresStore]:
    """The same on PostgreSQL only."""
    own, tracker = postgres
    made = PostgresStore(tracker)
    made.own = own
    made.run("TRUNCATE events RESTART IDENTITY")
    _use(own, tracker)
    _empty(own)
    yield made
    connections.close_all()
    made.close()


@pytest.fixture
def sqlite_store(tmp_path: Path, migrated: Path) -> Iterator[SqliteStore]:
    """The same on SQLite only, for what does not depend on the database."""
    own = tmp_path / "review.db"
    own.write_bytes(migrated.read_bytes())
    made = SqliteStore(tmp_path / "conversations.db")
    made.own = f"sqlite://{own}"
    _use(f"sqlite://{own}", made.url)
    yield made
    connections.close_all()
    made.close()


def follow() -> int:
    """Reads all there is."""
    total = 0
    while count := projection.step():
        total += count
    return total


def person(name: str, group: str | None) -> User:
    """An account with a password."""
    user = User.objects.create_user(name, password=PASSWORD)
    if group:
        user.groups.set(Group.objects.filter(name=group))
    return user


def browser(**extra: Any) -> Client:
    """A browser that nobody is logged in with."""
    return Client(SERVER_NAME="127.0.0.1", **extra)


def client_of(name: str, group: str | None) -> Client:
    """A browser in which somebody is logged in."""
    client = browser()
    client.force_login(person(name, group), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Changes settings that are read when they are needed."""

    def change(**values: Any) -> None:
        from dataclasses import replace

        changed = replace(review_config.config(), **values)
        for module in ("access", "accounts", "middleware", "learning_pages"):
            monkeypatch.setattr(f"bot.review.{module}.config", lambda: changed)

    return change
