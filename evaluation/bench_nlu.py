"""``make bench-nlu [FILES="a.jsonl …"] [EVERY=4]``: this understanding pipeline against Rasa's own, side by side.

Every pipeline is trained on data/nlu.yml and run on the same messages: tests/nlu/heldout.yml, and of each JSONL
file those with exactly one labelled topic or scope, since Rasa's pipelines give one label a message. Training and
running are processes of their own; running is held to one core. Times are processor time, which other work on the
machine does not lengthen. Rasa's default trains for hours on all examples; with ``EVERY=4`` all pipelines learn from every fourth.
Writes docs/bench_nlu.md and .svg.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.advice.vocabulary import TOPICS, intent_of_topic
from evaluation.evaluate import InputError, read_lines
from evaluation.examples import HELD_OUT, TRAINING, intent_examples
from evaluation.load import megabytes
from evaluation.machine import machine_line, today
from evaluation.pictures import bars
from evaluation.score_report import number, table
from evaluation.stack import PROJECT
from evaluation.word_vectors import GLOVE_IN_WORDS, spacy_model

PAGE, PICTURE = PROJECT / "docs" / "bench_nlu.md", PROJECT / "docs" / "bench_nlu.svg"
OURS, DEFAULT, SPACY = "this pipeline", "Rasa's default", "Rasa with spaCy vectors"
#: Messages parsed before the clock counts.
WARM_UP = 20
#: Our intents for safety; underneath them stands what the message is about.
_SAFETY_INTENTS = frozenset({"emergency", "urgent"})
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"), "1") | {
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
}


@dataclass(frozen=True)
class Labelled:
    """A message of the benchmark with the labels that count as right, the first being the given one."""

    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What one pipeline did with one message."""

    decided: str
    likeliest: str
    milliseconds: float


@dataclass(frozen=True)
class Measured:
    """One pipeline: CPU seconds to train, MiB at most while training and while running, results by file."""

    name: str
    train_seconds: float
    train_mib: float
    load_seconds: float
    run_mib: float
    results: Mapping[str, Sequence[Result]]

    @property
    def milliseconds(self) -> list[float]:
        """Times of all messages."""
        return [result.milliseconds for results in self.results.values() for result in results]


# ------------------------------------------------------------------ what is compared


def single_label(line: Mapping[str, Any]) -> Labelled | None:
    """A JSONL line as one label, or None when it holds several things, nothing, or is not scored."""
    topics, scope = list(line.get("topics") or ()), line.get("scope")
    if "text" not in line or not line.get("topic_scored", True):
        return None
    if len(topics) + (scope is not None) != 1 or scope == "not_hip":
        return None
    named = [*topics, *(line.get("topics_ok") or ())]
    labels = [intent_of_topic(topic) for topic in named]
    scopes = [*([scope] if scope else ()), *(line.get("scope_ok") or ())]
    return Labelled(line["text"], tuple([*labels, *scopes] if topics else [*scopes, *labels]))


def messages_of(path: Path) -> list[Labelled]:
    """The single-label messages of a Rasa NLU file or of a JSONL file."""
    if path.suffix in (".yml", ".yaml"):
        return [Labelled(example.text, (example.label,)) for example in intent_examples(path)]
    return [found for line in read_lines(path) if (found := single_label(line)) is not None]


def pipelines(vectors: str) -> dict[str, list[dict[str, Any]]]:
    """The pipelines by name, as Rasa reads them; ``vectors`` is a spaCy model with word vectors, by name or path."""
    import rasa.engine.recipes

    yaml = YAML(typ="safe", pure=True)
    default_file = Path(rasa.engine.recipes.__path__[0]) / "config_files" / "default_config.yml"
    default = yaml.load(default_file.read_text(encoding="utf-8"))["pipeline"]
    spacy = [{"name": "SpacyNLP", "model": vectors}, {"name": "SpacyTokenizer"}, {"name": "SpacyFeaturizer"}]
    return {
        OURS: yaml.load((PROJECT / "config.yml").read_text(encoding="utf-8"))["pipeline"],
        DEFAULT: default,
        SPACY: [*spacy, *(part for part in default if part["name"] != "WhitespaceTokenizer")],
    }


