"""Backup, restore and moving to PostgreSQL: ``scripts/upkeep backup|restore|to-postgresql`` (docs/deploy.md).

A backup is one tar file: both databases, ``content/``, and the signing secrets where the assistant made them itself.
It may be made while everything runs; SQLite is copied with its own backup interface, PostgreSQL with pg_dump. It holds
health data: keep it encrypted.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy
from sqlalchemy.engine import Connection, Engine

from bot.privacy import retention
from bot.review.config import config as review_config
from bot.settings import PROJECT, SettingsError, settings

#: Files of the data folder that a restored installation needs, beside the databases.
SECRETS = ("chat_secret", "review_secret")
#: A table of each database that is there as soon as its process has started once.
TABLE = {"conversations": "events", "review": "review_conversation"}
#: Tables that hold something before anybody has used the review pages.
FILLED_AT_FIRST = (
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "review_cursor",
    "review_setuplink",
)
ROWS_AT_A_TIME = 1_000
#: Seconds after which what an interrupted backup or restore left is taken for that.
LEFT_OVER = 86_400
USAGE = """scripts/upkeep backup FILE          both databases, secrets and content, while everything runs; in a folder it gets a name
               [--keep-days N]      then delete the backups beside it that are older
scripts/upkeep restore FILE         all of it back, but what was erased or has expired since; stop everything first
               [--after-a-loss]     also conversations that were not deleted by the team, but found to be gone
