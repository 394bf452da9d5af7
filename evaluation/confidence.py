"""``make confidence``: how sure the assistant must be of a topic, as a curve that can be drawn again.

Writes docs/confidence.svg and docs/confidence.md. Right and wrong answers are counted on author voices that the
training data does not have (tests/nlu/heldout.yml); answers to questions that are not about a hip out of fold on
the training data, no voice in both parts. ``ACCEPT`` must be the threshold that :func:`chosen` chooses from the curve.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from bot.advice.vocabulary import topic_of_intent
from bot.understanding import topics
from evaluation.examples import HELD_OUT, TRAINING, intent_examples
from evaluation.folds import Predicted, after_training, out_of_fold
from evaluation.machine import machine_line, today
from evaluation.pictures import curves
from evaluation.score_report import number, table
from evaluation.stack import PROJECT

PAGE, PICTURE = PROJECT / "docs" / "confidence.md", PROJECT / "docs" / "confidence.svg"
OFF_TOPIC = ("out_of_scope", "other_body")
#: Thresholds of the curve, and those of the table.
STEPS = tuple(round(step / 100, 2) for step in range(101))
ROWS = tuple(round(step / 20, 2) for step in range(1, 20))
#: At most this share of the questions that are not about a hip may be given a topic; the rules behind the threshold stop most of these.
OFF_TOPIC_AT_MOST = 0.05
BINS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True)
class Point:
    """What happens at one threshold; shares from 0 to 1."""

    threshold: float
    #: Questions with a topic: answered with it, answered with another, not answered.
    right: float
    wrong: float
    held_back: float
    #: Other messages of the held-out voices that are given a topic.
    others_answered: float
    #: Questions that are not about a hip (out of fold) that are given a topic.
    off_topic_answered: float


def accepted(predicted: Predicted, threshold: float) -> list[str | None]:
    """The topic each message is answered with at ``threshold``, or None."""
    best = predicted.probabilities.max(axis=1)
    found = zip(predicted.top, best, strict=True)
    return [topic_of_intent(top) if probability >= threshold else None for top, probability in found]


def point(threshold: float, held_out: Predicted, off_topic: Predicted) -> Point:
    """Counts what is answered at ``threshold``."""
    wanted = [topic_of_intent(example.label) for example in held_out.examples]
    got = accepted(held_out, threshold)
    asked = [(w, g) for w, g in zip(wanted, got, strict=True) if w is not None]
    others = [g for w, g in zip(wanted, got, strict=True) if w is None]
    off = accepted(off_topic, threshold)
    return Point(
        threshold,
        right=sum(w == g for w, g in asked) / len(asked),
        wrong=sum(g is not None and w != g for w, g in asked) / len(asked),
        held_back=sum(g is None for _, g in asked) / len(asked),
        others_answered=sum(g is not None for g in others) / len(others),
        off_topic_answered=sum(g is not None for g in off) / len(off),
    )


def measure() -> tuple[dict[float, Point], Predicted, Predicted]:
    """The curve, and the messages it comes from: of the held-out voices, and those that are not about a hip."""
    training = intent_examples(TRAINING)
    held_out = after_training(training, intent_examples(HELD_OUT))
    folds = out_of_fold(training)
    off_topic = folds.only([example.label in OFF_TOPIC for example in folds.examples])
    points = {step: point(step, held_out, off_topic) for step in {*STEPS, *ROWS, topics.ACCEPT}}
    return points, held_out, off_topic


def chosen(points: dict[float, Point]) -> float:
    """The lowest threshold of the table that lets through at most :data:`OFF_TOPIC_AT_MOST`: a higher one asks back more often."""
    return min(step for step in ROWS if points[step].off_topic_answered <= OFF_TOPIC_AT_MOST)


def in_force() -> dict[str, float]:
    """The thresholds of ``bot/understanding/topics.py``, by name."""
    return {
        name: value for name, value in vars(topics).items() if name.isupper() and isinstance(value, float)
    }


def calibration(predicted: Predicted) -> list[tuple[str, int, float, float]]:
    """(confidence from-to, messages, mean confidence, share right) of the likeliest label."""
    best = predicted.probabilities.max(axis=1)
    right = np.array([e.label == top for e, top in zip(predicted.examples, predicted.top, strict=True)])
    rows = []
    for low, high in pairwise(BINS):
        inside = (best > low) & (best <= high)
        if inside.any():
            mean, share = float(best[inside].mean()), float(right[inside].mean())
            rows.append((f"{low:g} to {high:g}", int(inside.sum()), mean, share))
    return rows


def page(points: dict[float, Point], held_out: Predicted, off_topic: Predicted) -> str:
    """The text of docs/confidence.md."""
    accept = topics.ACCEPT
    heading = [
        "threshold",
        "right topic",
        "wrong topic",
        "held back",
        "others answered",
        "off-topic answered",
    ]
    rows = [
        [
            f"**{step:.2f}**" if step == accept else f"{step:.2f}",
            *(
                number(value)
                for value in (p.right, p.wrong, p.held_back, p.others_answered, p.off_topic_answered)
            ),
        ]
        for step in sorted({*ROWS, accept})
        for p in [points[step]]
    ]
    questions = sum(topic_of_intent(e.label) is not None for e in held_out.examples)
    voices = len({e.group for e in held_out.examples})
    calibrated = [
        [name, str(count), number(mean), number(share)] for name, count, mean, share in calibration(held_out)
    ]
    constants = [[f"`{name}`", f"{value:g}"] for name, value in in_force().items()]
    return f"""<!-- Generated by `make confidence`. Do not edit: run it again instead. -->
