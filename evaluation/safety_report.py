"""``make safety-report [FILES="a.jsonl …"]``: how well warning signs are caught, written to docs/safety/report.md.

Runs the examples of content/red_flags.yml, tests/nlu/messages.jsonl and any further labelled files through the
real assistant, and cross-validates the red-flag classifier on content/red_flag_phrases.yml.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.advice.content import Content, content
from bot.advice.vocabulary import Urgency
from bot.understanding.linear import LinearModel
from bot.understanding.normalise import normaliser
from bot.understanding.suspicion import LEAST
from evaluation.evaluate import InputError, assistant, read_lines, run
from evaluation.examples import HARMLESS, Example, embed, flag_examples, intent_examples
from evaluation.folds import FOLDS, Predicted, out_of_fold
from evaluation.machine import machine_line, today
from evaluation.pictures import curves
from evaluation.score import Scores, advice_of, score
from evaluation.score_report import confusion_table, ids, number, table
from evaluation.stack import PROJECT

MESSAGES = PROJECT / "tests" / "nlu" / "messages.jsonl"
PAGE = PROJECT / "docs" / "safety" / "report.md"
PICTURE = PAGE.with_name("red_flag_thresholds.svg")
#: Phrases nearer than this in meaning or spelling are kept in one fold: they say nothing about unseen wordings.
SAME_MEANING, SAME_SPELLING = 0.85, 0.75
#: Cosine above which a message of a file counts as nearly repeating a training text.
NEARLY_REPEATS = 0.9
STEPS = tuple(round(step / 50, 2) for step in range(1, 50))
ROWS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
TIERS = (Urgency.emergency, Urgency.urgent, Urgency.soon)
Line = Mapping[str, Any]


def example_lines(held: Content) -> list[dict[str, Any]]:
    """The examples of the red flags as labelled lines."""
    lines = []
    for flag in held.flags.values():
        for number_, text in enumerate(flag.examples.raises, 1):
            line = {"id": f"{flag.id}.raises.{number_}", "text": text, "flag": flag.id, "urgency": flag.tier}
            lines.append(line)
        for number_, text in enumerate(flag.examples.harmless, 1):
            line = {"id": f"{flag.id}.harmless.{number_}", "text": text, "flag": flag.id, "urgency": HARMLESS}
            lines.append(line)
    return lines


def grouped(phrases: Sequence[Example]) -> list[Example]:
    """``phrases`` with those that nearly repeat each other under one group."""
    texts = [phrase.normalised for phrase in phrases]
    vectors = embed(texts)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)).fit_transform(texts)
    parent = list(range(len(phrases)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for begin in range(0, len(texts), 512):
        rows = slice(begin, begin + 512)
        near = (vectors[rows] @ vectors.T > SAME_MEANING) | (
            (letters[rows] @ letters.T).toarray() > SAME_SPELLING
        )
        for row, column in zip(*np.nonzero(near), strict=True):
            parent[root(begin + int(row))] = root(int(column))
    return [replace(phrase, group=f"phrases {root(index)}") for index, phrase in enumerate(phrases)]


def reaching(predicted: Predicted, tier: Urgency, flags: Mapping[str, Urgency]) -> np.ndarray[Any, Any]:
    """The summed probability of the flags of ``tier`` and above, for each example."""
    columns = [i for i, label in enumerate(predicted.labels) if label in flags and flags[label] >= tier]
    return np.asarray(predicted.probabilities[:, columns].sum(axis=1))


def threshold_curve(
    predicted: Predicted, tier: Urgency, flags: Mapping[str, Urgency], steps: Sequence[float]
) -> list[tuple[float, float, float, float]]:
    """(threshold, recall of the tier's phrases, alarms on harmless phrases, alarms on ordinary messages)."""
    scores = reaching(predicted, tier, flags)
    labels = [example.label for example in predicted.examples]
    own = np.array([flags.get(label) is tier for label in labels])
    phrase = np.array([example.group.startswith("phrases ") for example in predicted.examples])
    harmless = np.array([label == HARMLESS for label in labels])
    return [
        (
            step,
            float((scores[own] >= step).mean()),
            float((scores[harmless & phrase] >= step).mean()),
            float((scores[harmless & ~phrase] >= step).mean()),
        )
        for step in steps
    ]


def classifier_recall(
    predicted: Predicted, flags: Mapping[str, Urgency]
) -> dict[str, tuple[int, float, float]]:
    """For each flag: phrases, share whose tier is reached at the thresholds in force, share where it is likeliest."""
    found = {}
    labels = np.array([example.label for example in predicted.examples])
    tops = np.array(predicted.top)
    for flag, tier in flags.items():
        mine = labels == flag
        if not mine.any():
            continue
        reached = np.zeros(int(mine.sum()), dtype=bool)
        for higher in TIERS:
            if higher >= tier:
                reached |= reaching(predicted, higher, flags)[mine] >= LEAST[higher]
        found[flag] = (int(mine.sum()), float(reached.mean()), float((tops[mine] == flag).mean()))
    return found


def file_section(name: str, note: str, scores: Scores) -> Iterator[str]:
    """The part of the page about one evaluation file."""
    urgency = scores.get("urgency")
    yield f"## {name}\n"
    if urgency is None:
        yield f"{note} No urgency is labelled in it.\n".lstrip()
        return
    of = sum(sum(row.values()) for row in urgency["confusion"].values())
    yield f"{note} {of} messages with a labelled urgency.\n".lstrip()
    yield confusion_table(urgency["confusion"]) + "\n"
    under_one, under_two = urgency["under_triaged_by_one"], urgency["under_triaged_by_two_or_more"]
    harmless, soon = urgency["harmless_kept_below_urgent"], urgency["soon_kept_below_urgent"]
    rows = [["measure", "share", "count", "which"]]
    for tier, found in urgency["reached"].items():
        rows.append(
            [
                f"{tier} reached or exceeded",
                number(found["share"]),
                f"{found['right']} of {found['of']}",
                ids(found["missed_ids"]),
            ]
        )
    for label, under in (("one tier", under_one), ("two tiers or more", under_two)):
        rows.append([f"under-triaged by {label}", "", str(under["count"]), ids(under["ids"])])
    for label, kept in (("harmless", harmless), ("soon", soon)):
        if kept["of"]:
            raised = kept["of"] - kept["right"]
            share = 1 - kept["share"]
            rows.append(
                [
                    f"{label} raised to urgent or emergency",
                    number(share),
                    f"{raised} of {kept['of']}",
                    ids(kept["missed_ids"]),
                ]
            )
    yield table(rows) + "\n"
    if flags := scores.get("flags"):
        yield "Each flag: how many of its messages reached its tier (harmless ones: stayed below urgent).\n"
        listed = [
            [flag, number(found["share"]), f"{found['right']} of {found['of']}", ids(found["missed_ids"])]
            for flag, found in flags.items()
        ]
        yield table([["flag", "share", "count", "missed"], *listed]) + "\n"


def repeats_training(lines: Sequence[Line], learnt: Sequence[Example]) -> str:
    """How many messages nearly repeat a text that the classifiers learnt from, in words: on those, scores flatter."""
    texts = [normaliser()(line["text"]) for line in lines if "text" in line]
    if not texts:
        return ""
    nearest = (embed(texts) @ embed([example.normalised for example in learnt]).T).max(axis=1)
    count = int((nearest > NEARLY_REPEATS).sum())
    return f"{count} of {len(texts)} nearly repeat a text the assistant learnt from (cosine above {NEARLY_REPEATS})."


def flags_named(lines: Sequence[Line], answers: Sequence[Line]) -> tuple[int, int]:
    """Of the examples that must raise a flag: how many gave that very flag as a reason, and how many there are."""
    pairs = [(i, a) for i, a in zip(lines, answers, strict=True) if i.get("urgency") != HARMLESS]
    return sum(i["flag"] in (advice_of(a).get("reasons") or ()) for i, a in pairs), len(pairs)


def classifier_section(predicted: Predicted, flags: Mapping[str, Urgency]) -> Iterator[str]:
    """The part of the page about the classifier alone, cross-validated."""
    phrases = sum(example.group.startswith("phrases ") for example in predicted.examples)
    yield "## The classifier alone, cross-validated\n"
    yield (
        f"One of the two detectors: the sentence classifier, on {phrases} phrases of content/red_flag_phrases.yml "
        f"and {len(predicted.examples) - phrases} ordinary messages of data/nlu.yml. {FOLDS} folds; phrases that "
        "nearly repeat each other, and messages of one author voice, are never in both parts. A tier is suspected "
        "when the summed probability of its flags and those above reaches the threshold. Rules that discount "
        "what is denied, past, supposed or somebody else's come after this, and the rules over facts are the "
        "other detector; neither is counted here.\n"
    )
    yield f"![Recall and false alarms at each threshold]({PICTURE.name})\n"
    heading = ["threshold"]
    columns = []
    for tier in TIERS:
        heading += [f"{tier.name}: recall", "alarms, harmless phrases", "alarms, ordinary messages"]
        columns.append(threshold_curve(predicted, tier, flags, sorted({*ROWS, *LEAST.values()})))
    rows = []
    for points in zip(*columns, strict=True):
        step = points[0][0]
        cells = [f"{step:.2f}"]
        for tier, values in zip(TIERS, points, strict=True):
            mark = "**" if LEAST[tier] == step else ""
            cells += [f"{mark}{value:.3f}{mark}" for value in values[1:]]
        rows.append(cells)
    yield table([heading, *rows]) + "\n"
    yield "Bold: the thresholds in force (`LEAST` in bot/understanding/suspicion.py).\n"
    yield "Each flag's phrases at the thresholds in force:\n"
    recall = classifier_recall(predicted, flags)
    listed = [
        [flag, flags[flag].name, str(count), number(reached), number(named)]
        for flag, (count, reached, named) in recall.items()
    ]
    yield table([["flag", "tier", "phrases", "tier reached", "this flag likeliest"], *listed]) + "\n"


def page(sections: Sequence[str], examples_named: tuple[int, int]) -> str:
    """The whole page."""
    named, of = examples_named
    return f"""<!-- Generated by `make safety-report`. Do not edit: run it again instead. -->
# Safety report

How well warning signs are recognised, and how often harmless messages raise an alarm. Every message of a file is
a conversation of its own with the whole running assistant, through the chat API. The labels were written by
this project or given to it; no clinician has checked them, so this report does not stand for a clinical evaluation
(docs/safety/ says what a clinic must do before going live).

- *Under-triage* is the dangerous error: help named later than the label says.
- *Over-triage* is the costly one: a harmless message raised to urgent or emergency.
- A label of `none` means: must stay below urgent. Tolerated alternatives of a label count as right.
- The examples of content/red_flags.yml and the phrases of content/red_flag_phrases.yml belong to the product and
  were known when it was made; files named here may have been looked at too. New wordings will do worse, the more so
  where many messages of a file nearly repeat a training text.

Measured {today()} on {machine_line()}, content version {content().version}. `make safety-report` measures again.

{chr(10).join(sections)}
Of the {of} examples in content/red_flags.yml that must raise a flag, {named} named that very flag as a reason.
"""


def classified() -> Predicted:
    """Out-of-fold predictions for the phrases and the ordinary messages, as the classifier is trained."""
    ordinary = [replace(example, label=HARMLESS) for example in intent_examples()]
    return out_of_fold([*grouped(flag_examples()), *ordinary], kind=LinearModel)


def main(arguments: Sequence[str]) -> int:
    """Measures and writes; 2 when a file cannot be used."""
    paths = [MESSAGES, *map(Path, arguments)]
    try:
        files = [(path.name, read_lines(path)) for path in paths]
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    flags = {flag.id: flag.urgency for flag in content().flags.values()}
    predicted = classified()
    steps = {tier: threshold_curve(predicted, tier, flags, STEPS) for tier in TIERS}
    curves(
        PICTURE,
        STEPS,
        {f"{tier.name}: recall": [p[1] for p in steps[tier]] for tier in TIERS[:2]}
        | {f"{tier.name}: alarms on ordinary messages": [p[3] for p in steps[tier]] for tier in TIERS[:2]},
        marks={f"{tier.name} = {LEAST[tier]:g}": LEAST[tier] for tier in TIERS[:2]},
        axis=("least summed probability of the tier's flags and those above", "share of messages"),
    )
    learnt = [*intent_examples(), *flag_examples()]
    examples = example_lines(content())
    sections: list[str] = []
    with assistant() as url:
        answers = run(examples, url)
        note = "What the clinic's own list says must, and must not, raise each flag. "
        note += repeats_training(examples, learnt)
        sections += file_section("Examples of content/red_flags.yml", note, score(examples, answers))
        for name, lines in files:
            scores = score(lines, run(lines, url))
            sections += file_section(name, repeats_training(lines, learnt), scores)
    sections += classifier_section(predicted, flags)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(sections, flags_named(examples, answers)), encoding="utf-8")
    print(f"Written: docs/safety/{PAGE.name}, docs/safety/{PICTURE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