scripts/upkeep to-postgresql FILE   copy a backup of SQLite databases to the empty PostgreSQL ones of the settings
scripts/upkeep to-postgresql CONVERSATIONS REVIEW
                                    copy the SQLite databases of the settings to these addresses; stop everything first"""


class UpkeepError(Exception):
    """Something stands in the way; the message says what, in plain words."""


def databases() -> dict[str, str]:
    """The addresses of the databases by the name each has in a backup."""
    review = review_config().database.replace("postgres://", "postgresql://", 1)
    found = {"conversations": settings().tracker_url, "review": review}
    return {name: f"sqlite:///{file}" if (file := _sqlite_file(url)) else url for name, url in found.items()}


def _sqlite_file(url: str) -> Path | None:
    """The file of an SQLite address; None for PostgreSQL."""
    parts = urlsplit(url)
    return Path("/" + unquote(parts.path).lstrip("/")) if parts.scheme == "sqlite" else None


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=re.sub(r":[^@]*@", "@", parts.netloc, count=1)).geturl()


def _engine(url: str) -> Engine:
    # an error names no values: they are what visitors said
    return sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool, hide_parameters=True)


def _require(name: str, url: str) -> None:
    """Raises :class:`UpkeepError` when there is no such database yet; SQLite would make an empty one on the way."""
    file = _sqlite_file(url)
    if file is None or file.is_file():
        with _engine(url).connect() as connection:
            if sqlalchemy.inspect(connection).has_table(TABLE[name]):
                return
    hint = " Where the review pages never ran, scripts/review prepare makes it." if name == "review" else ""
    raise UpkeepError(
        f"There is no {name} database {file or _without_password(url)}. Are DATA_FOLDER, TRACKER_DB and "
        "REVIEW_DATABASE those of the installation? Under systemd: deploy/systemd/hip-upkeep (docs/deploy.md)."
        f"{hint} Nothing was done."
    )


def _run(program: str, url: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise UpkeepError(f"{program} is needed. Install PostgreSQL's client programs.")
    # the password goes by the environment: arguments of a process can be read by everybody on the machine
    parts = urlsplit(url)
    environment = {**os.environ, **({"PGPASSWORD": unquote(parts.password)} if parts.password else {})}
    command = [path, *arguments, f"--dbname={_without_password(url)}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise UpkeepError(f"{program} failed: {done.stderr.strip()[-500:]}")


# ------------------------------------------------------------------ backup


def backup(path: Path) -> list[str]:
    """Writes the backup whole or not at all, readable by its owner only; the names of what is in it.

    Where ``path`` is a folder, the file gets a name by the moment (UTC).
    """
    if path.is_dir():
        path /= f"hip-{datetime.now(UTC):%Y-%m-%dT%H%M%S}.tar.gz"
    if path.exists():
        raise UpkeepError(f"{path} is there already. Nothing was written.")
    if not (path.parent.is_dir() and os.access(path.parent, os.W_OK)):
        raise UpkeepError(f"{path.parent} is no folder that can be written to. Nothing was saved.")
    for database, url in databases().items():
        _require(database, url)
    with tempfile.TemporaryDirectory(prefix="hip-backup-", dir=path.parent) as name:
        folder = Path(name)
        for database, url in databases().items():
            _save_database(url, folder / database)
        for secret in SECRETS:
            if (settings().data_folder / secret).exists():
                shutil.copy2(settings().data_folder / secret, folder / secret)
        shutil.copytree(PROJECT / "content", folder / "content")
        about = {"made": datetime.now(UTC).isoformat(), "databases": [*databases()]}
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
        part = folder / "backup.tar.gz"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz") as archive:
                for entry in sorted(folder.iterdir()):
                    if entry != part:
                        archive.add(entry, entry.name)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        return sorted(entry.name for entry in folder.iterdir())


def _save_database(url: str, path: Path) -> None:
    file = _sqlite_file(url)
    if file is None:
        _run("pg_dump", url, "--format=custom", "--no-owner", f"--file={path}.dump")
        return
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as source, sqlite3.connect(f"{path}.db") as copy:
        source.backup(copy)
    source.close()
    copy.close()


def prune(folder: Path, days: int) -> list[str]:
    """Deletes the backups in ``folder`` that were made more than ``days`` days ago; their names.

    Nothing that :func:`backup` did not make is touched; what it or a restore left when it was interrupted goes too.
    """
    if days < 1:
        raise UpkeepError("--keep-days must be a whole number from 1 up. No old backup was deleted.")
    now = datetime.now(UTC)
    gone = [path for path in folder.iterdir() if (made := _made(path)) and made < now - timedelta(days=days)]
    for path in gone:
        path.unlink()
    for left in [*folder.glob("hip-backup-*"), *folder.glob("hip-restore-*")]:
        if left.is_dir() and left.stat().st_mtime < now.timestamp() - LEFT_OVER:
            shutil.rmtree(left)
    return sorted(path.name for path in gone)


def _made(path: Path) -> datetime | None:
    """When :func:`backup` made the file; None for any other."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        with tarfile.open(path) as archive:
            first = archive.next()
            if first is None or first.name != "about.json" or not (about := archive.extractfile(first)):
                return None
            return datetime.fromisoformat(json.load(about)["made"]).astimezone(UTC)
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
        return None


# ------------------------------------------------------------------ restore


def restore(path: Path, after_a_loss: bool = False) -> list[str]:
    """Puts back what :func:`backup` wrote, over what is there; the names of what was put back.

    What was erased since, by the list of the review database that is there now, and what has become too old, goes
    again. With ``after_a_loss`` conversations that were only found to be gone come back.
    """
    with _unpacked(path) as folder:
        kinds = {name: "dump" if _sqlite_file(url) is None else "db" for name, url in databases().items()}
        for database, kind in kinds.items():
            other = "db" if kind == "dump" else "dump"
            if (folder / f"{database}.{other}").exists():
                raise UpkeepError(
                    f"The backup of {database} is of the other kind of database. Restore it to the kind it came "
                    "from, then use to-postgresql. Nothing was changed."
                )
        erasures = _erasures(databases()["review"])
        for database, url in databases().items():
            _put_database_back(url, folder / f"{database}.{kinds[database]}")
        for secret in SECRETS:
            if (folder / secret).exists():
                shutil.copy2(folder / secret, settings().data_folder / secret)
        put_back = sorted(entry.name for entry in folder.iterdir())
        if not _put_content_back(folder / "content", PROJECT / "content"):
            put_back.remove("content")
    try:
        _delete_again(erasures, after_a_loss)
    finally:
        # afterwards, so that no sample of what was deleted again is kept
        for url in databases().values():
            _analyse(url)
    return put_back


