"""``make bench``: speed, memory and scale, each part in one run beside what it is compared with: docs/bench.md, docs/capacity.md.

Client, servers and databases share the machine, and the client takes a part of it. What is found is kept in
``docs/measured.json``; ``make bench PARTS="pace length"`` measures single parts again. The tests run a short form.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import onnxruntime

from bot.understanding.embedding import SentenceEmbedder, weights_path
from evaluation.bench_review import PAGES, logged_in
from evaluation.bench_widget import widget
from evaluation.load import (
    SCRIPT,
    Caller,
    Chat,
    Conversation,
    Opens,
    Rest,
    Talked,
    converse,
    crowd,
    line,
    megabytes,
    paced,
    processor_seconds,
)
from evaluation.measured import Found, measure_parts
from evaluation.servers import PostgreSQL, Redis
from evaluation.stack import Process, Stack, several
from evaluation.stock import EXAMPLES_AN_INTENT, Stock, intents
from evaluation.tracker_events import PostgresStore, SqliteStore, generated
from evaluation.write_docs import main as write_docs

VISITORS = 8
#: Words of the texts whose embedding is timed; the shortest is longer than those that are held.
EMBEDDED_WORDS = (6, 12, 24, 48)
WARM_UP_TURNS = 14
#: Turns of one conversation at which the time is told, and how many turns around each are taken together.
TURNS = (2, 10, 50, 100, 200, 300, 500)
AROUND = 7
STOCK_TURNS = 200
STORED = (0, 10_000, 100_000, 1_000_000)
SERVERS = (1, 2, 4)
PACE = 5.0
#: A visitor of the measurement waits longer than the default of 8 seconds: a busy machine then shows in the figures, not as an error.
PATIENT = {"CHAT_ANSWER_SECONDS": "60"}


def _speed(talked: Talked) -> Found:
    if talked.refused:
        raise RuntimeError(f"{talked.refused} messages were not answered.")
    return {
        "messages": len(talked.times),
        "a_second": round(talked.a_second, 1),
        "p50": talked.ms(0.5),
        "p95": talked.ms(0.95),
    }


def whole_stack(seconds: float = 20) -> Found:
    """Start-up and memory of everything that ``make run`` starts, while it is used."""
    begun = time.perf_counter()
    with Stack(actions=True, review=True, **PATIENT) as stack:
        started = time.perf_counter() - begun
        fresh = {name: round(megabytes(process.pid)) for name, process in stack.processes.items()}
        talked = crowd([stack.url], Chat, 2, seconds)
        with closing(
            logged_in(dict(stack.environment()), f"http://127.0.0.1:{stack.review_port}")
        ) as reviewer:
            for path in filter(None, PAGES.values()):
                reviewer.get(path)
        used = {name: round(megabytes(process.pid)) for name, process in stack.processes.items()}
    return {"start_seconds": round(started, 1), "fresh": fresh, "used": used, "messages": len(talked.times)}


def throughput(seconds: float = 20, rounds: int = 5, epochs: int | None = None) -> Found:
    """One server against a stock Rasa project, trained for ``epochs`` or Rasa's 100: the same client takes turns with both."""
    stock = Stock(epochs)
    found: dict[str, list[Talked]] = {"ours": [], "stock": []}
    used = {"ours": 0.0, "stock": 0.0}
    with Stack(actions=True, review=False, **PATIENT) as stack, stock:
        sides: dict[str, tuple[list[str], Opens, tuple[Process | None, ...]]] = {
            "ours": ([stack.url], Chat, (stack.chat, stack.actions)),
            "stock": ([stock.url], Rest, (stock.process,)),
        }
        for urls, opens, _ in sides.values():
            converse(urls, opens, WARM_UP_TURNS)
        for _, (name, (urls, opens, processes)) in itertools.product(range(rounds), sides.items()):
            before = processor_seconds(*processes)
            found[name].append(crowd(urls, opens, VISITORS, seconds))
            used[name] += processor_seconds(*processes) - before
        memory = {
            "ours": sum(megabytes(process.pid) for process in stack.processes.values()),
            "stock": megabytes(stock.process.pid) if stock.process else 0.0,
        }
    result: Found = {"intents": len(intents()), "examples": EXAMPLES_AN_INTENT, "visitors": VISITORS}
    for name, runs in found.items():
        together = Talked([t for run in runs for t in run.times], sum(run.seconds for run in runs))
        result[name] = {
            **_speed(together),
            "rounds": [round(run.a_second, 1) for run in runs],
            "cpu_ms": round(used[name] / len(together.times) * 1000, 1),
            "megabytes": round(memory[name]),
        }
    return result


