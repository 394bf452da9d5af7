"""The second detector: alarms in plain words by meaning, and idioms that only sound like one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bot.advice.content import load_content
from bot.advice.vocabulary import Urgency
from bot.understanding.sentences import Span
from bot.understanding.suspicion import suspected_flags, suspicion_rules
from bot.understanding.topics import Piece
from tests.understanding.conftest import Heard
from tests.understanding.reading import facts

Listen = Callable[[str], Heard]
FLAGS = load_content().flags


def worst(heard: Heard) -> Urgency:
    return max((FLAGS[flag].urgency for flag in heard.suspected), default=Urgency.self_care)


@pytest.mark.parametrize(
    "text",
    [
        "I've lost all feeling between my legs and I can't pee",
        "I fell off a ladder and now I can't stand and my foot points outwards",
        "since my hip operation I can't catch my breath and my chest hurts",
        "coughing up blood and breathless",
        "I don't want to be alive any more",
        "I have swallowed a whole packet of painkillers",
        "my leg has suddenly gone white, cold and numb",
        "my new hip popped out with a clunk and the leg looks shorter",
        "sudden agony in one testicle and I feel sick",
    ],
)
def test_an_emergency_in_plain_words_is_suspected(listen: Listen, text: str) -> None:
    assert worst(listen(text)) is Urgency.emergency


@pytest.mark.parametrize(
    "text",
    [
        "my calf is swollen, warm and sore since the long flight",
        "my little boy has a limp and says his knee hurts",
        "my hip is hot and swollen and I feel shivery",
    ],
)
def test_a_same_day_case_is_suspected(listen: Listen, text: str) -> None:
    assert worst(listen(text)) >= Urgency.urgent


@pytest.mark.parametrize(
    "text",
    [
        "pins and needles down my right leg since monday, my hip is sore",
        "my hip hurts and I get shooting pain from my bum down to my calf",
        "my toes are numb and my hip is sore",
        "there is tingling in my foot and an ache in my buttock",
        "got sciatica, the hip and leg tingle",
        "there's a burning ache at the side of my hip",
        "my hip feels warm when I have had a wheat bag on it",
    ],
)
def test_a_nerve_that_tingles_down_one_leg_and_a_hip_that_burns_are_no_same_day_case(
    listen: Listen, text: str
) -> None:
    assert worst(listen(text)) < Urgency.urgent


@pytest.mark.parametrize(
    "text",
    [
        "my foot is numb, cold and white",
        "my whole leg went numb all of a sudden",
        "numb leg since I fell on my hip",
        "tingling down the leg and now the foot drags",
        "the calf is swollen and tingles since my operation",
        "tingling down both legs and I can't feel when I wipe",
    ],
)
def test_a_tingling_leg_with_more_than_that_still_is(listen: Listen, text: str) -> None:
    assert worst(listen(text)) >= Urgency.urgent


@pytest.mark.parametrize(
    "text",
    [
        "I'm dying for a coffee",
        "I nearly died laughing at my physio's joke",
        "the queue was murder",
        "this hip is a pain in the neck",
        "Is walking good for hip pain?",
        "what are your opening hours",
        "thanks, that's a great help",
        "my hip is a bit stiff in the morning",
        "I broke the bank buying new trainers",
        "the car broke down on the way",
        "how do I do the butterfly stretch",
    ],
)
def test_a_harmless_message_raises_no_alarm(listen: Listen, text: str) -> None:
    assert worst(listen(text)) < Urgency.urgent


@pytest.mark.parametrize(
    "text",
    [
        "I have no numbness between my legs and I can wee as usual",
        "no fever and no swelling",
        "what are the signs of a blood clot?",
        "my neighbour's hip dislocated last year",
    ],
)
def test_what_is_denied_supposed_or_a_strangers_is_not_suspected(listen: Listen, text: str) -> None:
    assert worst(listen(text)) < Urgency.urgent


@pytest.mark.parametrize(
    ("flag", "piece", "message"),
    [
        ("dislocated_replacement", "it popped out", "it popped out when i sat"),
        ("cancer_pain", "deep pain at night", "deep pain at night, getting worse"),
        ("child_limp", "limping since yesterday", "limping since yesterday"),
        ("replacement_infection", "i had a hip replacement", "i had a hip replacement"),
        ("chronic_pain", "it hurts for years", "it hurts for years"),
        ("trapped_hernia", "there is a lump in my groin", "there is a lump in my groin"),
        ("urinary_or_abdominal", "my lower back and hip ache", "my lower back and hip ache"),
        ("stress_fracture", "like a stitch when i run", "like a stitch when i run"),
    ],
)
def test_a_flag_is_not_suspected_without_the_word_it_turns_on(flag: str, piece: str, message: str) -> None:
    assert not suspicion_rules().may_suspect(flag, piece, message, message)


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("dislocated_replacement", "my replaced hip popped out"),
        ("cancer_pain", "deep pain at night since the chemo"),
        ("child_limp", "my daughter limps"),
        ("replacement_infection", "the scar of my new hip is red"),
        ("leg_clot", "swollen calf"),
        ("urinary_or_abdominal", "my back and hip ache and I keep weeing"),
        ("stress_fracture", "like a stitch when I run, worse each week"),
    ],
)
def test_a_flag_may_be_suspected_with_it(flag: str, message: str) -> None:
    assert suspicion_rules().may_suspect(flag, message, message, message)


@pytest.mark.parametrize(
    "text",
    [
        "my hip is sore",
        "it is not severe",
        "the ache isn't that bad",
        "sore after my leg raises, gone by the evening",
        "My pain is 4 out of 10",
        "the pain is 5 out of 10 on stairs",
        "My hips hurt.",
        "hello, my hip is painful",
        "my groin is sore",
        "left groin pain",
        "the right groin hurts when I walk and on stairs",
        "an ache deep in my groin, on the right side",
        "groin ache since yesterday",
        "My leg is tired.",
        "my hip hurts in cold weather",
        "I have a bit of pain in the left hip",
        "the side of my hip hurts when I lie on it",
        "my hip is stiff when I wake up",
        "my husband has a sore hip",
        "I have osteoarthritis in both hips",
        "what should I do about my sore hip?",
        "my hip aches after driving",
        "sore buttock after sitting",
        "did my stretches last night, hip was a 3 afterwards, gone by the morning",
        "you are talking too fast for me",
        "pain down the back of my leg, sciatica?",
        "sciatica in my right leg for two days",
        "a stitch-like pain in my hip when I jog",
        "pain in my lower back and hip",
    ],
)
def test_the_plainest_complaints_raise_no_alarm(listen: Listen, text: str) -> None:
    assert worst(listen(text)) < Urgency.urgent


def test_a_sure_classifier_does_without_the_word_but_not_without_the_second_sign() -> None:
    rules = suspicion_rules()
    assert rules.may_suspect("child_limp", "limping", "limping", "limping since the playground", sure=True)
    text = "a lump in my groin"
    assert not rules.may_suspect("trapped_hernia", text, text, text, sure=True)


def test_words_that_bar_a_suspicion_bar_a_sure_one_too() -> None:
    rules = suspicion_rules()
    text = "a lump in my groin that slides back when I lie down"
    assert not rules.may_suspect("trapped_hernia", text, text, text, sure=True)
    text = "30 weeks pregnant, sharp groin pain when I roll over"
    assert not rules.may_suspect("ectopic_pregnancy", text, text, text, sure=True)
    text = "a numb patch on the outer thigh since I wear the belt"
    assert not rules.may_suspect("cauda_equina", text, text, text, sure=True)
    text = "numb outer thigh and I can't tell when I pee"
    assert rules.may_suspect("cauda_equina", text, text, text)


def test_signs_spread_over_two_sentences_are_read_together() -> None:
    text = "both temples are sore. since breakfast half the room has been missing."
    first, second = text[:22], text[23:]

    def suspected(of_the_whole: float) -> tuple[str, ...]:
        pieces = [
            Piece(Span(0, len(text), text), "whole", np.array([of_the_whole, 1 - of_the_whole])),
            Piece(Span(0, 22, first), "sentence", np.array([0.01, 0.99])),
            Piece(Span(23, len(text), second), "sentence", np.array([0.01, 0.99])),
        ]
        return suspected_flags(pieces, ["sight_loss", "none"], [], text)

    assert suspected(0.9) == ("sight_loss",)
    assert suspected(0.4) == ()  # the sentences by themselves say no


@pytest.mark.parametrize(
    "text",
    [
        "is it normal that my backside has gone numb?",
        "my wife says I should mention that I can't feel myself wipe",
        "no but there's no sensation down there",
    ],
)
def test_a_sign_told_inside_a_question_or_after_a_no_is_heard(listen: Listen, text: str) -> None:
    assert worst(listen(text)) is Urgency.emergency


@pytest.mark.parametrize(
    "text",
    [
        "that is a useless answer",
        "you stupid machine",
        "had enough of this hip to be honest",
        "what kills the pain in my hip fastest",
        "I tripped on the rug but I'm all right",
        "mum slipped last week and nobody phones me back",
        "my little dog limps, poor thing",
        "lifting my 3 year old makes the hip ache",
        "shoes and socks are hard work, so are the car and the stairs",
        "a bit stiff in the legs, that's all",
        "hot flushes and night sweats with the change, and a stiff hip",
        "frozen shoulder since spring, can't get my coat on",
        "since my wife died I hardly go out, the hip keeps me in",
        "I hold the banister and get up and down all right",
        "my son is 22 and has a sore hip",
        "I can't make it to the clinic before Thursday",
        "should I warm up before hip stretches",
        "three weeks into it and the tablets do nothing",
        "my GP only says paracetamol",
        "the surgeon put me down for a new hip, the waiting list is endless",
        "prosthetic hip, a bit sore since Sunday's bowls",
        "twenty-one weeks of aching beside my metal hip",
        "we flew home in October and my hip has been sore since the cramped seat",
        "my daughter reckons exercise wears hips out",
        "it has clicked ever since my son was born",
        "I can't walk far with this hip",
        "how far may I bend with the new ball and socket",
        "the drive home was killing my hip",
        "how do I stretch at home so that I don't hurt myself",
    ],
)
def test_anger_small_falls_and_daily_life_raise_no_alarm(listen: Listen, text: str) -> None:
    assert worst(listen(text)) < Urgency.urgent


def test_pain_after_a_cancer_is_for_today_and_for_now_only_with_a_sign_of_the_spine(listen: Listen) -> None:
    assert "cancer_spine" not in listen("I had breast cancer and my hip aches through the night").suspected
    assert "cancer_spine" in listen("I had breast cancer and now both my legs feel weak and heavy").suspected


@pytest.mark.parametrize(
    ("flag", "alarm", "none"),
    [
        ("dislocated_replacement", "my new hip went with a clunk and I can't stand", "my new hip is sore"),
        ("replacement_infection", "the scar over my new hip leaks", "my new hip aches"),
        (
            "ectopic_pregnancy",
            "pregnant and a sharp pain low on one side",
            "a sharp pain low on one side, nineteen weeks",
        ),
        ("clot_on_lung", "short of breath since the flight", "my hip is sore since the flight"),
        ("crisis", "I keep looking at the whole box of tablets", "the tablets do nothing"),
        ("hot_joint_infection", "my hip is hot and throbbing", "my hip has been barking at me"),
        ("not_better_or_worse", "it is no better", "it pulls when I put on my coat"),
        ("pregnancy_pelvic", "my hip aches, 30 weeks", "my hip aches"),
    ],
)
def test_likeness_alone_is_no_alarm(flag: str, alarm: str, none: str) -> None:
    assert suspicion_rules().may_suspect(flag, alarm, alarm, alarm)
    assert not suspicion_rules().may_suspect(flag, none, none, none)


@pytest.mark.parametrize(
    "text",
    [
        "My hip has been going on at me since 2020 and no one can say why.",
        "It took my brother forever to get over his new hip. Are stretches any good?",
        "I've kept bees most of my life. My hip aches when I lift the boxes. Is walking alright?",
        "The ache has vanished since I lost weight. May I start jogging?",
    ],
)
def test_everyday_talk_of_life_and_time_is_no_despair(listen: Listen, text: str) -> None:
    assert "crisis" not in listen(text).suspected


@pytest.mark.parametrize(
    "text",
    [
        "I have to hang on to the rail by the third stair",
        "I do hope I needn't bring my records",
        "one more week won't kill me, when are you open?",
        "new hip in June and a beautiful scar",
        "the surgeon popped a new one in",
        "my backside muscles have gone to nothing, which exercises build them up?",
        "he can't use a low toilet or kneel to pray",
        "curling up in a ball on the mat, is that the stretch?",
        "I have not fallen or knocked it",
        "Nan no longer sits cross-legged on the rug, is that an early sign of a worn hip?",
        "I'm asking for my wife, she won't use a keyboard. She bought herself a frame for the hip",
        "I kept telling myself it was nothing. Five weeks on I'm still telling myself that about my hip",
        "is my stretching class wise with this hip? The instructor is kind but she looks about fourteen",
        "my cousin had her hip replaced, mine only aches",
        "I can't lift my arm over my head",
        "what is a hip injection like, I faint at needles",
        "my chest is fine and my breathing is normal, it's the hip",
        "I'm paralysed with boredom, should I exercise with a sore hip",
        "an infected hip as a baby, nothing since. what are the early signs",
        "broke my pelvis 2006, bike crash, mended. could that lead to arthritis",
        "I'm falling apart at 67, hip and all",
        "sat in the queue that long my backside's gone numb. when do you shut",
        "is it alright to walk or not to walk",
        "our baby is six weeks old and my hip has ached since then",
        "Dad would sooner lose the leg than sit in a waiting room. What exercise can he do for his hip?",
    ],
)
def test_a_harmless_turn_of_phrase_is_no_alarm(listen: Listen, text: str) -> None:
    assert worst(listen(text)) < Urgency.urgent


def test_the_words_that_a_flag_needs_stand_near_it() -> None:
    story = "My new hip is grand. " + "We went to the sea and had a lovely day of it there. " * 3
    piece = "it gave a clunk on the way home"
    rules = suspicion_rules()
    assert rules.may_suspect("dislocated_replacement", piece, f"my new hip: {piece}", story + piece)
    assert not rules.may_suspect("dislocated_replacement", piece, piece, story + piece)


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        ("giant_cell_headache", "a new headache, and I can't lift my arms over my head"),
        ("giant_cell_headache", "shoulders stiff, can't get my arms above my head, my temples throb"),
        ("cauda_equina", "sat for hours, bum gone numb, and now I can't pee"),
        ("clot_on_lung", "my chest is fine at rest but I am short of breath on the stairs"),
        ("clot_on_lung", "coughing, and I faint at the sight of the blood"),
        ("child_limp", "my daughter's hip has been sore since netball"),
        ("child_limp", "our baby cries, and my hip has been sore since the birth"),
    ],
)
def test_what_bars_a_suspicion_does_not_where_more_is_told(flag: str, text: str) -> None:
    assert suspicion_rules().may_suspect(flag, text, text, text)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("I'm falling apart and I want to kill myself", "suicidal"),
        ("fell head over heels down the stairs and can't stand", "injury"),
    ],
)
def test_a_figure_of_speech_hides_no_alarm(text: str, fact: str) -> None:
    assert facts(text).get(fact) is True