def _erasures(review: str) -> list[dict[str, Any]]:
    """What the review database knows to be erased."""
    file = _sqlite_file(review)
    if file is not None and not file.is_file():
        return []
    try:
        with _engine(review).connect() as connection:
            if not sqlalchemy.inspect(connection).has_table("review_erasure"):
                return []
            table = sqlalchemy.Table("review_erasure", sqlalchemy.MetaData(), autoload_with=connection)
            return [dict(row._mapping) for row in connection.execute(table.select())]
    except sqlalchemy.exc.SQLAlchemyError as error:
        print(
            f"The list of what was erased since the backup cannot be read ({type(error).__name__}): "
            "erase that again yourself.",
            file=sys.stderr,
        )
        return []


def _delete_again(erasures: list[dict[str, Any]], after_a_loss: bool) -> None:
    """Deletes from the restored databases what must not come back, and says how much it was."""
    config = settings()
    if config.keep_days:
        old = retention.delete(
            config.tracker_url, retention.cutoff(config, config.keep_days, datetime.now(UTC).timestamp())
        )
        print(f"{old.conversations} conversations older than {config.keep_days} days were deleted again.")
    done = subprocess.run(
        [sys.executable, "-m", "bot.review", "erase_again", *["--after-a-loss"] * after_a_loss],
        cwd=PROJECT,
        input=json.dumps(erasures, default=str),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UpkeepError(
            "Everything was put back, but what was erased since the backup could not be erased again: "
            f"{done.stderr.strip()[-500:]}"
        )
    print(done.stdout.strip())


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """A folder with what a backup holds, for as long as it is needed."""
    if not path.exists():
        raise UpkeepError(f"There is no {path}.")
    with tempfile.TemporaryDirectory(prefix="hip-restore-") as name:
        folder = Path(name)
        try:
            with tarfile.open(path) as archive:
                _unpack(archive, folder)
        except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
            raise UpkeepError(f"{path} is not a whole backup ({error}). Nothing was changed.") from None
        if not (folder / "about.json").exists():
            raise UpkeepError(f"{path} is not a backup of this assistant. Nothing was changed.")
        if not any((folder / f"conversations.{kind}").exists() for kind in ("db", "dump")):
            raise UpkeepError(f"There are no conversations in {path}. Nothing was changed.")
        yield folder


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Files and folders, each inside ``folder``, and nothing else. Debian 12's Python is too old for ``filter="data"``."""
    for member in archive:
        target = folder / member.name
        inside = ".." not in target.parts and target.is_relative_to(folder)
        if not inside or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name} does not belong into a backup")
        if member.isdir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        source = archive.extractfile(member)
        assert source is not None
        target.parent.mkdir(parents=True, exist_ok=True)
        with source, target.open("xb") as file:
            shutil.copyfileobj(source, file)
        target.chmod(member.mode & 0o755 | 0o600)


def _put_content_back(saved: Path, content: Path) -> bool:
    """False where nothing may be written, as in a container: there the content is part of the image."""
    try:
        shutil.copytree(saved, content, dirs_exist_ok=True)
    except OSError as error:
        print(
            f"content/ was not put back: it cannot be written here ({error.strerror or 'read-only'}).",
            file=sys.stderr,
        )
        return False
    return True


def _put_database_back(url: str, saved: Path) -> None:
    if not saved.exists():
        return
    file = _sqlite_file(url)
    if file is None:
        arguments = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
        _run("pg_restore", url, *arguments, str(saved))
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    # into the database as it is: a process that still has it open sees the change instead of writing to a lost file
    with sqlite3.connect(saved) as source, sqlite3.connect(file, timeout=5) as target:
        source.backup(target)
    source.close()
    target.close()


