"""Follow-ups take their subject from the turn before; numbered exercises stand for their names."""

from __future__ import annotations

import pytest

from bot.advice.content import content
from bot.advice.vocabulary import EXERCISES
from tests.understanding.reading import hear

HOWTO = "exercise_howto:"
BY_EASE = [exercise.id for exercise in sorted(content().exercises.values(), key=lambda e: e.ease)]


@pytest.mark.parametrize(
    "text",
    [
        "is it safe for me too?",
        "is that ok for me",
        "what about me?",
        "tell me more",
        "how often?",
        "how many times a week",
        "is it bad",
        "go on then",
        "and uphill?",
        "will that make it worse?",
        "can I do it every day?",
    ],
)
def test_a_follow_up_is_about_what_was_last_talked_of(text: str) -> None:
    settled = hear(text, {"last_topics": ["walking"]}, intent="follow_up")
    assert settled.topics == ("walking",)
    assert settled.intent == "follow_up"


@pytest.mark.parametrize(
    "text",
    [
        "I should say it's a false hip. does that make any difference?",
        "they replaced it in May, is it still the same?",
        "would it be the same for my sister?",
    ],
)
def test_a_fact_with_a_follow_up_asks_about_what_was_last_talked_of(text: str) -> None:
    assert hear(text, {"last_topics": ["walking"]}, scope="other_hip", intent="other_hip").topics == (
        "walking",
    )


@pytest.mark.parametrize("text", ["how often?", "how many should I do", "how long do I keep it there?"])
def test_how_much_of_an_exercise_is_answered_with_how_to_exercise(text: str) -> None:
    settled = hear(text, {"last_topics": [HOWTO + "hip_flexion"]}, intent="follow_up")
    assert settled.topics == (HOWTO + "hip_flexion", "exercise_safety")


def test_how_much_after_which_exercise_is_best_is_how_to_exercise() -> None:
    assert hear("how many then?", {"last_topics": ["best_exercise"]}, intent="follow_up").topics == (
        "exercise_safety",
    )


def test_how_many_tablets_after_an_exercise_asks_for_no_exercise() -> None:
    settled = hear(
        "how many paracetamol a day?",
        {"last_topics": [HOWTO + "hip_flexion"]},
        scope="medicine_dose",
        intent="medicine_dose",
    )
    assert settled.scope == "medicine_dose"
    assert settled.topics == ()


def test_the_second_one_is_the_second_of_those_that_were_named() -> None:
    last = [HOWTO + "hip_extension", HOWTO + "external_rotation"]
    settled = hear("and the second one?", {"last_topics": last}, intent="follow_up")
    assert settled.topics == (HOWTO + "external_rotation",)
    before = "the sheet says butterfly and knee lift, how is the first one done?"
    settled = hear("and the second one?", {"last_topics": last[1:]}, intent="follow_up", said_before=before)
    assert settled.topics == (HOWTO + "hip_flexion",)


def test_what_it_feels_like_after_an_x_ray_is_about_arthritis() -> None:
    settled = hear("and how does it feel?", {"last_topics": ["arthritis_xray"]}, intent="nlu_fallback")
    assert settled.topics == ("arthritis_feel",)


def test_a_day_after_how_to_be_seen_is_about_being_seen() -> None:
    known = {"last_topics": ["see_physio"]}
    assert hear("Friday afternoon maybe?", known, scope="out_of_scope", intent="out_of_scope").topics == (
        "see_physio",
    )
    assert hear("Friday I fell off my bike", known, scope="other_hip", intent="other_hip").topics == ()


def test_telling_how_long_after_an_answer_asks_for_nothing() -> None:
    heard = hear("about 3 weeks", {"last_topics": ["walking"]}, intent="follow_up")
    assert (heard.intent, heard.topics) == ("report", ())
    assert heard.facts["over_two_weeks"] is True


def test_a_follow_up_needs_something_to_follow() -> None:
    assert hear("tell me more", {}, intent="follow_up").topics == ()


def test_a_follow_up_is_about_health_rather_than_the_address() -> None:
    settled = hear("how often?", {"last_topics": ["location", "walking"]}, intent="follow_up")
    assert settled.topics == ("walking",)


def test_after_practical_questions_alone_they_are_what_is_followed() -> None:
    assert hear("what about that", {"last_topics": ["location"]}, intent="follow_up").topics == ("location",)


