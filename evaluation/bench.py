"""``make bench``: how fast this assistant answers, through its chat API, with SQLite and its action server.

Measured: start-up until ``/health`` answers 200; a turn's latency with 1 and with 8 visitors at once, and how many
messages a second that makes; and a turn's latency late in a conversation (turn 50) against early (turn 2), since
Rasa replays the whole session on every message. The client runs on the same machine and takes a share of
its cores. Not measured: a stock Rasa project, PostgreSQL and Redis, several servers, a network in between.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx

from evaluation.machine import machine_line, today
from evaluation.score_report import table
from evaluation.stack import Stack, Visitor

#: What the visitors say, in turn: questions, a fact, small talk, and something off topic.
SCRIPT = (
    "Is walking good for a sore hip?",
    "what are the first signs of arthritis in the hip",
    "it has been hurting for about two weeks, mostly when I climb stairs",
    "when are you open",
    "Do I need an X-ray, and what can I do besides exercise?",
    "thanks",
    "can you book me a taxi",
)
VISITORS = (1, 8)
#: Messages measured for each number of visitors, shared between them.
MESSAGES = 160
WARM_UP = 10
EARLY, LATE = 2, 50
CONVERSATIONS = 5


def say(visitor: Visitor, number: int) -> float:
    """Says the next line of the script; milliseconds until the reply. Raises RuntimeError on an error reply."""
    begin = time.perf_counter()
    reply = visitor.say(SCRIPT[number % len(SCRIPT)])
    took = (time.perf_counter() - begin) * 1000
    if "error" in reply:
        raise RuntimeError(f"The assistant answered with an error: {reply['error']}")
    return took


def conversation(url: str, turns: int) -> list[float]:
    """Milliseconds of each turn of one conversation."""
    with httpx.Client(timeout=60) as client:
        visitor = Visitor(url, client)
        return [say(visitor, number) for number in range(turns)]


def at_once(url: str, visitors: int) -> tuple[list[float], float]:
    """Milliseconds of all turns with so many visitors talking at once, and the seconds it took together."""
    turns = len(SCRIPT)
    rounds = MESSAGES // (visitors * turns) or 1
    begin = time.perf_counter()
    with ThreadPoolExecutor(visitors) as pool:
        jobs = [pool.submit(conversation, url, turns) for _ in range(visitors * rounds)]
        times = [took for job in jobs for took in job.result()]
    return times, time.perf_counter() - begin


def percentile(times: Sequence[float], share: float) -> float:
    """The time that ``share`` of the turns stay within (nearest rank)."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> int:
    """Measures and prints."""
    print(f"{today()}, {machine_line()}. Client and assistant share these cores.\n")
    begin = time.perf_counter()
    with Stack() as stack:
        print(f"Start-up until /health answers 200: {time.perf_counter() - begin:.1f} s\n")
        conversation(stack.url, WARM_UP)
        rows = [["visitors at once", "messages", "p50 ms", "p95 ms", "messages a second"]]
        for visitors in VISITORS:
            times, seconds = at_once(stack.url, visitors)
            middle, most = statistics.median(times), percentile(times, 0.95)
            rows.append(
                [
                    str(visitors),
                    str(len(times)),
                    f"{middle:.0f}",
                    f"{most:.0f}",
                    f"{len(times) / seconds:.1f}",
                ]
            )
        print(table(rows) + "\n")
        runs = [conversation(stack.url, LATE) for _ in range(CONVERSATIONS)]
        early = statistics.median(t for run in runs for t in run[EARLY - 1 : EARLY + len(SCRIPT) - 1])
        late = statistics.median(t for run in runs for t in run[LATE - len(SCRIPT) :])
        print(
            f"One visitor, {CONVERSATIONS} conversations of {LATE} turns, median over {len(SCRIPT)} turns each:\n"
            f"  from turn {EARLY} on  {early:.0f} ms\n  up to turn {LATE}  {late:.0f} ms ({late / early:.1f} ×)"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
