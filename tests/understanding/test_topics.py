"""What a message asks, by the trained model: several questions in one message, in the order asked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bot.understanding.sentences import Span
from bot.understanding.topics import Piece, Understood, mentions_elsewhere, understand
from tests.understanding.conftest import Heard

Listen = Callable[[str], Heard]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Is walking good for hip pain?", "walking"),
        ("What are your opening hours?", "opening_hours"),
        ("r u open sat", "opening_hours"),
        ("Where is your clinic?", "location"),
        ("What causes hip pain?", "causes"),
        ("Does arthritis show up on an X-ray?", "arthritis_xray"),
        ("What does arthritis in the hip feel like?", "arthritis_feel"),
        ("Which exercise is best for hip pain?", "best_exercise"),
        ("Does prolotherapy work for hips?", "other_treatment"),
        ("what are the first signs of hip trouble", "first_signs"),
        ("when should i see a physio about my hip", "see_physio"),
        ("How do I do the butterfly stretch?", "exercise_howto:external_rotation"),
        ("how do you do the knees to chest stretch", "exercise_howto:lower_back_stretch"),
        ("how do i do the hip extension exercise", "exercise_howto:hip_extension"),
    ],
)
def test_a_single_question_has_its_topic(listen: Listen, text: str, topic: str) -> None:
    assert listen(text).understood.topics == (topic,)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("My op is booked for May. Is cycling any use until then?", "best_exercise"),
        ("sore a week now. ice pack or hot water bottle?", "other_treatment"),
        ("my mum has a false hip, would you see me for an ordinary achy one?", "see_physio"),
        ("Had both hips done. How many reps should I do?", "exercise_safety"),
        ("what helps a bad hip that isn't tablets", "other_treatment"),
        ("only a stiff hip after the long drive, walk it off?", "walking"),
        ("a mate got a new hip and hikes now, can I walk on a sore one", "walking"),
        ("what happens at my first appt", "see_physio"),
        ("what brings it on, it's been going on since spring", "causes"),
        ("I've a ceramic hip, are knee lifts allowed?", "exercise_safety"),
        ("do you see bowlers", "see_physio"),
        ("forty years a roofer, could that wear out a hip?", "causes"),
        ("butterfly stretch, how long? and is a bit of discomfort normal", "exercise_safety"),
        ("sore a week, is it okay to do the knee lift?", "exercise_safety"),
        ("what shows that a hip is going? I want to know when to come in and see you", "see_physio"),
        ("if it ever went hot, would I ring you or 111", "see_physio"),
        ("after my replacement the groin still aches, why?", "causes"),
        ("reception is a pain in the neck, can I just book with you", "see_physio"),
        ("why's it ache at night", "causes"),
        ("can standing at a till all day do it", "causes"),
        ("the surgeon offered me a new hip. are there other options?", "other_treatment"),
        ("is the side leg raise one safe with brittle bones", "exercise_safety"),
        ("knees on the chest, how is it done and which exercise is best?", "best_exercise"),
        ("any stretches that are dangerous with a new hip?", "exercise_safety"),
        ("my dad has a sore hip, could your clinic see him", "see_physio"),
    ],
)
def test_a_question_that_names_its_topic_plainly_is_answered(listen: Listen, text: str, topic: str) -> None:
    assert topic in listen(text).understood.topics


@pytest.mark.parametrize(
    "text",
    [
        "how many co-codamol can I take in a day",
        "can you take a bike on the train",
        "how long do I hold a rail card for",
    ],
)
def test_a_word_of_a_topic_is_no_question_about_a_hip(listen: Listen, text: str) -> None:
    assert not set(listen(text).understood.topics) & {"exercise_safety", "best_exercise", "see_physio"}


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Is walking good for me? And when are you open?", ["walking", "opening_hours"]),
        ("When are you open? Also, where are you?", ["opening_hours", "location"]),
        ("What causes hip pain, and does arthritis show on an X-ray?", ["causes", "arthritis_xray"]),
        (
            "What are the first signs of a hip problem? Is walking good? When should I see a physio?",
            ["first_signs", "walking", "see_physio"],
        ),
        ("Where are you based and what causes hip pain?", ["location", "causes"]),
        ("tell me the address and book an appointment", ["location", "see_physio"]),
        ("early signs of a bad hip and the causes", ["first_signs", "causes"]),
        (
            "side leg lift and knee lift, how many of each?",
            ["exercise_howto:hip_abduction", "exercise_howto:hip_flexion"],
        ),
        (
            "My hip has been a bit stiff. Is walking ok? Which exercise is best for it?",
            ["walking", "best_exercise"],
        ),
    ],
)
def test_several_questions_are_understood_in_the_order_asked(
    listen: Listen, text: str, topics: list[str]
) -> None:
    assert list(listen(text).understood.topics) == topics


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Hello", "greet"),
        ("Thank you very much", "thanks"),
        ("Goodbye", "goodbye"),
        ("Are you a robot?", "bot_challenge"),
        ("What can you do?", "capabilities"),
        ("What's the weather like tomorrow?", "out_of_scope"),
        ("How much ibuprofen can I take?", "medicine_dose"),
        ("What is wrong with my hip, can you diagnose me?", "diagnosis_request"),
        ("My elbow hurts, what should I do?", "other_body"),
    ],
)
def test_what_is_no_question_about_hips_has_its_scope(listen: Listen, text: str, scope: str) -> None:
    understood = listen(text).understood
    assert understood.scope == scope
    assert understood.topics == ()


@pytest.mark.parametrize(
    "text",
    [
        "what's the best hip hop album of the nineties",
        "where can i buy a hip flask",
        "are rose hips good in tea",
        "how do I fix the hip of a roof",
        "best joint of beef for sunday roast",
        "who won the football last night",
    ],
)
def test_hip_words_in_another_sense_are_off_topic(listen: Listen, text: str) -> None:
    heard = listen(text)
    assert heard.understood.topics == ()
    assert heard.suspected == ()


def test_a_question_about_another_body_part_gets_no_hip_answer(listen: Listen) -> None:
    assert listen("what exercise is best for a stiff shoulder").understood.topics == ()


def test_an_exercise_named_after_knee_and_chest_is_not_about_them(listen: Listen) -> None:
    seen = listen("How do I do the knee to chest one, and which exercise is best for me?").understood
    assert set(seen.topics) == {"exercise_howto:lower_back_stretch", "best_exercise"}


def test_a_fragment_that_surely_names_its_topic_is_answered_beside_a_question(listen: Listen) -> None:
    seen = listen("First signs of arthritis, and would they show on an X-ray?").understood
    assert set(seen.topics) == {"first_signs", "arthritis_xray"}


_LABELS = ("walking", "causes", "arthritis_xray", "should_exercise", "see_physio", "other_body", "report")


def _understood(text: str, *views: tuple[str, str, dict[str, float]]) -> Understood:
    """What is understood of ``text`` when its stretches (text, kind, probabilities) are viewed so."""
    pieces = []
    for part, kind, known in views:
        rest = (1 - sum(known.values())) / (len(_LABELS) - len(known))
        row = np.array([known.get(label, rest) for label in _LABELS])
        start = text.index(part)
        pieces.append(Piece(Span(start, start + len(part), part), kind, row))
    return understand(pieces, list(_LABELS))


def _seen(text: str, *views: tuple[str, str, dict[str, float]]) -> tuple[str, ...]:
    """The topics of it."""
    return _understood(text, *views).topics


def test_a_sentence_that_only_mixes_its_questions_adds_no_topic() -> None:
    text = "is walking ok and what causes hip pain"
    mixture = {"should_exercise": 0.6}
    assert _seen(
        text,
        (text, "whole", mixture),
        (text, "sentence", mixture),
        ("is walking ok", "clause", {"walking": 0.9}),
        ("what causes hip pain", "clause", {"causes": 0.95}),
    ) == ("walking", "causes")


def test_a_question_takes_its_meaning_from_the_statement_before_it() -> None:
    text = "my hip x-ray was clear. does that settle it?"
    assert _seen(
        text,
        (text, "whole", {"arthritis_xray": 0.95}),
        ("my hip x-ray was clear.", "sentence", {"report": 0.9}),
        ("does that settle it?", "sentence", {"causes": 0.5}),
        (text, "in_context", {"arthritis_xray": 0.95}),
    ) == ("arthritis_xray",)


def test_what_is_told_is_no_question_however_sure_its_topic() -> None:
    text = "i can walk on my hip. what causes this?"
    assert _seen(
        text,
        (text, "whole", {"report": 0.6}),
        ("i can walk on my hip.", "sentence", {"walking": 0.98}),
        ("what causes this?", "sentence", {"causes": 0.9}),
    ) == ("causes",)


def test_a_question_without_a_noun_leans_on_a_sure_one() -> None:
    text = "first walking? causes? and can i book?"
    views = (
        (text, "whole", {"see_physio": 0.4}),
        ("first walking?", "sentence", {"report": 0.4}),
        ("causes?", "sentence", {"causes": 0.7}),
    )
    booked = ("and can i book?", "sentence", {"see_physio": 0.99})
    assert "causes" not in _seen(
        text.replace("walking", "thing"), *((p.replace("walking", "thing"), k, v) for p, k, v in views)
    )
    assert _seen(text, *views, booked) == ("causes", "see_physio")


def test_an_unsure_part_that_may_ask_the_same_as_a_sure_one_adds_nothing() -> None:
    text = "is my hip worth getting seen or should i give it a week?"
    assert _seen(
        text,
        (text, "whole", {"see_physio": 0.98}),
        (text, "sentence", {"see_physio": 0.98}),
        ("is my hip worth getting seen", "clause", {"see_physio": 0.97}),
        ("should i give it a week?", "clause", {"should_exercise": 0.5, "see_physio": 0.4}),
    ) == ("see_physio",)


def test_the_second_half_of_one_question_is_no_other_unless_it_is_sure() -> None:
    text = "is walking ok or should i wait"
    views = (
        (text, "whole", {"walking": 0.7}),
        (text, "sentence", {"walking": 0.7}),
        ("is walking ok", "clause", {"walking": 0.8}),
    )
    assert _seen(text, *views, ("should i wait", "clause", {"see_physio": 0.6})) == ("walking",)
    assert _seen(text, *views, ("should i wait", "clause", {"see_physio": 0.9})) == ("walking", "see_physio")


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("does losing weight help hip arthritis", "other_hip"),
        ("how do i lose weight on my hips", "other_body"),
        ("will my hip be right for the wedding", "other_hip"),
        ("could the bursitis in my elbow be the damp", "other_body"),
        ("will my elbow be right for the wedding", "other_body"),
    ],
)
def test_who_names_the_hip_is_not_told_that_it_is_another_part(text: str, scope: str) -> None:
    assert _understood(text, (text, "whole", {"other_body": 0.8})).scope == scope


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        (
            "how do i do the butterfly, and how many days a week",
            ("exercise_howto:external_rotation", "exercise_safety"),
        ),
        ("show me leg backs and leg sides", ("exercise_howto:hip_extension", "exercise_howto:hip_abduction")),
        ("how many reps of the butterfly", ("exercise_howto:external_rotation",)),
    ],
)
def test_how_often_is_asked_besides_the_steps_and_how_many_belongs_to_them(
    text: str, topics: tuple[str, ...]
) -> None:
    assert _seen(text, (text, "whole", {"exercise_howto_external_rotation": 0.9})) == topics


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Does tai chi make it worse?", ("best_exercise",)),
        ("Would pilates aggravate it?", ("best_exercise",)),
        ("Should I give tai chi a rest until it settles?", ("should_exercise",)),
        ("Are you open on Fridays and is there somewhere to leave the van?", ("opening_hours", "location")),
        ("My hip clunks on the stairs. What does that mean?", ("symptoms",)),
        ("My aunt says a stroll a day keeps the hips young. Is that true?", ("walking",)),
        (
            "The one where the leg goes back behind you, is the knee kept straight?",
            ("exercise_howto:hip_extension",),
        ),
    ],
)
def test_what_a_question_is_about_stands_before_it_or_in_one_word(
    listen: Listen, text: str, topics: tuple[str, ...]
) -> None:
    assert listen(text).understood.topics == topics


def test_a_hip_that_is_well_does_not_make_a_knee_a_hip(listen: Listen) -> None:
    assert listen("My hip is fine, what do I do for the knee?").understood.topics == ()


def test_a_statement_that_is_no_topic_is_not_confirmed_as_one() -> None:
    views = (
        ("my hip is like this.", "sentence", {"report": 0.9}),
        ("is that right?", "sentence", {"follow_up": 0.9}),
    )
    assert _seen("my hip is like this. is that right?", *views) == ()


@pytest.mark.parametrize(
    "text",
    [
        "how do I do clamshells properly?",
        "the one with the ankle on the other knee, how does it go?",
        "am I doing the clam right?",
        "how do you do a figure four stretch?",
    ],
)
def test_an_exercise_that_the_content_does_not_have_gets_no_other_ones_steps(
    listen: Listen, text: str
) -> None:
    heard = listen(text).understood
    assert (heard.topics, heard.scope) == ((), "other_hip")


@pytest.mark.parametrize(
    "text", ["how do you cook clams?", "where can I eat clams?", "longest bridges in Wales"]
)
def test_a_word_of_such_an_exercise_is_none(listen: Listen, text: str) -> None:
    assert listen(text).understood.scope == "out_of_scope"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Which all exercises he can do?", "best_exercise"),
        ("My hip pops when I stand. What does the popping mean?", "symptoms"),
    ],
)
def test_a_question_in_other_words_has_its_topic(listen: Listen, text: str, topic: str) -> None:
    assert listen(text).understood.topics == (topic,)


def test_which_hand_is_no_other_body_part() -> None:
    assert not mentions_elsewhere("which hand does the stick go in")
    assert mentions_elsewhere("my hand is sore")


@pytest.mark.parametrize(
    "text",
    [
        "My knee clicks on the stairs. What does that mean?",
        "The boiler clunks at night. What does that mean?",
        "My dog limps. What's that about?",
    ],
)
def test_what_something_else_means_is_no_question_of_a_hip(listen: Listen, text: str) -> None:
    assert listen(text).understood.topics == ()


@pytest.mark.parametrize(
    "text",
    [
        "I take warfarin already, is it ok to add naproxen for my hip?",
        "can I have ibuprofen on top of my heart tablets when the hip is sore?",
    ],
)
def test_a_medicine_beside_another_is_a_pharmacists_question(listen: Listen, text: str) -> None:
    heard = listen(text).understood
    assert (heard.topics, heard.scope) == ((), "medicine_dose")


def test_what_was_told_is_put_aside_only_when_that_is_surely_meant() -> None:
    text = "this chat is useless"
    labels = ("start_over", "capabilities", "goodbye")
    unsure, sure = (
        [Piece(Span(0, len(text), text), kind, np.array([p, 0.9 - p, 0.1])) for kind in ("whole", "sentence")]
        for p in (0.45, 0.6)
    )
    assert understand(unsure, labels).intent == "nlu_fallback"
    assert understand(sure, labels).intent == "start_over"
