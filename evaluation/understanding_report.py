"""``make understanding-report [FILES="a.jsonl …"]``: how well messages are understood, written to docs/understanding.md.

Runs the labelled messages in tests/nlu/blind and any further files through the real assistant. The table has the measures
that were aimed at; below it stands what is still confused.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.evaluate import InputError, assistant, read_lines, run
from evaluation.machine import machine_line, today
from evaluation.score import Scores, advice_of, got_topics, score
from evaluation.score_report import number, table
from evaluation.stack import PROJECT

PAGE = PROJECT / "docs" / "understanding.md"
BLIND = PROJECT / "tests" / "nlu" / "blind"
#: Of the blind files, those with single messages whose topics are labelled.
FILES = (
    "plain_several.jsonl",
    "plain_several_2.jsonl",
    "plain_mixed.jsonl",
    "plain_mixed_2.jsonl",
    "plain_mixed_3.jsonl",
    "plain_mixed_4.jsonl",
    "plain_mixed_5.jsonl",
    "plain_mixed_6.jsonl",
    "plain_mixed_7.jsonl",
    "plain_mixed_8.jsonl",
    "plain_mixed_9.jsonl",
    "plain_mixed_10.jsonl",
    "plain_mixed_11.jsonl",
    "plain_mixed_12.jsonl",
    "plain_short.jsonl",
    "plain_short_2.jsonl",
    "plain_short_3.jsonl",
    "plain_short_4.jsonl",
    "plain_short_5.jsonl",
    "plain_short_6.jsonl",
    "plain_short_7.jsonl",
    "plain_short_8.jsonl",
    "plain_topics.jsonl",
    "topics.jsonl",
    "several.jsonl",
    "plain_facts.jsonl",
    "plain_facts_2.jsonl",
    "plain_facts_3.jsonl",
    "plain_facts_4.jsonl",
    "plain_facts_5.jsonl",
    "facts.jsonl",
    "real.jsonl",
    "plain_out_of_scope.jsonl",
)
#: Confusions listed for each file, and how often one must occur.
MOST_CONFUSIONS, LEAST_OFTEN = 12, 2
Line = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """One aim: its name, the least share in words, and where the scores hold it."""

    name: str
    aim: str
    of: Callable[[Scores], tuple[float | None, int]]


def _counted(*keys: str, part: str = "f1") -> Callable[[Scores], tuple[float | None, int]]:
    """A share and the number of items behind it, from counts somewhere in the scores."""

    def of(scores: Scores) -> tuple[float | None, int]:
        for key in keys:
            scores = scores.get(key) or {}
        if not scores:
            return None, 0
        behind = scores["right"] + scores[{"precision": "wrong"}.get(part, "missed")]
        return scores[part], behind

    return of


def _hit(*keys: str) -> Callable[[Scores], tuple[float | None, int]]:
    def of(scores: Scores) -> tuple[float | None, int]:
        for key in keys:
            scores = scores.get(key) or {}
        return (scores["share"], scores["of"]) if scores else (None, 0)

    return of


def _answered(kind: str) -> Callable[[Scores], tuple[float | None, int]]:
    """The share of messages of ``kind`` that were given an answer about hips."""

    def of(scores: Scores) -> tuple[float | None, int]:
        found = (scores.get("out_of_scope") or {}).get(kind)
        return (found["given_a_health_topic"], found["of"]) if found else (None, 0)

    return of


MEASURES = (
    Measure("topics, micro-F1", "0.90", _counted("topics")),
    Measure("six FAQ topics, micro-F1", "0.95", _counted("faq_topics")),
    Measure("several things: every topic and fact", "0.80", _hit("several_things_all_found")),
    Measure("chronic pain, recall", "0.95", _counted("facts", "chronic", part="recall")),
    Measure("chronic pain, precision", "0.95", _counted("facts", "chronic", part="precision")),
    Measure("own hip replacement, recall", "0.98", _counted("facts", "own_hip_replacement", part="recall")),
    Measure(
        "own hip replacement, precision", "0.97", _counted("facts", "own_hip_replacement", part="precision")
    ),
    Measure(
        "real questions: a right topic, or honest", "0.80", _hit("real_questions", "right_topic_or_honest")
    ),
    Measure("general questions given a health answer", "under 0.02", _answered("general")),
    Measure("medical, not hip: given an answer about hips", "under 0.08", _answered("medical_not_hip")),
)


def cell(found: tuple[float | None, int]) -> str:
    """A share with the number of items behind it."""
    share, behind = found
    return "–" if share is None or not behind else f"{number(share)} ({behind})"


def confusions(lines: Sequence[Line], answers: Sequence[Line]) -> list[tuple[str, str, int]]:
    """(what was asked, what was answered, how often) of the messages whose topics were not all found, most frequent first."""
    counted: Counter[tuple[str, str]] = Counter()
    for line, answer in zip(lines, answers, strict=True):
        if not line.get("topic_scored", True) or "topics" not in line:
            continue
        wanted, got = set(line["topics"]), got_topics(answer)
        tolerated = set(line.get("topics_ok") or ())
        if not advice_of(answer) or (
            not got and advice_of(answer).get("scope") in (line.get("scope_ok") or ())
        ):
            continue
        extra = sorted(got - wanted - tolerated)
        instead = ", ".join(extra) or str(advice_of(answer).get("scope") or "nothing")
        for topic in sorted(wanted - got) if not got & tolerated else ():
            counted[topic, instead] += 1
        if wanted <= got:
            counted.update(("nothing more", topic) for topic in extra)
    return [(asked, given, count) for (asked, given), count in counted.most_common()]


def page(found: Mapping[str, tuple[Sequence[Line], Sequence[Line]]]) -> Iterator[str]:
    """The parts of docs/understanding.md, from the lines and answers of each file."""
    scores = {name: score(lines, answers) for name, (lines, answers) in found.items()}
    yield "<!-- Generated by `make understanding-report`. Do not edit: run it again instead. -->"
    yield "# How well messages are understood\n"
    yield (
        "Every message is a conversation of its own with the whole running assistant, through the chat API. "
        "[tests/nlu/blind](../tests/nlu/blind/README.md) says who wrote the files, some in ordinary wording (`plain_`), the others "
        "asked to be hard, and which were looked at while developing. No classifier has learnt from them. In brackets: how many items a share is made of.\n"
    )
    rows = [
        ["file", *(measure.name for measure in MEASURES)],
        ["aim", *(measure.aim for measure in MEASURES)],
    ]
    rows += [[name, *(cell(measure.of(one)) for measure in MEASURES)] for name, one in scores.items()]
    yield table(rows) + "\n"
    yield "## What is still confused\n"
    yield (
        f"Topics that were asked and not answered, with what was answered instead; the {MOST_CONFUSIONS} most frequent of each file, "
        f"from {LEAST_OFTEN} times on. *Nothing more*: all was answered, and this besides.\n"
    )
    for name, (lines, answers) in found.items():
        often = [one for one in confusions(lines, answers) if one[2] >= LEAST_OFTEN][:MOST_CONFUSIONS]
        if often:
            yield f"### {name}\n"
            yield table([["asked", "answered", "times"], *([a, g, str(n)] for a, g, n in often)]) + "\n"
    yield f"Measured {today()} on {machine_line()}. [Classifier and pipeline beside Rasa's own](bench_nlu.md)."


def main(arguments: Sequence[str]) -> int:
    """Runs the files and writes the page; 2 when a file cannot be used."""
    paths = [*(BLIND / name for name in FILES), *map(Path, arguments)]
    try:
        read = {
            path.name if path.parent == BLIND else f"{path.parent.name}/{path.name}": read_lines(path)
            for path in paths
        }
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    with assistant() as url:
        found = {name: (lines, run(lines, url)) for name, lines in read.items()}
    PAGE.write_text("\n".join(page(found)) + "\n", encoding="utf-8")
    print(f"Written: docs/{PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
