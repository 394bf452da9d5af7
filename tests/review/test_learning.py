"""Learning: similar messages together, training data that Rasa reads, and tests that run."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.advice.content import content
from bot.review import dashboard, judging, learning, learning_pages
from bot.review.models import Conversation, Exported, Turn
from evaluation.stack import Visitor
from evaluation.tracker_events import EMERGENCY, SOON, WALKING, Store, chat, slot, turn
from tests.review.conftest import client_of, follow, person


def missed(text: str) -> list[dict[str, object]]:
    return turn(text, intent="out_of_scope", told={"scope": "out_of_scope"}, misses=1)


@pytest.fixture
def talked(sqlite_store: Store) -> Store:
    """Questions that were not answered, in two kinds, and others that were."""
    for number, text in enumerate(
        [
            "can I sleep on my sore side",
            "is it ok to sleep on the sore side",
            "Can I sleep on my bad side?",
            "do you take dental insurance",
            "do you accept my insurance",
            "my tortoise [likes] jazz (really)",
        ]
    ):
        sqlite_store.write(chat(f"missed{number}", turn("hello", intent="greet"), missed(text)))
    sqlite_store.write(chat("fine", turn("Is walking good?", told=WALKING)))
    follow()
    return sqlite_store


def correct(text: str, topic: str) -> None:
    found = Turn.objects.get(text=text)
    rosa = person(f"rosa{found.pk}", "reviewer")
    judging.judge(found.conversation.ref, rosa, "topic", topic, turn=found.number)


def test_similar_messages_come_together_and_the_biggest_group_first(talked: Store) -> None:
    groups = [
        {message.text for message in cluster.messages} for cluster in learning.clusters(learning.messages())
    ]
    assert groups[0] == {
        "can I sleep on my sore side",
        "is it ok to sleep on the sore side",
        "Can I sleep on my bad side?",
    }
    assert {"do you take dental insurance", "do you accept my insurance"} in groups
    assert sum(len(group) for group in groups) == 6


def test_a_corrected_message_is_there_although_it_was_answered(talked: Store) -> None:
    correct("Is walking good?", "symptoms")
    assert [m.should_be for m in learning.messages() if m.text == "Is walking good?"] == ["symptoms"]


def test_a_message_whose_urgency_was_corrected_is_there_too(talked: Store) -> None:
    found = Turn.objects.get(text="Is walking good?")
    judging.judge(found.conversation.ref, person("rosa", "reviewer"), "urgency", "urgent", turn=found.number)
    assert [m.wanted for m in learning.messages() if m.text == "Is walking good?"] == ["urgent, same day"]
    page = client_of("mia", "viewer").get("/learning/").content.decode()
    assert "should have been urgent, same day" in page
    assert "7 messages, 1 of them corrected" in page


def test_corrected_messages_are_not_crowded_out_by_unanswered_ones(
    talked: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct("Is walking good?", "symptoms")
    monkeypatch.setattr(learning, "MOST", 2)
    assert [m.should_be for m in learning.messages()] == ["symptoms", "", ""]
    text, _ = learning.nlu_yaml(learning.corrected())
    assert "Is walking good?" in text


def test_messages_without_a_word_are_no_obstacle(sqlite_store: Store) -> None:
    sqlite_store.write(chat("one", missed("?"), missed("!")))
    follow()
    assert sum(len(cluster.messages) for cluster in learning.clusters(learning.messages())) == 2
    assert learning.clusters([]) == []


def test_corrected_messages_are_training_data_that_rasa_reads(talked: Store, tmp_path: Path) -> None:
    correct("do you accept my insurance", "location")
    correct("can I sleep on my sore side", "exercise_howto:hip_flexion")
    correct("my tortoise [likes] jazz (really)", "out_of_scope")
    text = client_of("rosa", "reviewer").get("/learning/nlu.yml").content.decode()
    (tmp_path / "nlu.yml").write_text(text, encoding="utf-8")
    program = (
        "import json, sys\n"
        "from rasa.shared.nlu.training_data.loading import load_data\n"
        "read = load_data(sys.argv[1])\n"
        "print(json.dumps([[e.get('intent'), e.get('text'), e.get('entities')] for e in read.training_examples]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "nlu.yml"], check=True, capture_output=True, text=True
    )
    assert sorted(json.loads(done.stdout.splitlines()[-1])) == [
        ["exercise_howto_hip_flexion", "can I sleep on my sore side", None],
        ["location", "do you accept my insurance", None],
        ["out_of_scope", "my tortoise likes jazz really", None],
    ]
    assert set(YAML(typ="safe").load(text)) == {"version", "nlu"}
    assert Exported.objects.count() == 3


def test_a_message_with_a_name_in_it_never_becomes_training_data(sqlite_store: Store) -> None:
    sqlite_store.write(chat("one", missed("ring me on 07700 900123 about parking")))
    follow()
    correct(Turn.objects.get().text, "location")
    text, refs = learning.nlu_yaml(learning.messages())
    assert "parking" not in text
    assert "1 more held names or numbers" in text
    assert refs == []


def test_a_conversation_becomes_a_test_that_expects_the_corrections(sqlite_store: Store) -> None:
    sqlite_store.write(
        chat(
            "one",
            turn('I said "ouch"\\\nis walking good?\u202e', told=WALKING),
            turn("my leg is numb", told=SOON),
            turn("lovely weather", told={"scope": "out_of_scope"}),
        )
    )
    follow()
    conversation = Conversation.objects.get()
    held = {2: judging.Correction("symptoms", "urgent"), 3: judging.Correction("thanks", "")}
    text = learning.conversation_test(conversation, held)
    ast.parse(text)
    assert r'reply = someone.say("I said \"ouch\"\\\nis walking good?\U0000202e")' in text
    assert 'assert "walking" in reply["advice"]["topics"]' in text
    assert 'assert "symptoms" in reply["advice"]["topics"]' in text
    assert "assert urgency(reply) is Urgency.urgent" in text
    assert 'assert reply["advice"]["scope"] == "thanks"' in text


def test_the_test_file_of_a_real_conversation_passes_against_the_assistant(
    sqlite_store: Store, visitor: Callable[[], Visitor], stack: object, tmp_path: Path
) -> None:
    someone = visitor()
    reply = someone.say("is walking good for my sore hip?")
    reply = someone.say("how do I do the butterfly stretch?")
    someone.choose(reply["messages"][-1]["choices"][0]["id"])  # type: ignore[index]
    someone.say("I fell and can't stand on my leg")
    import sqlite3

    with sqlite3.connect(stack.folder / "conversations.db") as told:  # type: ignore[attr-defined]
        last = told.execute("SELECT sender_id FROM events ORDER BY id DESC LIMIT 1").fetchone()[0]
        rows = told.execute(
            "SELECT sender_id, type_name, timestamp, intent_name, action_name, data FROM events WHERE sender_id = ? ORDER BY id",
            (last,),
        ).fetchall()
    for row in rows:
        sqlite_store.run(
            "INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name, data) VALUES (%s, %s, %s, %s, %s, %s)",
            row,
        )
    follow()
    conversation = Conversation.objects.get()
    assert conversation.turns == 4
    text = learning.conversation_test(conversation, {})
    assert "press(someone, reply," in text
    space: dict[str, object] = {}
    exec(compile(text, "test_exported.py", "exec"), space)
    (test,) = [value for name, value in space.items() if name.startswith("test_")]
    test(visitor)  # type: ignore[operator]
    wrong = learning.conversation_test(conversation, {1: judging.Correction("", "emergency")})
    exec(compile(wrong, "test_exported.py", "exec"), space)
    (test,) = [value for name, value in space.items() if name.startswith("test_")]
    with pytest.raises(AssertionError):
        test(visitor)  # type: ignore[operator]


# ------------------------------------------------------------------ content entries


def test_the_content_page_counts_what_was_shown_rated_and_corrected(store: Store) -> None:
    for number in range(3):
        rating = slot("feedback", {"turn": f"m{number}", "rating": "up" if number else "down"})
        store.write(chat(f"sender{number}", turn("walk?", told=WALKING, message_id=f"m{number}"), [rating]))
    follow()
    ref = Conversation.objects.get(sender="sender0").ref
    judging.judge(ref, person("rosa", "reviewer"), "topic", "causes", turn=1)
    (entry,) = [e for e in learning_pages.entries(date(2026, 11, 23)) if e.id == "faq.walking"]
    assert (entry.shown, entry.conversations, entry.up, entry.down, entry.corrected) == (3, 3, 2, 1, 1)


def test_entries_that_are_overdue_come_first(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = dict(content().answers)
    names = list(answers)
    for name in names:
        answers[name] = answers[name].copy(
            update={"status": "clinically_reviewed", "reviewed": date(2026, 3, 1)}
        )
    answers[names[3]] = answers[names[3]].copy(update={"reviewed": date(2025, 11, 23)})
    exercises = {k: e.copy(update={"status": "clinically_reviewed"}) for k, e in content().exercises.items()}
    changed = content().copy(update={"answers": answers, "exercises": exercises})
    monkeypatch.setattr(learning_pages, "content", lambda: changed)
    found = learning_pages.entries(date(2026, 11, 23))
    assert [entry.overdue for entry in found] == [True] + [False] * (len(found) - 1)
    assert found[0].id == answers[names[3]].id
    assert not any(entry.overdue for entry in learning_pages.entries(date(2026, 11, 22)))


def test_every_rule_and_entry_that_a_message_can_name_is_on_the_content_page(sqlite_store: Store) -> None:
    page = client_of("rosa", "viewer").get("/content/").content.decode()
    named = [f"flag.{flag}" for flag in content().flags]
    named += [answer.id for answer in content().answers.values()]
    named += [f"exercise.{exercise}" for exercise in content().exercises]
    assert [name for name in named if f'id="{name}"' not in page] == []


# ------------------------------------------------------------------ the dashboard

RANGE = "since=2026-11-20&until=2026-11-24"


@pytest.fixture
def counted(store: Store) -> Store:
    """Conversations of two versions."""
    other = {"content_version": "otherversion"}
    for number in range(5):
        store.write(chat(f"walk{number}", turn("walk?", told=WALKING), turn("and again", told=WALKING)))
    for number in range(3):
        store.write(chat(f"odd{number}", missed("parrot"), turn("why", told={**SOON, **other})))
    store.write(chat("fell", turn("I fell", told={**EMERGENCY, **other})))
    follow()
    return store


@pytest.mark.parametrize(
    "versions", ["", "&version=otherversion", "&version=otherversion&against=2137a0071660"]
)
def test_every_number_of_the_dashboard_leads_to_a_list_of_as_many(counted: Store, versions: str) -> None:
    client = client_of("rosa", "viewer")
    page = client.get(f"/dashboard/?{RANGE}{versions}").content.decode()
    links = re.findall(r'<a href="(/queue/\?[^"]+)">(\d+)', page)
    assert len(links) > 50
    for address, number in links:
        listed = client.get(address.replace("&amp;", "&")).content.decode()
        assert f">{number} conversation" in listed, (address, number)


def test_the_dashboard_knows_its_single_numbers(counted: Store) -> None:
    client = client_of("rosa", "reviewer")
    page = client.get(f"/dashboard/?{RANGE}").content.decode()
    assert re.search(r">9</a></strong> conversations", page)
    assert re.search(
        r">2</a></strong> messages in a conversation, median \(<a href=\"#t-messages\">17</a> in all\)", page
    )
    assert 'id="t-messages"' in page
    rows = csv.reader(io.StringIO(client.get(f"/dashboard/figures.csv?{RANGE}").content.decode("utf-8-sig")))
    assert list(rows)[:4] == [
        ["what", "all versions"],
        ["conversations", "9"],
        ["messages", "17"],
        ["messages in a conversation, median", "2.0"],
    ]
    assert re.search(r">3</a></strong> with an unanswered question \(33%\)", page)


def test_an_empty_dashboard_and_a_wrong_range_are_shown_calmly(sqlite_store: Store) -> None:
    client = client_of("rosa", "viewer")
    for query in (
        "",
        "since=tomorrow",
        "since=2026-11-24&until=2026-11-20",
        "since=0001-01-01&until=9999-12-31",
        "against=x",
    ):
        assert client.get(f"/dashboard/?{query}").status_code == 200


@pytest.mark.parametrize("lengths", [[], [1], [1, 2], [2, 2, 9], [1, 1, 4, 5], [3, 8, 8, 12, 40]])
def test_the_median_is_that_of_the_single_lengths(lengths: list[int]) -> None:
    expected = statistics.median(lengths) if lengths else 0
    assert dashboard._median(sorted(Counter(lengths).items())) == expected


def test_a_spreadsheet_runs_nothing_from_a_csv_file(counted: Store) -> None:
    for cell in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1", "＝1+1", "＠SUM(A1)"):
        assert str(dashboard.harmless(cell)).startswith("'")
    for cell in ("walking", 5, -5, "1-2", ""):
        assert dashboard.harmless(cell) == cell
    client = client_of("rosa", "reviewer")
    answer = client.get(f"/dashboard/topic.csv?{RANGE}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [["what", "all versions"], [content().answers["walking"].title, "5"]]
    assert client.get("/dashboard/nonsense.csv").status_code == 404
    entries = list(csv.DictReader(io.StringIO(client.get("/content.csv").content.decode("utf-8-sig"))))
    assert [row["shown"] for row in entries if row["entry"] == "faq.walking"] == ["10"]
