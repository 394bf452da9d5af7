"""Checks before the start: settings, content and ports. Says in plain words what is wrong.

``python -m bot.start_check`` checks everything, ``python -m bot.start_check content`` the content only,
as is done before training.
"""

from __future__ import annotations

import os
import socket
import sys
from itertools import combinations

from bot.advice.content import ContentError, load_content
from bot.channel.public_pages import load_page_texts
from bot.review.config import config as review_config
from bot.settings import SettingsError, settings


def content_problems() -> list[str]:
    """What is wrong in ``content/``; empty when nothing is."""
    try:
        load_page_texts(load_content())
    except ContentError as error:
        return [str(error)]
    return []


def problems() -> list[str]:
    """What stands in the way of a start, one sentence each."""
    found: list[str] = []
    try:
        config = settings()
        review = review_config()
    except SettingsError as error:
        return [str(error)]
    except OSError as error:
        return [
            f"DATA_FOLDER cannot be used: {error.filename} ({error.strerror}). Set it to a folder of your own."
        ]
    found += content_problems()
    if config.production and os.environ.get("LOG_LEVEL", "").upper() == "DEBUG":
        found.append("LOG_LEVEL=DEBUG writes what visitors type into the logs. Use it in development only.")
    ports = {"CHAT_PORT": config.chat_port, "ACTIONS_PORT": config.actions_port, "REVIEW_PORT": review.port}
    for (name, port), (other, same) in combinations(ports.items(), 2):
        if port == same:
            found.append(f"{name} and {other} are both {port}. Set one of them to another port.")
    host = os.environ.get("CHAT_HOST", "127.0.0.1")
    for name, address, port in (
        ("CHAT_PORT", host, config.chat_port),
        ("ACTIONS_PORT", "127.0.0.1", config.actions_port),
        ("REVIEW_PORT", review.host, review.port),
    ):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                found.append(
                    f"Port {port} on {address} cannot be used ({error.strerror}). Is it running already? Set {name} to another one."
                )
    return found


if __name__ == "__main__":
    only_content = sys.argv[1:] == ["content"]
    if sentences := content_problems() if only_content else problems():
        print(
            "The content is not right:" if only_content else "Cannot start:",
            *sentences,
            sep="\n  ",
            file=sys.stderr,
        )
        sys.exit(1)