def decision(parsed: Mapping[str, Any]) -> tuple[str, str]:
    """(what the pipeline decides, its likeliest label) from Rasa's parse data.

    Ours may find several topics; more than one is counted as wrong here, where each message has one.
    """
    ranking = [
        entry["name"] for entry in parsed.get("intent_ranking") or () if entry["name"] != "nlu_fallback"
    ]
    likeliest = ranking[0] if ranking else "none"
    entities = parsed.get("entities") or ()
    topics = list(
        dict.fromkeys(e["value"] for e in entities if e["entity"] == "topic" and e["value"] in TOPICS)
    )
    scopes = [e["value"] for e in entities if e["entity"] == "scope"]
    if len(topics) == 1:
        return intent_of_topic(topics[0]), likeliest
    if topics:
        return "several topics", likeliest
    if scopes:
        return str(scopes[0]), likeliest
    intent = str((parsed.get("intent") or {}).get("name"))
    return (likeliest if intent in _SAFETY_INTENTS else intent), likeliest


# ------------------------------------------------------------------ the processes


def peak_mib() -> float:
    """The most memory this process has had, in MiB."""
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    # what getrusage tells on Linux begins with the memory of the process that started this one
    return megabytes(os.getpid(), "VmHWM")


def write_examples(path: Path, every: int) -> None:
    """Writes every ``every``-th example of each intent of data/nlu.yml as a Rasa NLU file."""
    texts: dict[str, list[str]] = {}
    for example in intent_examples(TRAINING):
        texts.setdefault(example.label, []).append(example.text)
    intents = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in found[::every])}
        for intent, found in texts.items()
    ]
    with path.open("w", encoding="utf-8") as opened:
        YAML().dump({"version": "3.1", "nlu": intents}, opened)


def train(config: Path, examples: Path, folder: Path) -> dict[str, Any]:
    """Trains a pipeline into ``folder``; in its own process."""
    from rasa.model_training import train_nlu

    begin = time.process_time()
    model = train_nlu(str(config), str(examples), str(folder), fixed_model_name="nlu")
    return {"seconds": time.process_time() - begin, "mib": peak_mib(), "model": str(model)}


async def parse(model: Path, files: Mapping[str, Sequence[Labelled]]) -> dict[str, Any]:
    """Runs a trained pipeline over the messages of ``files``; in its own process."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.trackers import DialogueStateTracker

    begin = time.process_time()
    processor = Agent.load(str(model)).processor
    loaded = time.process_time() - begin

    async def one(text: str) -> tuple[dict[str, Any], float]:
        tracker = DialogueStateTracker.from_events("bench", [])
        start = time.process_time()
        parsed = await processor.parse_message(UserMessage(text), tracker)
        return parsed, (time.process_time() - start) * 1000

    for message in next(iter(files.values()))[:WARM_UP]:
        await one(message.text)
    results: dict[str, list[dict[str, Any]]] = {}
    for name, messages in files.items():
        results[name] = []
        for message in messages:
            parsed, milliseconds = await one(message.text)
            decided, likeliest = decision(parsed)
            results[name].append(asdict(Result(decided, likeliest, milliseconds)))
    return {"seconds": loaded, "mib": peak_mib(), "results": results}


def hold_to_one_core() -> None:
    """Keeps this process on one core, where the system allows it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _process(step: str, folder: Path, *arguments: str, one_core: bool) -> dict[str, Any]:
    """Runs one step of this module in a process of its own and reads its outcome."""
    outcome = folder / f"{step}.json"
    environment = {
        **os.environ,
        "RASA_CACHE_DIRECTORY": str(folder / "cache"),
        **(_ONE_THREAD if one_core else {}),
    }
    command = [
        sys.executable,
        "-m",
        "evaluation.bench_nlu",
        "--step",
        step,
        "--outcome",
        str(outcome),
        *arguments,
    ]
    with (folder / f"{step}.log").open("w+", encoding="utf-8") as log:
        code = subprocess.run(
            command, cwd=PROJECT, env=environment, stdout=log, stderr=log, check=False
        ).returncode
        if code:
            log.seek(0)
            raise RuntimeError(f"{step} failed:\n{log.read()[-3000:]}")
    found: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
    return found


