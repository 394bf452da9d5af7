"""What deploy/postgresql/databases.sh makes: two roles, each with its own database and no way to anything else."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from evaluation.servers import PostgreSQL, databases_of_deploy
from evaluation.stack import PROJECT

pytestmark = pytest.mark.servers
PASSWORD = {"assistant": "database_password", "reviewer": "review_database_password"}


class Databases:
    """A server on which both roles need their passwords, and the addresses that each has."""

    def __init__(self, server: PostgreSQL, secrets: Path) -> None:
        self.server, self.secrets = server, secrets

    def make(self) -> None:
        databases_of_deploy(self.server, self.secrets)
        rules = self.server.folder / "data" / "pg_hba.conf"
        asked = "host all assistant,reviewer 127.0.0.1/32 scram-sha-256\n"
        rules.write_text(asked + rules.read_text().removeprefix(asked))
        self.ask(self.server.url, "SELECT pg_reload_conf()")

    def url(self, role: str, database: str, password_of: str = "") -> str:
        password = (self.secrets / PASSWORD[password_of or role]).read_text().strip()
        return f"postgresql://{role}:{password}@127.0.0.1:{self.server.port}/{database}"

    def ask(self, url: str, *statements: str) -> list[tuple[Any, ...]]:
        """Runs statements one by one; the rows of the last, if it has any. No notice may come."""
        connection = psycopg2.connect(url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                assert not connection.notices
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def run(self, *command: str, chat: str = "assistant", review: str = "reviewer") -> str:
        """Runs a module as the process that has these roles."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("REVIEW_")}
        environment |= {
            "TRACKER_DB": self.url(chat, "chat"),
            "REVIEW_DATABASE": self.url(review, "review"),
            "DATA_FOLDER": str(self.secrets),
        }
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The databases with their tables, an account, and two conversations that the review pages have read."""
    with PostgreSQL() as server:
        made = Databases(server, tmp_path_factory.mktemp("secrets"))
        made.make()
        made.run("bot.channel.store")
        for sender in ("somebody", "another"):
            made.ask(
                made.url("assistant", "chat"),
                "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES "
                f"""('{sender}', 'user', 1, '{{"event": "user", "text": "zebrafinch", "timestamp": 1}}')""",
            )
        for command in ("prepare", "rebuild"):
            made.run("bot.review", command, chat="reviewer")
        yield made


def test_each_role_owns_its_database_and_may_do_nothing_else(databases: Databases) -> None:
    rights = (
        "SELECT rolname::text, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles "
        "WHERE rolname IN ('assistant', 'reviewer') ORDER BY rolname"
    )
    nothing = (False,) * 5
    assert databases.ask(databases.server.url, rights) == [("assistant", *nothing), ("reviewer", *nothing)]
    owners = "SELECT datname::text, pg_get_userbyid(datdba)::text FROM pg_database WHERE datname IN ('chat', 'review') ORDER BY 1"
    assert databases.ask(databases.server.url, owners) == [("chat", "assistant"), ("review", "reviewer")]


def test_the_chat_cannot_read_accounts_or_the_audit_log(databases: Databases) -> None:
    with pytest.raises(psycopg2.OperationalError, match='permission denied for database "review"'):
        databases.ask(databases.url("assistant", "review"), "SELECT 1")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        databases.ask(databases.url("reviewer", "review", password_of="assistant"), "SELECT 1")
    chat = databases.url("assistant", "chat")
    for forbidden in (
        "SET ROLE reviewer",
        "GRANT reviewer TO assistant",
        "ALTER ROLE reviewer PASSWORD 'known'",
        "SELECT rolpassword FROM pg_authid",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            databases.ask(chat, forbidden)


def test_nobody_else_can_connect(databases: Databases) -> None:
    stranger = f"postgresql://stranger@127.0.0.1:{databases.server.port}"
    databases.ask(databases.server.url, "CREATE ROLE stranger LOGIN")
    for name in ("chat", "review"):
        with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
            databases.ask(f"{stranger}/{name}", "SELECT 1")


def test_the_review_pages_read_a_conversation_and_erase_it_from_the_files(databases: Databases) -> None:
    told = "SELECT count(*) FROM events WHERE sender_id = 'somebody'"
    assert databases.ask(databases.url("reviewer", "chat"), told) == [(1,)]
    ref = hashlib.sha256(b"somebody").hexdigest()[:16]
    databases.run("bot.review", "erase", ref, chat="reviewer")
    assert databases.ask(databases.url("assistant", "chat"), told) == [(0,)]
    # only an owner may rewrite a table and what is known of its values; who may not gets a notice
    for role, name, table in (
        ("assistant", "chat", "events"),
        ("reviewer", "chat", "events"),
        ("reviewer", "review", "review_turn"),
    ):
        vacuum = [f"VACUUM (FULL, ANALYZE) {of}" for of in (table, "pg_statistic")]
        databases.ask(databases.url(role, name), *vacuum)


@pytest.mark.parametrize(
    ("role", "name"), [("assistant", "chat"), ("reviewer", "chat"), ("reviewer", "review")]
)
def test_a_statement_that_fails_leaves_no_words_in_the_log_of_postgresql(
    databases: Databases, role: str, name: str
) -> None:
    """The tracker store puts the values into its statements."""
    missing = f"nowhere_{role}_{name}"
    with pytest.raises(psycopg2.errors.UndefinedTable):
        databases.ask(
            databases.url(role, name), f"INSERT INTO {missing} (data) VALUES ('my xylophone hurts')"
        )
    server = databases.server
    log = (server.folder.parent / f"{server.folder.name}.log").read_text(encoding="utf-8")
    assert f'relation "{missing}" does not exist' in log
    assert "xylophone" not in log


def test_where_one_role_owned_both_the_script_parts_them_and_can_be_run_again(tmp_path: Path) -> None:
    """As docs/upgrade.md says."""
    with PostgreSQL() as server:
        old = Databases(server, tmp_path)
        databases_of_deploy(server, tmp_path)
        # as it was before
        old.ask(
            server.url,
            "ALTER DATABASE review OWNER TO assistant",
            "REVOKE assistant FROM reviewer",
            "DROP ROLE reviewer",
        )
        old.run("bot.channel.store")
        old.run("bot.review", "prepare", review="assistant")
        owners = (
            "SELECT DISTINCT pg_get_userbyid(relowner)::text FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace"
        )
        assert old.ask(old.url("assistant", "review"), owners) == [("assistant",)]
        for _ in range(2):
            old.make()
            assert old.ask(old.url("reviewer", "review"), owners) == [("reviewer",)]
            assert old.ask(old.url("assistant", "chat"), owners) == [("assistant",)]
            with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
                old.ask(old.url("assistant", "review"), "SELECT 1")
        old.run("bot.review", "prepare", chat="reviewer")
