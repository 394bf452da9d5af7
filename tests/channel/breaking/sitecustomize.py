"""Put on a server's path by a test: parts of it fail, with the visitor's words in the error, where a message says so."""

from __future__ import annotations

from functools import wraps
from typing import Any

import bot.privacy.redact as redaction
import bot.understanding.normalise as normalising


def _failing(call: Any, word: str) -> Any:
    @wraps(call)
    def fail(*arguments: Any) -> Any:
        text = arguments[-1]
        if word in text:
            raise ValueError(text)
        return call(*arguments)

    return fail


redaction.redact = _failing(redaction.redact, "break redaction")
normalising.Normaliser.__call__ = _failing(normalising.Normaliser.__call__, "break understanding")
