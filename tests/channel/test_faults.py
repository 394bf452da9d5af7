"""PostgreSQL and Redis stopped or frozen, servers killed: nothing kept is lost or doubled, and it heals by itself.

Short forms of `make faults`, on two real servers with a PostgreSQL and a Redis of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from evaluation import faults
from evaluation.faults import FELL, ORDINARY, Answer, Outage, Rig

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def rig(trained_model: str) -> Iterator[Rig]:
    with faults.rig(CHAT_ANSWER_SECONDS="8") as running:
        yield running


def assert_told(ordinary: Answer, emergency: Answer) -> None:
    """Nothing is kept, and the visitor is told; an emergency is answered all the same."""
    assert ordinary.status == 503
    assert ordinary.body["error"]["code"] == "unavailable"
    assert ordinary.cards == ["fallback"]
    assert emergency.status == 503
    assert emergency.cards == ["emergency", "fallback"]
    assert emergency.body["advice"]["urgency"] == "emergency"


def assert_healed(found: Outage) -> None:
    assert found.heals
    assert found.after.kept
    assert found.after.body["advice"]["facts"]["pain_score"] == 4


@pytest.mark.parametrize("width", [2, 4, 8])
def test_messages_at_once_over_two_servers_are_all_answered_and_kept(rig: Rig, width: int) -> None:
    counted = faults.at_once(rig, width, conversations=4)
    assert counted == {"messages": 4 * width, "lost": 0, "refused": 0, "hung": 0}


def test_a_conversation_that_moves_between_servers_keeps_its_facts(rig: Rig) -> None:
    assert faults.moving(rig, 12) == {"conversations": 12, "context kept": 12}


def test_postgresql_stopped_is_told_and_nothing_stays_in_memory(rig: Rig) -> None:
    found = faults.database_stopped(rig)
    assert_told(found.ordinary, found.emergency)
    assert found.health[0] == 503
    assert found.health[1]["store"] == "down"
    assert_healed(found)
    assert found.kept == ["My pain is 4 out of 10", "What causes hip pain?"]


def test_postgresql_frozen_neither_blocks_the_server_nor_keeps_an_emergency_waiting(rig: Rig) -> None:
    found = faults.database_frozen(rig)
    assert_told(found.ordinary, found.emergency)
    assert found.health[1]["store"] == "down"
    assert_healed(found)


def test_redis_stopped_is_told_and_heals(rig: Rig) -> None:
    found = faults.redis_stopped(rig)
    assert_told(found.ordinary, found.emergency)
    assert found.health[1]["turns"] == "down"
    assert_healed(found)
    assert found.kept == ["My pain is 4 out of 10", "What causes hip pain?"]


def test_a_server_started_without_its_database_is_red_and_heals_when_it_comes(rig: Rig) -> None:
    health, ordinary, emergency, heals, after = faults.database_down_at_start(rig)
    assert health == (503, {"model": "ok", "store": "down", "turns": "ok", "actions": "ok"})
    assert_told(ordinary, emergency)
    assert heals
    assert after.kept


def test_a_server_that_is_asked_to_stop_answers_what_it_has_begun(rig: Rig) -> None:
    assert [answer.status for answer in faults.stopped_gracefully(rig)] == [200] * 6


def test_servers_killed_under_load_lose_and_double_no_answered_turn(rig: Rig) -> None:
    found = faults.killed_under_load(rig, kills=2)
    assert found.answered > 20
    assert (found.missing, found.doubled) == (0, 0)
    assert found.longest_seconds < faults.HANGS_SECONDS


def test_after_all_that_an_ordinary_question_and_an_emergency_are_answered(rig: Rig) -> None:
    session = rig.session(1)
    assert rig.say(session, ORDINARY, 0).kept
    assert rig.say(session, FELL, 1).cards == ["emergency"]
