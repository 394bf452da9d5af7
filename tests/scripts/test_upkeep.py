"""Backup, restore, and moving to PostgreSQL: everything is there afterwards."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
import pytest
import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot import upkeep as upkeep_module
from bot.channel.store import ConversationStore
from bot.review.config import config as review_config
from bot.settings import settings
from evaluation.servers import PostgreSQL, databases_of_deploy, program
from evaluation.stack import PROJECT

QUESTION = "Does “walking” help? \N{GRINNING FACE}"


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a Python module on the installation in ``folder``."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CHAT_", "REVIEW_"))}
    clean |= {
        "DATA_FOLDER": str(folder),
        "TRACKER_DB": str(folder / "conversations.db"),
        "PYTHONPATH": str(PROJECT),
        "PATH": f"{Path(program('initdb')).parent}:{os.environ['PATH']}",
        **environment,
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )


def upkeep(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "-m", "bot.upkeep", *arguments, **environment)


def talk(conversations: int) -> None:
    """Keeps conversations with the store that the settings name."""

    async def all_of_them() -> None:
        store = ConversationStore(Domain.empty())
        for number in range(conversations):
            tracker = DialogueStateTracker(f"sender{number}", [])
            for event in (
                ActionExecuted("action_session_start"),
                SessionStarted(),
                ActionExecuted("action_listen"),
                UserUttered(f"{QUESTION} {number}", {"name": "walking"}, message_id=f"turn{number}"),
                BotUttered("Yes.", metadata={"advice": {"topics": ["walking"], "urgency": "self_care"}}),
                ActionExecuted("action_listen"),
            ):
                tracker.update(event)
            await store.save(tracker)
        store.engine.dispose()

    asyncio.run(all_of_them())


def ref_of(sender: str) -> str:
    """As :func:`bot.review.projection.ref_of`, which needs Django."""
    return hashlib.sha256(sender.encode()).hexdigest()[:16]


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of an assistant on SQLite with twelve conversations, read into the review pages."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("DATA_FOLDER", str(folder))
    monkeypatch.setenv("TRACKER_DB", str(folder / "conversations.db"))
    for cached in (settings, review_config):
        cached.cache_clear()
    settings()  # makes the secret
    talk(12)
    for command in ("prepare", "rebuild"):
        done = run(folder, "-m", "bot.review", command)
        assert done.returncode == 0, done.stderr
    yield folder
    for cached in (settings, review_config):
        cached.cache_clear()


def rows(path: Path, table: str) -> list[tuple[object, ...]]:
    """All rows of a table of an SQLite file."""
    with sqlite3.connect(path) as database:
        found = database.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
    database.close()
    return found


def test_a_backup_puts_everything_back_after_everything_was_lost(installation: Path, tmp_path: Path) -> None:
    saved = tmp_path / "backup.tar.gz"
    events = rows(installation / "conversations.db", "events")
    turns = rows(installation / "review.db", "review_turn")
    assert (len(events), len(turns)) == (72, 12)
    secret = (installation / "chat_secret").read_text(encoding="ascii")
    done = upkeep(installation, "backup", str(saved))
    assert done.returncode == 0, done.stderr
    assert saved.stat().st_mode & 0o077 == 0
    for lost in list(installation.iterdir()):
        lost.unlink()
    done = upkeep(installation, "restore", str(saved))
    assert done.returncode == 0, done.stderr
    assert rows(installation / "conversations.db", "events") == events
    assert rows(installation / "review.db", "review_turn") == turns
    assert (installation / "chat_secret").read_text(encoding="ascii") == secret


def test_a_backup_holds_the_signing_secrets_only_where_the_assistant_made_them(
    installation: Path, tmp_path: Path
) -> None:
    """As docs/deploy.md says: with containers or units they are in files elsewhere."""

    def saved(name: str, **given: str) -> set[str]:
        done = upkeep(installation, "backup", str(tmp_path / name), **given)
        assert done.returncode == 0, done.stderr
        with tarfile.open(tmp_path / name) as archive:
            return {member.split("/")[0] for member in archive.getnames()}

    secrets = {"chat_secret", "review_secret"}
    assert secrets <= saved("made.tar.gz")
    given = {}
    for name in secrets:
        (tmp_path / name).write_text("5c1f0a9d7e3b48264c0f9a17d5e8b3aa")
        (installation / name).unlink()
        given[f"{name.upper()}_FILE"] = str(tmp_path / name)
    assert saved("given.tar.gz", **given) == {"about.json", "content", "conversations.db", "review.db"}


def test_where_content_cannot_be_written_the_rest_is_restored_all_the_same(
    tmp_path: Path,
) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "file").write_text("")
    assert not upkeep_module._put_content_back(tmp_path / "saved", tmp_path / "file" / "content")


def test_the_password_of_a_database_is_not_among_the_arguments_of_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\necho "$PGPASSWORD" > {tmp_path}/password\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    upkeep_module._run("pg_dump", "postgresql://assistant:s%40cret@127.0.0.1:5432/chat", "--format=custom")
    assert (tmp_path / "arguments").read_text().split() == [
        "--format=custom",
        "--dbname=postgresql://assistant@127.0.0.1:5432/chat",
    ]
    assert (tmp_path / "password").read_text() == "s@cret\n"


def test_a_backup_while_a_turn_is_being_written_is_whole(installation: Path, tmp_path: Path) -> None:
    with sqlite3.connect(installation / "conversations.db", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM events")
        assert upkeep(installation, "backup", str(tmp_path / "backup.tar.gz")).returncode == 0
        writer.execute("COMMIT")
    writer.close()
    upkeep(installation, "restore", str(tmp_path / "backup.tar.gz"))
    assert len(rows(installation / "conversations.db", "events")) == 72


@pytest.mark.parametrize("content", [b"", b"not a tar file", None])
def test_what_is_no_backup_changes_nothing(installation: Path, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "backup.tar.gz"
    if content is not None:
        path.write_bytes(content)
    done = upkeep(installation, "restore", str(path))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(path) in done.stderr
    assert len(rows(installation / "conversations.db", "events")) == 72


def test_a_restore_asks_nothing_of_tarfile_that_the_python_of_debian_12_does_not_have(
    installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian 12 and the image have Python 3.11.2; ``filter`` came with 3.11.4."""

    def of_python_3_11_2(self: tarfile.TarFile, path: str = ".", members: object = None) -> None:
        raise AssertionError("not without a filter")

    saved = tmp_path / "backup.tar.gz"
    upkeep_module.backup(saved)
    events = rows(installation / "conversations.db", "events")
    (installation / "chat_secret").unlink()
    monkeypatch.setattr(tarfile.TarFile, "extractall", of_python_3_11_2)
    monkeypatch.setattr(upkeep_module, "_put_content_back", lambda saved, content: saved.is_dir())
    assert "content" in upkeep_module.restore(saved)
    assert rows(installation / "conversations.db", "events") == events
    assert (installation / "chat_secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["../outside", "/outside", "content/../../outside", "link"])
def test_a_backup_in_which_something_leads_outside_changes_nothing(
    installation: Path, tmp_path: Path, name: str
) -> None:
    path, member = tmp_path / "backup.tar.gz", tarfile.TarInfo(name)
    if name == "link":
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(member)
    with pytest.raises(upkeep_module.UpkeepError, match="not a whole backup"):
        upkeep_module.restore(path)


def test_a_backup_that_breaks_off_changes_nothing(installation: Path, tmp_path: Path) -> None:
    path = tmp_path / "backup.tar.gz"
    upkeep_module.backup(path)
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(upkeep_module.UpkeepError, match="not a whole backup"):
        upkeep_module.restore(path)
    assert len(rows(installation / "conversations.db", "events")) == 72


def test_a_folder_that_is_not_there_is_named(installation: Path, tmp_path: Path) -> None:
    done = upkeep(installation, "backup", str(tmp_path / "nowhere" / "backup.tar.gz"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "nowhere") in done.stderr


def test_a_backup_is_never_written_over(installation: Path, tmp_path: Path) -> None:
    path = tmp_path / "backup.tar.gz"
    path.write_text("precious")
    assert upkeep(installation, "backup", str(path)).returncode == 1
    assert path.read_text() == "precious"


def test_what_was_erased_or_has_expired_since_the_backup_does_not_come_back_with_it(
    installation: Path, tmp_path: Path
) -> None:
    with sqlite3.connect(installation / "conversations.db") as conversations:
        conversations.execute("UPDATE events SET timestamp = 1 WHERE sender_id = 'sender5'")
    conversations.close()
    upkeep_module.backup(tmp_path / "backup.tar.gz")
    done = run(installation, "-m", "bot.review", "erase", ref_of("sender3"))
    assert done.returncode == 0, done.stderr
    done = upkeep(installation, "restore", str(tmp_path / "backup.tar.gz"))
    assert done.returncode == 0, done.stderr
    assert "1 conversations older than 30 days were deleted again" in done.stdout
    assert "1 conversations that had been erased were erased again" in done.stdout
    kept = {row[1] for row in rows(installation / "conversations.db", "events")}
    assert kept == {f"sender{number}" for number in range(12)} - {"sender3", "sender5"}
    assert "sender3" not in {row[2] for row in rows(installation / "review.db", "review_conversation")}
    assert ref_of("sender3") in {row[1] for row in rows(installation / "review.db", "review_erasure")}


def a_backup(path: Path, days: float) -> None:
    """What :func:`bot.upkeep.backup` would have made so many days ago, as far as deleting looks at it."""
    made = {"made": (datetime.now(UTC) - timedelta(days=days)).isoformat(), "databases": []}
    (path.parent / "about.json").write_text(json.dumps(made), encoding="utf-8")
    with tarfile.open(path, "w:gz") as archive:
        archive.add(path.parent / "about.json", "about.json")
    (path.parent / "about.json").unlink()


def test_old_backups_are_deleted_and_nothing_else_is(tmp_path: Path) -> None:
    a_backup(tmp_path / "old.tar.gz", 15)
    a_backup(tmp_path / "new.tar.gz", 13)
    a_backup(tmp_path / "elsewhere", 15)
    (tmp_path / "elsewhere").rename(tmp_path.parent / "elsewhere")
    (tmp_path / "hip-link.tar.gz").symlink_to(tmp_path.parent / "elsewhere")
    (tmp_path / "hip-2020-01-01.tar.gz").write_text("not made here")
    with tarfile.open(tmp_path / "hip-other.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("about.json"))
    # what was killed on its way holds as much as a backup; one that runs now is left alone
    for name, age in (("hip-backup-killed", 90_000), ("hip-restore-killed", 90_000), ("hip-backup-runs", 60)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "conversations.db").touch()
        moment = datetime.now(UTC).timestamp() - age
        os.utime(tmp_path / name, (moment, moment))
    assert upkeep_module.prune(tmp_path, 14) == ["old.tar.gz"]
    assert {path.name for path in tmp_path.iterdir()} == {
        "new.tar.gz",
        "hip-link.tar.gz",
        "hip-2020-01-01.tar.gz",
        "hip-other.tar.gz",
        "hip-backup-runs",
    }
    assert (tmp_path.parent / "elsewhere").exists()
    with pytest.raises(upkeep_module.UpkeepError, match="from 1 up"):
        upkeep_module.prune(tmp_path, 0)


def test_the_nightly_backups_delete_what_is_older_than_the_privacy_page_says(
    installation: Path, tmp_path: Path
) -> None:
    unit = (PROJECT / "deploy" / "systemd" / "hip-backup.service").read_text(encoding="utf-8")
    page = (PROJECT / "docs" / "deploy.md").read_text(encoding="utf-8")
    (timer,) = re.findall(r"(?m)^ExecStart=/opt/hip/scripts/upkeep (backup .*)$", unit)
    (cron,) = re.findall(r"(?m)^10 3 \* \* \* root .* run --rm -T upkeep (backup .*)$", page)
    for line, place in ((timer, "/var/backups/hip"), (cron, "/backups")):
        assert line == f"backup {place} --keep-days 14"
    assert "14 days" in (PROJECT / "docs" / "privacy.md").read_text(encoding="utf-8")
    folder = tmp_path / "backups"
    folder.mkdir()
    a_backup(folder / "old.tar.gz", 15)
    command = timer.replace("/var/backups/hip", str(folder)).split()
    # one that fails deletes nothing
    (installation / "review.db").rename(tmp_path / "review.db")
    assert upkeep(installation, *command).returncode == 1
    assert [path.name for path in folder.iterdir()] == ["old.tar.gz"]
    (tmp_path / "review.db").rename(installation / "review.db")
    done = upkeep(installation, *command)
    assert done.returncode == 0, done.stderr
    assert "Deleted: old.tar.gz" in done.stdout
    (made,) = folder.iterdir()
    assert re.fullmatch(r"hip-\d{4}-\d\d-\d\dT\d{6}\.tar\.gz", made.name)
    assert upkeep_module._made(made)


@pytest.mark.parametrize("lost", ["conversations.db", "review.db"])
@pytest.mark.parametrize("empty", [False, True])
def test_a_backup_without_one_of_the_databases_is_refused(
    installation: Path, tmp_path: Path, lost: str, empty: bool
) -> None:
    """As in a shell that does not have the settings of the installation."""
    for path in installation.glob(f"{lost}*"):
        path.unlink()
    if empty:
        (installation / lost).touch()
    done = upkeep(installation, "backup", str(tmp_path / "backup.tar.gz"))
    assert done.returncode == 1
    assert f"database {installation / lost}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "backup.tar.gz").exists()


def test_a_backup_without_conversations_changes_nothing(installation: Path, tmp_path: Path) -> None:
    path = tmp_path / "backup.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("about.json"))
    with pytest.raises(upkeep_module.UpkeepError, match="no conversations"):
        upkeep_module.restore(path)


def test_it_says_which_databases_were_saved_and_no_password(
    installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        upkeep_module, "databases", lambda: {"review": "postgresql://assistant:s3cret@127.0.0.1/review"}
    )
    monkeypatch.setattr(upkeep_module, "backup", lambda path: ["review.dump"])
    assert upkeep_module.main(["backup", str(tmp_path / "backup.tar.gz")]) == 0
    said = capsys.readouterr().out
    assert "review: postgresql://assistant@127.0.0.1/review" in said
    assert "s3cret" not in said


@pytest.fixture
def systemd(installation: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs deploy/systemd/hip-upkeep on the installation, set up as docs/deploy.md says; without root."""
    etc = tmp_path / "etc"
    (etc / "secrets").mkdir(parents=True)
    settings = (PROJECT / "deploy" / "systemd" / "hip.env").read_text(encoding="utf-8")
    settings = settings.replace("/var/lib/hip", str(installation))
    (etc / "hip.env").write_text(settings + 'CLINIC_NAME=Bedford Hip $(id) Clinic\nCLINIC_PHONE="01234 5"')
    for name in ("chat_secret", "review_secret"):
        (etc / "secrets" / name).write_text(f"{name}-5c1f0a9d7e3b48264c0f9a17d5e8b3aa")
    (tmp_path / "runuser").write_text(
        f'#!/bin/sh\n[ "$1 $2 $3" = "-u hip --" ] || exit 9\nenv > {tmp_path}/env\nshift 3; exec "$@"\n'
    )
    script = (PROJECT / "deploy" / "systemd" / "hip-upkeep").read_text(encoding="utf-8")
    for here, there in (("/etc/hip", str(etc)), ("/opt/hip", str(PROJECT))):
        script = script.replace(here, there)
    (tmp_path / "hip-upkeep").write_text(script)
    for name in ("runuser", "hip-upkeep"):
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:{Path(program('initdb')).parent}:{os.environ['PATH']}"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [tmp_path / "hip-upkeep", *arguments],
            env={"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_under_systemd_a_backup_by_hand_has_the_settings_and_the_secrets_of_the_units(
    installation: Path, tmp_path: Path, systemd: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = systemd("backup", str(tmp_path / "backup.tar.gz"))
    assert done.returncode == 0, done.stderr
    assert f"conversations: {installation}/conversations.db" in done.stdout
    given = (tmp_path / "env").read_text().splitlines()
    assert "CHAT_ENVIRONMENT=production" in given
    assert "CLINIC_NAME=Bedford Hip $(id) Clinic" in given
    assert "CLINIC_PHONE=01234 5" in given
    assert "CHAT_SECRET=chat_secret-5c1f0a9d7e3b48264c0f9a17d5e8b3aa" in given
    assert not any(line.startswith("TRACKER_DB=") for line in given)
    (tmp_path / "etc" / "secrets" / "tracker_db").write_text("sqlite:////nowhere/chat.db\n")
    done = systemd("backup", str(tmp_path / "again.tar.gz"))
    assert done.returncode == 1
    assert "/nowhere/chat.db" in done.stderr


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    """A server with the roles and the databases that deploy/ makes: each may do nothing but own its own."""
    with PostgreSQL() as running:
        databases_of_deploy(running, tmp_path_factory.mktemp("secrets"))
        yield running


def database(server: PostgreSQL, name: str, owner: str | None = None) -> str:
    """The address of a new database that one of the roles of deploy/ owns, by its name."""
    owner = owner or ("reviewer" if name.startswith("review") else "assistant")
    connection = psycopg2.connect(server.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} OWNER {owner}")
        cursor.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
    connection.close()
    return f"postgresql://{owner}@127.0.0.1:{server.port}/{name}"


def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchall()
    connection.close()
    return found


def analysed(url: str) -> set[object]:
    """The tables of which PostgreSQL was told to learn what they hold; by itself it would do so a minute later."""
    told = "SELECT relname::text FROM pg_stat_user_tables WHERE last_analyze IS NOT NULL"
    return {table for (table,) in ask(url, told)}


@pytest.mark.servers
def test_moving_to_postgresql_keeps_every_conversation_and_goes_on_from_there(
    installation: Path, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat, review = database(postgresql, "chat_moved"), database(postgresql, "review_moved")
    done = upkeep(installation, "to-postgresql", chat, review)
    assert done.returncode == 0, done.stderr
    assert "72 rows of conversations.events" in done.stdout
    assert ask(chat, "SELECT * FROM events ORDER BY id") == rows(installation / "conversations.db", "events")
    assert "events" in analysed(chat)
    assert {"review_turn", "review_conversation"} <= analysed(review)
    moved = ask(review, "SELECT text FROM review_turn ORDER BY id")
    assert len(moved) == 12
    assert "help?" in str(moved[0][0])

    monkeypatch.setenv("TRACKER_DB", chat)
    settings.cache_clear()
    talk_more = ConversationStore(Domain.empty())
    tracker = asyncio.run(talk_more.retrieve("sender3"))
    tracker.update(UserUttered("and now?", {"name": "follow_up"}))
    asyncio.run(talk_more.save(tracker))
    talk_more.engine.dispose()
    found = ask(
        chat, "SELECT data FROM events WHERE sender_id = 'sender3' AND type_name = 'user' ORDER BY id"
    )
    assert [json.loads(str(data))["text"] for (data,) in found] == [f"{QUESTION} 3", "and now?"]
    done = run(installation, "-m", "bot.review", "rebuild", TRACKER_DB=chat, REVIEW_DATABASE=review)
    assert done.returncode == 0, done.stderr
    assert len(ask(review, "SELECT id FROM review_turn")) == 13

    again = upkeep(installation, "to-postgresql", chat, review)
    assert again.returncode == 1
    assert "already holds events" in again.stderr


@pytest.mark.servers
def test_a_move_that_fails_in_the_second_database_leaves_the_first_empty_and_can_be_tried_again(
    installation: Path, postgresql: PostgreSQL
) -> None:
    chat, review = database(postgresql, "chat_failed"), database(postgresql, "review_failed")

    def break_off(turn: int, conversation: int) -> None:
        with sqlite3.connect(installation / "review.db") as review_file:
            review_file.execute(
                "UPDATE review_turn SET conversation_id = ? WHERE id = ?", (conversation, turn)
            )
        review_file.close()

    break_off(1, 999)
    done = upkeep(installation, "to-postgresql", chat, review)
    assert done.returncode == 1
    assert "999" in done.stderr
    assert "walking" not in done.stderr
    assert ask(chat, "SELECT count(*) FROM events") == [(0,)]
    assert ask(review, "SELECT count(*) FROM review_conversation") == [(0,)]
    break_off(1, 1)
    done = upkeep(installation, "to-postgresql", chat, review)
    assert done.returncode == 0, done.stderr
    assert ask(chat, "SELECT count(*) FROM events") == [(72,)]


@pytest.mark.servers
def test_a_review_database_of_which_the_team_has_something_is_not_emptied(
    installation: Path, postgresql: PostgreSQL
) -> None:
    chat, review = database(postgresql, "chat_used"), database(postgresql, "review_used")
    # prepared, as the services do at their first start
    done = run(installation, "-m", "bot.review", "prepare", REVIEW_DATABASE=review)
    assert done.returncode == 0, done.stderr
    tell = "INSERT INTO review_tag (name, retired) VALUES ('clear', false)"
    connection = psycopg2.connect(review)
    with connection, connection.cursor() as cursor:
        cursor.execute(tell)
    done = upkeep(installation, "to-postgresql", chat, review)
    assert done.returncode == 1
    assert "already holds review_tag" in done.stderr
    assert ask(review, "SELECT name FROM review_tag") == [("clear",)]
    with connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM review_tag")
    connection.close()
    done = upkeep(installation, "to-postgresql", chat, review)
    assert done.returncode == 0, done.stderr
    assert ask(review, "SELECT count(*) FROM review_turn") == [(12,)]


@pytest.mark.parametrize("lost", ["conversations.db", "review.db"])
def test_a_move_without_one_of_the_sqlite_files_is_refused(installation: Path, lost: str) -> None:
    (installation / lost).unlink()
    done = upkeep(installation, "to-postgresql", "postgresql://127.0.0.1:1/a", "postgresql://127.0.0.1:1/b")
    assert done.returncode == 1
    assert f"database {installation / lost}" in done.stderr
    assert not (installation / lost).exists()


@pytest.mark.servers
def test_a_backup_of_sqlite_moves_into_the_containers_with_no_address_among_the_arguments(
    installation: Path, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    """As the service ``upkeep`` of compose.yml is set up, and as docs/deploy.md says."""
    chat, review = database(postgresql, "chat_contained"), database(postgresql, "review_contained")
    (line,) = re.findall(
        r"(?m)^docker compose .* run --rm upkeep (to-postgresql .*)$",
        (PROJECT / "docs" / "deploy.md").read_text(encoding="utf-8"),
    )
    backups, secrets = tmp_path / "backups", tmp_path / "secrets"
    backups.mkdir()
    subprocess.run([PROJECT / "deploy" / "make-secrets", secrets], check=True, capture_output=True)
    passwords = []
    for name, url, role in (("tracker_db", chat, ""), ("review_database", review, "review_")):
        passwords.append((secrets / f"{role}database_password").read_text(encoding="ascii").strip())
        (secrets / name).write_text(url.replace("@", f":{passwords[-1]}@"))
    compose = yaml.safe_load((PROJECT / "deploy" / "compose.yml").read_text(encoding="utf-8"))
    environment = {
        name: value.replace("/run/secrets", str(secrets)).replace("/backups", str(backups))
        for name, value in compose["services"]["upkeep"]["environment"].items()
        if "${" not in value
    }
    environment |= {"CHAT_ENVIRONMENT": "production", "REVIEW_ADDRESS": "https://review.example.org"}
    empty = tmp_path / "empty"
    empty.mkdir()

    def contained(arguments: str) -> subprocess.CompletedProcess[str]:
        command = arguments.replace("/backups/", f"{backups}/").split()
        return upkeep(empty, *command, TRACKER_DB="", **environment)

    assert upkeep(installation, "backup", str(backups / Path(line.split()[1]).name)).returncode == 0
    done = contained(line)
    assert done.returncode == 0, done.stderr
    assert ask(chat, "SELECT count(*) FROM events") == [(72,)]
    assert ask(review, "SELECT count(*) FROM review_turn") == [(12,)]
    again = contained(line)
    assert again.returncode == 1
    assert "already holds events" in again.stderr
    for password in passwords:
        assert password not in done.stdout + done.stderr + again.stderr
    assert not list(empty.glob("*.db"))


@pytest.mark.servers
def test_a_backup_of_postgresql_puts_everything_back(
    installation: Path, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    chat, review = database(postgresql, "chat_saved"), database(postgresql, "review_saved")
    assert upkeep(installation, "to-postgresql", chat, review).returncode == 0
    where = {"TRACKER_DB": chat, "REVIEW_DATABASE": review}
    done = upkeep(installation, "backup", str(tmp_path / "backup.tar.gz"), **where)
    assert done.returncode == 0, done.stderr
    connection = psycopg2.connect(chat)
    with connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM events")
    connection.close()
    done = upkeep(installation, "restore", str(tmp_path / "backup.tar.gz"), **where)
    assert done.returncode == 0, done.stderr
    assert len(ask(chat, "SELECT id FROM events")) == 72
    assert len(ask(review, "SELECT id FROM review_turn")) == 12
    assert "events" in analysed(chat)
    assert {"review_turn", "review_conversation"} <= analysed(review)
    owners = "SELECT DISTINCT pg_get_userbyid(relowner)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    assert (ask(chat, owners), ask(review, owners)) == ([("assistant",)], [("reviewer",)])
