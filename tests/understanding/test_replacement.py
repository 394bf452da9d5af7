"""A hip replacement: one's own, none, somebody else's, or only considered."""

from __future__ import annotations

import pytest

from tests.understanding.reading import facts

OWN = [
    "is the side leg lift safe with a THR",
    "which stretch is best, i have an artifical hip",
    "would you see people with new hips? got mine in 2019",
    "what makes a replaced hip ache? I've got one",
    "one real hip and one titanium",
    "how long will my ceramic hip last",
    "mum got a new hip in Leeds and the thigh on that side aches. Is it worth seeing a physio?",
    "my father underwent hip replacement, is swimming or walking better?",
    "2 new hips, one of them clicks",
    "nan had her hip replaced in spring. Would you see somebody like that?",
    "my left hip was replace in Krakow 2019",
    "is an ice pack ok on a titanium hip",
    "cemented hip 2004, twinges now",
    "how often the knee lift, hip replaced in march",
    "hip replacement may 2021 and the other side is sore",
    "would you treat somebody with a titanium hip like me",
    "both of mine are replaced and the left one clicks",
    "mum's hip was replaced in may, when do you open",
    "grandad's got a replaced hip, would an ice pack help the swelling",
    "they put in an endoprosthesis six years ago",
    "this is my second prosthesis",
    "both of mine are titanium",
    "bionic since 2015, and it squeaks",
    "I had my left hip replaced in 2018",
    "what may I lift after a hip replacement? mine was done at Easter",
    "is bowling alright on an artificial hip like mine",
    "got my hip swapped out ten years back",
    "this isn't the hip I was born with, they fitted a metal one",
    "I've got a metal hip",
    "I have a titanium hip",
    "six weeks after my total hip replacement",
    "my new hip clicks",
    "I've had both hips done",
    "had a THR last year",
    "ive had a hip replacment",
    "my replacement is twelve years old",
    "I had a hip resurfacing in my fifties",
    "got a new hip in March, can I walk?",
    "since my hip replacement I can't bend",
    "they replaced my right hip in June",
    "I have an artificial hip",
    "I've had a revision of my hip replacement",
    "hip replacement last year, wants to start the exercises",
    "is it normal to ache two years after hip replacement?",
    "how long after a hip replacement can I drive? I'm five weeks out",
    "I'm a woman with two hip replacements and I want to get back to hiking",
    "I've got a titanium hip, mate, am I still right to do the exercises?",
    "Charnley hip put in 1998, can I cycle",
    "had my replacement after they cancelled it in March",
    "my first hip replacement was cancelled twice but then I had it in 2019",
    "they did me a half hip last year",
    "they gave me a new hip",
    "I play bowls with a metal hip",
    "can a person with a new hip do the butterfly? I had mine last spring",
    "my wife is home after having her hip replaced, what may she do",
    "my mum is 80, she had her hip done in 2012, her other hip is stiff now",
]
NONE = [
    "they offered me one but I turned down the new hip",
    "my hip was plated after a fall, it wasn't replaced",
    "mum's hips are both natural, why do they hurt",
    "the consultant wouldn't replace it, so I make do",
    "shoulder replaced, hip no",
    "the doctor told me I don't need new hip",
    "they plated my hip in 2016, didn't replace it",
    "my notes say THR, but I havnt had one",
    "the consultant says I don't need it replacing",
    "I have not had a hip replacement",
    "I've never had a hip replacement",
    "no hip replacement",
    "both hips are my own",
    "I haven't had my hip replaced",
    "never had surgery",
    "still got my own hips",
    "pinned in 2010, not replaced",
    "my mother hasn't had her hip replaced, she is 80. Which exercise is good for her?",
]
SOMEBODY_ELSES = [
    "my late wife had a hip replacement",
    "my m8 had his hip replaced and I don't want that",
    "my boss got a new hip and now my own hip is sore",
    "aunt in Lagos has artificial hip. I want to know what ruins a hip",
    "bloke at work got a new hip at 49, what ruins them",
    "half the walking group has had a hip replaced, is walking still good",
    "my cousin got a new hip and she skips about, does exercise suit a bad one like mine",
    "my mum had a hip replacement. Does walking help me?",
    "my neighbour has a metal hip, should I worry about my own?",
    "a friend had her hip replaced and I wonder about my pain",
    "my dad's hip replacement went well. My own hip aches, what causes it?",
    "my brother-in-law has had both hips done, mine just aches",
    "Jackson played on a metal hip so why can't I carry on with my sore one",
]
CONSIDERING = [
    "seeing the consultant on Monday to talk about swapping this hip",
    "not keen, but a new hip looks likely",
    "which exercises before the op? the replacement is in june",
    "my hip is bone on bone, new one next summer",
    "a year's wait for my replacement hip",
    "I'm seeing the consultant on Friday about a total hip",
    "gran's hip replacement is in may, can she swim till then",
    "the consultant is keen to swap my hip, is a jab worth a try",
    "dad's down for a new hip, no date yet. Which stretches till then",
    "I am going for a hip replacement in spring",
    "dad is being assessed for a new hip",
    "torn between a hip replacement and carrying on",
    "I might need a hip replacement",
    "I'm on the waiting list for a hip replacement",
    "my doctor says I will need a new hip",
    "should I have a hip replacement?",
    "I am booked in for a hip replacement next month",
    "thinking of having my hip replaced",
    "I want to avoid a hip replacement",
    "the surgeon recommended a hip replacement",
    "the consultant is talking about a new hip",
    "my GP mentioned a hip replacement",
    "the doctor has advised hip replacement for my mother, is there another option?",
    "the specialist proposes a prosthesis of the hip but I have not decided",
    "my husband is down to have his hip replaced, should he keep walking until then?",
    "my operation for a new hip is in a fortnight",
    "I'm scared it will end in a hip replacement like my brother, who had his young",
    "my pre-op is on Monday and the left hip gets replaced on Friday",
    "they keep cancelling my hip replacement",
    "my hip replacement was postponed, which exercise keeps me strong",
    "hip replacement pushed back to spring, what can I do now",
    "the surgeon put him forward for a hip replacement, can he walk",
]
GENERAL = [
    "do I need a referral? I don't have one",
    "I'd use a stick but I haven't got one",
    "my bus pass was lost and it wasn't replaced. Is walking good?",
    "the chemist wouldn't replace it",
    "the boiler doesn't need replacing",
    "the tyres are both replaced",
    "my car is old, new one next spring",
    "asking for my own hip, should I get an X-ray",
    "what is a hip replacement?",
    "how long does a hip replacement last?",
    "is walking good after a hip replacement?",
    "do people with a hip replacement exercise?",
    "I'm a nurse, we see hip replacements every day, and lifting has made my hip sore",
]


