"""Scores in words: the text that ``make eval`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.advice.vocabulary import Urgency
from evaluation.score import HARMLESS, Scores

_COLUMNS = (*(tier.name for tier in Urgency), "no answer")


def number(value: float | None) -> str:
    """A share with three decimals, or a dash."""
    return "–" if value is None else f"{value:.3f}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """``rows`` (the first is the heading) as a Markdown table."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]

    def line(row: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([line(rows[0]), rule, *(line(row) for row in rows[1:])])


def confusion_table(confusion: Mapping[str, Mapping[str, int]]) -> str:
    """Urgency as labelled (rows) against urgency as given (columns)."""
    order = [label for label in (HARMLESS, *_COLUMNS) if label in confusion]
    columns = [c for c in _COLUMNS if c != "no answer" or any(c in row for row in confusion.values())]
    rows = [["label \\ got", *columns]]
    rows += [[label, *(str(confusion[label].get(c, 0)) for c in columns)] for label in order]
    return table(rows)


def ids(listed: Sequence[str], most: int = 12) -> str:
    """Ids in one line, the first ``most`` of them."""
    if not listed:
        return ""
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return " ".join(listed[:most]) + more


def _counted(name: str, scores: Mapping[str, Any]) -> str:
    erred = dict.fromkeys([*scores["missed_ids"], *scores["wrong_ids"]])
    return (
        f"{name:<44} F1 {number(scores['f1'])}  precision {number(scores['precision'])}  "
        f"recall {number(scores['recall'])}  ({scores['right']} right, {scores['wrong']} wrong, "
        f"{scores['missed']} missed)  {ids(list(erred))}"
    )


def _hit(name: str, scores: Mapping[str, Any]) -> str:
    return f"{name:<44} {number(scores['share'])}  ({scores['right']} of {scores['of']})  {ids(scores['missed_ids'])}"


def in_words(scores: Scores) -> str:
    """The scores of a file as text, one measure a line, with the ids that missed it."""
    lines: list[str] = []
    if "messages" in scores:
        lines.append(f"{scores['messages']} labelled messages")
    for key, name in (
        ("topics", "topics"),
        ("topics_without_tolerance", "topics, nothing tolerated"),
        ("faq_topics", "the six FAQ topics, in all messages"),
        ("faq_messages", "messages about FAQ topics only"),
    ):
        if key in scores:
            lines.append(_counted(name, scores[key]))
    for key, name in (
        ("scope", "scopes"),
        ("several_things_all_found", "several things: every topic and fact"),
        ("several_things_and_nothing_else", "several things: these and nothing else"),
    ):
        if key in scores:
            lines.append(_hit(name, scores[key]))
    if "facts" in scores:
        lines += _facts(scores["facts"])
    if "urgency" in scores:
        lines += _urgency(scores["urgency"])
    if "flags" in scores:
        lines += ["", "Recall of each flag's tier"]
        lines += [_hit(f"  {flag}", found) for flag, found in scores["flags"].items()]
    for kind, found in scores.get("out_of_scope", {}).items():
        lines += [
            "",
            f"Out of scope, {kind} ({found['of']} messages)",
            f"  given a health topic          {number(found['given_a_health_topic'])}  "
            + ids(found["given_a_health_topic_ids"]),
            f"  raised above self-care        {number(found['raised_above_self_care'])}  "
            + ids([f"{i}:{tier}" for i, tier in found["raised_above_self_care_ids"].items()]),
            f"  either                        {number(found['health_topic_or_raised'])}",
            f"  said to be out of scope       {number(found['said_to_be_out_of_scope']['share'])}",
        ]
    if real := scores.get("real_questions"):
        lines += [
            "",
            _hit("hip questions: a right topic or honest", real["right_topic_or_honest"]),
            "  replies: " + ", ".join(f"{kind} {count}" for kind, count in real["replies"].items()),
            _hit("not about a hip: without a hip answer", real["not_hip_without_hip_answer"]),
        ]
    if dialogues := scores.get("dialogues"):
        lines += [
            "",
            _hit("dialogues wholly right", dialogues["dialogues_wholly_right"]),
            _hit("expectations met", dialogues["expectations_met"]),
        ]
        lines += [_hit(f"  {name}", found) for name, found in dialogues["each"].items()]
        for dialogue, complaints in dialogues["not_met"].items():
            lines += [f"  {dialogue} {complaint}" for complaint in complaints]
    return "\n".join(lines)


def _facts(facts: Mapping[str, Any]) -> list[str]:
    lines = [
        "",
        _counted("chronic pain", facts["chronic"]),
        _counted("own hip replacement", facts["own_hip_replacement"]),
        _hit("other labelled facts", facts["others"]),
    ]
    lines += [_hit(f"  {name}", found) for name, found in facts["each"].items() if found["missed_ids"]]
    return [*lines, _hit("messages with denied facts, none held", facts["denied_not_held"])]


def _urgency(urgency: Mapping[str, Any]) -> list[str]:
    under_one, under_two = urgency["under_triaged_by_one"], urgency["under_triaged_by_two_or_more"]
    lines = ["", "Urgency (rows: label, columns: got)", confusion_table(urgency["confusion"])]
    lines += [_hit(f"{tier} reached", found) for tier, found in urgency["reached"].items()]
    lines += [
        f"{'under-triaged by one tier':<44} {under_one['count']}  {ids(under_one['ids'])}",
        f"{'under-triaged by two or more':<44} {under_two['count']}  {ids(under_two['ids'])}",
        _hit("harmless kept below urgent", urgency["harmless_kept_below_urgent"]),
        _hit("soon kept below urgent", urgency["soon_kept_below_urgent"]),
    ]
    return lines
