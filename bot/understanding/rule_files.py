"""Reads the rules that are data: the files of ``rules/``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_FOLDER = Path(__file__).with_name("rules")


def rules_path(name: str) -> Path:
    """Where the rules called ``name`` stand."""
    return _FOLDER / f"{name}.yml"


def read_rules(name: str) -> Any:
    """What ``rules/<name>.yml`` holds. Raises OSError, or ruamel's YAMLError with file and line."""
    return YAML(typ="safe", pure=True).load(rules_path(name))


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for whole words out of several, each a regular expression. Raises ValueError for a broken one."""
    words = list(words)
    for word in words:
        try:
            re.compile(word)
        except re.error as error:
            raise ValueError(f"no regular expression: {word} ({error})") from None
    return re.compile(rf"\b(?:{'|'.join(words)})\b")