def measure(name: str, pipeline: Sequence[Mapping[str, Any]], paths: Sequence[Path], every: int) -> Measured:
    """Trains and runs one pipeline."""
    with tempfile.TemporaryDirectory(prefix="hip-bench-") as temporary:
        folder = Path(temporary)
        config = folder / "config.yml"
        with config.open("w", encoding="utf-8") as opened:
            recipe = {"recipe": "default.v1", "assistant_id": "bench", "language": "en"}
            YAML().dump({**recipe, "pipeline": [dict(part) for part in pipeline]}, opened)
        examples = TRAINING
        if every > 1:
            examples = folder / "nlu.yml"
            write_examples(examples, every)
        trained = _process("train", folder, str(config), str(examples), str(folder), one_core=False)
        ran = _process("run", folder, trained["model"], *map(str, paths), one_core=True)
    results = {file: [Result(**result) for result in listed] for file, listed in ran["results"].items()}
    return Measured(name, trained["seconds"], trained["mib"], ran["seconds"], ran["mib"], results)


# ------------------------------------------------------------------ the page


def errors(messages: Sequence[Labelled], results: Sequence[Result], *, likeliest: bool = False) -> list[int]:
    """The places of the messages that were not given a right label."""
    given = [result.likeliest if likeliest else result.decided for result in results]
    return [
        i
        for i, (message, label) in enumerate(zip(messages, given, strict=True))
        if label not in message.labels
    ]


def learned_from(every: int) -> str:
    """What the pipelines learn from, in words."""
    if every == 1:
        return "data/nlu.yml"
    ordinal = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}.get(every, f"{every}th")
    return f"every {ordinal} example of each intent in data/nlu.yml"


def page(
    measured: Sequence[Measured],
    files: Mapping[str, Sequence[Labelled]],
    every: int,
    vectors: str,
) -> str:
    """The text of docs/bench_nlu.md."""
    cost = [
        [
            "pipeline",
            "median CPU ms",
            "95 % under, CPU ms",
            "memory, MiB",
            "training, CPU s",
            "memory, training, MiB",
            "loading, CPU s",
        ]
    ]
    for one in measured:
        times = sorted(one.milliseconds)
        cost.append(
            [
                one.name,
                f"{statistics.median(times):.1f}",
                f"{times[int(0.95 * (len(times) - 1))]:.1f}",
                f"{one.run_mib:.0f}",
                f"{one.train_seconds:.0f}",
                f"{one.train_mib:.0f}",
                f"{one.load_seconds:.1f}",
            ]
        )
    sections = []
    for file, messages in files.items():
        rows = [["pipeline", "accuracy", "errors", "accuracy, likeliest label", "errors, likeliest label"]]
        for one in measured:
            decided = errors(messages, one.results[file])
            likeliest = errors(messages, one.results[file], likeliest=True)
            rows.append(
                [
                    one.name,
                    number(1 - len(decided) / len(messages)),
                    str(len(decided)),
                    number(1 - len(likeliest) / len(messages)),
                    str(len(likeliest)),
                ]
            )
        sections.append(f"### {file} ({len(messages)} messages)\n\n{table(rows)}\n")
    total = sum(map(len, files.values()))
    wrong = {
        one.name: sum(len(errors(messages, one.results[file])) for file, messages in files.items())
        for one in measured
    }
    return f"""<!-- Generated by `make bench-nlu`. Do not edit: run it again instead. -->
# Understanding, side by side

All pipelines learn from {learned_from(every)} and answer the same {total} messages, in one run of `make bench-nlu`.

![Accuracy, time and memory of each pipeline](bench_nlu.svg)

Errors in all files together: {", ".join(f"{name} **{count}**" for name, count in wrong.items())}.

## Right labels

*Accuracy* is what the pipeline decides, with its own threshold: a message it gives up on is an error.
*Likeliest label* leaves the thresholds out. Only messages with one topic or one scope are used, because Rasa's
pipelines give one label a message; ours finding a second topic is counted as an error.

{chr(10).join(sections)}
## Time and memory

{table(cost)}

Times are processor time, so that other work on the machine does not count. Time and memory of a message are of the
process that parses the messages, held to one core; training may use all cores, whose times add up.
{DEFAULT} is the pipeline that `rasa init` trains (`default_config.yml` of Rasa 3.6). {SPACY} is the same with spaCy's tokens
and, beside the default's features, its vectors: {vectors}. {OURS.capitalize()} is that of
config.yml: besides the label it finds clinical facts and red flags, which the others do not, and its time and
memory include that. One training run each; DIET starts from random weights, so another run differs a little.

Measured {today()} on {machine_line()}.
"""


