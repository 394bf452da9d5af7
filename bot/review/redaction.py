"""Takes out of a text what could name somebody, before the review database keeps it."""

from __future__ import annotations

import re
from functools import lru_cache

#: What is taken out, in this order, and what stands there instead.
_PATTERNS = (
    (re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"), "[e-mail]"),
    (re.compile(r"\bhttps?://\S+|\bwww\.\S+"), "[link]"),
    (re.compile(r"(?<!\w)\+?\d[\d\s().-]{7,}\d\b"), "[number]"),
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"), "[postcode]"),
    (
        re.compile(
            r"\b\d{1,4}[a-z]?,? (?:[A-Z][a-z]+ ){1,3}(?:Street|St|Road|Rd|Lane|Avenue|Ave|Close|Drive|Way|Court|Crescent|Gardens|Place|Terrace)\b"
        ),
        "[address]",
    ),
    (
        re.compile(
            r"\b(?i:(my (?:full )?name is|my name's|i am called|i'm called|this is|mr|mrs|ms|miss|dr)\.?) [A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2}"
        ),
        r"\1 [name]",
    ),
)


@lru_cache(maxsize=4096)
def redact(text: str) -> str:
    """The text without names that are introduced as such, phone numbers, e-mails, addresses and long numbers."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text
