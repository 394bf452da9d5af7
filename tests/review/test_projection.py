"""Events become conversations and turns: once each, in order, whatever happens in between."""

from __future__ import annotations

import random

import pytest

from bot.review import projection
from bot.review.models import Conversation, Cursor, Erasure, Judgement, Label, Standing, Turn
from evaluation.tracker_events import (
    EMERGENCY,
    SOON,
    WALKING,
    Event,
    Store,
    bot,
    chat,
    listen,
    loop,
    session,
    slot,
    turn,
    user,
)
from tests.review.conftest import follow, person


def everything() -> list[object]:
    """The whole projection without the keys that the database gives."""
    conversations = [
        {k: v for k, v in row.items() if k != "id"} for row in Conversation.objects.order_by("ref").values()
    ]
    turns = [
        {k: v for k, v in row.items() if k not in ("id", "conversation_id")}
        for row in Turn.objects.order_by("event").values()
    ]
    labels = list(
        Label.objects.order_by("turn__event", "kind", "value").values_list(
            "turn__event", "conversation__ref", "kind", "value"
        )
    )
    return [conversations, turns, labels]


def mixed(conversations: int, seed: int) -> list[tuple[str, Event]]:
    """Many conversations at once, their events interleaved."""
    chance = random.Random(seed)
    waiting = []
    for number in range(conversations):
        turns = [
            turn(
                f"question {number} {n}",
                reply=chance.choice(["an answer", ""]),
                misses=chance.randint(0, 1),
                told=WALKING,
            )
            for n in range(chance.randint(1, 6))
        ]
        waiting.append(chat(f"sender{number}", *turns))
    events = []
    while waiting:
        one = chance.choice(waiting)
        events.append(one.pop(0))
        waiting = [rest for rest in waiting if rest]
    return events


def test_a_conversation_is_read_with_its_turns_replies_and_advice(store: Store) -> None:
    store.write(
        chat(
            "one",
            turn("hello there", "Hello.", intent="greet", told={"scope": "greet"}),
            turn(
                "I have an artificial hip, is walking good?",
                told={**WALKING, **SOON},
                entities=[
                    {"entity": "hip_replacement", "value": "own"},
                    {"entity": "mention", "value": "fever", "assertion": "negated"},
                    {"entity": "topic", "value": "walking"},
                ],
            ),
        )
    )
    assert follow() == 11
    conversation = Conversation.objects.get()
    assert (conversation.turns, conversation.urgency, conversation.content_version) == (2, 1, "2137a0071660")
    first, second = Turn.objects.order_by("number")
    assert (first.text, first.outcome, first.replies[0]["text"]) == ("hello there", "answered", "Hello.")
    assert (second.top, second.confidence, second.runner_up, second.runner_up_confidence) == (
        "walking",
        0.93,
        "causes",
        0.07,
    )
    assert second.mentions == [
        {"fact": "hip_replacement", "assertion": "affirmed", "value": "own"},
        {"fact": "fever", "assertion": "negated"},
    ]
    assert set(second.labels.values_list("kind", "value")) == {
        ("topic", "walking"),
        ("reason", "own_replacement"),
        ("source", "faq.walking"),
    }


@pytest.mark.parametrize(
    ("turns", "rank"),
    [
        ([turn("I fell", told=EMERGENCY)], projection.EMERGENCY),
        ([turn("hot hip", told={"urgency": "urgent"})], projection.URGENT),
        ([turn("why", reply="")], projection.FAILED),
        ([turn("zxcv", misses=1)], projection.UNANSWERED),
        ([turn("check", told=SOON), [loop("check_form")]], projection.LEFT),
        ([turn("walking?", told=WALKING)], projection.REST),
    ],
)
def test_a_conversation_stands_in_the_queue_by_the_worst_that_happened(
    sqlite_store: Store, turns: list[list[Event]], rank: int
) -> None:
    sqlite_store.write(chat("one", turn("hello"), *turns))
    follow()
    assert Conversation.objects.get().rank == rank