def _analyse(url: str) -> None:
    """Tells PostgreSQL how much it holds; until it knows, it may read a whole table for one row."""
    if _sqlite_file(url) is None:
        with _engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sqlalchemy.text("ANALYZE"))


# ------------------------------------------------------------------ to PostgreSQL


def to_postgresql(sources: Mapping[str, str], targets: Mapping[str, str]) -> dict[str, int]:
    """Copies both SQLite databases into two empty PostgreSQL databases; rows copied by table. Both or neither.

    Addresses are by the names of :func:`databases`. After a failure nothing but empty tables may be there.
    """
    if targets["conversations"] == targets["review"]:
        raise UpkeepError("The two databases must not be the same one.")
    for name, url in sources.items():
        if _sqlite_file(url) is None:
            raise UpkeepError(f"The {name} are in PostgreSQL already.")
        if not targets[name].startswith("postgresql://"):
            target = _without_password(targets[name])
            raise UpkeepError(f"The {name} must go to a postgresql:// address, not to {target}.")
        _require(name, url)
    for url in targets.values():
        _refuse_what_is_in_use(url)
    _make_tables(targets["conversations"], targets["review"])
    copied: dict[str, int] = {}
    with ExitStack() as stack:
        transactions = []
        for name, url in sources.items():
            reading, writing = (stack.enter_context(_engine(u).connect()) for u in (url, targets[name]))
            transactions.append(writing.begin())
            copied |= {f"{name}.{table}": rows for table, rows in _copy(reading, writing).items()}
            # what would fail with the commit fails now
            writing.execute(sqlalchemy.text("SET CONSTRAINTS ALL IMMEDIATE"))
        for transaction in transactions:
            transaction.commit()
    for url in targets.values():
        _analyse(url)
    return copied


def move_backup(path: Path) -> dict[str, int]:
    """As :func:`to_postgresql`, from a backup of an installation on SQLite to the databases that the settings name."""
    with _unpacked(path) as folder:
        files = {name: folder / f"{name}.db" for name in databases()}
        for name, file in files.items():
            if not file.exists():
                raise UpkeepError(f"{path} has no SQLite database of the {name}. Nothing was changed.")
        return to_postgresql({name: f"sqlite:///{file}" for name, file in files.items()}, databases())