def embedding(repeats: int = 60) -> Found:
    """The embedding model with int8 and with float arithmetic, taking turns: milliseconds of a text, and how alike the vectors are."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    ours, floats = SentenceEmbedder(), SentenceEmbedder()
    floats._session = onnxruntime.InferenceSession(str(weights_path("model")), options)
    words = " ".join(SCRIPT).split()
    texts = {str(count): " ".join(words[:count]) for count in EMBEDDED_WORDS}
    alike = (ours(list(texts.values())) * floats(list(texts.values()))).sum(axis=1)
    times: dict[str, dict[str, list[float]]] = {"int8": defaultdict(list), "float": defaultdict(list)}
    for _, (count, text) in itertools.product(range(repeats), texts.items()):
        for name, embedder in (("int8", ours), ("float", floats)):
            begun = time.perf_counter()
            embedder([text])
            times[name][count].append(time.perf_counter() - begun)
    medians = {
        name: {count: round(statistics.median(found) * 1000, 2) for count, found in each.items()}
        for name, each in times.items()
    }
    return {**medians, "alike": round(float(alike.min()), 4)}


def pace(messages: int = 600) -> Found:
    """Five messages a second, as a steady stream of visitors, to the whole default stack."""
    with Stack(actions=True, review=True, **PATIENT) as stack:
        converse([stack.url], Chat, WARM_UP_TURNS)
        before = {name: processor_seconds(process) for name, process in stack.processes.items()}
        talked = paced([stack.url], Chat, PACE, messages)
        cpu = {
            name: round((processor_seconds(process) - before[name]) / messages * 1000, 1)
            for name, process in stack.processes.items()
        }
    return {**_speed(talked), "p99": talked.ms(0.99), "cpu_ms": cpu}


def _early_and_late(url: str, opens: Opens, most: int) -> Found:
    """Median milliseconds of the turns from each of ``TURNS`` on, and of a new conversation that takes turns with them."""
    caller = Caller([url])
    talk, number = opens(caller, 0), 0
    late: dict[str, float] = {}
    early: dict[str, float] = {}
    for turn in (turn for turn in TURNS if turn <= most):
        while number < turn - 1:
            talk.say(line(number))
            number += 1
        fresh = opens(caller, 0)
        fresh.say(line(number))
        times: dict[Conversation, list[float]] = {talk: [], fresh: []}
        for _ in range(AROUND):
            for conversation, seconds in times.items():
                begun = time.perf_counter()
                conversation.say(line(number))
                seconds.append(time.perf_counter() - begun)
            number += 1
        late[str(turn)] = round(statistics.median(times[talk]) * 1000, 1)
        early[str(turn)] = round(statistics.median(times[fresh]) * 1000, 1)
    caller.close()
    return {"late": late, "early": early}


def length(turns: int = TURNS[-1], stock_turns: int = STOCK_TURNS) -> Found:
    """The time of a turn by its place in the conversation; a stock project beside it when ``stock_turns`` is not 0."""
    with Stack(actions=True, review=False, **PATIENT) as stack:
        converse([stack.url], Chat, WARM_UP_TURNS)
        found: Found = {"ours": _early_and_late(stack.url, Chat, turns)}
    if stock_turns:
        with Stock() as stock:
            converse([stock.url], Rest, WARM_UP_TURNS)
            found["stock"] = _early_and_late(stock.url, Rest, stock_turns)
    return found


def stored(steps: Sequence[int] = STORED, messages: int = 140) -> Found:
    """The time of a turn with so many events of other conversations in the store, in SQLite and in PostgreSQL."""
    found: dict[str, dict[str, Found]] = {"SQLite": {}, "PostgreSQL": {}}
    bytes_an_event = 0.0
    for name in found:
        with tempfile.TemporaryDirectory() as folder, PostgreSQL() as server:
            path = Path(folder) / "conversations.db"
            store = SqliteStore(path) if name == "SQLite" else PostgresStore(server.url)
            made, present = generated(max(steps)), 0
            with Stack(
                actions=True,
                review=False,
                TRACKER_DB=str(path) if name == "SQLite" else server.url,
                **PATIENT,
            ) as stack:
                converse([stack.url], Chat, WARM_UP_TURNS)
                for step in steps:
                    while present < step:
                        piece = list(itertools.islice(made, min(20_000, step - present)))
                        store.write(piece)
                        present += len(piece)
                    if isinstance(store, PostgresStore):
                        store.settle()
                    talked = Talked([t for _ in range(messages // 7) for t in converse([stack.url], Chat, 7)])
                    found[name][str(step)] = {"p50": talked.ms(0.5), "p95": talked.ms(0.95)}
            store.close()
            if name == "SQLite":
                bytes_an_event = path.stat().st_size / max(steps)
    return {"databases": found, "bytes_an_event": round(bytes_an_event)}


def servers(counts: Sequence[int] = SERVERS, seconds: float = 25) -> Found:
    """One, two and four chat servers on one PostgreSQL and one Redis; every message goes to the next server."""
    found: Found = {}
    for count in counts:
        with (
            PostgreSQL() as database,
            Redis() as redis,
            several(count, database.url, redis.url, **PATIENT) as stacks,
        ):
            urls = [stack.url for stack in stacks]
            for url in urls:
                converse([url], Chat, WARM_UP_TURNS)
            running = [process for stack in stacks for process in stack.processes.values()]
            before = processor_seconds(*running)
            talked = crowd(urls, Chat, VISITORS, seconds)
            used = processor_seconds(*running) - before
            found[str(count)] = {
                **_speed(talked),
                "cpu_ms": round(used / len(talked.times) * 1000, 1),
                "megabytes": round(sum(megabytes(process.pid) for process in running)),
            }
    return {"servers": found, "visitors": VISITORS}


PARTS: dict[str, Callable[[], Found]] = {
    "stack": whole_stack,
    "pace": pace,
    "throughput": throughput,
    "length": length,
    "servers": servers,
    "stored": stored,
    "embedding": embedding,
    "widget": widget,
}


def main(arguments: Sequence[str]) -> int:
    """Measures, prints, keeps what was found and writes the pages."""
    measure_parts("make bench", PARTS, arguments)
    return write_docs([])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