# How sure is sure enough

The classifier gives every message a probability for each topic. From `ACCEPT` = **{accept:g}** on
(`bot/understanding/topics.py`) the likeliest topic is answered. Below it the assistant asks one short question
with buttons, or says that it does not know.

![Answers right and wrong at each threshold](confidence.svg)

A higher threshold gives fewer wrong answers and asks back more often. The table shows both. Chosen is the lowest threshold
of the table at which at most {OFF_TOPIC_AT_MOST:.0%} of the questions that are not about a hip are given a topic: no answer to what was not asked comes
first, and then as few questions back as possible. `make confidence` fails when `topics.py` has another one.

{table([heading, *rows])}

- *right topic*, *wrong topic*, *held back*: of {questions} questions from {voices} author voices that the training
  data does not have.
- *others answered*: of {len(held_out.examples) - questions} other messages of the same voices (greetings, reports,
  questions outside the guide) that would be given a topic.
- *off-topic answered*: of {len(off_topic.examples)} training questions that are not about a hip, judged by a
  classifier that has not read their author.

These are the classifier's answers to whole messages. Rules around it (`topics.py`) hold back more: a topic is not
answered where the message names another part of the body, and a clause needs more certainty than a message.
`make eval` measures all of it together.

## Is the confidence honest?

Of the messages in a row, about the mean confidence should be right (held-out voices).

{table([["confidence", "messages", "mean", "share right"], *calibrated])}

## Thresholds in force

{table([["name in `topics.py`", "value"], *constants])}

Measured {today()} on {machine_line()}. `make confidence` measures again.
"""


def main(page_path: Path = PAGE, picture: Path = PICTURE) -> int:
    """Measures, draws and writes."""
    points, held_out, off_topic = measure()
    drawn = [points[step] for step in STEPS]
    curves(
        picture,
        STEPS,
        {
            "right topic": [p.right for p in drawn],
            "wrong topic": [p.wrong for p in drawn],
            "off-topic question given a topic": [p.off_topic_answered for p in drawn],
        },
        marks={f"ACCEPT = {topics.ACCEPT:g}": topics.ACCEPT},
        axis=("least probability with which a topic is answered", "share of messages"),
    )
    page_path.write_text(page(points, held_out, off_topic), encoding="utf-8")
    best, ours = chosen(points), points[topics.ACCEPT]
    print(
        f"At {topics.ACCEPT:g}: right {ours.right:.3f}, wrong {ours.wrong:.3f}, held back "
        f"{ours.held_back:.3f}, off-topic answered {ours.off_topic_answered:.3f}."
    )
    print(f"Written: {page_path.name}, {picture.name}")
    if best != topics.ACCEPT:
        print(
            f"The curve chooses {best:g}: set ACCEPT in bot/understanding/topics.py to it.", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
