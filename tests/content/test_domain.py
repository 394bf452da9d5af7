"""The Rasa project says the same as the vocabulary and the content: one list of facts, topics and scopes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.advice.content import Content
from bot.advice.exercise_gate import SAFETY_QUESTIONS
from bot.advice.vocabulary import SCOPES, TOPICS, intent_of_topic, topic_of_intent
from evaluation.stack import PROJECT

#: Entities that carry what was understood besides facts.
UNDERSTOOD = {"topic", "scope", "candidate", "matter", "mention", "suspected_flags"}
#: Slots in which the actions remember the course of the conversation.
REMEMBERED = {"last_topics", "steered", "offered", "wanted_exercise", "misses", "check_tries", "feedback"}
#: What a visitor does, besides asking about a topic or a scope.
ACTS = {
    "answer",
    "report",
    "follow_up",
    "affirm",
    "deny",
    "dont_know",
    "start_check",
    "talk_to_human",
    "start_over",
    "play_down",
    "correction",
    "none_of_these",
    "emergency",
    "urgent",
    "nlu_fallback",
}


def _yaml(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((PROJECT / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def domain() -> Any:
    """``domain.yml`` as it stands."""
    return _yaml("domain.yml")


def test_the_intents_are_the_topics_the_scopes_and_the_acts(domain: Any) -> None:
    wanted = {intent_of_topic(topic) for topic in TOPICS} | set(SCOPES) | ACTS
    assert set(domain["intents"]) == wanted
    assert len(domain["intents"]) == len(wanted)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_an_intent_and_comes_back_from_it(topic: str) -> None:
    assert topic_of_intent(intent_of_topic(topic)) == topic


@pytest.mark.parametrize("scope", SCOPES)
def test_no_scope_is_taken_for_a_topic(scope: str) -> None:
    assert topic_of_intent(scope) is None


def test_the_entities_are_the_facts_and_what_else_was_understood(domain: Any, content: Content) -> None:
    assert set(domain["entities"]) == set(content.facts) | UNDERSTOOD


def test_the_slots_are_the_facts_the_flags_and_what_the_actions_remember(
    domain: Any, content: Content
) -> None:
    assert set(domain["slots"]) == set(content.facts) | {"suspected_flags"} | REMEMBERED


def test_every_fact_fills_its_slot_by_its_entity_only(domain: Any, content: Content) -> None:
    for fact in [*content.facts, "suspected_flags"]:
        assert domain["slots"][fact]["mappings"] == [{"type": "from_entity", "entity": fact}], fact


def test_no_slot_influences_what_is_predicted(domain: Any) -> None:
    for name, slot in domain["slots"].items():
        assert slot["influence_conversation"] is False, name


def test_the_type_of_a_slot_is_the_kind_of_its_fact(domain: Any, content: Content) -> None:
    kinds = {"yes_no": "bool", "number": "any", "choice": "categorical"}
    for fact in content.facts.values():
        slot = domain["slots"][fact.id]
        assert slot["type"] == kinds[fact.kind], fact.id
        assert slot.get("values", []) == fact.values, fact.id


def test_the_form_asks_the_safety_questions_in_their_order(domain: Any) -> None:
    assert tuple(domain["forms"]["check_form"]["required_slots"]) == SAFETY_QUESTIONS


def test_every_safety_question_has_its_words_and_its_buttons(domain: Any) -> None:
    for question in SAFETY_QUESTIONS:
        [response] = domain["responses"][f"utter_ask_check_form_{question}"]
        assert response["text"].rstrip(".").endswith("?") or "?" in response["text"]
        assert len(response["buttons"]) >= 2


def _payloads(domain: Any) -> list[tuple[str, str]]:
    return [
        (name, button["payload"])
        for name, responses in domain["responses"].items()
        for response in responses
        for button in response.get("buttons", [])
    ]


def test_every_button_names_a_known_intent_and_known_facts(domain: Any, content: Content) -> None:
    payloads = _payloads(domain)
    assert payloads
    for name, payload in payloads:
        intent, entities = re.fullmatch(r"/(\w+)(\{.*\})?", payload).groups()  # type: ignore[union-attr]
        assert intent in domain["intents"], name
        for fact, value in json.loads(entities or "{}").items():
            assert fact in content.facts, (name, fact)
            if content.facts[fact].kind == "choice":
                assert value in content.facts[fact].values
            elif content.facts[fact].kind == "yes_no":
                assert isinstance(value, bool)
            else:
                assert 0 <= value <= 10


def test_every_button_of_a_question_answers_that_question(domain: Any) -> None:
    for name, payload in _payloads(domain):
        question = name.removeprefix("utter_ask_check_form_")
        assert question in json.loads(payload.removeprefix("/answer")), name


def _rules() -> list[dict[str, Any]]:
    return list(_yaml("data/rules.yml")["rules"])


def test_every_intent_has_exactly_one_rule(domain: Any) -> None:
    started = [step["intent"] for rule in _rules() for step in rule["steps"][:1] if "intent" in step]
    assert sorted(started) == sorted(domain["intents"])


def test_every_rule_ends_in_an_action_of_the_domain_or_of_rasa(domain: Any) -> None:
    known = set(domain["actions"]) | set(domain["responses"]) | set(domain["forms"])
    known |= {"action_deactivate_loop", "action_listen"}
    for rule in _rules():
        actions = [step["action"] for step in rule["steps"] if "action" in step]
        assert actions, rule["rule"]
        assert set(actions) <= known, rule["rule"]


@pytest.mark.parametrize("intent", ["emergency", "urgent"])
def test_what_is_dangerous_is_answered_without_the_action_server(domain: Any, intent: str) -> None:
    [rule] = [rule for rule in _rules() if rule["steps"][0].get("intent") == intent]
    first = rule["steps"][1]["action"]
    assert first == f"utter_{intent}"
    assert first not in domain["actions"]
    assert "condition" not in rule


def test_facts_do_not_pass_from_one_session_to_the_next(domain: Any) -> None:
    assert domain["session_config"]["carry_over_slots_to_new_session"] is False


def test_the_only_doors_are_the_chat_channel_and_the_pages() -> None:
    assert set(_yaml("credentials.yml")) == {
        "bot.channel.chat.ChatChannel",
        "bot.channel.pages.PagesChannel",
    }


def test_training_data_uses_intents_of_the_domain_only(domain: Any) -> None:
    for name in ("data/nlu.yml", "tests/nlu/heldout.yml"):
        used = {entry["intent"] for entry in _yaml(name)["nlu"] if "intent" in entry}
        assert used <= set(domain["intents"]), name


def test_no_held_out_sentence_is_trained_on() -> None:
    def sentences(name: str) -> set[str]:
        return {
            re.sub(r"\W+", " ", line.removeprefix("- ").lower()).strip()
            for entry in _yaml(name)["nlu"]
            for line in (entry.get("examples") or "").splitlines()
        } - {""}

    assert sentences("data/nlu.yml") & sentences("tests/nlu/heldout.yml") == set()


def test_every_flag_has_phrases_and_every_phrase_a_flag(content: Content) -> None:
    phrases = _yaml("content/red_flag_phrases.yml")
    labels = set(phrases["flags"]) - {"chronic"}  # long pain is for the rules; here it is only told apart
    assert labels <= set(content.flags)
    for name in labels:
        assert phrases["flags"][name]["tier"] == content.flags[name].tier, name
        assert phrases["flags"][name]["phrases"], name
    dangerous = {flag.id for flag in content.flags.values() if flag.tier == "emergency"}
    assert dangerous <= set(phrases["flags"])