def draw(measured: Sequence[Measured], files: Mapping[str, Sequence[Labelled]]) -> None:
    """Draws docs/bench_nlu.svg."""
    total = sum(map(len, files.values()))

    def accuracy(one: Measured) -> float:
        wrong = sum(len(errors(messages, one.results[file])) for file, messages in files.items())
        return 1 - wrong / total

    bars(
        PICTURE,
        {
            "accuracy": {one.name: accuracy(one) for one in measured},
            "CPU ms a message, median": {one.name: statistics.median(one.milliseconds) for one in measured},
            "memory, MiB": {one.name: one.run_mib for one in measured},
            "training, CPU s": {one.name: one.train_seconds for one in measured},
        },
    )


def _file_names(paths: Sequence[Path]) -> dict[str, Path]:
    names = [path.name for path in paths]
    if len(set(names)) < len(names):
        raise InputError("Two files have the same name; the table could not tell them apart.")
    return dict(zip(names, paths, strict=True))


def main(arguments: Sequence[str]) -> int:
    """Measures all pipelines and writes the page; 2 when a file cannot be used."""
    parser = argparse.ArgumentParser(prog="make bench-nlu", description=__doc__)
    parser.add_argument("--step", choices=["train", "run"], help=argparse.SUPPRESS)
    parser.add_argument("--outcome", type=Path, help=argparse.SUPPRESS)
    parser.add_argument(
        "--spacy", metavar="MODEL", help="a spaCy model with vectors instead of GloVe, by name or path"
    )
    parser.add_argument("--every", type=int, default=1, metavar="N", help="learn from every Nth example only")
    parser.add_argument("files", nargs="*", help="JSONL files with labels, besides tests/nlu/heldout.yml")
    given = parser.parse_args(arguments)
    if given.step == "train":
        given.outcome.write_text(json.dumps(train(*map(Path, given.files))), encoding="utf-8")
        return 0
    if given.step == "run":
        hold_to_one_core()
        files = {path.name: messages_of(path) for path in map(Path, given.files[1:])}
        outcome = asyncio.run(parse(Path(given.files[0]), files))
        given.outcome.write_text(json.dumps(outcome), encoding="utf-8")
        return 0
    try:
        named = _file_names([HELD_OUT, *(Path(file).resolve() for file in given.files)])
        files = {name: messages for name, path in named.items() if (messages := messages_of(path))}
        vectors = given.spacy or str(spacy_model())
    except (InputError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    measured = []
    for name, pipeline in pipelines(vectors).items():
        print(f"{name}: training and running…", flush=True)
        measured.append(measure(name, pipeline, [named[file] for file in files], given.every))
        done = measured[-1]
        wrong = sum(len(errors(files[file], done.results[file])) for file in files)
        print(
            f"  {wrong} errors, {statistics.median(done.milliseconds):.1f} CPU ms, trained in {done.train_seconds:.0f} CPU s"
        )
    draw(measured, files)
    PAGE.write_text(page(measured, files, given.every, given.spacy or GLOVE_IN_WORDS), encoding="utf-8")
    print(f"Written: docs/{PAGE.name}, docs/{PICTURE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
