"""``make soak``: memory of the whole default stack over tens of thousands of messages, at a steady pace.

Chat, action server, review pages and follower run as with ``make run``. Memory is read at even steps; growth counts from
the end of the warm-up, the first tenth of the messages. Kept in ``docs/measured.json`` for docs/bench.md; the tests
run a short form.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from evaluation.bench import PATIENT
from evaluation.load import Chat, Talked, megabytes, paced
from evaluation.measured import Found, keep, measure
from evaluation.stack import Stack
from evaluation.write_docs import main as write_docs

MESSAGES = 50_000
A_SECOND = 20.0
STEPS = 20


def soak(messages: int = MESSAGES, a_second: float = A_SECOND, minutes: float = 120) -> Found:
    """Memory in MB of each process after each step, and how fast turns were; ends after so many minutes at the latest."""
    end = time.monotonic() + minutes * 60
    with Stack(actions=True, review=True, **PATIENT) as stack:
        memory: dict[str, list[int]] = {name: [] for name in stack.processes}

        def read() -> None:
            for name, process in stack.processes.items():
                memory[name].append(round(megabytes(process.pid)))

        times: list[float] = []
        seconds, refused = 0.0, 0
        for step in range(STEPS):
            upto = messages * (step + 1) // STEPS - messages * step // STEPS
            talked = paced([stack.url], Chat, a_second, upto)
            times += talked.times
            seconds += talked.seconds
            refused += talked.refused
            read()
            print(
                f"{len(times):,} messages: {sum(one[-1] for one in memory.values())} MB, {refused} not answered",
                flush=True,
            )
            if time.monotonic() > end:
                break
        errors = [line for line in stack.log("chat").splitlines() if " ERROR " in line]
        print(f"{refused} not answered", *errors[-10:], sep="\n", flush=True)
        talked = Talked(times, seconds)
    total = [sum(step) for step in zip(*memory.values(), strict=True)]
    warm = total[STEPS // 10 - 1]
    return {
        "messages": len(times),
        "refused": refused,
        "a_second": round(talked.a_second, 1),
        "memory": memory,
        "total": total,
        "growth": round(total[-1] / warm - 1, 4),
        "p50": talked.ms(0.5),
        "p95": talked.ms(0.95),
    }


def main(arguments: Sequence[str]) -> int:
    """Measures, prints, keeps what was found and writes the pages."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--a-second", type=float, default=A_SECOND)
    parser.add_argument("--minutes", type=float, default=120)
    given = parser.parse_args(arguments)
    found = measure(lambda: soak(given.messages, given.a_second, given.minutes))
    print(found)
    keep("soak", found)
    return write_docs([])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