def test_a_new_question_is_not_taken_for_a_follow_up() -> None:
    settled = hear(
        "is it true that arthritis shows on an x-ray?",
        {"last_topics": ["walking"]},
        intent="arthritis_xray",
        topics=("arthritis_xray",),
    )
    assert settled.topics == ("arthritis_xray",)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("show me exercise 1", 1),
        ("exercise number two please", 2),
        ("how do i do the third one", 3),
        ("the 4th exercise", 4),
        ("number 5", 5),
        ("the last one", 5),
        ("stretch four", 4),
        ("no. 2", 2),
        ("the first exercise", 1),
    ],
)
def test_a_numbered_exercise_stands_for_its_name(text: str, number: int) -> None:
    settled = hear(text, {"last_topics": ["best_exercise"]}, intent="follow_up")
    assert settled.topics == (HOWTO + EXERCISES[number - 1],)


@pytest.mark.parametrize(
    "text", ["number 6", "exercise 12", "my number one priority is sleep", "10 out of 10"]
)
def test_other_numbers_name_no_exercise(text: str) -> None:
    topics = hear(text, {"last_topics": ["best_exercise"]}, intent="nlu_fallback").topics
    assert not [topic for topic in topics if topic.startswith(HOWTO)]


@pytest.mark.parametrize(("place", "exercise"), list(enumerate(BY_EASE)))
def test_show_me_the_next_moves_on_as_the_buttons_do_and_never_goes_back(place: int, exercise: str) -> None:
    settled = hear("show me the next one", {"last_topics": [HOWTO + exercise]}, intent="follow_up")
    assert settled.topics == (HOWTO + BY_EASE[min(place + 1, len(BY_EASE) - 1)],)


def test_in_the_check_the_next_is_its_next_question_and_no_other_exercise() -> None:
    heard = hear(
        "what's next", {"last_topics": [HOWTO + "hip_extension"]}, asked="injury", intent="follow_up"
    )
    assert heard.topics == ()
    assert "go_on" in heard.matters


@pytest.mark.parametrize(
    ("text", "before", "topic"),
    [
        ("what about swimming then", "arthritis_xray", "best_exercise"),
        ("and cycling?", "causes", "best_exercise"),
        ("what about heat", "walking", "other_treatment"),
        ("how about an MRI", "walking", "arthritis_xray"),
        ("what if it hurts", HOWTO + "hip_flexion", "exercise_safety"),
        ("is it normal to ache when I do it", "best_exercise", "exercise_safety"),
    ],
)
def test_a_follow_up_that_names_something_new_is_about_that(text: str, before: str, topic: str) -> None:
    assert hear(text, {"last_topics": [before]}, intent="follow_up").topics == (topic,)


def test_an_ache_asked_about_after_the_steps_is_no_question_of_arthritis() -> None:
    last = {"last_topics": [HOWTO + "hip_flexion"]}
    heard = hear("is it meant to ache a bit", last, intent="arthritis_feel", topics=("arthritis_feel",))
    assert heard.topics == ("exercise_safety",)


@pytest.mark.parametrize(
    ("text", "before"),
    [("what about collagen", "arthritis_xray"), ("can I use a band for that one", HOWTO + "hip_abduction")],
)
def test_a_new_thing_that_the_guide_does_not_know_gets_an_honest_answer(text: str, before: str) -> None:
    heard = hear(text, {"last_topics": [before]}, intent="follow_up")
    assert (heard.topics, heard.scope) == ((), "other_hip")


def test_how_often_is_about_what_has_an_amount() -> None:
    heard = hear("and how often?", {"last_topics": ["walking", "arthritis_xray"]}, intent="follow_up")
    assert heard.topics == ("walking",)


@pytest.mark.parametrize("text", ["how many", "and how often?", "is that ok with beer"])
def test_a_follow_up_on_medicines_is_about_medicines(text: str) -> None:
    heard = hear(text, {"last_topics": ["medicine_dose"]}, intent="follow_up")
    assert (heard.topics, heard.scope) == ((), "medicine_dose")


@pytest.mark.parametrize("text", ["do I need one if I'm 50", "is 20 mins enough"])
def test_a_question_with_a_number_in_it_stays_a_question(text: str) -> None:
    heard = hear(text, {"last_topics": ["arthritis_xray"]}, intent="report")
    assert (heard.topics, heard.intent) == (("arthritis_xray",), "follow_up")


