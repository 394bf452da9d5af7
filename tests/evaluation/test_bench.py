"""Short forms of `make bench` and `make soak`, on the running assistant; and what their pages compute."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from evaluation import bench, measured
from evaluation.load import percentile
from evaluation.measured_pages import MEMORY_MB, bench_page, capacity_page, faults_page
from evaluation.soak import soak
from evaluation.stock import EXAMPLES_AN_INTENT, intents

WHERE = {"day": "2026-11-27", "machine": "2 cores, 24 GiB memory, a processor", "seconds": 9, "others": 0.0}


def test_the_whole_default_stack_fits_into_a_gigabyte(trained_model: str) -> None:
    found = bench.whole_stack(seconds=3)
    assert set(found["used"]) == {"chat", "actions", "review pages", "follower"}
    assert sum(found["used"].values()) < MEMORY_MB


def test_a_stock_project_is_trained_and_answers_beside_ours(trained_model: str) -> None:
    found = bench.throughput(seconds=3, rounds=1, epochs=1)
    assert found["intents"] == len(intents())
    for side in ("ours", "stock"):
        assert found[side]["messages"] > 0
        assert found[side]["cpu_ms"] > 0


def test_memory_stays_within_a_tenth_over_a_hundred_messages(trained_model: str) -> None:
    found = soak(messages=100, a_second=20)
    assert found["messages"] == 100
    assert found["refused"] == 0
    assert found["growth"] < 0.1


def test_a_late_turn_takes_about_as_long_as_an_early_one(trained_model: str) -> None:
    found = bench.length(turns=50, stock_turns=0)["ours"]
    assert found["late"]["50"] < 3 * found["early"]["50"]


def test_a_steady_stream_is_answered_in_time(trained_model: str) -> None:
    found = bench.pace(messages=40)
    assert found["messages"] == 40
    assert found["p95"] < 1000


def test_the_embedding_model_is_compared_with_itself_in_float_arithmetic() -> None:
    found = bench.embedding(repeats=2)
    assert list(found["int8"]) == list(found["float"]) == ["6", "12", "24", "48"]
    assert 0.998 < found["alike"] < 1
    page = bench_page({"embedding": {**WHERE, **found}})
    assert f"cosine of at least {found['alike']}" in page


@pytest.mark.servers
def test_two_servers_answer_every_message_of_sessions_that_move(trained_model: str) -> None:
    found = bench.servers((1, 2, 4), seconds=3)["servers"]
    assert all(found[count]["messages"] > 10 for count in ("1", "2", "4"))


@pytest.mark.servers
def test_turns_are_timed_beside_what_is_stored_in_both_databases(trained_model: str) -> None:
    found = bench.stored((0, 1_000), messages=14)["databases"]
    for database in found.values():
        assert 0 < database["0"]["p50"] <= database["0"]["p95"]
        assert 0 < database["1000"]["p50"] <= database["1000"]["p95"]


def test_the_stock_project_has_as_many_intents_as_this_one() -> None:
    assert len(intents()) > 30
    assert all(len(texts) <= EXAMPLES_AN_INTENT for texts in intents().values())


def test_a_percentile_is_the_time_that_so_many_stay_within() -> None:
    assert percentile([4, 1, 3, 2], 0.5) == 3
    assert percentile(list(range(100)), 0.95) == 95


def test_only_the_parts_that_are_named_are_measured_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "FILE", tmp_path / "measured.json")
    parts = {"one": lambda: {"found": 1}, "two": lambda: {"found": 2}}
    measured.measure_parts("make it", parts, ["two"], "some_")
    assert list(measured.measured()) == ["some_two"]
    measured.measure_parts("make it", parts, [], "some_")
    assert {name: found["found"] for name, found in measured.measured().items()} == {
        "some_one": 1,
        "some_two": 2,
    }


PARTS: dict[str, Any] = {
    "pace": {**WHERE, "messages": 600, "a_second": 5.0, "p50": 40, "p95": 130, "p99": 150, "cpu_ms": {"chat": 36.0, "actions": 2.0, "review pages": 0.5, "follower": 1.5}},
    "servers": {**WHERE, "visitors": 8, "servers": {
        "1": {"messages": 9, "a_second": 20.0, "p50": 1, "p95": 1, "cpu_ms": 40.0, "megabytes": 600},
        "2": {"messages": 9, "a_second": 30.0, "p50": 1, "p95": 1, "cpu_ms": 40.0, "megabytes": 1100},
    }},
    "stack": {**WHERE, "start_seconds": 9.0, "fresh": {"chat": 400, "actions": 50}, "used": {"chat": 500, "actions": 60}, "messages": 9},
    "stored": {**WHERE, "bytes_an_event": 900, "databases": {"SQLite": {"0": {"p50": 40, "p95": 50}, "1000": {"p50": 44, "p95": 60}}}},
}  # fmt: skip


def test_capacity_is_computed_from_what_was_measured() -> None:
    page = capacity_page(PARTS)
    assert "at most 25 messages a second" in page
    assert "**one core serves about 300 visitors" in page
    assert "about 500 MB each" in page
    assert "SQLite 1.1 × (the slowest twentieth 1.2 ×)" in page
    assert "The move itself costs" not in page


def test_a_core_is_the_same_for_one_server_and_for_several_the_follower_included() -> None:
    """Two milliseconds of follower and pages beside forty of the servers: a twenty-first of all is theirs."""
    page = capacity_page(PARTS)
    assert "It needs 2.0 ms for each message, from the same cores" in page
    rows = {
        row[0]: row[1:]
        for row in (line.strip("| ").split("|") for line in page.splitlines() if line[:1] == "|")
    }
    found = {name.strip(): [value.strip() for value in row] for name, row in rows.items()}
    # 20 × 40 / 42 messages a second, 60 % of them, one from each visitor every 20 seconds, on two cores
    assert found["1"] == ["20.0", "42.0", "19.0", "11.4", "229", "114", "600"]
    assert found["2"] == ["30.0", "42.0", "28.6", "17.1", "343", "171", "1100"]


def test_what_the_move_to_postgresql_costs_is_said() -> None:
    side = {"a_second": 32.0, "cpu_ms": 30.0}
    page = capacity_page({**PARTS, "throughput": {**WHERE, "ours": side, "stock": side}})
    assert "at most 20.0 messages a second there, against 32.0 on SQLite (38% fewer)" in page
    assert "40.0 ms of processor time against 30.0" in page


def test_every_page_that_capacity_leads_to_is_the_one_it_names() -> None:
    assert "[deployment](deploy.md)" in capacity_page(PARTS)


def test_each_part_is_kept_with_the_commit_that_was_measured_and_the_page_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "PROJECT", tmp_path)
    assert "commit" not in measured.measure(lambda: {})

    def git(*arguments: str) -> str:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        command = ["git", *who, "-C", str(tmp_path), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet")
    (tmp_path / "docs").mkdir()
    for name in ("code.py", "docs/measured.json"):
        (tmp_path / name).write_text("1")
    git("add", ".")
    git("commit", "--quiet", "--message", "x")
    head = git("rev-parse", "--short=7", "HEAD")
    assert measured.measure(lambda: {})["commit"] == head
    # the parts measured before it have changed the page
    (tmp_path / "docs" / "measured.json").write_text("2")
    assert measured.measure(lambda: {})["commit"] == head
    (tmp_path / "code.py").write_text("2")
    assert measured.measure(lambda: {})["commit"] == f"{head} with changes"
    page = bench_page({"stack": {**PARTS["stack"], "commit": head}})
    assert f"Measured 2026-11-27, of commit {head}, on 2 cores" in page
    assert "of commit" not in bench_page({"stack": PARTS["stack"]})


def test_an_aim_that_is_missed_is_said_so_and_one_not_measured_too() -> None:
    page = bench_page(PARTS)
    assert "| 130 ms " in page
    assert "**no**" in page
    assert page.count("not measured yet") == 3


def test_pages_without_figures_say_so() -> None:
    assert "Not all parts are measured yet" in capacity_page({})
    assert faults_page({}).startswith("<!-- Generated by `make docs`")


def test_other_work_on_the_machine_is_told() -> None:
    busy = {"stack": {**PARTS["stack"], "others": 0.4}}
    assert "Others used 40% of the machine meanwhile." in bench_page(busy)
    assert "Others used" not in bench_page({"stack": PARTS["stack"]})
