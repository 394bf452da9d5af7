"""Random conversations through the whole stack: sentences of property_sentences.yml and whatever choices are offered."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
from ruamel.yaml import YAML

from evaluation.asked import question_in
from evaluation.must_never import Book, Seen, Watch
from evaluation.stack import Visitor
from evaluation.words_of_content import domain_responses

SENTENCES = Path(__file__).with_name("property_sentences.yml")
MOST_TURNS = 14
#: How often each kind of sentence is said when no question is open, by a mild case and by any other.
_MILD = {"exercise": 8, "mild": 4, "questions": 4, "facts": 0.4, "play_down": 1, "restart": 0.1}
_ANY = {"facts": 8, "questions": 6, "exercise": 4, "mild": 2, "play_down": 4, "correct": 1, "restart": 0.4}
#: Kinds after which a tier may fall.
_MAY_LOWER = frozenset({"correct", "restart"})


@lru_cache(maxsize=1)
def property_sentences() -> Mapping[str, Any]:
    """The sentences by kind; ``answers`` by question."""
    raw: Mapping[str, Any] = YAML(typ="safe", pure=True).load(SENTENCES.read_text(encoding="utf-8"))
    return raw


@lru_cache(maxsize=1)
def _answering_titles() -> frozenset[str]:
    """The choices that answer a question of the check: picking one settles the fact, downwards too."""
    return frozenset(
        button["title"]
        for name, variants in domain_responses().items()
        if name.startswith("utter_ask_check_form_")
        for variant in variants
        for button in variant["buttons"]
    )


def converse(seed: int, number: int, url: str, book: Book, client: httpx.Client) -> tuple[Watch, list[Seen]]:
    """Plays conversation ``number`` of ``seed`` with the assistant at ``url``: what was checked and said."""
    rng = random.Random(f"stack {seed} {number}")
    visitor = Visitor(url, client)
    watch = Watch(book)
    turns: list[Seen] = []
    offered: list[tuple[str, str]] = []
    reply: Mapping[str, Any] = {}
    mild = rng.random() < 0.5
    for _ in range(rng.randint(MOST_TURNS // 2 if mild else 1, MOST_TURNS)):
        question = question_in(reply)
        latest = [(c["title"], c["id"]) for m in reply.get("messages") or () for c in m["choices"]]
        if latest and rng.random() < 0.35 and not (mild and question):
            title, choice = rng.choice(latest)
        elif offered and rng.random() < 0.05:
            title, choice = rng.choice(offered)
        else:
            choice = ""
        if choice:
            reply = visitor.choose(choice)
            did, corrects = f"picks {title!r}", title in _answering_titles()
        else:
            kind, text = _sentence(rng, question, mild)
            reply = visitor.say(text)
            did, corrects = f"{kind}: {text}", kind in _MAY_LOWER
        messages: Any = reply.get("messages") or []
        offered += [(c["title"], c["id"]) for m in messages for c in m["choices"]]
        advice: Any = reply.get("advice") or {}
        seen = Seen(did, messages, advice, corrects)
        turns.append(seen)
        watch.after(seen)
    return watch, turns


def _sentence(rng: random.Random, question: str | None, mild: bool) -> tuple[str, str]:
    """The kind and the text of what is typed; mostly an answer when ``question`` is open."""
    sentences = property_sentences()
    if question and rng.random() < (0.95 if mild else 0.75):
        answers = sentences["answers"][question]
        return f"answers {question}", rng.choice(answers[:2] if mild else answers)
    weights = _MILD if mild else _ANY
    kind = rng.choices(list(weights), list(weights.values()))[0]
    return kind, rng.choice(sentences[kind])
