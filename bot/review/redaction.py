"""Takes out of a text what could name somebody, before the review database keeps it.

The chat channel does so before anything is stored; here it is done again, for stores that were filled
otherwise, or by an earlier version.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_PLACEHOLDER = re.compile(r"<[A-Z]+(?:_[A-Z]+)*>")


@lru_cache(maxsize=4096)
def redact(text: str, said_on: date) -> str:
    """The text with placeholders such as ``<NAME>``; a date of birth becomes the age on the day it was said."""
    # its lists take a second to read: only in the process that needs them
    from bot.privacy.redact import redact as placeholders

    return placeholders(text, said_on).text


def was_redacted(text: str) -> bool:
    """Whether something was taken out of the text."""
    return _PLACEHOLDER.search(text) is not None
