"""``make properties``: random conversations, each turn held against what the assistant must never do.

Plays ``--core`` conversations over the clinical core (all processor cores, no Rasa) and ``--stack`` conversations
through the chat API, prints what was met and every rule that was broken, and writes docs/safety/properties.md.
``--show core 148`` plays one conversation of ``--seed`` again and prints it. Exit codes: 0 no rule was broken, 1 one was.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import httpx

from bot.advice.content import load_content
from evaluation import core_walk, stack_walk
from evaluation.machine import cores, machine_line, today
from evaluation.must_never import RULES, Book, Seen, Violation, Watch
from evaluation.score_report import table
from evaluation.stack import PROJECT, Stack

PAGE = PROJECT / "docs" / "safety" / "properties.md"
CORE, STACK, SEED = 100_000, 500, 1
#: Conversations a worker plays before it reports.
CHUNK = 500
#: Broken rules that are kept and printed in full.
MOST_SHOWN = 5
SITUATIONS = (
    "turns",
    "turns at self_care",
    "turns at soon",
    "turns at urgent",
    "turns at emergency",
    "turns that raised the tier",
    "turns with a correction",
    "turns that lowered the tier, by a correction",
    "turns that showed steps",
    "replies with health information",
    "third misses in a row",
)


@dataclass(frozen=True)
class Failure:
    """A conversation that broke a rule: its number, how many turns it took, and what was seen."""

    number: int
    turns: int
    rule: str
    detail: str


@dataclass
class Tally:
    """What many conversations met and broke."""

    conversations: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def add(self, number: int, watch: Watch) -> None:
        """Counts one conversation."""
        self.conversations += 1
        self.counts += watch.counts
        for violation in watch.violations:
            self._break(number, violation)

    def _break(self, number: int, violation: Violation) -> None:
        self.broken[violation.rule] += 1
        self.failures.append(Failure(number, violation.turn, violation.rule, violation.detail))
        if len(self.failures) > 10_000:
            self.failures = self._shortest()

    def _shortest(self) -> list[Failure]:
        shortest = sorted(self.failures, key=lambda failure: failure.turns)
        return [f for rule in self.broken for f in [x for x in shortest if x.rule == rule][:MOST_SHOWN]]

    def join(self, other: Tally) -> None:
        """Adds what another worker counted."""
        self.conversations += other.conversations
        self.counts += other.counts
        self.broken += other.broken
        self.failures += other.failures
        self.failures = self._shortest()

    def in_words(self, kind: str, seed: int) -> str:
        """The result for the terminal."""
        lines = [f"{kind}: {self.conversations:,} conversations of seed {seed} in {self.seconds:.0f} s"]
        lines += [f"  {self.counts[name]:>9,} {name}" for name in SITUATIONS]
        lines += [f"  {count:>9,} × broken: {rule}: {RULES[rule]}" for rule, count in self.broken.items()]
        lines += [
            f"    conversation {failure.number}, turn {failure.turns}: {failure.rule}: {failure.detail}"
            for failure in self._shortest()
        ]
        if not self.broken:
            lines.append("  No rule was broken.")
        return "\n".join(lines)


def core_chunk(seed: int, numbers: range) -> Tally:
    """Plays some conversations over the core in this process."""
    tally = Tally()
    for number in numbers:
        watch, _ = core_walk.converse(seed, number)
        tally.add(number, watch)
    return tally


def run_core(conversations: int, seed: int) -> Tally:
    """Plays ``conversations`` over the core on all processor cores."""
    started = time.monotonic()
    whole = Tally()
    chunks = [range(begin, min(begin + CHUNK, conversations)) for begin in range(0, conversations, CHUNK)]
    with ProcessPoolExecutor(cores()) as pool:
        for tally in pool.map(core_chunk, [seed] * len(chunks), chunks):
            whole.join(tally)
            if whole.conversations % 10_000 == 0:
                print(f"  {whole.conversations:,} of {conversations:,}", file=sys.stderr)
    whole.seconds = time.monotonic() - started
    return whole


def run_stack(conversations: int, seed: int, url: str) -> Tally:
    """Plays ``conversations`` with the assistant at ``url``, one after the other."""
    started = time.monotonic()
    tally = Tally()
    book = Book(load_content())
    with httpx.Client(timeout=60) as client:
        for number in range(conversations):
            watch, _ = stack_walk.converse(seed, number, url, book, client)
            tally.add(number, watch)
            if tally.conversations % 50 == 0:
                print(f"  {tally.conversations} of {conversations}", file=sys.stderr)
    tally.seconds = time.monotonic() - started
    return tally


def page(core: Tally, stack: Tally, seed: int) -> str:
    """The text of docs/safety/properties.md."""
    rules = [[RULES[rule], f"{core.broken[rule]:,}", f"{stack.broken[rule]:,}"] for rule in RULES]
    met = [[name, f"{core.counts[name]:,}", f"{stack.counts[name]:,}"] for name in SITUATIONS]
    return f"""<!-- Generated by `make properties`. Do not edit: run it again instead. -->
