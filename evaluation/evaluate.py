"""``make eval FILE=in.jsonl OUT=out.jsonl``: messages and conversations through the chat API, and their scores.

Each input line is a fresh conversation: ``{"id", "text"}`` or ``{"id", "turns": [{"user": …}, …]}``. Each output
line repeats the id and gives ``turns``: ``[{"user", "advice", "messages"}, …]``; a single text has its ``advice``
and ``messages`` at the top as well. Safety questions answered from ``if_asked`` (see :mod:`evaluation.asked`)
stand under ``asked`` of the turn they followed. An error of the API stands under ``error``.

Talks to the assistant on ``CHAT_PORT`` when that is up, else starts one of its own without rate limits. Where
the input has labels, the scores are printed and written to ``OUT.scores.json``.

Exit codes: 0 done, 1 the assistant could not be reached, 2 the input or output cannot be used. ``OUT`` is only
replaced once everything is there.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from evaluation.asked import Answers, question_in
from evaluation.score import has_labels, score, unmet
from evaluation.score_report import in_words
from evaluation.stack import Stack, Visitor

#: Safety questions answered after one turn; the guided check has eight.
MOST_QUESTIONS = 12
#: Seconds for one reply; the channel itself gives up after eight.
REPLY_SECONDS = 60
PROGRESS_EVERY = 50


class InputError(Exception):
    """The input file cannot be used; the message names file and line."""


@dataclass(frozen=True)
class Progress:
    """Says on standard error how far a run is."""

    total: int

    def after(self, done: int) -> None:
        """Says so after every :data:`PROGRESS_EVERY` conversations."""
        if done % PROGRESS_EVERY == 0 and done < self.total:
            print(f"  {done} of {self.total}", file=sys.stderr)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The checked lines of an input file. Raises :class:`InputError` with file and line number."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start}).") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}.") from None
    lines = []
    # Not splitlines(): a message may hold U+2028 and the like.
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if raw.strip():
            try:
                lines.append(_checked(raw))
            except ValueError as error:
                raise InputError(f"{path}, line {number}: {error}") from None
    if not lines:
        raise InputError(f"{path}: no line in it.")
    return lines


def _checked(raw: str) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except ValueError as error:
        raise ValueError(f"not JSON ({error}).") from None
    if not isinstance(line, dict):
        raise ValueError('not a JSON object like {"id": "a1", "text": "…"}.')
    if not isinstance(line.get("id"), str | int) or isinstance(line.get("id"), bool):
        raise ValueError('"id" is missing or is neither a text nor a number.')
    if ("text" in line) == ("turns" in line):
        raise ValueError('needs either "text" or "turns".')
    if "text" in line:
        if not isinstance(line["text"], str):
            raise ValueError('"text" must be a text.')
        return line
    turns = line["turns"]
    if not isinstance(turns, list) or not turns:
        raise ValueError('"turns" must be a list of {"user": "…"}.')
    for number, turn in enumerate(turns, 1):
        if not isinstance(turn, dict) or not isinstance(turn.get("user"), str):
            raise ValueError(f'turn {number} of "turns" needs a text "user".')
        _check_expectations(turn, number)
        Answers(turn.get("if_asked"))
    Answers(line.get("if_asked"))
    return line


def _check_expectations(turn: Mapping[str, Any], number: int) -> None:
    expect = turn.get("expect")
    if expect is None:
        return
    if not isinstance(expect, dict):
        raise ValueError(f'"expect" of turn {number} must be an object.')
    try:
        unmet(expect, [{}], 0)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f'"expect" of turn {number}: {error}.') from None


def converse(line: Mapping[str, Any], visitor: Visitor) -> dict[str, Any]:
    """The output line for one input line: a whole conversation with a fresh ``visitor``."""
    scripted = line["turns"] if "turns" in line else [{"user": line["text"]}]
    whole = Answers(line.get("if_asked"))
    turns = []
    for turn in scripted:
        reply = visitor.say(turn["user"])
        said = _turn(turn["user"], reply)
        own = Answers(turn.get("if_asked"))
        asked = _answer_questions(visitor, reply, lambda q, own=own: own.to(q) or whole.to(q))  # type: ignore[misc]
        if asked:
            said["asked"] = asked
        turns.append(said)
    output = {"id": line["id"], "turns": turns}
    if "text" in line:
        output |= {key: value for key, value in turns[0].items() if key != "user"}
    return output


def _turn(user: str, reply: Mapping[str, Any]) -> dict[str, Any]:
    turn = {"user": user, "advice": reply.get("advice") or {}, "messages": reply.get("messages") or []}
    if "error" in reply:
        turn["error"] = reply["error"]
    return turn


def _answer_questions(
    visitor: Visitor, reply: Mapping[str, Any], answer_to: Callable[[str], str | None]
) -> list[dict[str, Any]]:
    """Answers the safety questions after a turn, until none is put, none can be answered, or one comes twice."""
    answered: list[dict[str, Any]] = []
    seen: set[str] = set()
    for _ in range(MOST_QUESTIONS):
        question = question_in(reply)
        if question is None or question in seen or (answer := answer_to(question)) is None:
            break
        seen.add(question)
        reply = visitor.say(answer)
        answered.append(_turn(answer, reply))
    return answered


def run(lines: Sequence[Mapping[str, Any]], url: str) -> list[dict[str, Any]]:
    """The output lines for ``lines`` from the assistant at ``url``. Raises httpx.HTTPError when it is gone."""
    progress = Progress(len(lines))
    answers = []
    with httpx.Client(timeout=REPLY_SECONDS, event_hooks={"response": [_say_when_limited]}) as client:
        for line in lines:
            answers.append(converse(line, Visitor(url, client)))
            progress.after(len(answers))
    return answers


def _say_when_limited(response: httpx.Response) -> None:
    if response.status_code == 429:
        wait = response.headers.get("Retry-After", "1")
        print(f"  rate limit: waiting {wait} s (CHAT_RATE_LIMIT=off make run has none)", file=sys.stderr)


@contextmanager
def assistant() -> Iterator[str]:
    """The address of the assistant on ``CHAT_PORT`` if that is up, else of one started for the time being."""
    host, port = os.environ.get("CHAT_HOST", "127.0.0.1"), os.environ.get("CHAT_PORT", "8000")
    url = f"http://{'127.0.0.1' if host in ('', '0.0.0.0') else host}:{port}"
    try:
        up = httpx.get(f"{url}/health", timeout=10).status_code == 200
    except httpx.HTTPError:
        up = False
    if up:
        print(f"Using the assistant on {url}.", file=sys.stderr)
        yield url
        return
    print(f"No assistant on {url}; starting one for this run…", file=sys.stderr)
    with Stack() as stack:
        yield stack.url


def write_whole(path: Path, text: str) -> None:
    """Writes ``text`` to ``path`` so that the file is there whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def scores_path(out: Path) -> Path:
    """Where the scores of the output file ``out`` stand."""
    return out.with_name(out.name + ".scores.json")


