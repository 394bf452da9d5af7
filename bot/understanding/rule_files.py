"""Reads the rules that are data: the files of ``rules/``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

_FOLDER = Path(__file__).with_name("rules")
#: What a pattern is written in; no rule may have such a name.
_PARTS: Final = frozenset({"words", "one_of", "any", "without", "with"})


def rules_path(name: str) -> Path:
    """Where the rules called ``name`` stand."""
    return _FOLDER / f"{name}.yml"


def read_rules(name: str) -> Any:
    """What ``rules/<name>.yml`` holds, each pattern as one regular expression (see :func:`pattern_of`).

    Raises OSError, ruamel's YAMLError with file and line, or ValueError for a pattern of another form.
    """
    try:
        return _with_patterns(YAML(typ="safe", pure=True).load(rules_path(name)))
    except ValueError as error:
        raise ValueError(f"{rules_path(name)}: {error}") from None


def pattern_of(rule: str | dict[str, Any]) -> str:
    r"""The regular expression that ``rule`` writes out.

    A text is one already. So that long ones can be read, a mapping writes it in parts:
    ``words: […]`` whole words, ``\b(?:…|…)\b``; ``one_of: […]`` the same within a word; ``any: […]`` one of
    several rules; ``without: […]`` and ``with: …`` a rule, where none of the words stands anywhere.
    Raises ValueError for any other form.
    """
    if isinstance(rule, str):
        return rule
    parts = rule if isinstance(rule, dict) else {}
    match sorted(parts):
        case ["words"]:
            return rf"\b(?:{_alternatives(parts['words'])})\b"
        case ["one_of"]:
            return rf"(?:{_alternatives(parts['one_of'])})"
        case ["any"] if isinstance(parts["any"], list):
            return _alternatives(list(map(pattern_of, parts["any"])))
        case ["with", "without"]:
            return rf"^(?!.*\b(?:{_alternatives(parts['without'])})\b).*{pattern_of(parts['with'])}"
    raise ValueError(f"no pattern: {rule}")


def _alternatives(words: Any) -> str:
    if not (isinstance(words, list) and words and all(isinstance(word, str) and word for word in words)):
        raise ValueError(
            f"a list of texts is needed here, in quotes where one looks like something else: {words}"
        )
    return "|".join(words)


def _with_patterns(rules: Any) -> Any:
    """``rules`` with every pattern written in parts put together, at any depth."""
    if isinstance(rules, dict):
        if _PARTS & set(rules):
            return pattern_of(rules)
        return {name: _with_patterns(rule) for name, rule in rules.items()}
    return [_with_patterns(rule) for rule in rules] if isinstance(rules, list) else rules


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for whole words out of several, each a regular expression. Raises ValueError for a broken one."""
    words = list(words)
    for word in words:
        try:
            re.compile(word)
        except (re.error, TypeError) as error:
            raise ValueError(f"no regular expression: {word} ({error})") from None
    return re.compile(rf"\b(?:{'|'.join(words)})\b")