def _refuse_what_is_in_use(url: str) -> None:
    """Raises :class:`UpkeepError` for a database that holds more than it does when nobody has used it yet."""
    with _engine(url).connect() as connection:
        for table in sqlalchemy.inspect(connection).get_table_names():
            holds = sqlalchemy.text(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
            if table not in FILLED_AT_FIRST and connection.execute(holds).scalar():
                raise UpkeepError(
                    f"{_without_password(url)} is in use: it already holds {table}. Nothing was changed. "
                    "Give an empty database."
                )


def _make_tables(conversations: str, review: str) -> None:
    """Lets the chat's store and the review pages make their own tables."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("TRACKER_DB_FILE", "REVIEW_DATABASE_FILE")
    }
    environment |= {"TRACKER_DB": conversations, "REVIEW_DATABASE": review}
    environment["DJANGO_SETTINGS_MODULE"] = "bot.review.settings"
    for command in (["-m", "bot.channel.store"], ["-m", "django", "migrate"]):
        done = subprocess.run(
            [sys.executable, *command],
            env=environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise UpkeepError(f"The tables could not be made: {done.stderr.strip()[-500:]}")


def _copy(reading: Connection, writing: Connection) -> dict[str, int]:
    writing.execute(sqlalchemy.text("SET TIME ZONE 'UTC'"))
    here, there = sqlalchemy.MetaData(), sqlalchemy.MetaData()
    here.reflect(reading)
    # which of them were made is the target's own to know
    there.reflect(writing, only=lambda name, _: name != "django_migrations")
    copied = {}
    if "events" not in there.tables:
        # what making the tables has put into them; the audit's trigger refuses that at any other time
        for table in there.sorted_tables:
            writing.execute(sqlalchemy.text(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER'))
        for table in reversed(there.sorted_tables):
            writing.execute(table.delete())
        writing.execute(sqlalchemy.text("SET CONSTRAINTS ALL IMMEDIATE"))
        for table in there.sorted_tables:
            writing.execute(sqlalchemy.text(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER'))
        writing.execute(sqlalchemy.text("SET CONSTRAINTS ALL DEFERRED"))
    for table in there.sorted_tables:
        source = here.tables.get(table.name)
        if source is None:
            continue
        copied[table.name] = _copy_table(reading, writing, source, table)
        if "id" in table.c and table.c.id.type.python_type is int:
            sequence = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
            writing.execute(
                sqlalchemy.text(
                    f'SELECT setval({sequence}, (SELECT max(id) FROM "{table.name}")) '
                    f'WHERE {sequence} IS NOT NULL AND EXISTS (SELECT 1 FROM "{table.name}")'
                )
            )
    return copied


def _copy_table(reading: Connection, writing: Connection, source: Any, table: Any) -> int:
    shared = [column for column in source.columns if column.name in table.c]
    parsed = {c.name for c in table.c if isinstance(c.type, sqlalchemy.JSON)}
    count = 0
    found = reading.execution_options(stream_results=True).execute(
        sqlalchemy.select(
            *[sqlalchemy.type_coerce(c, _read_as(c, table.c[c.name])).label(c.name) for c in shared]
        )
    )
    while rows := found.fetchmany(ROWS_AT_A_TIME):
        values = [
            {
                name: json.loads(value) if name in parsed and isinstance(value, str) else value
                for name, value in row._mapping.items()
            }
            for row in rows
        ]
        writing.execute(table.insert(), values)
        count += len(values)
    if count != writing.execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(table)).scalar():
        raise UpkeepError(f"Not every row of {table.name} arrived. Nothing was changed.")
    return count


def _read_as(source: Any, target: Any) -> Any:
    """The type to read a column of SQLite as, so that PostgreSQL takes its values."""
    return sqlalchemy.Text() if isinstance(target.type, sqlalchemy.JSON) else source.type


def _places() -> list[str]:
    """Which databases were meant, without passwords."""
    return [f"{name}: {_sqlite_file(url) or _without_password(url)}" for name, url in databases().items()]


def _print_rows(copied: Mapping[str, int]) -> None:
    for table, rows in copied.items():
        print(f"{rows:>9,} rows of {table}")


def main(arguments: Sequence[str]) -> int:
    """The command line."""
    try:
        match arguments:
            case ["backup", file, *rest] if not rest or (len(rest) == 2 and rest[0] == "--keep-days"):
                print("Saved:", ", ".join(backup(Path(file))))
                print(*_places(), sep="\n")
                if rest:
                    folder, days = Path(file), int(rest[1]) if rest[1].isdecimal() else 0
                    gone = prune(folder if folder.is_dir() else folder.parent, days)
                    print("Deleted:", ", ".join(gone) or "no older backup")
            case ["restore", file, *rest] if rest in ([], ["--after-a-loss"]):
                print("Put back:", ", ".join(restore(Path(file), after_a_loss=bool(rest))))
                print(*_places(), sep="\n")
            case ["to-postgresql", file]:
                _print_rows(move_backup(Path(file)))
                print(*_places(), sep="\n")
            case ["to-postgresql", conversations, review]:
                targets = {"conversations": conversations, "review": review}
                _print_rows(to_postgresql(databases(), targets))
            case _:
                print(USAGE, file=sys.stderr)
                return 2
    except (UpkeepError, SettingsError, sqlite3.Error, sqlalchemy.exc.SQLAlchemyError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
