"""Checks before the start: settings, content and ports. Says in plain words what is wrong."""

from __future__ import annotations

import os
import socket
import sys

from bot.advice.content import ContentError, load_content
from bot.settings import SettingsError, settings


def problems() -> list[str]:
    """What stands in the way of a start, one sentence each."""
    found = []
    try:
        config = settings()
    except (SettingsError, OSError) as error:
        return [str(error)]
    try:
        load_content()
    except ContentError as error:
        found.append(str(error))
    host = os.environ.get("CHAT_HOST", "127.0.0.1")
    for name, address, port in (
        ("CHAT_PORT", host, config.chat_port),
        ("ACTIONS_PORT", "127.0.0.1", config.actions_port),
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
    if sentences := problems():
        print("Cannot start:", *sentences, sep="\n  ", file=sys.stderr)
        sys.exit(1)
