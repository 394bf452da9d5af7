"""Before the start: what is wrong is said in plain words, all at once, and nothing is started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import NAMES
from evaluation.stack import PROJECT, free_port
from evaluation.write_docs import settings_in_code

RANDOM = "5c1f0a9d7e3b48264c0f9a17d5e8b3aa"


def check(folder: Path, process: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs the check in an environment of its own, of everything or of what one process needs."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "DATA_FOLDER": str(folder / "data"),
        "CHAT_PORT": str(free_port()),
        "ACTIONS_PORT": str(free_port()),
        "REVIEW_PORT": str(free_port()),
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", "bot.start_check", *process.split()],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_with_nothing_wrong_it_says_nothing(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["CHAT_PORT", "ACTIONS_PORT", "REVIEW_PORT", "METRICS_PORT"])
def test_a_port_in_use_is_named_with_the_setting_that_changes_it(tmp_path: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        done = check(tmp_path, **{name: str(port)})
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr
    assert f"Set {name} to another one." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"CHAT_PORT": "abc"}, "CHAT_PORT is 'abc', but it must be a number."),
        ({"CHAT_PORT": "99999"}, "CHAT_PORT is 99999, but it must be from 1 to 65535."),
        ({"CHAT_RATE_LIMIT": "maybe"}, "CHAT_RATE_LIMIT is 'maybe', but it must be on or off."),
        ({"CHAT_SECRET": "short"}, "CHAT_SECRET must have at least 32 characters."),
        ({"CHAT_ENVIRONMENT": "production"}, "CHAT_SECRET is needed outside development."),
        (
            {
                "CHAT_ENVIRONMENT": "production",
                "CHAT_SECRET": RANDOM,
                "REVIEW_SECRET": RANDOM,
                "LOG_LEVEL": "debug",
            },
            "LOG_LEVEL=DEBUG writes what visitors type into the logs.",
        ),
        (
            {
                "CHAT_ENVIRONMENT": "production",
                "CHAT_SECRET": RANDOM,
                "REVIEW_SECRET": RANDOM,
                "CHAT_RATE_LIMIT": "off",
            },
            "CHAT_RATE_LIMIT=off lets anybody use up the service.",
        ),
        (
            {"CHAT_ENVIRONMENT": "production", "CHAT_SECRET": RANDOM},
            "REVIEW_SECRET is needed outside development.",
        ),
        (
            {
                "CHAT_ENVIRONMENT": "production",
                "CHAT_SECRET": RANDOM,
                "REVIEW_ADDRESS": "http://review.example.org",
            },
            "REVIEW_ADDRESS must begin with https:// outside development.",
        ),
        (
            {
                "CHAT_ENVIRONMENT": "production",
                "CHAT_SECRET": RANDOM,
                "TRACKER_DB": "postgresql://hip:hip@127.0.0.1/chat",
            },
            "The password in TRACKER_DB is an example or short.",
        ),
        ({"CHAT_SECRET_FILE": "/no/such/file"}, "CHAT_SECRET_FILE cannot be read (FileNotFoundError)."),
        (
            {"CHAT_SECRET": RANDOM, "CHAT_SECRET_FILE": __file__},
            "CHAT_SECRET and CHAT_SECRET_FILE are both set.",
        ),
        (
            {"CHAT_ENVIRONMENT": "staging"},
            "CHAT_ENVIRONMENT is 'staging', but it must be development or production.",
        ),
        (
            {"CHAT_ENVIRONMENT": "production", "CHAT_SECRET": "change-me-change-me-change-me-change-me"},
            "CHAT_SECRET is an example.",
        ),
        ({"TRACKER_DB": "mysql://localhost/hip"}, "TRACKER_DB must be a file or begin with postgresql://"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL must begin with redis://"),
        (
            {
                "CHAT_ENVIRONMENT": "production",
                "CHAT_SECRET": RANDOM,
                "REVIEW_SECRET": RANDOM,
                "LOG_LEVEL": "NOTSET",
            },
            "LOG_LEVEL=NOTSET writes what visitors type into the logs.",
        ),
        (
            {"LOG_LEVEL": "debug"},
            "LOG_LEVEL is 'debug', but it must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL.",
        ),
        ({"METRICS_PORT": "70000"}, "METRICS_PORT is 70000, but it must be from 0 to 65535."),
        (
            {"METRICS_PORT": "9100", "METRICS_HOST": "no.such.host.invalid"},
            "Set METRICS_PORT to another one.",
        ),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml', but it must be text or json."),
        ({"CHAT_SESSION_HOURS": "0"}, "CHAT_SESSION_HOURS is 0, but it must be from 1 to 720."),
        ({"CHAT_ANSWER_SECONDS": "1000"}, "CHAT_ANSWER_SECONDS is 1000, but it must be from 0.5 to 60."),
        ({"CHAT_HOST": "no.such.host.invalid"}, "CHAT_PORT"),
        ({"REVIEW_PORT": "0"}, "REVIEW_PORT is 0, but it must be from 1 to 65,535."),
        ({"REVIEW_ADDRESS": "review.example.org"}, "it must be like https://review.example.org"),
        ({"REVIEW_DATABASE": "mysql://x/y"}, "REVIEW_DATABASE must be like sqlite:////data/review.db"),
        ({"REVIEW_SECOND_FACTOR": "yes"}, "it must be optional or required"),
        ({"REVIEW_TRUSTED_HEADER": "remote-user"}, "REVIEW_TRUSTED_HEADER needs REVIEW_TRUSTED_PEERS"),
        (
            {"REVIEW_TRUSTED_HEADER": "X-User", "REVIEW_TRUSTED_PEERS": "127.0.0.1"},
            "REVIEW_TRUSTED_HEADER is 'X-User', which the proxy in front lets a browser send.",
        ),
        ({"REVIEW_TRUSTED_PEERS": "proxy"}, "REVIEW_TRUSTED_PEERS: 'proxy' does not appear to be"),
        ({"CLINIC_COUNTRY": "FR"}, "clinic.yml: no numbers for the country 'FR'."),
        ({"CLINIC_TIME_ZONE": "Bedford"}, "unknown time zone 'Bedford'"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_should_be(
    tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    done = check(tmp_path, **settings)
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot start:")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_one_port_for_two_servers_is_refused(tmp_path: Path) -> None:
    port = str(free_port())
    done = check(tmp_path, CHAT_PORT=port, ACTIONS_PORT=port)
    assert done.returncode == 1
    assert f"CHAT_PORT and ACTIONS_PORT are both {port}" in done.stderr


def test_the_figures_have_a_port_of_their_own(tmp_path: Path) -> None:
    port = str(free_port())
    done = check(tmp_path, "chat", CHAT_PORT=port, METRICS_PORT=port)
    assert done.returncode == 1
    assert f"CHAT_PORT and METRICS_PORT are both {port}" in done.stderr


def test_a_misspelt_setting_is_named_with_the_nearest_and_does_not_stop_the_start(tmp_path: Path) -> None:
    done = check(tmp_path, CHAT_RATE_LIMTI="on", REVIEW_SOMETHING_ELSE_ENTIRELY="1", CHATTER="1")
    assert done.returncode == 0
    assert "CHAT_RATE_LIMTI is no setting and changes nothing. Did you mean CHAT_RATE_LIMIT?" in done.stderr
    assert "REVIEW_SOMETHING_ELSE_ENTIRELY is no setting and changes nothing." in done.stderr
    assert "CHATTER" not in done.stderr


def test_every_setting_that_the_code_reads_is_known_by_its_name() -> None:
    assert sorted(NAMES) == sorted(settings_in_code())


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    done = check(tmp_path)
    assert done.returncode == 1
    assert "DATA_FOLDER cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_several_problems_are_said_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        done = check(tmp_path, CHAT_PORT=port, CLINIC_COUNTRY="FR")
    assert "FR" in done.stderr
    assert f"Port {port}" in done.stderr


def test_the_secret_is_made_once_and_only_the_owner_may_read_it(tmp_path: Path) -> None:
    check(tmp_path)
    secret = tmp_path / "data" / "chat_secret"
    first = secret.read_text()
    assert len(first) >= 32
    assert secret.stat().st_mode & 0o077 == 0
    check(tmp_path)
    assert secret.read_text() == first


def test_a_process_is_checked_for_what_it_needs_and_no_more(tmp_path: Path) -> None:
    alone = {"CHAT_ENVIRONMENT": "production"}
    assert check(tmp_path, "actions", **alone).returncode == 0
    assert "CHAT_SECRET is needed" in check(tmp_path, "chat", **alone).stderr
    # it signs nothing
    assert check(tmp_path, "retention", **alone).returncode == 0
    assert "REVIEW_SECRET is needed" in check(tmp_path, "review", **alone).stderr
    assert "REVIEW_SECRET is needed" in check(tmp_path, "follow", **alone).stderr
    assert not (tmp_path / "data" / "chat_secret").exists()
    assert not (tmp_path / "data" / "review_secret").exists()


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(RANDOM + "\n")
    (tmp_path / "database").write_text("postgresql://hip:hip@127.0.0.1/chat\n")
    files = {
        "CHAT_ENVIRONMENT": "production",
        "CHAT_SECRET_FILE": str(tmp_path / "secret"),
        "TRACKER_DB_FILE": str(tmp_path / "database"),
    }
    assert "The password in TRACKER_DB is an example" in check(tmp_path, "chat", **files).stderr
    (tmp_path / "database").write_text(f"postgresql://hip:{RANDOM}@127.0.0.1/chat\n")
    done = check(tmp_path, "chat", **files)
    assert (done.returncode, done.stderr) == (0, "")