@pytest.mark.parametrize("text", OWN)
def test_an_own_replacement(text: str) -> None:
    assert facts(text).get("hip_replacement") == "own"


@pytest.mark.parametrize("text", NONE)
def test_no_replacement(text: str) -> None:
    assert facts(text).get("hip_replacement") == "negated"


@pytest.mark.parametrize("text", SOMEBODY_ELSES)
def test_somebody_elses_replacement(text: str) -> None:
    assert facts(text).get("hip_replacement") == "other_person"


@pytest.mark.parametrize("text", CONSIDERING)
def test_a_replacement_that_is_only_considered(text: str) -> None:
    assert facts(text).get("hip_replacement") == "considering"


@pytest.mark.parametrize("text", GENERAL)
def test_a_question_about_replacements_says_nothing_about_the_visitor(text: str) -> None:
    assert facts(text).get("hip_replacement") not in ("own", "negated")


@pytest.mark.parametrize(
    "text",
    [
        "my mum had her hip replaced in May, is walking good for her?",
        "dad has a new hip, can he do the exercises?",
        "my husband had a hip replacement in May and is limping, is that normal",
    ],
)
def test_the_replacement_of_a_relative_one_asks_for_is_an_own_one(text: str) -> None:
    assert facts(text).get("hip_replacement") == "own"