# What the assistant must never do, on random conversations

Every rule below is checked on every turn of many random conversations, by code that was written from the design and
the clinical reference and asks neither the triage nor the exercise gate (`evaluation/must_never.py`).

- **Core**: {core.conversations:,} conversations of 1 to {core_walk.MOST_TURNS} turns over `bot.understanding.resolve`, `bot.advice` and the
  actions, without Rasa: random facts, denials, topics, suspected flags, choices old and new, playing down,
  corrections and fresh starts, for no country set, GB, US and CA. It starts from facts, not from text.
- **Stack**: {stack.conversations:,} conversations of 1 to {stack_walk.MOST_TURNS} turns through the chat API: real sentences
  (`evaluation/property_sentences.yml`) and picked choices, in random order.

{table([["Rule", "broken, core", "broken, stack"], *rules])}

What the conversations met, so that no rule holds only because nothing touched it:

{table([["Situation", "core", "stack"], *met])}

Seed {seed}. Core {core.seconds:.0f} s, stack {stack.seconds:.0f} s. Measured {today()} on {machine_line()}.
`make properties` measures again; `CORE=…`, `STACK=…` and `SEED=…` change the numbers. CI plays a short form of both.
"""


def show(turns: Iterable[Seen], watch: Watch) -> str:
    """One conversation for a reader."""
    lines = []
    for number, seen in enumerate(turns, 1):
        lines.append(f"{number}. {seen.did}  [{seen.urgency.name}]")
        lines += [f"     {message.get('text')!r}" for message in seen.messages]
        lines += [f"  !! {v.rule}: {v.detail}" for v in watch.violations if v.turn == number]
    return "\n".join(lines)


def _show(kind: str, number: int, seed: int) -> None:
    if kind == "core":
        watch, turns = core_walk.converse(seed, number)
    else:
        with Stack() as stack, httpx.Client(timeout=60) as client:
            watch, turns = stack_walk.converse(seed, number, stack.url, Book(load_content()), client)
    print(show(turns, watch))


def main(arguments: Sequence[str]) -> int:
    """Plays, prints and writes the page; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make properties")
    parser.add_argument("--core", type=int, default=CORE)
    parser.add_argument("--stack", type=int, default=STACK)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", nargs=2, metavar=("core|stack", "NUMBER"))
    chosen = parser.parse_args(arguments)
    if chosen.show:
        _show(chosen.show[0], int(chosen.show[1]), chosen.seed)
        return 0
    core = run_core(chosen.core, chosen.seed)
    print(core.in_words("core", chosen.seed))
    stack = Tally()
    if chosen.stack:
        with Stack() as running:
            stack = run_stack(chosen.stack, chosen.seed, running.url)
    print(stack.in_words("stack", chosen.seed))
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(core, stack, chosen.seed), encoding="utf-8")
    print(f"Written: {PAGE.name}")
    return 1 if core.broken or stack.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
