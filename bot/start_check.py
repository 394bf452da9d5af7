"""Checks before the start: settings, content and ports. Says in plain words what is wrong.

``python -m bot.start_check`` checks everything, with the name of a process only what that one needs, with
``content`` the content only, as is done before training.
"""

from __future__ import annotations

import os
import socket
import sys
from difflib import get_close_matches
from itertools import combinations

from bot.advice.content import ContentError, load_content
from bot.channel.public_pages import load_page_texts
from bot.review.config import config as review_config
from bot.review.config import secret as review_secret
from bot.settings import (
    NAMES,
    Settings,
    SettingsError,
    actions_port,
    data_folder,
    log_format,
    open_to_others,
    settings,
)

#: The processes that ``scripts/serve`` starts.
PROCESSES = ("chat", "actions", "review", "follow", "retention")
#: What Rasa can be told, and what of it writes down what was said.
LOG_LEVELS, TELLING_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), ("DEBUG", "NOTSET")
#: How the names of settings begin, where a misspelt one can be told from what other programs are set with.
PREFIXES = ("ACTIONS_", "CHAT_", "CLINIC_", "CONVERSATION_", "METRICS_", "REVIEW_", "TRACKER_")


def content_problems() -> list[str]:
    """What is wrong in ``content/``; empty when nothing is."""
    try:
        load_page_texts(load_content())
    except ContentError as error:
        return [str(error)]
    return []


def problems(process: str = "") -> list[str]:
    """What stands in the way of the start of ``process``, or of all of them; one sentence each.

    Raises ValueError for a process that is not known.
    """
    if process and process not in PROCESSES:
        raise ValueError(f"There is no process {process!r}, only {', '.join(PROCESSES)}.")
    ports: dict[str, tuple[str, int]] = {}
    found: list[str] = []
    try:
        if process in ("", "chat", "retention"):
            config = settings(signs=process != "retention")
            if config.production:
                found += _only_in_development(config)
            if process != "retention":
                found += _log_level(config)
                ports["CHAT_PORT"] = (os.environ.get("CHAT_HOST", "127.0.0.1"), config.chat_port)
                if config.metrics_port:
                    ports["METRICS_PORT"] = (config.metrics_host, config.metrics_port)
        if process in ("", "actions"):
            ports["ACTIONS_PORT"] = (os.environ.get("ACTIONS_HOST", "127.0.0.1"), actions_port())
        if process in ("", "review", "follow"):
            review, _ = review_config(), review_secret()
            if process != "follow":
                ports["REVIEW_PORT"] = (review.host, review.port)
        log_format()
    except SettingsError as error:
        return [str(error)]
    except OSError as error:
        return [
            f"DATA_FOLDER cannot be used: {error.filename} ({error.strerror}). Set it to a folder of your own."
        ]
    found += content_problems()
    for (name, (_, port)), (other, (_, same)) in combinations(ports.items(), 2):
        if port == same:
            found.append(f"{name} and {other} are both {port}. Set one of them to another port.")
    for name, (address, port) in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                found.append(
                    f"Port {port} on {address} cannot be used ({error.strerror}). Is it running already? Set {name} to another one."
                )
    return found


def _only_in_development(config: Settings) -> list[str]:
    if not config.rate_limit:
        return ["CHAT_RATE_LIMIT=off lets anybody use up the service. Use it in development only."]
    return []


def _log_level(config: Settings) -> list[str]:
    level = os.environ.get("LOG_LEVEL", "")
    if config.production and level.strip().upper() in TELLING_LEVELS:
        told = level.strip().upper()
        return [f"LOG_LEVEL={told} writes what visitors type into the logs. Use it in development only."]
    if level and level not in LOG_LEVELS:
        return [f"LOG_LEVEL is {level!r}, but it must be one of {', '.join(LOG_LEVELS)}."]
    return []


def misspelt() -> list[str]:
    """A sentence for each environment variable that looks like a setting and is none; it does not stop the start."""
    found = []
    for name in sorted(os.environ):
        if name.startswith(PREFIXES) and name not in NAMES:
            near = get_close_matches(name, NAMES, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            found.append(f"{name} is no setting and changes nothing.{meant}")
    return found


def looked_into() -> list[str]:
    """A sentence when other users of the machine can look into the data folder; it does not stop the start."""
    folder = data_folder()
    if not open_to_others(folder):
        return []
    return [
        f"Other users of this machine can look into {folder}, where conversations are kept: chmod 700 {folder}"
    ]


if __name__ == "__main__":
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    if asked != "content" and (unknown := misspelt()):
        print("Please check:", *unknown, sep="\n  ", file=sys.stderr)
    if sentences := content_problems() if asked == "content" else problems(asked):
        print(
            "The content is not right:" if asked == "content" else "Cannot start:",
            *sentences,
            sep="\n  ",
            file=sys.stderr,
        )
        sys.exit(1)
    if asked not in ("content", "actions") and (open_door := looked_into()):
        print("Please check:", *open_door, sep="\n  ", file=sys.stderr)
