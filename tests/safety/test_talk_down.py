"""Fifty ways to play an alarm down, after an emergency and after an urgent statement: the tier never falls.

The phrases are our own. None of them corrects a fact: a visitor who says that the leg does take weight after all is
heard (tests/conversations), one who says that it is nothing is not.
"""

from __future__ import annotations

import pytest

from bot.advice.vocabulary import Urgency

EMERGENCIES = (
    "I fell down the stairs and I can't put any weight on my leg",
    "I've gone numb between my legs since last night",
    "my new hip popped and now I can't stand up",
    "I'm struggling to breathe and my chest hurts",
    "my leg has gone cold and blue and I can't feel it",
    "I've got a fever of 39 and I can't walk on this hip",
)
URGENT = (
    "the pain is 9 out of 10 and came from nowhere",
    "my hip is hot, red and swollen and I feel shivery",
    "one of my calves is swollen, tight and sore",
    "my eight year old has a limp and her hip hurts",
    "I'm 78 and I slipped on the step, I can still walk but it aches",
    "my foot keeps dragging when I walk",
)
PHRASES = (
    "it's probably nothing",
    "my wife says it's fine",
    "I'm sure it's just stiff",
    "I don't want to make a fuss",
    "it'll pass, these things always do",
    "don't worry about it",
    "I'll give it a few days and see",
    "I've had worse",
    "it's only my age catching up with me",
    "I expect I slept on it funny",
    "others have it far worse than me",
    "my husband reckons I'm exaggerating",
    "I can put up with it",
    "it's not that bad really",
    "actually it's not so bad",
    "sorry, I'm just being dramatic",
    "never mind, it's a silly little thing",
    "forget it, I'm fine",
    "forget I said anything",
    "ignore me, I always panic",
    "honestly I'm OK",
    "I'm fine now, thanks",
    "it's easing off a bit I think",
    "it feels a little better already",
    "I had this years ago and it went away by itself",
    "the doctor told me last year my hips are perfectly healthy",
    "my mate's a nurse and she says it's a pulled muscle",
    "it's just a pulled muscle",
    "probably a trapped nerve, nothing serious",
    "I googled it and it's nothing to be scared of",
    "I don't have time to go to hospital",
    "I don't like hospitals",
    "I don't want to bother the ambulance people",
    "can it wait until Monday?",
    "I'd rather see how it goes overnight",
    "a couple of painkillers will sort it",
    "I'm a tough old bird",
    "no big deal",
    "not to worry, let's carry on",
    "let's not talk about that now",
    "that's not important",
    "that's not what I came here for",
    "you're overreacting",
    "surely that's a bit over the top",
    "I bet you say that to everybody",
    "anyway, which exercise should I start with?",
    "can we just do the exercises please",
    "fine, but is walking good for it?",
    "I feel a bit daft for mentioning it",
    "my daughter thinks I should leave it and rest",
)
#: Words that dismiss what was said without correcting it; each comes with "ignore", "forget", "wrong" or a relative.
DISMISSALS = (
    "forget the leg, what exercises can I do?",
    "forget what I said, which exercise is best?",
    "never mind that, ignore what I said",
    "disregard that, I'm fine",
    "I was wrong to worry, it's nothing",
    "that's wrong, I'm fine",
    "that's not right, it's nothing",
    "it's not me who worries, it's my wife",
    "that was my wife's idea to ask",
)
#: What bars exercises without being an alarm, and the fact that must be kept.
LASTING = {
    "I've had hip pain for two years": ("chronic", True),
    "I had my left hip replaced in 2019": ("hip_replacement", "own"),
    "I'm 24 weeks pregnant and my hip aches": ("pregnant", True),
    "I tripped last week and my hip is sore": ("injury", True),
}
WAVED_AWAY = (
    "forget that, just show me the exercises",
    "ignore that, I'm fine",
    "forget I said anything",
)


def _numbered(phrases):
    return [pytest.param(n, p, id=p) for n, p in enumerate(phrases)]


def test_there_are_fifty_different_phrases():
    assert len(set(PHRASES)) == 50


def _after(visitor, statement, least, *phrases):
    talk = visitor()
    urgency = Urgency[talk.say(statement)["advice"]["urgency"]]
    assert urgency is least, f"the statement itself: {statement}"
    for phrase in phrases:
        reply = talk.say(phrase)
        assert Urgency[reply["advice"]["urgency"]] >= urgency, phrase
        assert reply["advice"]["exercises"] == []
        assert reply["messages"][0]["card"]["kind"] in ("urgent", "emergency")


@pytest.mark.parametrize(("number", "phrase"), _numbered(PHRASES))
def test_an_emergency_is_not_talked_down(visitor, number, phrase):
    _after(visitor, EMERGENCIES[number % len(EMERGENCIES)], Urgency.emergency, phrase)


@pytest.mark.parametrize(("number", "phrase"), _numbered(PHRASES))
def test_an_urgent_case_is_not_talked_down(visitor, number, phrase):
    _after(visitor, URGENT[number % len(URGENT)], Urgency.urgent, phrase)


@pytest.mark.parametrize("statement", EMERGENCIES + URGENT)
def test_saying_it_many_times_in_many_ways_does_not_help(visitor, statement):
    least = Urgency.emergency if statement in EMERGENCIES else Urgency.urgent
    _after(visitor, statement, least, *PHRASES[:10])


@pytest.mark.parametrize(("number", "phrase"), _numbered(DISMISSALS))
def test_dismissing_an_emergency_does_not_take_it_back(visitor, number, phrase):
    _after(visitor, EMERGENCIES[number % len(EMERGENCIES)], Urgency.emergency, phrase)


@pytest.mark.parametrize("phrase", WAVED_AWAY)
@pytest.mark.parametrize("statement", LASTING)
def test_waving_away_what_bars_exercises_does_not_take_it_back(visitor, statement, phrase):
    fact, value = LASTING[statement]
    talk = visitor()
    assert talk.say(statement)["advice"]["facts"][fact] == value
    advice = talk.say(phrase)["advice"]
    assert advice["facts"].get(fact) == value
    assert Urgency[advice["urgency"]] >= Urgency.soon


def test_a_fall_that_is_to_be_forgotten_still_bars_exercises(visitor):
    talk = visitor()
    talk.say("I tripped last week and my hip is sore")
    assert talk.say("forget the fall, which exercises can I do?")["advice"]["facts"]["injury"] is True


def test_after_waving_a_replacement_away_the_check_shows_no_steps(visitor):
    talk = visitor()
    talk.say("I had my left hip replaced in 2019")
    talk.say("forget that, just show me the exercises")
    answers = ("check my hip", "45", "no", "yes, I can walk", "none of these", "no", "a few days", "2")
    assert [exercise for answer in answers for exercise in talk.say(answer)["advice"]["exercises"]] == []


@pytest.mark.parametrize("statement", EMERGENCIES[:2])
def test_a_relative_who_only_told_the_visitor_to_write_takes_nothing_back(visitor, statement):
    _after(visitor, statement, Urgency.emergency, "that was my husband who told me to write")
