"""What runs is stopped, frozen, starved and killed: nothing kept is lost or doubled, and it heals by itself.

Short forms of `make faults`, on two real servers with a PostgreSQL and a Redis of their own, and on one with SQLite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from evaluation import faults
from evaluation.faults import FELL, ORDINARY, PAIN, SLOW_SECONDS, Outage, Rig

pytestmark = pytest.mark.servers
AFTER = "What causes hip pain?"


@pytest.fixture(scope="module")
def rig(trained_model: str) -> Iterator[Rig]:
    with faults.rig() as running:
        yield running


@pytest.fixture(scope="module")
def clock(
    trained_model: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Rig, Callable[[str], None]]]:
    """One server on SQLite whose clock can be set."""
    with faults.clock_rig(tmp_path_factory.mktemp("clock")) as running:
        yield running


def assert_told(found: Outage) -> None:
    """Nothing is kept, and the visitor is told; an emergency is answered all the same."""
    assert found.ordinary.status == 503
    assert found.ordinary.body["error"]["code"] == "unavailable"
    assert found.ordinary.cards == ["fallback"]
    assert found.emergency.status == 503
    assert found.emergency.cards == ["emergency", "fallback"]
    assert found.emergency.body["advice"]["urgency"] == "emergency"


def assert_healed(found: Outage) -> None:
    assert found.heals
    assert found.after.kept
    assert found.after.facts["pain_score"] == 2
    assert (found.lost, found.doubled) == (0, 0)


@pytest.mark.parametrize("width", [2, 4, 8])
def test_messages_at_once_over_two_servers_are_all_answered_and_kept(rig: Rig, width: int) -> None:
    counted = faults.at_once(rig, width, conversations=4)
    assert counted == {"messages": 4 * width, "lost": 0, "doubled": 0, "refused": 0, "hung": 0}


def test_a_conversation_that_moves_between_servers_keeps_its_facts(rig: Rig) -> None:
    assert faults.moving(rig, 12) == 12


@pytest.mark.parametrize("fault", [faults.actions_killed, faults.actions_hung])
def test_without_its_action_server_it_still_answers_an_emergency(
    rig: Rig, fault: Callable[[Rig], Outage]
) -> None:
    found = fault(rig)
    assert found.ordinary.status == 503
    assert found.ordinary.cards == ["fallback"]
    assert found.ordinary.seconds < faults.ANSWER_SECONDS + 2
    assert found.emergency.kept
    assert found.emergency.cards == ["emergency"]
    assert found.health[1]["actions"] == "down"
    assert_healed(found)


def test_a_slow_action_server_is_waited_for(rig: Rig) -> None:
    found = faults.actions_slow(rig)
    assert found.ordinary.kept
    assert SLOW_SECONDS - 0.5 < found.ordinary.seconds < faults.ANSWER_SECONDS
    assert_healed(found)
    assert found.kept == [PAIN, ORDINARY, FELL, AFTER]


def test_postgresql_stopped_is_told_and_nothing_stays_in_memory(rig: Rig) -> None:
    found = faults.database_stopped(rig)
    assert_told(found)
    assert found.health[0] == 503
    assert found.health[1]["store"] == "down"
    assert_healed(found)
    assert found.kept == [PAIN, AFTER]


def test_postgresql_frozen_neither_blocks_the_server_nor_keeps_an_emergency_waiting(rig: Rig) -> None:
    found = faults.database_frozen(rig)
    assert_told(found)
    assert found.health[1]["store"] == "down"
    assert_healed(found)


def test_redis_stopped_is_told_and_heals(rig: Rig) -> None:
    found = faults.redis_stopped(rig)
    assert_told(found)
    assert found.health[1]["turns"] == "down"
    assert_healed(found)
    assert found.kept == [PAIN, AFTER]


def test_a_server_started_without_its_database_is_red_and_heals_when_it_comes(rig: Rig) -> None:
    found = faults.database_down_at_start(rig)
    assert found.health == (503, {"model": "ok", "store": "down", "turns": "ok", "actions": "ok"})
    assert_told(found)
    assert_healed(found)


def test_a_full_disk_is_told_shows_in_health_and_heals(clock: tuple[Rig, Callable[[str], None]]) -> None:
    found = faults.disk_full(clock[0])
    assert_told(found)
    assert found.health[1]["store"] == "down"
    assert_healed(found)
    assert found.kept == [PAIN, AFTER]


@pytest.mark.parametrize("shift", ["+1h", "-1h"])
def test_a_clock_that_jumps_neither_ends_a_chat_nor_loses_its_facts(
    clock: tuple[Rig, Callable[[str], None]], shift: str
) -> None:
    running, set_clock = clock
    found = faults.clock_jumps(running, set_clock, shift)
    assert found.ordinary.kept
    assert found.ordinary.facts["pain_score"] == 2
    assert found.emergency.cards == ["emergency"]
    assert_healed(found)
    assert found.kept == [PAIN, ORDINARY, FELL, AFTER]


def test_a_server_that_is_asked_to_stop_finishes_the_turns_it_has_begun(rig: Rig) -> None:
    found = faults.stopped_gracefully(rig)
    assert (found.answered, found.kept) == (6, 6)
    assert found.ended < faults.ANSWER_SECONDS + 5


def test_a_turn_cut_off_by_a_kill_is_answered_once_when_it_is_sent_again(rig: Rig) -> None:
    found = faults.chat_killed_in_mid_turn(rig)
    assert found.ordinary.status == 0
    assert_healed(found)
    assert found.kept == [PAIN, ORDINARY]


def test_servers_killed_under_load_lose_and_double_no_answered_turn(rig: Rig) -> None:
    found = faults.killed_under_load(rig, kills=2)
    assert found.answered > 20
    assert (found.missing, found.doubled) == (0, 0)
    assert found.longest < faults.HANGS_SECONDS


def test_after_all_that_an_ordinary_question_and_an_emergency_are_answered(rig: Rig) -> None:
    session = rig.session(1)
    assert rig.say(session, ORDINARY, 0).kept
    assert rig.say(session, FELL, 1).cards == ["emergency"]
