"""The confidence page counts what would be answered at each threshold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.understanding import topics
from evaluation.confidence import ROWS, Point, accepted, calibration, chosen, in_force, measure, page, point
from evaluation.examples import Example
from evaluation.folds import Predicted
from evaluation.pictures import bars, curves

LABELS = ("causes", "out_of_scope", "walking")


def predicted(*rows: tuple[str, list[float]]) -> Predicted:
    examples = tuple(Example(f"text {n}", label, "voice") for n, (label, _) in enumerate(rows))
    return Predicted(examples, LABELS, np.array([row for _, row in rows]))


HELD_OUT = predicted(
    ("walking", [0.1, 0.1, 0.8]),
    ("causes", [0.3, 0.2, 0.5]),
    ("walking", [0.2, 0.6, 0.2]),
    ("out_of_scope", [0.6, 0.3, 0.1]),
)
OFF_TOPIC = predicted(("out_of_scope", [0.1, 0.8, 0.1]), ("out_of_scope", [0.1, 0.2, 0.7]))


def test_only_topics_are_accepted_and_only_from_the_threshold_on() -> None:
    assert accepted(HELD_OUT, 0.5) == ["walking", "walking", None, "causes"]
    assert accepted(HELD_OUT, 0.7) == ["walking", None, None, None]


def test_a_point_shares_out_every_question() -> None:
    found = point(0.5, HELD_OUT, OFF_TOPIC)
    assert (found.right, found.wrong, found.held_back) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert (found.others_answered, found.off_topic_answered) == (1.0, 0.5)


def test_calibration_compares_confidence_with_what_was_right() -> None:
    rows = {name: (count, share) for name, count, _, share in calibration(HELD_OUT)}
    assert rows["0.7 to 0.8"] == (1, 1.0)
    assert rows["0.5 to 0.7"] == (2, 0.0)


def test_the_page_names_every_threshold_in_force() -> None:
    steps = {
        step: point(step, HELD_OUT, OFF_TOPIC) for step in (*(n / 20 for n in range(1, 20)), topics.ACCEPT)
    }
    steps = {round(step, 2): found for step, found in steps.items()}
    text = page(steps, HELD_OUT, OFF_TOPIC)
    assert f"**{topics.ACCEPT:.2f}**" in text
    for name in in_force():
        assert f"`{name}`" in text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # matplotlib 3.7 calls old names of pyparsing
def test_a_picture_drawn_twice_is_the_same(tmp_path: Path) -> None:
    for name in ("one", "two"):
        curves(tmp_path / f"{name}.svg", [0, 1], {"right": [1, 0]}, marks={"here": 0.4}, axis=("x", "y"))
        bars(tmp_path / f"{name}-bars.svg", {"accuracy": {"a": 0.5}, "memory": {"a": 1020}})
    for kind in ("", "-bars"):
        one, two = ((tmp_path / f"{name}{kind}.svg").read_bytes() for name in ("one", "two"))
        assert one == two
        assert b"<svg" in one


def test_the_lowest_threshold_is_chosen_that_keeps_off_topic_questions_out() -> None:
    points = {step: Point(step, 0, 0, 0, 0, off_topic_answered=0.3 - step / 2) for step in ROWS}
    assert chosen(points) == 0.5


def test_the_threshold_in_force_is_the_one_that_the_curve_chooses() -> None:
    points, _, _ = measure()
    assert chosen(points) == topics.ACCEPT
