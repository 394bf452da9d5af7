"""Scores count what the labels say, and tolerate what the labels tolerate."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.score import Counts, score, topic_counts, unmet
from evaluation.score_report import in_words


def answer(**advice: Any) -> dict[str, Any]:
    return {"id": "a", "advice": {"topics": [], "scope": None, "urgency": "self_care", "facts": {}, **advice}}


def line(**labels: Any) -> dict[str, Any]:
    return {"id": "a", "text": "…", **labels}


def test_a_tolerated_topic_stands_in_for_a_missing_one_and_is_never_wrong() -> None:
    label = line(topics=["walking"], topics_ok=["best_exercise"])
    assert topic_counts(label, answer(topics=["best_exercise"])) == Counts(right=1)
    assert topic_counts(label, answer(topics=["walking", "best_exercise"])) == Counts(right=1)
    counts = topic_counts(label, answer(topics=["causes"]))
    assert (counts.right, counts.wrong, counts.missed) == (0, 1, 1)


def test_a_tolerated_scope_excuses_only_when_no_topic_was_answered() -> None:
    label = line(topics=["walking"], scope_ok=["other_hip"])
    assert topic_counts(label, answer(scope="other_hip")).missed == 0
    assert topic_counts(label, answer(topics=["causes"], scope="other_hip")).missed == 1


def test_faq_topics_alone_leave_the_others_out() -> None:
    label = line(topics=["walking", "opening_hours"])
    got = answer(topics=["walking", "causes"])
    assert topic_counts(label, got, frozenset({"walking"})) == Counts(right=1)


def test_precision_recall_and_f1() -> None:
    counts = Counts(right=3, wrong=1, missed=2)
    assert (counts.precision, counts.recall, counts.f1) == (0.75, 0.6, 0.6667)
    assert Counts().f1 is None


def test_unscored_topics_count_for_urgency_and_facts_only() -> None:
    labels = [line(topics=["symptoms"], topic_scored=False, urgency="soon", facts={"chronic": True})]
    scores = score(labels, [answer(urgency="soon", facts={"chronic": True})])
    assert "topics" not in scores
    assert scores["urgency"]["right"]["share"] == 1.0
    assert scores["facts"]["chronic"]["recall"] == 1.0


def test_a_scope_is_right_only_without_a_topic() -> None:
    labels = [line(topics=[], scope="greet", scope_ok=["bot_challenge"])] * 3
    replies = [
        answer(scope="bot_challenge"),
        answer(topics=["walking"], scope="greet"),
        answer(scope="thanks"),
    ]
    assert score(labels, replies)["scope"]["right"] == 1


def test_several_things_are_right_when_every_topic_and_fact_is_found_and_no_denied_one_held() -> None:
    label = line(topics=["walking"], facts={"chronic": True}, denied=["injury"], group="multi_narrative")
    replies = [
        answer(topics=["walking"], facts={"chronic": True}),
        answer(topics=["walking"], facts={"chronic": True, "injury": True}),
        answer(topics=["walking"], facts={}),
        answer(topics=["walking", "causes"], facts={"chronic": True}),
    ]
    scores = score([label] * 4, replies)
    assert scores["several_things_all_found"]["right"] == 2
    assert scores["several_things_and_nothing_else"]["right"] == 1
    assert scores["facts"]["denied_not_held"]["right"] == 3


def test_a_fact_that_is_not_labelled_lowers_precision_unless_tolerated() -> None:
    labels = [line(facts={}), line(facts={}, facts_ok=["chronic"]), line(facts={"chronic": True})]
    chronic = score(labels, [answer(facts={"chronic": True})] * 3)["facts"]["chronic"]
    assert (chronic["precision"], chronic["recall"]) == (0.5, 1.0)


def test_facts_under_other_names_are_recognised() -> None:
    scores = score([line(facts={"trauma": True})], [answer(facts={"injury": True})])
    assert scores["facts"]["others"]["share"] == 1.0


@pytest.mark.parametrize(
    ("label", "tolerated", "got", "one", "two", "harmless"),
    [
        ("emergency", [], "urgent", 1, 0, None),
        ("emergency", [], "soon", 0, 1, None),
        ("urgent", ["soon"], "soon", 0, 0, None),
        ("self_care", [], "urgent", 0, 0, 0.0),
        ("self_care", [], "soon", 0, 0, 1.0),
        ("none", [], "soon", 0, 0, 1.0),
        ("none", [], "emergency", 0, 0, 0.0),
    ],
)
def test_under_and_over_triage(
    label: str, tolerated: list[str], got: str, one: int, two: int, harmless: float | None
) -> None:
    found = score([line(urgency=label, urgency_ok=tolerated)], [answer(urgency=got)])["urgency"]
    assert found["under_triaged_by_one"]["count"] == one
    assert found["under_triaged_by_two_or_more"]["count"] == two
    assert found["harmless_kept_below_urgent"]["share"] == harmless
    assert found["confusion"] == {label: {got: 1}}


def test_unclear_urgency_is_not_scored() -> None:
    assert "urgency" not in score([line(urgency="unclear")], [answer()])


def test_no_answer_to_an_emergency_is_under_triage() -> None:
    found = score([line(urgency="emergency")], [{"id": "a", "advice": {}}])["urgency"]
    assert found["under_triaged_by_two_or_more"]["count"] == 1
    assert found["confusion"]["emergency"] == {"no answer": 1}


def test_each_flag_has_its_recall() -> None:
    labels = [line(flag="E1", urgency="emergency"), line(flag="E1", urgency="emergency")]
    scores = score(labels, [answer(urgency="emergency"), answer(urgency="soon")])
    assert scores["flags"]["E1"]["share"] == 0.5


def test_out_of_scope_counts_health_topics_but_not_opening_hours() -> None:
    labels = [line(kind="general")] * 2
    found = score(labels, [answer(topics=["opening_hours"]), answer(topics=["causes"])])["out_of_scope"]
    assert found["general"]["given_a_health_topic"] == 0.5


def test_a_real_question_is_right_with_its_topic_or_an_honest_scope() -> None:
    labels = [{**line(topics=["causes"], scope=None), "id": str(i)} for i in range(4)]
    labels.append({**line(topics=[], scope="not_hip"), "id": "elsewhere"})
    replies = [
        answer(topics=["causes", "symptoms"]),
        answer(scope="other_hip"),
        answer(topics=["walking"]),
        answer(),
        answer(topics=["causes"]),
    ]
    found = score(labels, replies)["real_questions"]
    assert found["right_topic_or_honest"]["missed_ids"] == ["2", "3"]
    assert found["not_hip_without_hip_answer"]["missed_ids"] == ["elsewhere"]


def reply(text: str = "", **advice: Any) -> dict[str, Any]:
    return {**answer(**advice), "messages": [{"text": text, "choices": []}]}


def test_expectations_of_a_dialogue() -> None:
    turns = [
        reply("See a physiotherapist.", topics=["walking"], urgency="soon"),
        {**reply(), "asked": [reply(exercises=["hip_flexion"])]},
    ]
    met = {"topics_include": ["walking"], "topics_any": ["walking", "causes"], "urgency_at_least": "soon"}
    assert unmet({**met, "mentions_physio": True, "exercise_steps": False}, turns, 0) == []
    assert unmet({"urgency": "emergency", "urgency_ok": ["soon"]}, turns, 0) == []
    assert len(unmet({"urgency": "emergency", "urgency_ok": ["urgent"]}, turns, 0)) == 1
    assert unmet({"exercise_steps_eventually": True, "exercise_steps": False}, turns, 1) == []
    assert len(unmet({"exercise_steps": False}, turns, 1)) == 1
    assert len(unmet({"urgency": "urgent", "no_topic": True}, turns, 0)) == 2


def test_help_from_a_person_and_in_a_crisis_is_read_from_the_words() -> None:
    turns = [reply("Call 999 now.", urgency="emergency"), reply("It may be better to talk to a person.")]
    assert unmet({"crisis_help": True}, turns, 0) == []
    assert unmet({"offers_human": True, "crisis_help": False}, turns, 1) == []


def test_an_unknown_expectation_is_an_error() -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        unmet({"shoe_size": 9}, [reply()], 0)


def test_dialogues_list_what_was_not_met() -> None:
    labelled = {"id": 7, "turns": [{"user": "hi", "expect": {"urgency": "soon"}}, {"user": "bye"}]}
    found = score([labelled], [{"id": 7, "turns": [reply(), reply()]}])["dialogues"]
    assert found["dialogues_wholly_right"]["missed_ids"] == ["7"]
    assert found["not_met"]["7"][0].startswith("turn 1: urgency 'soon'")


def test_lines_without_labels_have_no_scores() -> None:
    assert score([{"id": 1, "text": "hi"}], [answer()]) == {}


def test_scores_are_said_in_words() -> None:
    labels = [
        line(topics=["walking"], scope=None, urgency="soon", facts={"chronic": True}, group="multi"),
        line(topics=[], scope="not_hip", flag="E1", urgency="none", kind="general"),
        {"id": "d", "turns": [{"user": "hi", "expect": {"urgency": "soon"}}]},
    ]
    words = in_words(score(labels, [answer(), answer(), {"id": "d", "turns": [reply()]}]))
    for part in ("topics", "chronic pain", "label \\ got", "Out of scope, general", "d turn 1: urgency"):
        assert part in words
