"""Private PostgreSQL and Redis servers for tests and measurements: own folder, own port, stopped and killed at will."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import psycopg2
import redis

from evaluation.stack import PROJECT, free_port

#: Where Debian keeps PostgreSQL's programs; elsewhere they are on the path.
DEBIAN = Path("/usr/lib/postgresql")
START_SECONDS = 30


def program(name: str) -> str:
    """The path of a server's program. Raises RuntimeError when it is not installed."""
    found = [str(path) for path in sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)]
    if path := (found[0] if found else shutil.which(name)):
        return path
    raise RuntimeError(
        f"{name} is not installed. On Debian or Ubuntu: apt-get install postgresql redis-server"
    )


class _Server:
    """A server process; use as a context manager."""

    def __init__(self, prefix: str) -> None:
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory(prefix=prefix)
        self.folder = Path(self._folder.name)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts (again) on the same port with the same data."""
        raise NotImplementedError

    def _run(self, *command: str, user: str | None = None) -> None:
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, user=user, cwd="/", start_new_session=True
            )

    def _wait(self, answers: Callable[[], object], *errors: type[Exception]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                answers()
            except errors:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stops it and waits; SIGINT ends PostgreSQL's connections, SIGKILL is a crash."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)

    def freeze(self) -> None:
        """Stops answering without closing anything, as a machine that hangs."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Goes on after :meth:`freeze`."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, how: int) -> None:
        if self.process is not None:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            for pid in (self.process.pid, *map(int, children.read_text(encoding="ascii").split())):
                os.kill(pid, how)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.thaw()
        self.stop()
        (self.folder.parent / f"{self.folder.name}.log").unlink(missing_ok=True)
        self._folder.cleanup()


class PostgreSQL(_Server):
    """A PostgreSQL server with an empty database ``hip``; ``url`` is what ``TRACKER_DB`` takes."""

    def __init__(self) -> None:
        super().__init__("hip-postgresql-")
        # PostgreSQL does not run as root
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user, self._user)
        self.url = f"postgresql://hip@127.0.0.1:{self.port}/hip"

    def start(self) -> None:
        """Starts (again)."""
        data, port = str(self.folder / "data"), str(self.port)
        self._run(
            *(program("postgres"), "-D", data, "-p", port, "-k", str(self.folder)),
            *("-c", "listen_addresses=127.0.0.1"),
            user=self._user,
        )
        self._wait(self.connect, psycopg2.OperationalError)

    def connect(self, database: str = "postgres") -> None:
        """Connects once. Raises ``psycopg2.OperationalError``."""
        psycopg2.connect(f"postgresql://hip@127.0.0.1:{self.port}/{database}").close()

    def __enter__(self) -> PostgreSQL:
        data = str(self.folder / "data")
        subprocess.run(
            [program("initdb"), "-D", data, "-U", "hip", "-A", "trust", "-E", "UTF8", "--no-locale"],
            check=True,
            user=self._user,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )
        self.start()
        connection = psycopg2.connect(f"postgresql://hip@127.0.0.1:{self.port}/postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE hip")
        connection.close()
        return self


def databases_of_deploy(server: PostgreSQL, secrets: Path) -> None:
    """Makes the roles and the databases of deploy/ on ``server``; their passwords are kept in the folder ``secrets``."""
    for name in ("database_password", "review_database_password"):
        if not (secrets / name).exists():
            (secrets / name).write_text(hashlib.sha256(f"{secrets} {name}".encode()).hexdigest() + "\n")
    environment = {
        "PATH": f"{Path(program('initdb')).parent}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "POSTGRES_USER": "hip",
        "PASSWORDS_FOLDER": str(secrets),
    }
    subprocess.run([PROJECT / "deploy" / "postgresql" / "databases.sh"], env=environment, check=True)


class Redis(_Server):
    """A Redis server that keeps nothing on disk; ``url`` is what ``REDIS_URL`` takes."""

    def __init__(self) -> None:
        super().__init__("hip-redis-")
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Starts (again), empty."""
        self._run(
            *(program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
        )
        client = redis.Redis.from_url(self.url)
        self._wait(client.ping, redis.RedisError)
        client.close()

    def __enter__(self) -> Redis:
        self.start()
        return self