def main(arguments: Sequence[str]) -> int:
    """Reads, asks, writes and scores; returns the exit code."""
    if len(arguments) != 2 or not all(arguments):
        print("Usage: make eval FILE=in.jsonl OUT=out.jsonl", file=sys.stderr)
        return 2
    source, out = map(Path, arguments)
    try:
        lines = read_lines(source)
        if out.is_dir() or not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
            raise InputError(f"{out}: cannot be written there.")
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        with assistant() as url:
            answers = run(lines, url)
    except (httpx.HTTPError, RuntimeError, KeyError, ValueError) as error:
        print(f"The assistant failed, and {out} was not written: {error!r}", file=sys.stderr)
        return 1
    write_whole(out, "".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers))
    failed = [str(answer["id"]) for answer in answers if any("error" in turn for turn in answer["turns"])]
    if failed:
        print(f"{len(failed)} conversations met an error: {' '.join(failed)}", file=sys.stderr)
    print(f"{len(answers)} conversations written to {out}.", file=sys.stderr)
    if any(map(has_labels, lines)):
        try:
            scores = {"file": source.name, "lines": len(lines), "errors": failed, **score(lines, answers)}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            print(f"{source}: the labels cannot be scored ({error!r}).", file=sys.stderr)
            return 2
        write_whole(scores_path(out), json.dumps(scores, ensure_ascii=False, indent=1) + "\n")
        print(in_words(scores))
    else:
        scores_path(out).unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