def test_a_finished_check_is_finished_and_one_that_is_given_up_is_left(sqlite_store: Store) -> None:
    begin = [*turn("check my hip"), loop("check_form")]
    sqlite_store.write(chat("done", begin, [loop(None), bot("Outcome", card="outcome")]))
    sqlite_store.write(chat("left", begin, turn("a person please"), [loop(None)]))
    sqlite_store.write(chat("alarm", begin, turn("I fell", told=EMERGENCY), [loop(None)]))
    follow()
    assert dict(Conversation.objects.values_list("sender", "check_state")) == {
        "done": "done",
        "left": "left",
        "alarm": "done",
    }


def test_a_thumb_is_kept_with_the_turn_it_names_and_the_latest_counts(store: Store) -> None:
    store.write(chat("one", turn("first", message_id="m1"), turn("second", message_id="m2")))
    follow()
    store.write(
        [("one", slot("feedback", {"turn": "m1", "rating": "down", "comment": "mail me: a.b@example.org"}))]
    )
    follow()
    conversation = Conversation.objects.get()
    assert (conversation.thumbs_down, conversation.rank) == (1, projection.THUMBS_DOWN)
    assert Turn.objects.get(number=1).comment == "mail me: <EMAIL>"
    store.write([("one", slot("feedback", {"turn": "m1", "rating": "up"})), ("one", slot("feedback", None))])
    follow()
    conversation.refresh_from_db()
    assert (conversation.thumbs_up, conversation.thumbs_down, conversation.rank) == (1, 0, projection.REST)


def test_a_roll_over_by_the_store_is_no_new_session_and_changes_no_turn(store: Store) -> None:
    store.write(chat("one", turn("hello", misses=1, told=WALKING)))
    follow()
    before = list(Turn.objects.values())
    begin = session()
    begin[1]["metadata"] = {"rolled_over": True, "remembered": None}
    store.write([("one", event) for event in [*begin, slot("misses", 1), listen()]])
    follow()
    assert list(Turn.objects.values()) == before
    store.write([("one", event) for event in turn("again", told=WALKING)])
    follow()
    assert list(Turn.objects.order_by("number").values_list("new_session", flat=True)) == [False, False]


def test_a_new_session_goes_on_in_the_same_conversation_and_its_slots_belong_to_no_turn(store: Store) -> None:
    store.write(chat("one", turn("first")))
    store.write([("one", event) for event in [*session(), slot("misses", 2)]])
    follow()
    store.write([("one", event) for event in turn("second")])
    follow()
    conversation = Conversation.objects.get()
    assert (conversation.turns, conversation.unanswered) == (2, 0)
    assert list(Turn.objects.order_by("number").values_list("new_session", flat=True)) == [False, True]


def test_names_and_numbers_never_reach_the_review_database(store: Store) -> None:
    store.write(chat("one", turn("My name is John Smith, ring 07700 900123 or j.smith@example.org")))
    follow()
    kept = Turn.objects.get()
    assert kept.redacted
    for word in ("Smith", "900123", "example.org"):
        assert word not in kept.text
        assert word not in kept.conversation.said


def test_reading_again_changes_nothing(store: Store) -> None:
    store.write(mixed(20, seed=1))
    follow()
    before = everything()
    Cursor.objects.update(last_event=0, last_sender="", last_timestamp=0)
    follow()
    assert everything() == before


def test_however_the_events_are_cut_into_batches_the_result_is_the_same(store: Store) -> None:
    events = mixed(12, seed=2)
    store.write(events)
    follow()
    whole = everything()
    Conversation.objects.all().delete()
    Cursor.objects.all().delete()
    chance = random.Random(3)
    while projection.step(chance.randint(1, 7)):
        pass
    assert everything() == whole


