"""Errors in logs: what failed and where, without the error's own words, which may be the visitor's."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
#: Places named, the innermost ones.
FRAMES = 12


def where(error: BaseException) -> str:
    """The classes of ``error`` and of what caused it, each with the places it came through."""
    lines: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(lines) < 4 * FRAMES:
        lines.append(type(cause).__name__)
        for frame in traceback.extract_tb(cause.__traceback__)[-FRAMES:]:
            path = frame.filename.replace(f"{PROJECT}/", "")
            lines.append(f"  {path.split('site-packages/')[-1]}:{frame.lineno} in {frame.name}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n".join(lines)


def hide_words() -> None:
    """From now on, no log of this process holds the message of an exception or the values of variables."""
    made = logging.getLogRecordFactory()
    if getattr(made, "hides_words", False):
        return

    def make(*arguments: Any, **named: Any) -> logging.LogRecord:
        record = made(*arguments, **named)
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is not None:
            record.msg, record.args = "An error was not expected.\n%s", (where(error),)
            record.exc_info = record.exc_text = None
        return record

    make.hides_words = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make)
