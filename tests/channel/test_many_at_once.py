"""Messages sent at once and sessions by the thousand: nothing is lost, nothing breaks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx

from evaluation.stack import Stack, Visitor
from tests.channel.conftest import Post, Store

QUESTIONS = [
    "Is walking good for my hip?",
    "What causes hip pain?",
    "When are you open?",
    "Where is the clinic?",
    "Does arthritis show on an X-ray?",
    "What are the first signs of a hip problem?",
    "Which exercise is best for my hip?",
    "When should I see a physio?",
]


def test_eight_messages_at_once_in_one_session_lose_nothing(post: Post, session: str, store: Store) -> None:
    with ThreadPoolExecutor(8) as crowd:
        answers = list(
            crowd.map(lambda text: post("messages", {"session": session, "text": text}), QUESTIONS)
        )
    assert [answer.status_code for answer in answers] == [200] * 8
    assert all(message["text"] for answer in answers for message in answer.json()["messages"])
    assert sorted(event["text"] for event in store.events(session, "user")) == sorted(QUESTIONS)
    assert len({event["message_id"] for event in store.events(session, "user")}) == 8
    assert {len(answer.json()["advice"]["topics"]) for answer in answers} == {1}


def test_facts_sent_at_once_are_all_kept(post: Post, session: str) -> None:
    reports = [
        "I have had this hip pain for two years",
        "the pain is 5 out of 10",
        "it wakes me at night",
        "I'm 70",
    ]
    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(lambda text: post("messages", {"session": session, "text": text}), reports))
    facts = post("messages", {"session": session, "text": "thank you"}).json()["advice"]["facts"]
    assert facts["chronic"] is True
    assert facts["pain_score"] == 5
    assert facts["wakes_at_night"] is True
    assert facts["over_65"] is True


def test_visitors_at_once_do_not_see_each_others_facts(stack: Stack, client: httpx.Client) -> None:
    visitors = [Visitor(stack.url, client) for _ in range(6)]

    def talk(number: int) -> object:
        visitors[number].say(f"my pain is {number} out of 10")
        return visitors[number].say("Is walking good for my hip?")["advice"]["facts"]["pain_score"]

    with ThreadPoolExecutor(6) as crowd:
        assert list(crowd.map(talk, range(6))) == list(range(6))


def test_two_thousand_sessions_are_opened_and_the_first_still_works(post: Post, session: str) -> None:
    with ThreadPoolExecutor(4) as crowd:
        opened = list(crowd.map(lambda _: post("session", {}), range(2_000)))
    assert {answer.status_code for answer in opened} == {201}
    assert len({answer.json()["session"] for answer in opened}) == 2_000
    assert post("messages", {"session": session, "text": "hello"}).status_code == 200