def test_a_rebuild_gives_the_same_and_keeps_what_the_team_added(store: Store) -> None:
    store.write(mixed(10, seed=4))
    follow()
    before = everything()
    kept = Conversation.objects.first()
    assert kept
    someone = person("rosa", "reviewer")
    Judgement.objects.create(ref=kept.ref, kind="note", text="ask again", by=someone)
    Judgement.objects.create(ref="0" * 16, kind="note", text="its conversation is gone", by=someone)
    Standing.objects.create(conversation_id=kept.ref, flagged=True)
    projection.rebuild()
    assert everything() == before
    assert list(Judgement.objects.values_list("ref", flat=True)) == [kept.ref]
    assert Conversation.objects.get(ref=kept.ref).standing.flagged


def test_an_event_that_is_committed_behind_a_later_one_is_still_read(store: Store) -> None:
    store.write(chat("early", turn("first")))
    store.write(chat("late", turn("held up in another transaction")))
    (boundary,) = store.run("SELECT MAX(id) FROM events WHERE sender_id = 'early'")[0]
    hidden = store.run("SELECT * FROM events WHERE sender_id = 'late' ORDER BY id")
    store.run("DELETE FROM events WHERE sender_id = 'late'")
    marks = ", ".join(["%s"] * 7)
    last = (boundary + 1000, "third", "action", 1.0, None, "action_listen", "{}")
    store.run(f"INSERT INTO events VALUES ({marks})", last)
    follow()
    assert not Conversation.objects.filter(sender="late").exists()
    for row in hidden:
        store.run(f"INSERT INTO events VALUES ({marks})", row)
    assert projection.settle(0) == 1
    assert Conversation.objects.get(sender="late").turns == 1
    before = everything()
    assert projection.settle(0) == 0
    assert everything() == before


def test_ids_that_sqlite_gives_again_after_a_deletion_are_read(sqlite_store: Store) -> None:
    sqlite_store.write(chat("stays", turn("first")))
    sqlite_store.write(chat("goes", turn("second"), turn("third")))
    follow()
    sqlite_store.run("DELETE FROM events WHERE sender_id = 'goes'")
    sqlite_store.write(chat("new", turn("with the ids of the deleted one")))
    follow()
    assert set(Conversation.objects.values_list("sender", flat=True)) == {"stays", "new"}
    assert Erasure.objects.get().ref == projection.ref_of("goes")
    assert Turn.objects.get(conversation__sender="new").text == "with the ids of the deleted one"


def test_a_chat_that_goes_on_after_it_was_deleted_begins_anew(sqlite_store: Store) -> None:
    sqlite_store.write(chat("one", turn("deleted words")))
    follow()
    sqlite_store.run("DELETE FROM events")
    sqlite_store.write(chat("one", turn("new words"), turn("more")))
    follow()
    assert list(Turn.objects.order_by("number").values_list("text", flat=True)) == ["new words", "more"]
    assert "deleted words" not in Conversation.objects.get().said


def test_a_conversation_deleted_from_the_tracker_store_goes_with_all_the_team_added(store: Store) -> None:
    store.write(chat("gone", turn("private")))
    store.write(chat("stays", turn("public")))
    follow()
    ref = projection.ref_of("gone")
    Judgement.objects.create(ref=ref, kind="note", text="private too", by=person("rosa", "reviewer"))
    store.run("DELETE FROM events WHERE sender_id = 'gone'")
    assert projection.sweep() == 1
    assert list(Conversation.objects.values_list("sender", flat=True)) == ["stays"]
    assert not Judgement.objects.exists()


def test_every_conversation_is_looked_at_in_turn_for_deletion(sqlite_store: Store) -> None:
    for number in range(130):
        sqlite_store.write(chat(f"sender{number}", turn("words")))
    follow()
    sqlite_store.run("DELETE FROM events WHERE sender_id IN ('sender1', 'sender60')")
    assert sum(projection.sweep(20) for _ in range(8)) == 2
    assert Conversation.objects.count() == 128


def test_an_empty_tracker_store_is_taken_for_a_mistake_and_deletes_nothing(sqlite_store: Store) -> None:
    for number in range(30):
        sqlite_store.write(chat(f"sender{number}", turn("words")))
    follow()
    sqlite_store.run("DELETE FROM events")
    with pytest.raises(projection.TrackerLost, match=r"scripts/review rebuild"):
        projection.step()
    with pytest.raises(projection.TrackerLost):
        projection.sweep()
    assert Conversation.objects.count() == 30


