"""How every process writes its log: as text, or with ``LOG_FORMAT=json`` as one JSON object a line.

A turn has one id in all processes: Rasa's message id. Each sets :data:`turn` while it works on one.
"""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from bot.settings import log_format

#: The id of the turn that is being worked on.
turn: ContextVar[str | None] = ContextVar("turn", default=None)


class JsonLines(logging.Formatter):
    """One JSON object a line, with the id of the turn that was running."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; ``record.fields`` adds to it."""
        running = turn.get()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **({"turn": running} if running else {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def start() -> None:
    """JSON where it is asked for, in everything that this process logs from now on."""
    if log_format() == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonLines())
