"""The words every room shares: topics, scopes and urgency. Facts live in ``content/facts.yml``."""

from __future__ import annotations

from enum import IntEnum

EXERCISES = (
    "hip_extension",
    "hip_flexion",
    "hip_abduction",
    "external_rotation",
    "lower_back_stretch",
)
HOWTO = "exercise_howto:"
TOPICS = (
    "walking",
    "first_signs",
    "arthritis_feel",
    "arthritis_xray",
    "best_exercise",
    "should_exercise",
    *(HOWTO + exercise for exercise in EXERCISES),
    "exercise_safety",
    "causes",
    "symptoms",
    "other_treatment",
    "see_physio",
    "opening_hours",
    "location",
)
SCOPES = (
    "greet",
    "goodbye",
    "thanks",
    "bot_challenge",
    "capabilities",
    "other_hip",
    "other_body",
    "out_of_scope",
    "diagnosis_request",
    "medicine_dose",
)
#: What a message is after besides topics and scope: it chooses the words of the reply (``matters`` in wording.yml).
CLINIC_MATTERS = ("price", "booking", "contact", "cover", "staff", "no_answer")
#: Said about the talk itself, or about a situation that has words of its own.
OTHER_MATTERS = ("complaint", "not_english", "stop_medicine", "fall_alone", "one_word", "side", "what_now")
#: Words that only count in the check, and those that only count while help is needed.
CHECK_MATTERS = ("explain", "go_on", "leave_check", "which_unit")
ALARM_MATTERS = ("question", "meanwhile", "clinic_visit")
#: A plain request for exercises, and a message that only says who it is for and how old they are.
WANTS_EXERCISES, AGE_TOLD = "wants_exercises", "age_told"
#: What is asked of an exercise whose steps were shown.
STEP_MATTERS = ("asks_sides", "asks_dose", "asks_why", "asks_next")
#: A day that was named, and whether the question wants a yes or a no.
DAY, YES_OR_NO = "day:", "yes_or_no"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MATTERS = (
    *CLINIC_MATTERS,
    *OTHER_MATTERS,
    *CHECK_MATTERS,
    *ALARM_MATTERS,
    WANTS_EXERCISES,
    AGE_TOLD,
    *STEP_MATTERS,
    *(DAY + day for day in (*WEEKDAYS, "tomorrow")),
    YES_OR_NO,
)
#: Topics that are not about health: no warning or safety net belongs to them.
PRACTICAL_TOPICS = frozenset({"opening_hours", "location"})
#: Topics that are asked about in between while somebody goes through the exercises.
BESIDE_STEPS = frozenset({"exercise_safety", *PRACTICAL_TOPICS})
#: Topics whose answer leads to exercise steps.
EXERCISE_TOPICS = frozenset({"best_exercise", "should_exercise"})


class Urgency(IntEnum):
    """How soon help is needed, lowest to highest (clinical reference, section 1)."""

    self_care = 0
    soon = 1
    urgent = 2
    emergency = 3


def topic_of_intent(intent: str) -> str | None:
    """The topic an intent name stands for, or None. Rasa intent names cannot hold a colon."""
    topic = intent.replace("exercise_howto_", HOWTO)
    return topic if topic in TOPICS else None


def intent_of_topic(topic: str) -> str:
    """The intent name of a topic, the inverse of :func:`topic_of_intent`."""
    return topic.replace(HOWTO, "exercise_howto_")