def test_a_message_without_any_reply_is_a_failure_only_when_the_turn_is_over(sqlite_store: Store) -> None:
    sqlite_store.write([("one", event) for event in [*session(), user("anybody there?")]])
    follow()
    assert Turn.objects.get().outcome == "pending"
    sqlite_store.write([("one", listen())])
    follow()
    assert Turn.objects.get().outcome == "failed"


HOSTILE = [
    {
        "event": "user",
        "timestamp": 1.0,
        "text": "a NUL \x00 and half \ud83d of a sign",
        "parse_data": None,
        "metadata": None,
    },
    {"event": "user", "timestamp": 1e30, "text": None, "parse_data": {"intent": None, "entities": None}},
    {"event": "user", "timestamp": 1.0, "text": ["not", "text"], "parse_data": "nonsense"},
    {
        "event": "user",
        "timestamp": 1.0,
        "text": "x",
        "parse_data": {"intent": {"name": "n" * 500}, "intent_ranking": [{}]},
    },
    {
        "event": "user",
        "timestamp": 1.0,
        "text": "x",
        "parse_data": {"entities": [7, None, "x"]},
        "message_id": 5,
    },
    {
        "event": "bot",
        "timestamp": 1.0,
        "text": None,
        "metadata": {"advice": {"topics": [{}], "sources": [{}]}},
        "data": None,
    },
    {
        "event": "bot",
        "timestamp": 1.0,
        "text": 5,
        "metadata": {"advice": {"urgency": "worst", "reasons": [1, "a" * 500]}},
    },
    {"event": "bot", "timestamp": 1.0, "text": "x", "metadata": {"messages": ["x"], "card": 3}},
    {"event": "bot", "timestamp": 1.0, "text": "x", "metadata": [], "data": {"buttons": [None]}},
    {"event": "slot", "timestamp": 1.0, "name": "misses", "value": "many"},
    {"event": "slot", "timestamp": 1.0, "name": "feedback", "value": "up"},
    {
        "event": "slot",
        "timestamp": 1.0,
        "name": "feedback",
        "value": {"turn": None, "rating": {}, "comment": []},
    },
    {"event": "active_loop", "timestamp": 1.0, "name": None},
    {"event": "session_started", "timestamp": None},
]


def test_odd_events_stop_neither_the_reader_nor_the_pages(store: Store) -> None:
    from tests.review.conftest import client_of

    for number, event in enumerate(HOSTILE):
        before, after = turn("a good question", told=WALKING), turn("and another", told=WALKING)
        store.write(chat(f"sender{number}", before, [event], after, [event]))
    store.run("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES ('broken', 'user', 1, '{')")
    store.run("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES ('broken', 'user', 1, '[]')")
    store.write(chat("good", turn("Is walking good?", told=WALKING)))
    follow()
    assert Conversation.objects.get(sender="good").turns == 1
    for number in range(len(HOSTILE)):
        said = set(Turn.objects.filter(conversation__sender=f"sender{number}").values_list("text", flat=True))
        assert {"a good question", "and another"} <= said
    result = everything()
    projection.rebuild()
    assert everything() == result
    client = client_of("rosa", "reviewer")
    for address in ("/queue/", "/dashboard/?since=1970-01-01", "/learning/", "/content/"):
        assert client.get(address).status_code == 200
    for conversation in Conversation.objects.all():
        for page in ("", "original/", "1/events/", "test.py"):
            assert client.get(f"/conversations/{conversation.ref}/{page}").status_code in (200, 404)


def test_the_tracker_store_is_opened_read_only(store: Store) -> None:
    from django.db import Error, connections

    store.write(chat("one", turn("words")))
    with pytest.raises(Error, match=r"(?i)read-?only"), connections["tracker"].cursor() as cursor:
        cursor.execute("DELETE FROM events")