@pytest.mark.parametrize("text", ["why", "why not?", "but why is that?", "how come", "are you sure?"])
def test_doubt_is_about_what_was_just_said(text: str) -> None:
    settled = hear(text, {"last_topics": ["walking"]}, intent="affirm")
    assert (settled.intent, settled.topics) == ("follow_up", ("walking",))


@pytest.mark.parametrize("text", ["what can I do", "so what should I do now?", "ok what do i do about it"])
def test_what_to_do_is_about_the_hip_once_one_was_told_of(text: str) -> None:
    told = hear(text, {"chronic": True}, intent="capabilities", scope="capabilities")
    assert told.topics == ("other_treatment",)
    assert hear(text, {}, intent="capabilities", scope="capabilities").scope == "capabilities"


def test_how_long_it_has_hurt_is_no_question_that_the_guide_cannot_answer() -> None:
    heard = hear("about two years", {}, intent="other_hip", scope="other_hip")
    assert (heard.intent, heard.scope) == ("report", None)
    assert hear("will it ever go", {}, intent="other_hip", scope="other_hip").scope == "other_hip"


def test_what_only_sounds_like_a_no_is_not_taken_for_one() -> None:
    assert hear("not great", {}, intent="deny").intent == "nlu_fallback"
    assert hear("no thanks", {}, intent="deny").intent == "deny"


@pytest.mark.parametrize("text", ["which side first?", "and the other leg?"])
def test_a_question_of_the_steps_goes_on_about_the_exercise(text: str) -> None:
    settled = hear(text, {"last_topics": [HOWTO + "hip_abduction"]}, intent="follow_up")
    assert (settled.intent, settled.topics) == ("follow_up", (HOWTO + "hip_abduction",))


@pytest.mark.parametrize("text", ["just give me the steps", "show me again", "how do I do it?", "go on then"])
def test_the_steps_are_asked_for_anew(text: str) -> None:
    settled = hear(text, {"last_topics": [HOWTO + "hip_abduction"]}, intent="follow_up")
    assert (settled.intent, settled.topics) == ("exercise_howto_hip_abduction", (HOWTO + "hip_abduction",))


@pytest.mark.parametrize("text", ["next one please", "the next", "yes please"])
def test_the_next_one_is_the_one_that_was_offered(text: str) -> None:
    offered = {"last_topics": [HOWTO + "hip_extension"], "offered": ["exercise_howto_hip_abduction"]}
    assert hear(text, offered, intent="follow_up").topics == (HOWTO + "hip_abduction",)


@pytest.mark.parametrize("text", ["left", "the right one", "both", "it's my left hip"])
def test_a_side_on_its_own_is_a_report_and_no_question(text: str) -> None:
    settled = hear(text, {"last_topics": ["walking"]}, intent="follow_up", topics=("walking",))
    assert settled.topics == ()
    assert settled.intent == "report"


def test_an_emergency_in_a_follow_up_is_answered_first() -> None:
    settled = hear(
        "is it ok for me, I fell and can't stand on it", {"last_topics": ["walking"]}, intent="follow_up"
    )
    assert settled.intent == "emergency"


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("is that bad for my shoulder?", "other_body"),
        ("what is it like to live in a big city these days", "out_of_scope"),
        ("and my hip replacement?", "other_hip"),
    ],
)
def test_a_question_that_stands_on_its_own_does_not_lean_back(text: str, scope: str) -> None:
    assert hear(text, {"last_topics": ["walking"]}, intent=scope, scope=scope).topics == ()


def test_a_pronoun_in_the_check_is_an_answer_and_leans_on_nothing() -> None:
    heard = hear("does it matter?", {"last_topics": ["walking"]}, asked="injury", intent="nlu_fallback")
    assert heard.topics == ()


@pytest.mark.parametrize(
    "text",
    ["can we start from the beginning", "let's begin again", "please go back to the start", "start over"],
)
def test_starting_again_is_heard_in_any_words(text: str) -> None:
    assert hear(text, {"chronic": True}, intent="nlu_fallback").intent == "start_over"


def test_beginning_something_else_is_not_starting_again() -> None:
    assert hear("can we start the exercises", {}, intent="should_exercise").intent == "should_exercise"


def test_the_last_one_of_years_is_no_exercise() -> None:
    heard = hear(
        "which exercises can he do since last one year", {}, intent="best_exercise", topics=("best_exercise",)
    )
    assert heard.topics == ("best_exercise",)
