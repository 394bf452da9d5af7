"""One turn in, one reply out: what comes first, what is left out, and what is remembered."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.advice.advise import advise, contact_in_words, outcome
from bot.advice.reply import Reply
from bot.advice.vocabulary import EXERCISES, HOWTO, PRACTICAL_TOPICS, SCOPES, TOPICS, Urgency
from tests.advice.turns import CONTENT, ELIGIBLE, MONDAY_NOON, SATURDAY, a_turn, with_clinic

STEPS = [exercise.steps[0] for exercise in CONTENT.exercises.values()]
FELL: dict[str, object] = {"injury": True, "cannot_weight_bear": True}
HEALTH = [topic for topic in TOPICS if topic not in PRACTICAL_TOPICS]


def reply_to(**known: Any) -> Reply:
    return advise(a_turn(**known), CONTENT)


def shows_steps(reply: Reply) -> bool:
    return any(step in reply.text for step in STEPS) or bool(reply.advice["exercises"])


def place(reply: Reply, words: str) -> int:
    """Where ``words`` stand in the reply; fails when they do not."""
    assert words in reply.text
    return reply.text.index(words)


# ------------------------------------------------------------------ emergencies and same-day cases


@pytest.mark.parametrize("topic", TOPICS)
def test_an_emergency_comes_first_whatever_was_asked(topic: str) -> None:
    reply = reply_to(facts=FELL, new_facts=tuple(FELL), topics=(topic,), intent="emergency")
    assert reply.urgency is Urgency.emergency
    card = reply.messages[0].card
    assert card is not None
    assert card["kind"] == "emergency"
    assert card["flag"] == "fracture_dislocation"
    assert CONTENT.clinic.lines.emergency in reply.messages[0].text
    assert not shows_steps(reply)
    assert not any(message.choices for message in reply.messages)


def test_an_emergency_says_what_to_do_what_else_and_why() -> None:
    flag = CONTENT.flags["fracture_dislocation"]
    reply = reply_to(facts=FELL, new_facts=tuple(FELL))
    assert (
        place(reply, CONTENT.fill(flag.action))
        < place(reply, CONTENT.fill(flag.more))
        < place(reply, flag.why)
    )


def test_a_question_next_to_an_emergency_waits() -> None:
    reply = reply_to(facts=FELL, new_facts=tuple(FELL), topics=("walking",))
    assert reply.messages[-1].text == CONTENT.wording["question_waits"]
    assert CONTENT.answers["walking"].brief not in reply.text


def test_an_emergency_of_an_earlier_turn_is_said_again_before_anything_else() -> None:
    reply = reply_to(facts=FELL, topics=("opening_hours",))
    action = CONTENT.fill(CONTENT.flags["fracture_dislocation"].action)
    assert reply.messages[0].text == CONTENT.wording["standing_emergency"].format(action=action)
    assert reply.urgency is Urgency.emergency


def test_a_second_emergency_is_explained_in_full() -> None:
    facts = {"leg_cold_pale": True, "suicidal": True}
    reply = reply_to(facts=facts, new_facts=("suicidal",))
    assert reply.messages[0].card is not None
    assert reply.messages[0].card["flag"] == "crisis"
    assert CONTENT.flags["crisis"].why in reply.text


@pytest.mark.parametrize("hour", [MONDAY_NOON, SATURDAY])
def test_neither_an_emergency_nor_a_same_day_case_is_sent_to_the_clinic(hour: Any) -> None:
    content = with_clinic(phone="01234 567890", booking_link="https://book.example")
    for facts in (FELL, {"calf_swelling": True}):
        reply = advise(a_turn(facts=facts, new_facts=tuple(facts), topics=("see_physio",), now=hour), content)
        assert "01234" not in reply.text
        assert "book.example" not in reply.text
        assert "It is open" not in reply.text


def test_a_same_day_case_comes_before_the_answer_and_is_not_for_the_clinic() -> None:
    reply = reply_to(facts={"calf_swelling": True}, new_facts=("calf_swelling",), topics=("walking",))
    assert reply.messages[0].card is not None
    assert reply.messages[0].card["kind"] == "urgent"
    assert place(reply, "today") < place(reply, CONTENT.answers["walking"].brief)
    assert CONTENT.wording["urgent_not_clinic"] in reply.text
    assert CONTENT.answers["walking"].answer[0] not in reply.text


@pytest.mark.parametrize(
    "topic", [t for t in TOPICS if t.startswith(HOWTO)] + ["best_exercise", "should_exercise"]
)
def test_no_exercise_is_shown_in_a_same_day_case(topic: str) -> None:
    facts = {**ELIGIBLE, "fever": True}
    reply = reply_to(facts=facts, new_facts=("fever",), topics=(topic,))
    assert not shows_steps(reply)
    assert CONTENT.wording["no_exercises_now"] in reply.text


@pytest.mark.parametrize("topic", HEALTH)
def test_a_same_day_case_of_an_earlier_turn_still_says_what_to_do_if_it_gets_worse(topic: str) -> None:
    reply = reply_to(facts={"cancer_history": True}, topics=(topic,))
    assert CONTENT.clinic.lines.emergency in reply.text
    assert "at once" in reply.text


def test_a_same_day_case_of_an_earlier_turn_is_said_again_in_short() -> None:
    new = reply_to(facts={"fever": True}, new_facts=("fever",))
    again = reply_to(facts={"fever": True}, scope="thanks", intent="thanks")
    assert again.urgency is Urgency.urgent
    assert len(again.text) < len(new.text) + 100
    assert CONTENT.fill(CONTENT.wording["scopes"]["thanks"]) in again.text


# ------------------------------------------------------------------ the steer


@pytest.mark.parametrize("topic", HEALTH)
@pytest.mark.parametrize(
    "facts", [{"chronic": True}, {"hip_replacement": "own"}], ids=["chronic pain", "an own replacement"]
)
def test_long_pain_or_a_replacement_steers_to_a_physiotherapist_before_the_answer(
    facts: dict[str, object], topic: str
) -> None:
    reply = reply_to(facts={**ELIGIBLE, **facts}, topics=(topic,), intent=topic)
    assert reply.urgency is Urgency.soon
    first = reply.messages[0]
    assert first.card is not None
    assert first.card["kind"] == "soon"
    assert "physiotherapist" in first.text
    assert not shows_steps(reply)
    if topic in CONTENT.answers:
        answer = CONTENT.answers[topic]
        assert any(
            words in message.text
            for message in reply.messages[1:]
            for words in (answer.answer[0], answer.brief)
        )


@pytest.mark.parametrize("value", ["negated", "other_person", "considering"])
def test_a_replacement_that_is_not_ones_own_does_not_steer(value: str) -> None:
    reply = reply_to(facts={"hip_replacement": value}, topics=("walking",))
    assert reply.urgency is Urgency.self_care
    assert all(message.card is None or message.card["kind"] != "soon" for message in reply.messages)


def test_a_replacement_is_named_before_long_pain() -> None:
    reply = reply_to(facts={"chronic": True, "hip_replacement": "own"}, topics=("walking",))
    whys = [CONTENT.flags[flag].why for flag in ("own_replacement", "chronic_pain")]
    assert place(reply, whys[0]) < place(reply, whys[1])


def test_long_pain_is_never_crowded_out_by_other_reasons_for_a_check() -> None:
    facts = {"hip_replacement": "own", "replacement_loose": True, "avn_risk": True, "chronic": True}
    reply = reply_to(facts=facts, topics=("walking",))
    assert reply.explained == ("own_replacement", "chronic_pain")


def test_the_steer_is_short_when_it_has_been_said() -> None:
    facts = {"chronic": True}
    first = reply_to(facts=facts, topics=("walking",))
    assert first.explained == ("chronic_pain",)
    again = reply_to(facts=facts, topics=("causes",), steered=first.explained)
    assert again.messages[0].text.startswith("As I said")
    assert CONTENT.flags["chronic_pain"].why not in again.text
    assert "physiotherapist" in again.messages[0].text


def test_opening_hours_alone_need_no_steer_and_no_safety_net() -> None:
    reply = reply_to(facts={"chronic": True}, topics=("opening_hours",))
    assert len(reply.messages) == 1
    assert "9am to 5pm" in reply.text


def test_the_steer_says_when_the_clinic_opens() -> None:
    facts = {"chronic": True}
    assert "The clinic is open now" in advise(a_turn(facts=facts, topics=("walking",)), CONTENT).text
    closed = advise(a_turn(facts=facts, topics=("walking",), now=SATURDAY), CONTENT).text
    assert "The clinic is closed now. It opens on Monday at 9am." in closed


# ------------------------------------------------------------------ answers


@pytest.mark.parametrize("topic", [t for t in HEALTH if t in CONTENT.answers])
def test_one_question_is_answered_in_full_with_its_own_safety_net(topic: str) -> None:
    answer = CONTENT.answers[topic]
    reply = reply_to(topics=(topic,), intent=topic)
    for paragraph in answer.answer:
        assert paragraph in reply.text
    assert place(reply, answer.answer[-1]) < place(reply, CONTENT.fill(answer.safety_net))
    assert reply.advice["sources"] == [{"id": answer.id, "reviewed": answer.reviewed.isoformat()}]
    assert reply.advice["topics"] == [topic]


@pytest.mark.parametrize(
    "topics",
    [
        ("walking", "causes"),
        ("causes", "walking"),
        ("arthritis_xray", "opening_hours", "see_physio"),
        ("location", "symptoms", "other_treatment", "first_signs"),
    ],
)
def test_several_questions_are_answered_in_the_order_they_were_asked(topics: tuple[str, ...]) -> None:
    reply = reply_to(topics=topics, intent=topics[0])
    marks = {
        "opening_hours": "9am to 5pm",
        "location": "Bedford",
        **{t: CONTENT.answers[t].brief for t in topics if t not in PRACTICAL_TOPICS},
    }
    health = [t for t in topics if t not in PRACTICAL_TOPICS]
    if len(health) == 1:
        marks[health[0]] = CONTENT.answers[health[0]].answer[0]
    places = [place(reply, marks[topic]) for topic in topics]
    assert places == sorted(places)
    assert reply.advice["topics"] == list(topics)


def test_several_questions_share_one_safety_net_at_the_end() -> None:
    reply = reply_to(topics=("walking", "causes", "symptoms"), intent="walking")
    net = CONTENT.fill(CONTENT.wording["safety_net"]["general"])
    assert reply.text.endswith(net)
    assert reply.text.count(net) == 1


@pytest.mark.parametrize(
    "topics", [("walking", "causes", "see_physio"), ("best_exercise", "should_exercise")]
)
@pytest.mark.parametrize("facts", [{}, {"chronic": True}, {"fever": True}])
def test_nothing_is_said_twice(topics: tuple[str, ...], facts: dict[str, object]) -> None:
    reply = reply_to(topics=topics, facts=facts, new_facts=tuple(facts), intent=topics[0])
    sentences = [s.strip() for s in re.split(r"(?<=[.!?])\s+", reply.text) if len(s.split()) > 4]
    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_has_its_own_reply(scope: str) -> None:
    reply = reply_to(scope=scope, intent=scope)
    assert CONTENT.fill(CONTENT.wording["scopes"][scope]) in reply.text
    assert reply.advice["scope"] == scope
    assert reply.advice["topics"] == []


def test_a_question_makes_a_greeting_beside_the_point() -> None:
    reply = reply_to(topics=("walking",), scope="greet", intent="walking")
    assert reply.advice["scope"] is None
    assert CONTENT.wording["scopes"]["greet"] not in reply.text


@pytest.mark.parametrize("scope", ["other_hip", "diagnosis_request"])
def test_what_cannot_be_answered_still_says_when_to_get_help(scope: str) -> None:
    assert CONTENT.clinic.lines.emergency in reply_to(scope=scope, intent=scope).text


def test_a_dose_is_never_given_and_too_many_tablets_are_for_the_emergency_number() -> None:
    text = reply_to(scope="medicine_dose", intent="medicine_dose").text
    assert "pharmacist" in text
    assert CONTENT.clinic.lines.emergency in text


def test_an_unclear_question_offers_the_likely_ones_and_something_else() -> None:
    reply = reply_to(intent="nlu_fallback", candidates=("walking", "exercise_howto:hip_flexion"))
    [message] = reply.messages
    assert [choice.payload for choice in message.choices] == [
        "/walking",
        "/exercise_howto_hip_flexion",
        "/none_of_these",
    ]
    assert all(choice.title for choice in message.choices)


def test_a_report_is_said_back_and_followed_by_a_safety_net_and_a_way_on() -> None:
    reply = reply_to(facts={"groin_pain": True}, new_facts=("groin_pain",))
    assert CONTENT.facts["groin_pain"].noted in reply.messages[0].text
    assert CONTENT.clinic.lines.emergency in reply.text
    assert any(choice.payload == "/start_check" for choice in reply.messages[-1].choices)


def test_playing_down_changes_nothing_and_says_so() -> None:
    reply = reply_to(facts={"chronic": True}, intent="play_down")
    assert reply.urgency is Urgency.soon
    assert CONTENT.wording["play_down"] in reply.text


# ------------------------------------------------------------------ going on


def test_going_on_about_an_answer_in_full_says_it_in_short_and_that_there_is_no_more() -> None:
    reply = reply_to(topics=("walking",), intent="follow_up", last_topics=("walking", "opening_hours"))
    assert CONTENT.answers["walking"].brief in reply.text
    assert CONTENT.answers["walking"].answer[0] not in reply.text
    assert "as much as my guide says" in reply.text
    assert CONTENT.fill(CONTENT.answers["walking"].safety_net) in reply.text


def test_going_on_about_several_answers_in_short_says_them_in_full() -> None:
    topics = ("walking", "causes")
    reply = reply_to(topics=topics, intent="follow_up", last_topics=topics)
    assert all(CONTENT.answers[topic].answer[0] in reply.text for topic in topics)
    assert "as much as my guide says" not in reply.text


def test_asking_the_same_question_again_is_answered_in_full_again() -> None:
    reply = reply_to(topics=("walking",), intent="walking", last_topics=("walking",))
    assert CONTENT.answers["walking"].answer[0] in reply.text


def test_going_on_about_an_exercise_says_how_long_and_when_to_stop_without_the_steps_again() -> None:
    topics = (HOWTO + "hip_abduction",)
    reply = reply_to(topics=topics, facts=ELIGIBLE, intent="follow_up", last_topics=topics)
    assert f"Hold for about {CONTENT.exercises['hip_abduction'].hold_seconds} seconds" in reply.text
    assert all(stop in reply.text for stop in CONTENT.exercise_rules.stop_at_once)
    assert not shows_steps(reply)
    assert reply.advice["exercises"] == []


def test_after_the_check_the_exercise_shown_is_what_is_gone_on_about() -> None:
    shown = outcome(a_turn(facts=ELIGIBLE), CONTENT)
    assert shown.last_topics == tuple(HOWTO + name for name in shown.advice["exercises"])
    assert shown.advice["topics"] == []


def test_when_to_be_seen_says_how_to_reach_the_clinic() -> None:
    asked: dict[str, Any] = {"topics": ("see_physio",), "intent": "see_physio"}
    assert contact_in_words(CONTENT) in reply_to(**asked).text
    steered = reply_to(**asked, facts={"chronic": True}, new_facts=("chronic",)).text
    assert steered.count(contact_in_words(CONTENT)) == 1


def test_what_a_yes_may_answer_is_remembered() -> None:
    assert reply_to(topics=("best_exercise",), intent="best_exercise").offered == ("start_check",)
    assert reply_to(facts={"groin_pain": True}, new_facts=("groin_pain",)).offered == ("start_check",)
    unclear = reply_to(intent="nlu_fallback", candidates=("walking", "causes"))
    assert unclear.offered == ("walking", "causes", "none_of_these")
    assert reply_to(topics=("walking",), intent="walking").offered == ()
    shown = outcome(a_turn(facts=ELIGIBLE), CONTENT)
    assert [name.startswith("exercise_howto_") for name in shown.offered] == [True]


def test_no_to_an_offer_is_taken_for_an_answer() -> None:
    reply = reply_to(intent="deny")
    assert reply.text == CONTENT.wording["declined"]
    assert reply.misses == 0


# ------------------------------------------------------------------ misses


@pytest.mark.parametrize("scope", ["out_of_scope", "other_body", "other_hip", None])
def test_the_third_miss_in_a_row_offers_a_person(scope: str | None) -> None:
    misses, offered = 0, []
    for _ in range(3):
        reply = reply_to(scope=scope, intent=scope or "nlu_fallback", misses=misses)
        misses = reply.misses
        offered.append("person" in reply.messages[-1].text or "It may be better to talk" in reply.text)
    assert misses == 3
    assert offered == [False, False, True]


def test_an_answer_in_between_forgets_the_misses() -> None:
    assert reply_to(topics=("walking",), intent="walking", misses=2).misses == 0
    assert reply_to(scope="thanks", intent="thanks", misses=2).misses == 0
    assert reply_to(facts={"groin_pain": True}, new_facts=("groin_pain",), misses=2).misses == 0


# ------------------------------------------------------------------ exercise steps


@pytest.mark.parametrize("exercise", EXERCISES)
def test_asking_for_steps_starts_the_safety_questions_first(exercise: str) -> None:
    reply = reply_to(topics=(HOWTO + exercise,), intent=f"exercise_howto_{exercise}")
    assert reply.start_check
    assert reply.wanted_exercise == exercise
    assert not shows_steps(reply)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_steps_are_shown_when_the_questions_are_answered(exercise: str) -> None:
    held = CONTENT.exercises[exercise]
    reply = reply_to(topics=(HOWTO + exercise,), facts=ELIGIBLE, intent=f"exercise_howto_{exercise}")
    assert reply.advice["exercises"] == [exercise]
    for step in (*held.steps, *held.skip_if, *held.stop_if, *CONTENT.exercise_rules.stop_at_once):
        assert step in reply.text
    assert "0 to 3" in reply.text
    assert "6 to 10" in reply.text
    assert {"id": f"exercise.{exercise}", "reviewed": held.reviewed.isoformat()} in reply.advice["sources"]


def test_several_exercises_asked_for_are_all_shown() -> None:
    asked = (HOWTO + "hip_extension", HOWTO + "external_rotation")
    reply = reply_to(topics=asked, facts=ELIGIBLE, intent="exercise_howto_hip_extension")
    assert reply.advice["exercises"] == ["hip_extension", "external_rotation"]


def test_the_best_exercise_shows_the_easiest_one() -> None:
    reply = reply_to(topics=("best_exercise",), facts=ELIGIBLE, intent="best_exercise")
    easiest = min(CONTENT.exercises.values(), key=lambda exercise: exercise.ease)
    assert reply.advice["exercises"] == [easiest.id]


@pytest.mark.parametrize("exercise", ["hip_flexion", "lower_back_stretch"])
def test_an_exercise_that_bends_the_hip_says_when_to_leave_it_out(exercise: str) -> None:
    reply = reply_to(topics=(HOWTO + exercise,), facts=ELIGIBLE)
    assert CONTENT.exercise_rules.pinch in reply.text


def test_an_exercise_offers_the_next_harder_one_and_the_hardest_none() -> None:
    order = sorted(CONTENT.exercises.values(), key=lambda exercise: exercise.ease)
    for exercise, harder in zip(order, [*order[1:], None], strict=True):
        reply = reply_to(topics=(HOWTO + exercise.id,), facts=ELIGIBLE)
        offered = [choice.payload for message in reply.messages for choice in message.choices]
        assert offered == ([f"/exercise_howto_{harder.id}"] if harder else [])


def test_inside_the_check_steps_have_to_wait_and_the_check_is_not_started_again() -> None:
    reply = reply_to(topics=(HOWTO + "hip_flexion",), checking=True)
    assert not reply.start_check
    assert not shows_steps(reply)
    assert CONTENT.wording["gate"]["ask_again"] in reply.text


# ------------------------------------------------------------------ the outcome of the check


def test_the_outcome_of_an_eligible_adult_has_a_card_and_the_first_exercise() -> None:
    reply = outcome(a_turn(facts=ELIGIBLE, intent="answer"), CONTENT)
    card = reply.messages[0].card
    assert card is not None
    assert card["kind"] == "outcome"
    assert card["urgency"] == "self_care"
    assert reply.advice["exercises"] == ["hip_extension"]
    assert shows_steps(reply)


def test_the_outcome_shows_the_exercise_that_was_asked_for_before_the_check() -> None:
    reply = outcome(a_turn(facts=ELIGIBLE, wanted_exercise="hip_abduction"), CONTENT)
    assert reply.advice["exercises"] == ["hip_abduction"]
    assert reply.advice["topics"] == [HOWTO + "hip_abduction"]


def test_the_outcome_says_why_how_soon_and_what_was_noted() -> None:
    reply = outcome(a_turn(facts={**ELIGIBLE, "chronic": True, "wakes_at_night": True}), CONTENT)
    text = reply.messages[0].text
    assert "two weeks" in text
    assert CONTENT.flags["chronic_pain"].why in text
    card = reply.messages[0].card
    assert card is not None
    assert CONTENT.facts["wakes_at_night"].noted in card["summary"]
    assert not shows_steps(reply)


@pytest.mark.parametrize("facts", [FELL, {"fever": True}, {"under_16": True}])
def test_the_outcome_of_a_danger_is_the_warning(facts: dict[str, object]) -> None:
    reply = outcome(a_turn(facts={**ELIGIBLE, **facts}, new_facts=tuple(facts)), CONTENT)
    card = reply.messages[0].card
    assert card is not None
    assert card["kind"] in ("emergency", "urgent")
    assert not shows_steps(reply)


def test_starting_again_greets_and_offers_the_first_choices() -> None:
    reply = reply_to(intent="start_over")
    assert reply.messages[0].text == CONTENT.wording["restarted"]
    assert reply.messages[0].choices
    assert reply.advice["facts"] == {}


@pytest.mark.parametrize("beside", [{"intent": "talk_to_human"}, {"matters": ("price",)}])
def test_the_way_to_a_physiotherapist_goes_before_prices_and_persons(
    beside: dict[str, Any],
) -> None:
    told: dict[str, object] = {"chronic": True}
    reply = reply_to(facts=told, new_facts=("chronic",), topics=("walking",), **beside)
    cards = [message.card["kind"] for message in reply.messages if message.card]
    assert cards[0] == "soon"
    assert "clinic" in cards