@pytest.mark.parametrize(
    "text",
    [
        "I had my knee replaced",
        "my new hip flask",
        "I replaced my running shoes",
        "a new hip brace",
        "is the Exeter hip clinic any good",
        "knee done in June, my replacement is stiff",
        "the replacement lens in my left eye is great",
        "where does the replacement bus stop",
        "they replaced my hip class with a video",
        "I am writing an essay on hip replacement",
    ],
)
def test_something_else_that_is_new_or_replaced(text: str) -> None:
    assert "hip_replacement" not in facts(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("what can I try before they give me an artificial hip", "considering"),
        ("Hip replacement. My wife was told she needs a new joint.", "considering"),
        ("still on my factory hips", "negated"),
        ("I don't have any implants", "negated"),
        ("The file says hip replacement, I never had one", "negated"),
        ("had the ball and socket swapped last spring", "own"),
        ("left hip done, right one is original but sore", "own"),
        ("my mother has a metal hip and is doing well", "other_person"),
        ("my sister had a hip replacement, do you think I will need one", "other_person"),
        ("my uncle got his hip done and swears by walking. is walking any good for me", "other_person"),
    ],
)
def test_whose_and_whether_in_other_words(text: str, value: str) -> None:
    assert facts(text).get("hip_replacement") == value


@pytest.mark.parametrize(
    "text",
    [
        "hip replacement in 2014, never a problem, the other hip hurts now",
        "both hips are replaced and good, it's my back that hurts",
        "my hip replacement from 2018 is fine but my knee is sore",
        "left hip replaced in 2016, the right hip hurts on stairs",
        "they keep postponing my hip replacement and it hurts",
        "I had my shoulder done, a full replacement, now my hip is sore from lying on it",
    ],
)
def test_what_hurts_beside_a_replaced_hip_is_no_loose_replacement(text: str) -> None:
    assert "replacement_loose" not in facts(text)


@pytest.mark.parametrize(
    "text",
    [
        "my new hip is sore and so is the other one",
        "my hip replacement feels loose, the other hip is ok",
        "my hip replacement was fine until last week, now it aches",
        "my other hip is a replacement and it hurts",
        "left hip replaced, now it aches and the right one is fine",
    ],
)
def test_a_replaced_hip_that_hurts_is_one_whatever_is_said_of_the_other(text: str) -> None:
    assert facts(text).get("replacement_loose") is True


@pytest.mark.parametrize(
    "text",
    [
        "I had arthroscopy on my hip in March",
        "keyhole surgery on my left hip two years ago",
        "my hip was pinned last year",
        "there's a plate and screws in my femur",
        "no, never replaced, they put screws in my hip",
    ],
)
def test_an_operation_that_leaves_the_hip_in_place_is_hip_surgery(text: str) -> None:
    assert facts(text).get("hip_surgery") is True


def test_no_operation_is_no_hip_surgery() -> None:
    assert facts("I had no surgery on my hip").get("hip_surgery") is not True


@pytest.mark.parametrize(
    "text",
    [
        "my mum is 71, THR L 2018. R groin pain",
        "My dad, 74. R THR 2020. L hip sore on stairs",
        "R THR 2019, L hip aching",
        "THA R 2016, L hip sore",
    ],
)
def test_the_letters_of_a_clinic_for_side_and_operation(text: str) -> None:
    assert facts(text)["hip_replacement"] == "own"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("new hip fitted in may, when can I drive", "own"),
        ("do I have to ring first about my replaced hip", "own"),
        ("They replaced the left one. The right one aches now.", "own"),
        ("tin hip here, still walking", "own"),
        ("Bilateral THRs in 2012 and 2015", "own"),
        ("my old man had his hip replaced, what would you suggest for him", "own"),
        ("the consultant reckons a THR, I'd rather not", "considering"),
        ("my doctor is muttering about a hip replacement", "considering"),
        ("thinking of a new hip after six years of limping", "considering"),
        ("two years of pain and now they want to replace it", "considering"),
        ("no replacement here, all my own parts... original parts", "negated"),
        ("They replaced Mum's hip in May. How often should she do her exercises?", "own"),
        ("The consultant would like to replace my hip. Can I walk on it until then?", "considering"),
        ("this is Rose, my grandson set this phone up and I had my hip replaced in spring", "own"),
    ],
)
def test_whose_hip_and_whether_it_is_done(text: str, value: str) -> None:
    assert facts(text)["hip_replacement"] == value


def test_residents_with_new_hips_are_others() -> None:
    assert facts("One of the residents has a metal hip, but mine is the one that aches")[
        "hip_replacement"
    ] == ("other_person")


@pytest.mark.parametrize(
    "text",
    ["the doctor is talking hip replacement", "I'm down as a candidate for one of those titanium jobs"],
)
def test_what_a_doctor_only_talks_of_is_considered(text: str) -> None:
    assert facts(text).get("hip_replacement") == "considering"
