"""Settles one message against what is already known. Pure: plain values in, plain values out.

Here live the rules of carrying facts across turns (clinical reference, section 1): a tier is never
lowered by playing down, only by correcting the fact; follow-ups take their subject from before;
what completes an emergency or urgent flag decides the intent, whatever else was asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.advice.content import Content, Flag
from bot.advice.exercise_gate import withheld_by
from bot.advice.noted import ENDED_BY_DENYING, NOT_MEANT
from bot.advice.triage import assess, raises
from bot.advice.turn_builder import SUSPECTED_SLOT, known_facts
from bot.advice.vocabulary import (
    AGE_TOLD,
    BESIDE_STEPS,
    CHECK_MATTERS,
    CLINIC_MATTERS,
    EXERCISES,
    HOWTO,
    PRACTICAL_TOPICS,
    WANTS_EXERCISES,
    Urgency,
    intent_of_topic,
    topic_of_intent,
)
from bot.understanding.assertion import Assertion
from bot.understanding.facts import Mention, facts_of
from bot.understanding.matters import defines, not_english
from bot.understanding.matters import matters as matters_of
from bot.understanding.sentences import asks, opens_question
from bot.understanding.suspicion import SEVERE_SCORE
from bot.understanding.topics import NAMED_IN_A_FOLLOW_UP, exercises_named, mentions_elsewhere, near_only

_CORRECTS = re.compile(
    r"\b(?:sorry|correction|i meant|i mean\b|meant to (?:say|type|put)|my mistake|mistake|mistyped|typo|got (?:that"
    r"|it) wrong|that(?:'s| was| is) wrong|wrong way|not me\b|wasn't me|isn't me|(?:^|[,.;!] ?)(?:no,? )?(?:it's|it is"
    r"|that's|this is) (?:actually )?(?:my (?:own )?(?:hip|leg)\b(?! (?:that|which|is|has|hurts|again))|me (?:who|that"
    r"|with)|for me\b|for myself|about me\b)|"
    r"ignore (?:what|that|the|my)|forget (?:what|that|the)|scratch that|disregard|take that back|let me correct"
    r"|to be clear|i was wrong|misread|misunderst\w+|didn't mean|got mixed up|mixed up|"
    r"scrub (?:that|what)|strike that|cross that out|apologies|oops|whoops|my bad|muddled|wrong (?:key|button|number)"
    r"|\d+,? not \d+\b|not \d+,? (?:but )?\d+\b|(?:without|forgot|not wearing) my glasses|glasses off|"
    r"not (?:a|the) (?:child|kid|baby)\b|i'm an adult|i am an adult|not under 16|no wait|wait no|hang on|actually (?:it"
    r"|i|that|he|she|no)|(?:stupid|damn|bloody|silly|blasted) (?:phone|thing|keyboard|auto\w*)|auto ?-?correct\w*"
    r"|predictive text|fat fingers?|phone changed|not (?:years|months|weeks)|that was (?:my|about|for)"
    r"|i should have said|rather than|not (?:a|my) (?:replacement|hip))\b"
)
#: Speaking of a relative who spoke is not speaking of a relative who is ill.
_ONLY_SPOKE = r"(?! (?:who|that) (?:told|said|says|made|asked|suggested|thinks|reckons|wanted|wants|insisted|nagged|persuaded|sent|pushed|got me|noticed|found)| (?:told|telling|talking|saying|suggesting|worrying|nagging|asking|being))"
#: The facts were somebody else's: corrects them, whatever they were.
_WAS_ANOTHER = re.compile(
    r"\b(?:(?:not|wasn't|isn't) me\b(?! (?:who|that|worrying|to|being))|"
    r"(?:that|it|\d+(?:\.\d)?) (?:was|is|'s)(?: actually)? (?:about |for )?(?:my|our) (?:\w+ )?"
    r"(?:sister|brother|mum|mother|dad|father|husband|wife|partner|friend|son|daughter|nan|gran|mate|neighbour|uncle"
    r"|aunt|cousin|boss|grand\w+|mother-in-law)\b(?!'s)" + _ONLY_SPOKE + ")"
)
#: Takes back what was said about something named ("ignore what I said about the fever"). Without a name nothing is
#: taken back: "forget that" may be playing down, and what bars exercises would be lost.
_TAKES_BACK = re.compile(
    r"\b(?:(?:ignore|forget|scratch|disregard|take back|delete|strike)\b[^.;!?]{0,30}\b(?:said|told|wrote|typed"
    r"|mentioned|put|bit|part|about)|"
    r"(?:what i said|the (?:bit|part|thing)|i said) about\b[^.;!?]{0,60}\b(?:wrong|mistake|not right|typo|untrue"
    r"|not true))\b"
)
#: The operation was one of another joint: "no wait, that was my knee", "sorry, shoulder replacement"
_WAS_ANOTHER_JOINT = re.compile(
    r"\b(?:that|it|this) (?:was|is|'s|should (?:be|say|have been))(?: \w+){0,3} (?:knees?|shoulders?|ankles?|elbows?"
    r"|wrists?|backs?|spine)\b"
    r"|^(?:(?:oh|no|wait|hang on|sorry|oops|correction|actually|i meant?|meant|mistake|my|the|a|not hip|not the hip"
    r"|typo|[,.!:;-]) ?)+(?:knees?|shoulders?|ankles?|elbows?)(?: (?:replacement|operation|op|surgery|one))?\b"
    r"(?!.*\b(?:too|also|as well|hurts?|sore|ach\w+|pain\w*)\b)"
)
#: The facts of an operation on the hip.
_OPERATED = ("hip_replacement", "hip_surgery", "replacement_loose")
#: A shorter time than was told before, as a correction: "only since I started the new job a fortnight ago".
_ONLY_SO_LONG = re.compile(
    r"^(?:(?:no|well|sorry|oh|actually|it's|it is|it has|it's been|it has been|hang on|wait|i mean|so)[ ,]+)*(?:only"
    r"|just|actually)\b[^.;!?]*\b(?:since|for|ago|started|began|days?|weeks?|fortnight|months?)\b"
    r"|\b(?:only|just) (?:been|had|hurt|since|started|began|for)\b"
)
_THE_OTHER = re.compile(
    r"\b(?:sister|brother|mum|mother|dad|father|husband|wife|partner|friend|nan|gran|mate|neighbour|uncle|aunt|cousin"
    r"|boss)\b"
)
_NUMBERED = re.compile(
    r"\b(?:(?:number|no\.?|nr|exercise|move|stretch|#) ?(?P<a>[1-5]\b|(?<!stretch )(?<!move )(?<!exercise )one\b|two"
    r"|three|four|five)|(?:the |your |that )?(?P<b>first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|last) (?:one"
    r"|exercise|move|stretch))\b(?! (?:and (?:a )?half )?(?:years?|months?|weeks?|days?)\b)"
)
_NEXT = re.compile(r"\b(?:next|following|another|after that|one after)\b")
#: How much of an exercise: "how many of each", "how long do I hold it".
_AMOUNT_OF_EXERCISE = re.compile(
    r"\bhow (?:often|many|long)\b|\b(?:times|sets|reps|repeats) (?:a|per|each|every) (?:day|week)\b"
)
#: Of an exercise that was talked of: its steps, rather than how long or how often.
_WANTS_STEPS = re.compile(
    r"\b(?:steps?|show|give me|tell me (?:how|again)|how (?:do|to|should)\b(?! (?:long|often|many))|go on|come on|again"
    r"|repeat|explain|describe|next)\b"
)
_ORDINALS = {
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "5": 5,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "5th": 5,
    "last": 5,
}
_FOLLOWS = re.compile(
    r"\b(?:for me too|ok for me|okay for me|for me as well|same for me|in my case|just (?:give|tell|show) me"
    r"|give me the (?:steps|exercise)|show me (?:the|how)|the steps|tell me more|go on then|come on|"
    r"^(?:but )?(?:why|how come)(?: (?:not|so|is that|that|though))?(?=\??$)|^(?:but )?are you sure\b|"
    r"(?:does|do|will|would|should) (?:that|this|it|these|those) (?:still )?(?:change (?:things|anything|that|it"
    r"|your answer)|make (?:a|any) (?:difference|odds)|apply|hold|go for me)|mak(?:es?|ing) (?:no|any) (?:odds"
    r"|difference)|(?:is|are|would) (?:it|that|they|things|this) (?:be )?(?:still )?(?:the )?(?:same|different)"
    r"|(?:is the|the) same (?:for|with)|is (?:it )?the same\b|"
    r"how (?:often|long|many)(?: times)?(?: (?:a|per|each) (?:day|week))?|what about (?:me|that|it|mine)|is (?:it|that"
    r"|this) (?:ok|okay|safe|alright|all right|good|bad)(?: (?:for|with|then|too|now))?)\b"
)
#: Only of what has an amount can somebody ask how often: of two topics the other one is left out.
_HOW_MUCH = re.compile(r"\bhow (?:often|long|many|much|far)\b|\benough\b")
_HAS_AN_AMOUNT = frozenset({"walking", "best_exercise", "should_exercise", "exercise_safety"})
#: "Is half an hour enough?" after an answer on walking asks for no opening hours.
_ENOUGH = re.compile(
    r"^(?:(?:so|and|but|ok|okay|then)[ ,]+)*(?:is|are) (?:[\w.]+ ){1,5}(?:enough|too (?:much|long|far|many))\b"
)
#: After a talk of arthritis: "and what does it feel like?"
_FEELS_LIKE = re.compile(r"\b(?:what|how)\b[^.;!?]{0,25}\bfeels?\b")
_OF_ARTHRITIS = frozenset({"arthritis_xray", "arthritis_feel"})
#: When somebody would like to come: "Tuesday morning if possible"
_A_WISHED_TIME = re.compile(
    r"^(?:(?:what|how) about |maybe |perhaps |preferably |ideally |any ?time |i can (?:do|make|come) |can i come |on "
    r"|next |this |any |in the |after )*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tomorrow|next week|this week"
    r"|mornings?|afternoons?|evenings?)\b(?: (?:\w+ ?){0,5})?[.!?]*$"
)
#: Opens a follow-up that names something: "what about cycling", "and swimming?"
_WHAT_ABOUT = re.compile(
    r"^(?:(?:ok|okay|so|and|but|right|then|well|or)[ ,]+)*(?:(?:what|how) about|and|or|is|are|can i|could i|should i"
    r"|would|does|do|may i)\b"
)
#: "What about" something with a noun of its own, not "that" or "me".
_ABOUT_A_THING = re.compile(
    r"^(?:(?:ok|okay|so|and|but|right|then|well)[ ,]+)*(?:what|how) about (?!(?:me|us|him|her|them|it|that|this|these"
    r"|those|mine|you|my|his|her|if|when|at|in|on|up|down|the|more|less|after|before|doing|every)\b)"
)
#: After the steps of an exercise.
_IF_IT_HURTS = re.compile(
    r"\b(?:what if|and if|if|when|but) (?:it|that|this|they|my \w+|i feel)(?: \w+){0,2} (?:hurts?|hurting|aches?|sore"
    r"|pain|painful|worse|pinch\w*)\b|\b(?:should|will|does|could) (?:it|that|this) (?:hurt|be sore|ache)\b"
    r"|\b(?:meant|supposed|normal|ok|okay|all right|alright) (?:to|for it to|if it) (?:hurts?|aches?|be sore)\b"
    r"|\bhurts when i do (?:it|that|this)\b|^(?:it|that) (?:hurts|aches)[.!]*$"
)
#: After the steps of an exercise: how much of it, on which side, why, and the next.
_OF_STEPS = re.compile(
    r"\bhow (?:many|often|long)\b|\b(?:times|sets|reps|repeats) (?:a|per|each|every) (?:day|week)\b|\b(?:other|both"
    r"|each|which) (?:sides?|legs?|hips?)\b|^(?:and |ok |so |but )*(?:why|another one|the next|next)\b"
)
_NAMES_A_MEDICINE = re.compile(
    r"\b(?:tablets?|pills?|capsules|painkillers?|medicines?|medication|meds|doses?|mg|paracetamol\w*|co-?codamol"
    r"|codeine|ibuprofen|nurofen|aspirin|naproxen|tramadol|morphine|tylenol|advil)\b"
)
#: Things that no exercise here uses.
_EQUIPMENT = re.compile(
    r"\b(?:bands?|resistance|therabands?|(?:ankle )?weights?|dumb ?bells?|kettlebells?|foam roller|roller|machine"
    r"|swiss ball|gym ball|ball|step|trainers|shoes|mat)\b"
)
#: When help is needed, and how to know what needs it.
_WHEN_TO_GET_HELP = re.compile(
    r"\bwhen (?:should|do|must|would|shall|to|can|ought|does) ?(?:i |we |you |he |she |one |somebody |someone "
    r"|my \w+ )?(?:to |need to |have to |ought to |call |ring |dial |phone |get |go |need |be )*(?:call |ring |dial "
    r"|phone |get |go to |see |need )?(?:for |an? |the |to )*(?:999|911|112|111|ambulance|a ?& ?e|a and e"
    r"|emergency(?: (?:room|services|help))?|casualty|hospital|urgent (?:help|care))\b"
    r"|\b(?:what(?:'s| is| are)|which are|tell me) (?:the )?(?:warning |danger |first |main |early |common "
    r"|tell ?tale )*(?:signs?|symptoms?|red flags?) (?:of|for|that)(?: (?:an?|the|it is|it's|i have"
    r"|my hip is))*(?: (?:blood|hip|leg|joint|broken|dislocated|infected|bone|dvt))* ?(?:clots?|dvt"
    r"|cauda equina(?: syndrome)?|dislocat\w*|fracture\w*|broken|break|infect\w*|sepsis|emergency|thrombosis|embolism"
    r"|septic)\b"
    r"|\bhow (?:do|would|can|will|could) (?:i|you|we) (?:know|tell|recogni[sz]e|spot) (?:if|when|that|whether|it's"
    r"|an?) (?:\w+ ){0,4}?(?:dislocat\w*|infected|clots?|dvt|cauda equina|emergency|septic)\b"
    r"|\b(?:what are|which) (?:the )?(?:warning signs|red flags)\b"
)
#: A complaint about the clinic, whatever else was named beside it.
_ABOUT_THE_CLINIC = re.compile(
    r"\b(?:complain|complaint|money back|refund|your (?:physios?|physiotherapists?|clinic|staff|team))\b"
)
#: Nothing but a remark.
_SMALL_TALK = re.compile(
    r"\bweather\b|^(?:what a |it's a |such a )?(?:lovely|nice|beautiful|horrible|gorgeous|cold|wet|sunny) (?:day"
    r"|evening|morning|weekend|out)\b"
)
#: How to get an appointment: "how do I go about booking in"
_BOOKS_IN = re.compile(
    r"\b(?:how|where|can i|could i|i'd like to|i want to|need to)\b[^.;!?]{0,30}\b(?:book(?:ing|ed)?(?: in| with you)?"
    r"|(?:get|make|arrange) (?:an )?appointment)\b(?! (?:a )?(?:flight|holiday|table|cab|taxi|train))"
)
_PLACE = re.compile(r"\b(?:where|address|find|located|location|based|park\w*|directions?|near|postcode)\b")
#: Asked by somebody who has told of a hip, it is about the hip and not about what this program can do.
_WHAT_TO_DO = re.compile(
    r"^(?:so|ok|okay|right|and|then|well|,|\s)*what (?:can|should|shall|could|do|does|must) (?:i|we|he|she"
    r"|they) do(?: (?:now|next|then|about (?:it|this|that)|for (?:it|this)|to help))*\??$"
)
#: A message this short that tells something and asks nothing is no question that the guide cannot answer.
WORDS_OF_A_SHORT_REPORT = 8
_SAYS_NO = re.compile(
    r"^(?:no|nope|nah|naw|neither|none|not (?:now|really|yet|today|at the moment|for now)|never ?mind|i'm (?:fine|good"
    r"|ok|okay)|don't)\b"
)
#: A short question that leans on what was said before: "does it go away?", "and on sand?"
_LEANS_BACK = re.compile(
    r"^(?:and|or|but|what about|how about|what if|even)\b|\b(?:it|that|this|they|them|those|these|it's|that's|enough)\b"
    r"|\b(?:need|have|get|take|want|see|try|use|do) (?:one|ones)\b|\bhow (?:much|many|often)\?*$"
)
#: Words of a sentence that follows up on what was said before.
WORDS_OF_A_FOLLOW_UP = 14
#: Words of a question that leans back; longer ones stand on their own.
WORDS_LEANING_BACK = 8
#: From here on a message asks whether it is a bot, rather than calling it names.
ASKS_FOR_A_BOT = 0.6
#: From this probability of "out of scope" on, a short question is not taken to lean back.
SURELY_NEW_SUBJECT = 0.8
_HIP_WORDS = re.compile(
    r"\b(?:hips?|groin|thighs?|buttocks?|pelvi\w+|joint|leg|femur|glutes?|exercis\w+|stretch\w*)\b"
)
#: "Can we start from the beginning?"
_STARTS_OVER = re.compile(
    r"^(?:(?:can|could|may|shall) (?:we|i|you) |let's |please |i (?:want|would like) to |i'd like to )*(?:start|begin"
    r"|go)(?: all)?(?: back)? (?:over|again|afresh|"
    r"(?:all |over |again )*(?:from|at|to) (?:the )?(?:very )?(?:beginning|start|scratch|top))(?: (?:please|again|now"
    r"|with this))*[.!?]*$"
)
#: "Yes" to what was offered, in a few words; "ok thanks" is none.
_MORE = r"please|pls|plz|then|go|on|ahead|do|it|that|this|i|i'd|i'm|we|would|like|love|to|ok|okay|sure|yes|yeah|show|give|tell|me|them|the|some|thing|exercises?|check|questions?|ready|good|great|fine|sounds|be|nice|helpful|let's|start|ask|away|why|not"
_AGREES = re.compile(
    r"^(?:(?:oh|well|um+|hmm+|mm+|ah),? )?(?:"
    r"(?:y|ye|yes|yeah|yea|yep|yup|aye|of course|definitely|absolutely|please|pls|go on|go ahead|come on|why not"
    r"|i would|i'd (?:like|love)|i do)"
    rf"(?:,? (?:thanks|thank you|ta|{_MORE}))*|(?:k|ok|okay|sure|alright|all right|fine|let's|lets"
    rf"|sounds)(?:,? (?:{_MORE}))*)[.!]*$"
)
#: Which of the choices: "the first one", "2".
_PICKS = re.compile(
    r"^(?:the |number |no\.? |option |choice )*(?P<which>[1-5]|one|two|three|four|five|first|second|third|fourth|1st"
    r"|2nd|3rd|4th|last)(?: one| option| choice)?(?: please| pls)?[.!]*$"
)
#: A bare number, which says nothing by itself.
_NUMBER_ALONE = re.compile(r"^[\d\s.,/-]+$")
#: What looks like a command of the engine is not read as anything.
_COMMAND = re.compile(r"^/[/\w]*\s*(?:\{.*)?$", re.DOTALL)
#: Which side, said on its own.
_SIDE = re.compile(
    r"^(?:it's |the |my |on the |just the )*(?:left|right|both)(?: one| hip| side| hips| sides| ones)?[.!]?$"
)
#: The hip and its neighbourhood, by name.
_NAMES_THE_HIP = re.compile(
    r"\b(?:hips?|groin|thighs?|buttocks?|bum|glutes?|pelvi\w+|sciatic\w*|piriformis|sacroiliac|si joint|trochanter\w*"
    r"|labral|labrum|femoral|femur)\b(?! (?:flask|hop|replacement costs?))"
)
#: A plea for help that is no question in form.
_PLEADS = re.compile(
    r"\?|\b(?:any (?:advice|ideas?|suggestions?|tips|thoughts|help)|(?:please|pls|plz) (?:help|advi[sc]e|suggest|tell)"
    r"|what (?:can|should|could|do|else) i|what is (?:it|this|wrong)|help me|need (?:some )?(?:help|advice)"
    r"|second opinion|i wonder|wondering)\b"
)
#: Scopes that say honestly what the guide cannot answer; kept beside an alarm.
_HONEST_SCOPES = ("other_hip", "diagnosis_request", "medicine_dose")
#: Signs in a child that count wherever they are felt (clinical reference: hip, thigh or knee).
_CHILD_SIGNS = re.compile(r"\b(?:knees?|legs?|limp\w*|hobbl\w*|walk\w*|thighs?)\b")
#: What "it" must be for "it is sore" to tell of a lump that has changed.
_LUMP = re.compile(r"\b(?:lumps?|bulg\w*|swelling|bumps?|hernias?|mass|rupture)\b")
#: Facts that a message about another body part or another subject cannot establish about the hip.
_ABOUT_THE_HIP = frozenset(
    {
        "chronic",
        "over_two_weeks",
        "getting_worse",
        "keeps_returning",
        "never_eases",
        "wakes_at_night",
        "stops_normal_tasks",
        "not_better_with_care",
        "locking",
        "giving_way",
        "runner",
        "limp",
        "pinching",
        "long_morning_stiffness",
        "leg_numb",
        "unwell",
        "weight_loss",
        "growing_lump",
        "hip_surgery",
        "under_16",
    }
)
#: From this probability of "out of scope" on, facts in the message are not taken for the hip's.
SURELY_ELSEWHERE = 0.9
_REPLACEMENT_RANK = {"own": 3, "considering": 2, "negated": 1, "other_person": 0}


#: Stands among the last topics when the last reply was about medicines.
MEDICINE = "medicine_dose"


@dataclass(frozen=True)
class Reading:
    """What the components made of the message; ``chosen`` are the facts of a picked choice.

    ``confidence`` is the topic classifier's, in what it put first.
    """

    text: str
    intent: str | None
    topics: tuple[str, ...]
    scope: str | None
    candidates: tuple[str, ...]
    mentions: tuple[Mention, ...]
    suspected: tuple[str, ...]
    chosen: Mapping[str, Any] | None = None
    confidence: float = 1.0


@dataclass(frozen=True)
class Settled:
    """The outcome: ``facts`` to set, all ``suspected`` flags so far and those new in this message."""

    intent: str
    topics: tuple[str, ...]
    scope: str | None
    candidates: tuple[str, ...]
    facts: Mapping[str, Any]
    suspected: tuple[str, ...]
    new_flags: tuple[str, ...]
    matters: tuple[str, ...] = ()


def corrects(text: str) -> bool:
    """Whether normalised ``text`` takes back or changes something said before."""
    return bool(_CORRECTS.search(text))


def by_its_place(text: str) -> bool:
    """Whether normalised ``text`` speaks of an exercise by its place: "the second one"."""
    return bool(_NUMBERED.search(text))


def resolve(
    reading: Reading,
    slots: Mapping[str, Any],
    content: Content,
    *,
    asked: str | None = None,
    last_turn: tuple[str, ...] = (),
    said_before: str = "",
) -> Settled:
    """Settles ``reading`` against ``slots``; ``last_turn`` names the facts and flags of the last message, ``said_before`` is its text."""
    known = known_facts(slots, content)
    held_flags = tuple(slots.get(SUSPECTED_SLOT) or ())
    is_correction = corrects(reading.text) or reading.intent == "correction"
    matters = matters_of(reading.text, asked) if reading.chosen is None else ()
    topics, scope, intent = _subject(reading, slots, asked, content, said_before)
    topics, scope, intent = _of_matters(matters, reading, (topics, scope, intent), slots, asked)
    if _SIDE.match(reading.text):
        topics, scope, intent = (), None, "report"
    if reading.chosen is None and _STARTS_OVER.match(reading.text):
        topics, scope, intent = (), None, "start_over"
    if _COMMAND.match(reading.text):
        topics, scope, intent = (), None, "nlu_fallback"
    if asked is None and AGE_TOLD in matters and scope in (None, "out_of_scope", "other_body", "other_hip"):
        topics, scope, intent = (), None, "report"

    if reading.chosen is not None:
        stated: dict[str, Any] = {k: v for k, v in reading.chosen.items() if k in content.facts}
        held_flags = tuple(flag for flag in held_flags if flag not in reading.chosen.get(NOT_MEANT, ()))
        suspected: tuple[str, ...] = ()
    else:
        is_command = bool(_COMMAND.match(reading.text))
        stated = {} if is_command else dict(facts_of(list(reading.mentions)))
        suspected = () if is_command else reading.suspected
        if asked and defines(reading.text):
            stated.pop(asked, None)
        if _elsewhere(reading, scope, known, topics):
            child = _CHILD_SIGNS.search(reading.text) and stated.get("under_16") is True
            stated = {k: v for k, v in stated.items() if child or k not in _ABOUT_THE_HIP}
            if scope == "out_of_scope" and not stated:
                suspected = ()
    if stated.get("lump_changed") and not (
        known.get("groin_lump") or stated.get("groin_lump") or _LUMP.search(reading.text)
    ):
        stated.pop("lump_changed")
    unmeant = tuple(
        flag
        for flag in held_flags
        if stated.get(ENDED_BY_DENYING.get(flag, "")) is False and not raises(content.flags[flag], known)
    )
    if unmeant and not set(unmeant) & set(suspected):
        held_flags = tuple(f for f in held_flags if f not in unmeant)
        is_correction = True
        scope, intent = None, intent if topics else "correction"
    before = assess(known, held_flags, content)
    taken_back = _taken_back(reading, known, last_turn)
    if taken_back:
        stated = _retract(reading, stated, known, taken_back)
        held_flags = tuple(flag for flag in held_flags if flag not in taken_back)
        suspected = ()
    shorter = (
        known.get("chronic") is True
        and stated.get("chronic") is False
        and bool(_ONLY_SO_LONG.search(reading.text))
    )
    facts = _merge(stated, known, asked, corrects=is_correction or reading.chosen is not None)
    milder = float(facts.get("pain_score", SEVERE_SCORE)) < SEVERE_SCORE
    if is_correction and milder and "severe_pain" in last_turn and "severe_pain" not in stated:
        facts["severe_pain"] = False  # it was only the score that said so
    if shorter:
        facts.update({name: stated[name] for name in ("chronic", "over_two_weeks") if name in stated})
    if is_correction or shorter:
        lowered = {fact for fact, value in facts.items() if known.get(fact) not in (None, False, value)}
        held_flags = tuple(f for f in held_flags if not _rests_on(content.flags.get(f), lowered))
    new_flags = tuple(flag for flag in suspected if flag not in held_flags)
    all_flags = (*held_flags, *new_flags)

    about_hip = bool(_NAMES_THE_HIP.search(reading.text))
    tells = bool(facts) and _tells(facts)
    only_near = near_only(reading.text)
    if not topics and (
        (scope == "other_body" and ((about_hip and not only_near) or tells))
        or (scope == "out_of_scope" and tells)
    ):
        scope, intent = None, "report"
    if (
        not topics
        and scope is None
        and (about_hip or tells)
        and (_PLEADS.search(reading.text) or opens_question(reading.text))
        and intent in ("report", "nlu_fallback")
        and not (asked and asked in facts)
    ):
        scope, intent = "other_hip", "other_hip"
    unasked = ("out_of_scope", "other_body", "bot_challenge", "capabilities")
    if asked and scope in unasked and "?" not in reading.text and len(reading.text.split()) <= 4:
        scope, intent = None, "report"  # "my mum": a short answer, if not one the check can use
    if asked and asked in facts:
        if not asks(reading.text):
            topics = ()
        scope, intent = (None, "answer") if not topics else (scope, intent)

    after = assess({**known, **facts}, all_flags, content)
    if (is_correction or shorter) and not topics and scope is None and not asked:
        wished = tuple(t for t in slots.get("last_topics") or () if t.startswith(HOWTO))
        if wished and withheld_by(known, before) and not withheld_by({**known, **facts}, after):
            # "sorry, weeks not months": what stood in the way of the exercise they asked for is gone
            topics, intent = wished, intent_of_topic(wished[0])
    if intent != "start_over":
        if after.urgency is Urgency.emergency:
            intent = "emergency"
        elif after.urgency is Urgency.urgent and (
            before.urgency < Urgency.urgent or after.reasons[:1] != before.reasons[:1]
        ):
            intent = "urgent"
    if intent in ("emergency", "urgent") and scope not in _HONEST_SCOPES:
        scope = None
    return Settled(
        intent=intent or "nlu_fallback",
        topics=topics,
        scope=scope,
        candidates=reading.candidates if not topics else (),
        matters=matters,
        facts=facts,
        suspected=all_flags,
        new_flags=new_flags,
    )


_Subject = tuple[tuple[str, ...], str | None, str | None]


def _of_matters(
    matters: tuple[str, ...], reading: Reading, subject: _Subject, slots: Mapping[str, Any], asked: str | None
) -> _Subject:
    """The subject in the light of what the message is after besides."""
    topics, scope, intent = subject
    if asked and set(matters) & set(CHECK_MATTERS):
        return (), None, "report"  # about the question itself
    if (
        "booking" in matters
        and not topics
        and ("see_physio" in reading.candidates or _BOOKS_IN.search(reading.text))
    ):
        return ("see_physio",), None, "see_physio"
    if set(matters) & set(CLINIC_MATTERS) and topics == ("location",) and not _PLACE.search(reading.text):
        return (), None, "nlu_fallback"
    if WANTS_EXERCISES in matters and not asked and set(topics) <= {"should_exercise", "best_exercise"}:
        return ("best_exercise",), None, "best_exercise"
    if "not_english" in matters and not_english(reading.text):
        return (), "out_of_scope", "out_of_scope"
    if "staff" in matters and set(topics) <= {"best_exercise", "see_physio"}:
        return (), None, "nlu_fallback"
    if asked is None and _WHEN_TO_GET_HELP.search(reading.text) and len(reading.text.split()) <= 14:
        return ("see_physio",), None, "see_physio"
    if "stop_medicine" in matters and not topics and scope in (None, "out_of_scope", "other_body"):
        return (), "medicine_dose", "medicine_dose"
    if "fall_alone" in matters:
        return (), "other_hip", "other_hip"
    if (
        "what_now" in matters
        and not topics
        and asked is None
        and (_has_told(slots) or slots.get("last_topics"))
    ):
        return (), None, "report"
    asks_for_a_bot = intent == "bot_challenge" and reading.confidence >= ASKS_FOR_A_BOT
    stands = (
        intent in ("talk_to_human", "start_over")
        or asks_for_a_bot
        or (
            topics and reading.confidence >= SURELY_NEW_SUBJECT and not _ABOUT_THE_CLINIC.search(reading.text)
        )
    )
    if "complaint" in matters and not stands:
        return (), scope if scope == "out_of_scope" else None, "nlu_fallback"
    if (
        _SMALL_TALK.search(reading.text)
        and not topics
        and not _HIP_WORDS.search(reading.text)
        and not facts_of(list(reading.mentions))
    ):
        return (), "out_of_scope", "out_of_scope"
    return subject


def _subject(
    reading: Reading, slots: Mapping[str, Any], asked: str | None, content: Content, said_before: str
) -> tuple[tuple[str, ...], str | None, str | None]:
    """Topics, scope and intent, with follow-ups filled in from the conversation."""
    topics, scope, intent = reading.topics, reading.scope, reading.intent
    if reading.chosen is not None:
        topic = topic_of_intent(intent or "")
        return ((topic,) if topic else ()), None, intent
    held = tuple(slots.get("last_topics") or ())
    last = tuple(topic for topic in held if topic != MEDICINE)
    exercise = tuple(topic for topic in last if topic.startswith(HOWTO))
    if exercise and exercise != last and not set(last) - set(exercise) - BESIDE_STEPS:
        # "another one" after "what if it hurts": the exercise was talked of before that
        back = _OF_STEPS.search(reading.text) or _NEXT.search(reading.text)
        last = exercise if back else tuple(topic for topic in last if topic not in exercise)
    has_an_amount = any(topic in _HAS_AN_AMOUNT or topic.startswith(HOWTO) for topic in last)
    if asked is None and has_an_amount and set(topics) <= PRACTICAL_TOPICS and _ENOUGH.match(reading.text):
        topics = ()
    if asked is None and (picked := _picked(reading, tuple(slots.get("offered") or ()))):
        topic = topic_of_intent(picked)
        return ((topic,) if topic else ()), None, picked
    if asked is None and _NUMBER_ALONE.match(reading.text):
        return (), None, "nlu_fallback"
    numbered = _numbered(reading.text, said_before, exercise) if by_its_place(reading.text) else None
    if numbered and not any(t == "exercise_safety" for t in topics):
        exercise_talk = any(t.startswith(HOWTO) for t in topics) or set(topics) <= {"best_exercise"}
        if exercise_talk and (
            topics or intent in ("follow_up", "nlu_fallback", "capabilities", "out_of_scope", "report", None)
        ):
            return (HOWTO + numbered,), None, intent_of_topic(HOWTO + numbered)
    # "about 3 weeks" after an answer tells something, and asks nothing
    tells = bool(facts_of(list(reading.mentions))) and not asks(reading.text)
    follows = (intent == "follow_up" and not tells) or (
        any(
            _FOLLOWS.search(part) and len(part.split()) <= WORDS_OF_A_FOLLOW_UP
            for part in re.split(r"[.!?;,] (?=\S)", reading.text)
        )
        and not mentions_elsewhere(reading.text)
    )
    follows = follows or (
        not topics
        and (asked is None or (bool(exercise) and opens_question(reading.text)))
        and _leans_back(reading)
    )
    if scope == MEDICINE and _NAMES_A_MEDICINE.search(reading.text):
        return (), MEDICINE, MEDICINE  # "how many paracetamol a day?" goes on about no exercise
    after_steps = asked is None and any(topic.startswith(HOWTO) for topic in last)
    same = {"best_exercise", "should_exercise", "exercise_safety", *exercise}
    if exercise and topics and set(topics) <= same and _AMOUNT_OF_EXERCISE.search(reading.text):
        return (*exercise[:1], "exercise_safety"), None, "follow_up"
    if _FEELS_LIKE.search(reading.text) and set(last) & _OF_ARTHRITIS and not topics:
        return ("arthritis_feel",), None, "arthritis_feel"
    if (
        asked is None
        and "see_physio" in last
        and not topics
        and not tells
        and _A_WISHED_TIME.match(reading.text)
    ):
        return ("see_physio",), None, "follow_up"
    if (
        after_steps
        and set(topics) <= PRACTICAL_TOPICS
        and len(reading.text.split()) <= WORDS_LEANING_BACK
        and _OF_STEPS.search(reading.text)
    ):
        topics, follows = (), True  # "which side" asks for no address
    if follows and not topics and MEDICINE in held and asked is None and not tells:
        return (), MEDICINE, MEDICINE
    if after_steps and _IF_IT_HURTS.search(reading.text) and len(reading.text.split()) <= WORDS_LEANING_BACK:
        return ("exercise_safety",), None, "exercise_safety"
    if follows and last and (anew := _anew(reading, topics, last, asked)):
        return anew
    if (
        follows
        and last
        and (not topics or (set(topics) <= {"best_exercise", "should_exercise"} and intent == "follow_up"))
    ):
        followed = tuple(t for t in last if t not in PRACTICAL_TOPICS) or last
        if _HOW_MUCH.search(reading.text):
            counted = tuple(t for t in followed if t in _HAS_AN_AMOUNT or t.startswith(HOWTO))
            followed = counted or followed
        if _AMOUNT_OF_EXERCISE.search(reading.text) and set(followed) <= {"best_exercise", "should_exercise"}:
            return ("exercise_safety",), None, "exercise_safety"
        current = next((t for t in last if t.startswith(HOWTO)), None)
        if _NEXT.search(reading.text) and current and asked is None:
            following = _following(current.removeprefix(HOWTO), content)
            if following is None:
                return (current,), None, "follow_up"
            followed = (HOWTO + following,)
        if followed[0].startswith(HOWTO) and _WANTS_STEPS.search(reading.text):
            return followed, None, intent_of_topic(followed[0])
        if followed[0].startswith(HOWTO) and _AMOUNT_OF_EXERCISE.search(reading.text):
            followed = tuple(dict.fromkeys((*followed, "exercise_safety")))
        if not (asked and not asks(reading.text)):
            return followed, None, "follow_up"
    if asked is None and not topics and _WHAT_TO_DO.match(reading.text) and (last or _has_told(slots)):
        return ("other_treatment",), None, "other_treatment"
    short = len(reading.text.split()) <= WORDS_OF_A_SHORT_REPORT
    if tells and not topics and (intent == "follow_up" or (scope == "other_hip" and short)):
        return (), None, "report"
    if asked is None and intent == "deny" and not _SAYS_NO.match(reading.text):
        return topics, scope, "nlu_fallback"
    return topics, scope, intent


def _following(exercise: str, content: Content) -> str | None:
    """The exercise after this one, from the easiest on; after the last comes none."""
    order = sorted(content.exercises.values(), key=lambda other: other.ease)
    names = [other.id for other in order]
    place = names.index(exercise) + 1
    return names[place] if place < len(names) else None


def _anew(
    reading: Reading, topics: tuple[str, ...], last: tuple[str, ...], asked: str | None
) -> _Subject | None:
    """What a follow-up is about that names something else than the topics before: never their answer once more."""
    text = reading.text
    if asked or not set(topics) <= {"best_exercise", "should_exercise"}:
        return None
    exercising = any(t.startswith(HOWTO) or t in ("best_exercise", "should_exercise") for t in last)
    if exercising and _IF_IT_HURTS.search(text):
        return ("exercise_safety",), None, "exercise_safety"
    if topics:
        return None
    if (exercising or "exercise_safety" in last) and _EQUIPMENT.search(text):
        return (), "other_hip", "other_hip"
    if _WHAT_ABOUT.match(text):
        for topic, names in NAMED_IN_A_FOLLOW_UP.items():
            if names.search(text):
                return None if topic in last else ((topic,), None, topic)
    if _ABOUT_A_THING.match(text) and reading.scope not in ("other_body", "out_of_scope"):
        return (), "other_hip", "other_hip"
    return None


def _has_told(slots: Mapping[str, Any]) -> bool:
    """Whether anything is known of a hip."""
    return any(slots.get(fact) is not None for fact in _ABOUT_THE_HIP | {"pain_score", "hip_replacement"})


def _picked(reading: Reading, offered: tuple[str, ...]) -> str | None:
    """The intent that the message picks from those the last reply offered."""
    if not offered:
        return None
    named = [intent for intent in offered if intent != "none_of_these"]
    if which := _PICKS.match(reading.text):
        place = len(named) if which["which"] == "last" else _ORDINALS[which["which"]]
        return named[place - 1] if len(offered) > 1 and place <= len(named) else None
    moves_on = len(named) == 1 and (topic_of_intent(named[0]) or "").startswith(HOWTO)
    if moves_on and _NEXT.search(reading.text) and not _NUMBERED.search(reading.text):
        return named[0]
    if reading.topics:
        return None
    agrees = bool(_AGREES.match(reading.text)) or (reading.intent == "affirm" and not asks(reading.text))
    if agrees and len(named) == 1:
        return named[0]
    if reading.intent == "deny" and len(offered) > 1:
        return "none_of_these"
    return None


def _leans_back(reading: Reading) -> bool:
    """Whether the message is a short question whose subject must come from the conversation."""
    text = reading.text
    if len(text.split()) > WORDS_LEANING_BACK or not (text.rstrip().endswith("?") or asks(text)):
        return False
    if mentions_elsewhere(text) or _NAMES_THE_HIP.search(text):
        return False
    if reading.scope == "out_of_scope" and reading.confidence >= SURELY_NEW_SUBJECT:
        return False
    return reading.scope in (None, "other_hip", "other_body", "out_of_scope") and bool(
        _LEANS_BACK.search(text)
    )


def _numbered(text: str, said_before: str, talked_of: tuple[str, ...]) -> str | None:
    """The exercise that ``text`` gives by its place: among several named in it, before it or in the last reply, else in the guide."""
    named = exercises_named(text) or exercises_named(said_before)
    if len(named) < 2:
        named = tuple(topic.removeprefix(HOWTO) for topic in talked_of)
    match = _NUMBERED.search(text)
    if not match or re.search(
        r"\b(?:number|no\.?) ?(?:one|1) (?:thing|question|priority|move|exercise|stretch|tip|hip|pick|choice)",
        text,
    ):
        return None
    place = _ORDINALS[match["a"] or match["b"]]
    if match["b"] and len(named) > 1 and place <= len(named):
        return named[place - 1]
    return EXERCISES[place - 1]


def _elsewhere(
    reading: Reading, scope: str | None, known: Mapping[str, Any], topics: tuple[str, ...]
) -> bool:
    """Whether the message is about something other than the hip."""
    if topics or _HIP_WORDS.search(reading.text) or corrects(reading.text):
        return False
    if scope == "other_body":
        return mentions_elsewhere(reading.text)
    return (
        scope == "out_of_scope" and len(reading.text.split()) > 9 and reading.confidence >= SURELY_ELSEWHERE
    )


def _tells(facts: Mapping[str, Any]) -> bool:
    """Whether the facts say more than an age."""
    return bool(set(facts) - {"under_16", "over_65"}) or facts.get("under_16") is True


def _rests_on(flag: Flag | None, facts: set[str]) -> bool:
    """Whether any of ``facts`` stands among what raises ``flag``: a suspicion that goes with them."""
    if flag is None:
        return False
    terms = {re.split(r">=", term.lstrip("!"))[0] for group in flag.raised_by for term in group.split("+")}
    return bool(terms & facts) or ("replacement" in terms and "hip_replacement" in facts)


def _taken_back(reading: Reading, known: Mapping[str, Any], last_turn: tuple[str, ...]) -> tuple[str, ...]:
    """The facts and flags that the message takes back."""
    if reading.chosen is not None:
        return ()
    named = tuple(
        m.fact for m in reading.mentions if m.fact in known and m.assertion is not Assertion.hypothetical
    )
    if _WAS_ANOTHER.search(reading.text):
        return last_turn
    if _WAS_ANOTHER_JOINT.search(reading.text) and (corrects(reading.text) or reading.intent == "correction"):
        return tuple(
            fact
            for fact in _OPERATED
            if fact in known and (fact in last_turn or fact in _named_in(reading.text))
        )
    return named if _TAKES_BACK.search(reading.text) else ()


def _named_in(text: str) -> tuple[str, ...]:
    """The facts of an operation, where ``text`` speaks of one."""
    return _OPERATED if re.search(r"\b(?:replac\w*|operat\w*|surgery|new (?:hip|joint))\b", text) else ()


def _retract(
    reading: Reading, stated: Mapping[str, Any], known: Mapping[str, Any], taken_back: tuple[str, ...]
) -> dict[str, Any]:
    """``stated`` with the facts taken back turned to not so, unless the message says what is so."""
    replaced = {
        k: v
        for k, v in stated.items()
        if k not in taken_back or k in ("chronic", "over_two_weeks", "pain_score")
    }
    for fact in taken_back:
        if fact in known and fact not in replaced:
            if fact == "hip_replacement":
                replaced[fact] = "other_person" if _THE_OTHER.search(reading.text) else "negated"
            elif isinstance(known[fact], bool):
                replaced[fact] = False
    return replaced


def _merge(
    stated: Mapping[str, Any], known: Mapping[str, Any], asked: str | None, *, corrects: bool
) -> dict[str, Any]:
    """The stated facts that may be set: what is known is only lowered by a correction."""
    merged: dict[str, Any] = {}
    for fact, value in stated.items():
        held = known.get(fact)
        if held is not None and not corrects and fact != asked:
            if held is True and value is False:
                continue
            if fact == "hip_replacement" and _REPLACEMENT_RANK[str(value)] < _REPLACEMENT_RANK[str(held)]:
                continue
            if fact == "pain_score" and float(value) < float(held) and float(held) >= 6:
                continue
        merged[fact] = value
    if merged.get("chronic") is True and known.get("over_two_weeks") is None:
        merged.pop("over_two_weeks", None)
    return merged
