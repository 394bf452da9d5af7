"""Clinical facts in a message: which are mentioned, and how each is asserted.

``extract`` is the whole of it: normalised text in, mentions out. No Rasa here; the graph component
around it is in ``components.py``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot.advice.content import content
from bot.understanding.assertion import Assertion, Experiencers, assertion_rules
from bot.understanding.durations import CHRONIC_DAYS, TWO_WEEKS_DAYS, durations
from bot.understanding.matters import goes_on
from bot.understanding.rule_files import read_rules, rules_path
from bot.understanding.sentences import Span, adds_to_an_answer, asks, parse, sentences
from bot.understanding.topics import mentions_elsewhere

Value = bool | float | str


@dataclass(frozen=True)
class Mention:
    """One fact in the text: its value were it affirmed, how it is asserted, and where it stands."""

    fact: str
    value: Value
    assertion: Assertion
    start: int
    end: int


class FactPatterns:
    """The compiled patterns of ``rules/facts.yml``, macros filled in."""

    def __init__(self) -> None:
        raw = read_rules("facts")
        macros: dict[str, str] = raw["macros"]
        unknown = set(raw["facts"]) - set(content().facts)
        if unknown:
            raise ValueError(f"{rules_path('facts')}: not in content/facts.yml: {', '.join(sorted(unknown))}")

        def fill(pattern: str) -> re.Pattern[str]:
            for name, text in macros.items():
                pattern = pattern.replace("{" + name + "}", text)
            return re.compile(pattern)

        self.by_fact = {fact: [fill(p) for p in patterns] for fact, patterns in raw["facts"].items()}


@lru_cache(maxsize=1)
def fact_patterns() -> FactPatterns:
    """The patterns of this process."""
    return FactPatterns()


def extract(text: str, today: date, asked: str | None = None) -> list[Mention]:
    """The facts that ``text`` (normalised) mentions, in order.

    ``asked`` is the safety question just put; short answers ("yes", "about 7", "2 years") are read in
    its light.
    """
    who = assertion_rules().experiencers(text)
    found: list[Mention] = []
    for sentence in sentences(parse(text)):
        told = _pattern_facts(sentence, who)
        told += _replacement(sentence, text, who)
        told += _able_to_stand(sentence, who)
        told += _age(sentence, text, who)
        told += _pain_score(sentence, who)
        told += _cannot_be_pregnant(sentence)
        told += _duration(sentence, text, today, who, asked)
        found += _healed(told, sentence, today)
    found = of_a_replaced_hip(_of_the_hip(found + _since_an_age(text), text))
    if asked:
        answered = _short_answer(text, asked, found)
        # what is told in answer to the question counts before what is told besides
        found = [m for m in found if m.fact not in {a.fact for a in answered}] + answered
    return sorted(_settle(found, text), key=lambda m: m.start)


#: Signs of an injury, which one of long ago no longer are.
_OF_AN_INJURY = frozenset({"injury", "major_injury", "broken_bone", "hip_pop"})
#: "a new hip after a fall", "screws in it from a crash": the injury that the operation was for.
_OPERATED_FOR_IT = re.compile(
    r"\b(?:replac\w+|new hip|plates?|screws?|screwed|pins?|pinned|nails?|nailed|rods?|metalwork|hemi\w*|operat\w+"
    r"|surgery)\b[^.;!?]{0,30}\b(?:after|from|following|since|due to|because of|when)\b[^.;!?]{0,30}$"
)
#: "after I broke my hip they put half a new one in"
_OPERATED_AFTER_IT = re.compile(
    r"[^.;!?]{0,50}?\b(?:they|surgeons?|hospital|doctors?)(?:'ve| have)? (?:\w+ )?(?:put (?:\w+ ){0,3}?(?:new|half"
    r"|pins?|plates?|screws?|rods?|nails?|prosthe\w+)|fitted|gave (?:me|him|her) (?:\w+ ){0,2}(?:hip|replacement|joint)"
    r"|replaced (?:it|them|the|my)|pinned|plated|screwed|operated)\b"
)
#: "broke it as a lad", "in 2014"
_LONG_AGO = re.compile(
    r"\b(?:as a (?:lad|child|kid|boy|girl|lass|teen\w*|youngster|young (?:man|woman))|when i was (?:\d+|young|little"
    r"|small|a |at school|in my)|years ago|(?:back )?in '[0-9]\d\b|in my (?:teens|twenties|thirties|forties|fifties"
    r"|sixties)|(?:(?:in|back in|since) )?(?P<year>(?:19|20)\d\d))\b"
)
#: What happened again, or only now, is not healed.
_HAPPENED_LATELY = re.compile(
    r"\b(?:today|tonight|yesterday|this (?:morning|afternoon|evening|week)|last (?:night|week)|(?:mon|tues|wednes|thurs"
    r"|fri|satur|sun)day|weekend|just now|just fell|again|(?:hours?|days?|weeks?) ago)\b"
)
#: "for two years" is how long it hurts, and no day on which somebody fell; "two years ago" is.
_AMOUNT = re.compile(
    r"(?!(?:ever )?since\b).*\b(?:days?|weeks?|months?|years?|decades?|ages|forever|time|now)"
)


def _healed(mentions: Sequence[Mention], sentence: Span, today: date) -> list[Mention]:
    """``mentions`` in ``sentence``, those of an injury as past that was long ago, or that an operation was for.

    A long pain and a fall in one sentence are not enough: the time must be that of the fall.
    """
    text = sentence.text
    if _HAPPENED_LATELY.search(text):
        return list(mentions)
    times = [
        (m.start(), m.end())
        for m in _LONG_AGO.finditer(text)
        if m["year"] is None or int(m["year"]) < today.year
    ]
    for told in mentions:
        if told.fact == "chronic" and told.value is True and told.assertion is Assertion.affirmed:
            begin, end = told.start - sentence.start, told.end - sentence.start
            if not _AMOUNT.fullmatch(text, begin, end) or re.match(r" (?:ago|back)\b", text[end:]):
                times.append((begin, end))
    return [
        replace(m, assertion=Assertion.past)
        if m.fact in _OF_AN_INJURY
        and m.assertion is Assertion.affirmed
        and _is_old(text, m.start - sentence.start, m.end - sentence.start, times)
        else m
        for m in mentions
    ]


def _is_old(text: str, start: int, end: int, times: Sequence[tuple[int, int]]) -> bool:
    """Whether the injury at ``text[start:end]`` was at one of ``times``, long ago, or is what an operation was for."""
    if _OPERATED_FOR_IT.search(text[:end]) or _OPERATED_AFTER_IT.match(text[end:]):
        return True
    for begin, stop in times:
        if stop <= start:
            of_it = (
                re.fullmatch(r",? ?(?:when )?(?:i |he |she |a |car |bike |road )*", text[stop:start])
                is not None
            )
        else:
            of_it = not re.search(r"[,;]| and | but ", text[end:begin])
        if of_it:
            return True
    return False


def _pattern_facts(sentence: Span, who: Experiencers) -> list[Mention]:
    rules = assertion_rules()
    facts = content().facts
    found = []
    for fact, patterns in fact_patterns().by_fact.items():
        for pattern in patterns:
            for match in pattern.finditer(sentence.text):
                if fact == "replacement_loose" and (
                    _ANOTHER_JOINT_BEFORE.search(sentence.text[: match.start()])
                    or _other_part_is_sore(sentence.text, pattern)
                ):
                    continue
                if fact == "under_16" and (
                    _IN_PASSING.search(sentence.text[: match.start()] + " ")
                    or _only_named(sentence.text, who)
                    or _dates_by_a_child(sentence.text[: match.start()], who)
                ):
                    continue
                if fact == "hip_pop" and mentions_elsewhere(
                    _NEW_CLAUSE.split(sentence.text[: match.start()])[-1]
                ):
                    continue  # "my neck cracks when I turn my head"
                if fact == "cancer_history" and (
                    _FEARS_IT.search(sentence.text[: match.end()])
                    or _BUT_NOT_I.match(sentence.text[match.end() :])
                ):
                    continue
                if (
                    fact == "hot_swollen"
                    and _CALF.search(sentence.text)
                    and not _AT_THE_HIP.search(match.group())
                ):
                    continue
                assertion = rules.of(sentence.text, match.start(), match.end(), who, acute=facts[fact].acute)
                if assertion is Assertion.past and fact in _ALWAYS_HISTORY:
                    assertion = Assertion.affirmed
                if (
                    fact in _MAY_BE_OF_OLD
                    and _OF_OLD.search(sentence.text)
                    and not _OF_LATE.search(sentence.text)
                ):
                    assertion = Assertion.past
                if fact == "hip_surgery" and _HAD_NONE.match(match.group()):
                    assertion = Assertion.negated
                elif fact == "hip_surgery" and assertion is Assertion.negated:
                    # "no, never replaced, they put screws in my hip": what is denied ends at the comma
                    clause = sentence.text[: match.end()].rpartition(",")[2]
                    if not rules.denies(clause):
                        assertion = Assertion.affirmed
                if assertion is Assertion.affirmed and _OF_THE_DEAD.search(sentence.text[: match.start()]):
                    assertion = Assertion.other_person
                of_oneself = re.search(r"\b(?:i|i'm|me|my|myself)\b", match.group())
                if fact == "injury" and assertion is Assertion.other_person and of_oneself:
                    assertion = Assertion.affirmed  # "the dog pulled me over"
                if (
                    fact in _LIFE_AT_RISK
                    and (
                        assertion is Assertion.hypothetical
                        or (assertion is Assertion.other_person and of_oneself)
                    )
                    and not rules.is_idiom(sentence.text)
                ):
                    assertion = Assertion.affirmed
                found.append(
                    Mention(
                        fact, True, assertion, sentence.start + match.start(), sentence.start + match.end()
                    )
                )
    return found


#: What hurts beside a replaced hip: the other one, the back.
_ANOTHER_PART = re.compile(
    r"\b(?:(?:other|opposite) (?:hip|one|side|leg|joint)|(?:it's|but|my|the) (?:just |only |\w+ )?(?:back|knees?"
    r"|shoulders?|neck|ankles?|foot|feet))\b"
)
_SIDE = re.compile(r"\b(?:left|right)\b(?! (?:now|away|as|after|before))")
_PART_OF_SENTENCE = re.compile(r"[^,;]+?(?=[,;]| (?:but|and|while|whereas|so|it's) |$)")
_REPLACED = re.compile(
    r"\b(?:replac\w*|new|artificial|metal|prosthe\w+|implant|titanium|ceramic|revision|operat\w+|done)\b"
)


def _other_part_is_sore(sentence: str, pattern: re.Pattern[str]) -> bool:
    """Whether nothing matches ``pattern`` once what is told of another part than the replaced hip is left out."""

    parts = [part.group() for part in _PART_OF_SENTENCE.finditer(sentence)]
    sides = {side for part in parts if _REPLACED.search(part) for side in _SIDE.findall(part)}

    def told(part: re.Match[str]) -> str:
        another = _ANOTHER_PART.search(part.group()) or (
            len(sides) == 1 and set(_SIDE.findall(part.group())) - sides
        )
        return " " * len(part.group()) if another and not _REPLACED.search(part.group()) else part.group()

    return not pattern.search(_PART_OF_SENTENCE.sub(told, sentence))


#: "my sister had cancer, but I never did"
_BUT_NOT_I = re.compile(
    r"[^.;!?]{0,20}\bbut (?:not (?:me|him|her|us)\b|(?:i|i've|he|she) (?:never|haven't|hasn't|didn't|don't)\b)"
)
#: To fear a cancer is not to have had one.
_FEARS_IT = re.compile(
    r"\b(?:(?:is|could|can|might|may|would|does) (?:it|this|that|my (?:\w+ )?(?:hip|pain|groin))(?: \w+){0,3}?|(?:do"
    r"|have|could|can|might) i(?:'ve| have| (?:\w+ )?(?:got|get|have))(?: \w+){0,2}?|(?:scared|worried|afraid|terrified"
    r"|frightened|fear|convinced|panick\w*|wonder\w*|think\w*|hope|paranoid)(?: \w+){0,2}? (?:it's|it is|this is|that's"
    r"|it might be|it could be|it may be|i have|i've got|i might have|of|about)(?: \w+){0,2}?|rul(?:e|ed"
    r"|ing) out) (?:\w+ )?(?:cancer\w*|tumou?rs?|leuk\w*|sarcoma|myeloma|lymphoma)$"
)
#: Signs that are an alarm when new, and no news when they have been there for years.
_MAY_BE_OF_OLD = frozenset({"confusion", "breathless", "bladder_bowel_change"})
_OF_OLD = re.compile(
    r"\b(?:always|for (?:\w+ )?(?:years|decades)|years ago|since (?:my|the) (?:kids|children|births?)|dementia"
    r"|alzheimer\w*|as usual|nothing new|not new|copd|emphysema|just unfit|i'm unfit|than usual|normal for (?:me|him"
    r"|her))\b"
)
_OF_LATE = re.compile(
    r"\b(?:worse\w*|now|today|tonight|yesterday|since (?:this|last|mon|tues|wednes|thurs|fri|satur|sun)\w*|sudden\w*"
    r"|all of a sudden|new(?:ly)?(?! about)|never (?:had|before)|started|began|this (?:week|morning)|"
    r"(?<!not )more (?:confused|muddled|breathless))\b(?! and (?:then|again))"
)
#: Swollen is the calf, not the hip.
_CALF = re.compile(r"\b(?:calf|calves|ankles?|shins?|lower leg)\b")
_AT_THE_HIP = re.compile(r"\b(?:hips?|groin|joint|thigh|buttock)\b")
#: Facts that are history by nature: that they lie in the past does not make them untrue.
_ALWAYS_HISTORY = frozenset(
    {"cancer_history", "avn_risk", "hip_surgery", "fragile_bones", "late_period", "runner"}
)

_HAD_NONE = re.compile(
    r"(?:had|did) (?:no|not any|never any) (?:\w+ )?(?:hip|surgery|operation|procedure|keyhole|arthroscopy)\b"
)
#: Nobody asks for somebody who has died: "my aunt died of cancer"
_OF_THE_DEAD = re.compile(
    r"\b(?:died|dead|passed (?:away|on)|(?:my|our|her|his) late \w+|lost (?:my|our|her|his) \w+)\b(?!.*\b(?:i|i'm|i've"
    r"|i'd|me|now)\b)[^.;!?]{0,40}$"
)

#: Asking "what is the point of living" is a cry for help, not a supposition.
_LIFE_AT_RISK = frozenset({"suicidal", "overdose"})

_ABLE = re.compile(
    r"\b(?:i|he|she|we|they|i'm|he's|she's) (?:can|could|am able to|is able to|able to) (?:still |now |actually "
    r"|just about |indeed )?"
    r"(?:stand|walk|put (?:my |his |her )?(?:full )?weight|take (?:my |his |her )?weight)\b(?! (?:only|far))"
)


#: The same in a list: "no falls, can walk fine, 2 weeks". What was denied before the comma denies nothing here.
_ABLE_IN_A_LIST = re.compile(
    r"(?:^|[,;] ?|, ?and )(?P<able>can (?:still |now |also )?(?:walk|stand|weight bear)(?: and (?:walk"
    r"|stand))?(?: (?:fine|ok|okay|normally|well|on it))*|(?:i'm )?walking (?:fine|ok|okay|normally|well|about"
    r"|as usual)(?: (?:fine|ok|okay|normally|on it))*)(?= *(?:[,.;!]|$))"
)


def _able_to_stand(sentence: Span, who: Experiencers) -> list[Mention]:
    """ "I can walk on it": that the leg takes weight."""
    rules = assertion_rules()
    return [
        _at(sentence, match, "cannot_weight_bear", False, Assertion.affirmed)
        for match in _ABLE.finditer(sentence.text)
        if rules.of(sentence.text, match.start(), match.end(), who, acute=True) is Assertion.affirmed
    ] + [
        _at(sentence, match, "cannot_weight_bear", False, Assertion.affirmed)
        for match in _ABLE_IN_A_LIST.finditer(sentence.text)
        if not who.distant
    ]


#: Who says to be a man, of the writer only.
_A_MAN = re.compile(
    r"\bi'm (?:an? )?(?:\w+ )??(?:\d+[- ]?(?:years?|yrs?|yo|y/o)?[- ]?(?:old)? )?(?:man|male|bloke|guy|fella|gent"
    r"|gentleman|chap)\b(?! (?:with|in|and) (?:a )?pregnan)"
    r"|^(?:me|myself|i'm|just me)?[, ]*\d\d(?: ?(?:yo|y/o|yrs?|years?)(?: old)?)?[, ]+(?:(?:and|i'm|an?) )*(?:man|male"
    r"|bloke|guy|fella|gent|gentleman|chap)\b|\bi'm \d\d(?: years old)?,? and (?:(?:i'm|an?) )*(?:man|male|bloke|guy"
    r"|fella|gent|gentleman|chap)\b"
    r"|(?:^|[,.;] ?)(?:male|man),? (?:of |aged? )?\d\d\b|\b\d\d(?: ?(?:yo|y/o|yrs?|years?)(?: old)?)?[, ]+(?:male"
    r"|man)\b|\bas a (?:man|bloke|guy)\b"
)


#: Nor is somebody who laughs at the question.
_HARDLY = re.compile(
    r"\b(?:hardly|(?:far |much )?too old to be|can't be|couldn't be|no chance of being|no way i'm"
    r"|not likely to be) (?:going to be )?pregnant\b"
)
#: Past the age of it, or without a womb; told, not asked.
_PAST_IT = re.compile(
    r"\b(?:(?:after|past|since|through|over|finished|had|gone through) (?:the |my |her )?menopause|post[- ]?menopausal"
    r"|(?:had|after|since) (?:an? |my |her )?(?:\w+ )?hysterectomy|womb (?:removed|taken out))\b"
)


def _cannot_be_pregnant(sentence: Span) -> list[Mention]:
    """ "I'm a man of 40": that there is no pregnancy to ask about."""
    return [
        _at(sentence, match, "pregnant", False, Assertion.affirmed)
        for match in [
            *_A_MAN.finditer(sentence.text),
            *_HARDLY.finditer(sentence.text),
            *([] if asks(sentence.text) else _PAST_IT.finditer(sentence.text)),
        ]
    ]


# ------------------------------------------------------------------ hip replacement

_REPLACEMENT = re.compile(
    r"\b(?:(?:total |partial |full |half |bilateral |double |left |right |both )*hips? (?:joints? )?(?:replac\w+"
    r"|resurfac\w+|arthroplast\w+|prosthe\w+|implants?|revision|(?:was|were|been|being|are|is|got|get|getting|had|all"
    r"|has been) (?:\w+ )?(?:replaced?|redone|swapped|done))"
    r"|replac\w+ (?:of )?(?:my |the |a |his |her |both |left |right |(?:mum|mam|mom|dad|nan|gran|granny|grandad|grandma"
    r"|husband|wife|mother|father)'s )*hips?\b(?! (?:appointment|class|clinic|scan|x-?ray|physio|session|brace|belt"
    r"|exercises?|stretch\w*|routine|pillow|cushion))|replaced (?!not)(?:\w+ ){0,2}hips?\b(?! (?:appointment|class"
    r"|clinic|scan|x-?ray|physio|session|brace|belt|exercises?|stretch\w*|routine|pillow|cushion))|(?:replacement"
    r"|prosthesis|prosthetic|implant)s? (?:\w+ ){0,3}?(?:in|of|for|on) (?:\w+ ){0,2}?hips?"
    r"|swap\w* (?:out )?(?:my|the|his|her|this) (?:\w+ )?hips?\b(?! (?:exercis|stretch|flexor|brace))"
    r"|both (?:of )?mine (?:are|were|have been|got) (?:replaced|done|metal|artificial)\b|one real(?: hip)?(?:,? and|,)? one (?:fake|metal|false|artificial|plastic|titanium)\b"
    r"|hips? (?:\w+ ){0,3}?(?:replaced|resurfaced)\b|(?:they|he|she|surgeon|hospital|royal|nhs) (?:\w+ )?replaced (?:my"
    r"|the) (?:left|right|bad|other|worst) one\b"
    r"|(?:artificial|metal|titanium|prosthetic|ceramic|plastic|bionic|fake|replacement|man[- ]?made|steel|tin|false"
    r"|robot|robotic|second|third) hips?\b(?! (?:pain|brace|opinion|flask))"
    # the makes that people know theirs by
    r"|(?:un)?cemented hips?\b|both replaced\b|new one (?:next (?:week|month|year|spring|summer|autumn|winter)|booked|due)\b|(?:birmingham|exeter|charnley|furlong|corail|stryker|depuy|zimmer) hips?\b(?! (?:pain|clinic|unit|centre|center"
    r"|surgeon|specialist|hospital|school|team|exercise))"
    r"|(?:my |a |the |his |her |your |these |got |two |2 |second |brand |with )(?:brand |whole )?new (?:left |right "
    r"|second )?hips?\b(?! (?:pain|ache|problem|trouble|symptom|niggle|injury|issue|question|twinge|exercise|flask"
    r"|brace|belt|strap|support|stretch|routine|opener))|\bnew hips? (?:\d|in|since|last|on|put|fitted|done|two|three"
    r"|a)|^new hips?\b(?! (?:pain|ache|problem|trouble|symptom|niggle|injury|issue|question|twinge))"
    r"|(?:hemi)?arthroplast\w+|resurfac(?:ing|ed)\b|\bthrs?\b|(?:my|his|her|the) replaced (?:one|side|joint)\b|(?:idea"
    r"|thought|prospect|talk) of (?:replacing|changing) (?:it|them|mine|my hip)\b|hip job|(?:isn't|is not|not"
    r"|wasn't) the (?:one|hip) i was born with|(?:want(?:s|ed)?|offer\w*|plan\w*|going|need(?:s|ed)?|propos\w*|have"
    r"|hav(?:e|ing)) to replace (?:it|mine|them)\b|total hip|half (?:a )?hip\b|revision hip\b|endoprosthe\w+|(?:second"
    r"|first|third|last|latest) prosthesis\b|\bhemi\b(?! (?:head|facial|skull))|(?:new |artificial )ball and socket"
    r"|ball[- ]and[- ]socket (?:joint )?(?:was |were |been )?(?:put in|replaced|swapped|changed|renewed)|(?:^"
    r"|, ?)(?:my |the )?(?:left|right|both) hips? done\b|(?:titanium|metal|ceramic|artificial|tin) (?:one|joint|job"
    r"|jobbie|version)s?\b|\bmine(?:'s| is| are) (?:an? )?(?:metal|titanium|ceramic|plastic|steel|artificial|false|fake"
    r"|prosthetic)\b|(?:^|i'm |am |been )bionic\b(?! (?:man|woman|ear|eye))|hips? (?:are|is|'re) (?:both )?(?:metal"
    r"|titanium|artificial|replaced|ceramic|prosthetic|false)|\btha\b"
    r"|(?:had|got|getting|get|having|have) (?:my |me |the |a |both |his |her |left |right |second |other "
    r"|one )*hips? (?:done|redone|op done|replaced|swapped(?: out)?|changed)|both hips done|hips? (?:was|were"
    r"|been) done"
    r"|revision (?:hip )?(?:surgery|op|operation)|revision of (?:my|the) hip|metal[- ]on[- ]metal|hip (?:number (?:one"
    r"|two|1|2) )?(?:is|'s) (?:metal|titanium|artificial|ceramic|plastic|bionic|prosthetic|false|fake|not (?:my own"
    r"|real))|replacement (?:feels|clicks|is|was|op)|(?:my|a|his|her|the) (?:replacement|thr|prosthesis)\b"
    r"(?! (?:lens\w*|knees?|shoulders?|elbows?|ankles?|valves?|teeth|tooth|crowns?|bus\w*|trains?|parts?|phone|card"
    r"|batter\w+|service|therapy|hormones?|windows?|boiler|mattress|shoes?|teacher|driver|bulb|key|pump|filter)\b))"
)
_NOT_REPLACED = re.compile(
    r"\b(?:(?:turned down|declined|said no to|refused) (?:the |a |my )?(?:new hip|hip replacement|replacement)\b"
    r"|hips? no\b(?= *(?:$|[.,!;]))|hips are (?:all |both )?(?:natural|real|original)\b"
    r"|(?:didn't|never|wouldn't|won't|refused to) replace (?:the hip|my hip)\b"
    r"|(?:don't|doesn't|didn't|won't) need (?:an? |my |the |her |his )?(?:new hip|hips? replac\w+)\b"
    r"|(?:thr|tha|replacement|new hip)\b[^.;!?]{0,20}\b(?:i|he|she)(?:'ve|'s)? "
    r"(?:haven't|hasn't|don't|doesn't|never|didn't|not) (?:had|have|got) one\b"
    r"|(?:original|own|factory|natural) parts\b|no replacements? (?:here|for me|yet\b(?! date)|or)|nothing (?:was "
    r"|got |has been )?(?:replaced|swapped)|(?<!for my )(?<!about my )(?<!of my )(?<!with my )(?<!to my )(?<!one )(?!own hips?(?:'s| is| are)? (?:now )?(?:ach|sore|hurt|stiff|pain|bad|giv))(?:own|original|natural|real|factory|god[- ]given) hips?\b(?! (?:is|was"
    r"|went|are|were) (?:in|gone|out|history|long gone|replaced|worn))|(?:replacement|new hip),? (?:and |but "
    r"|which )?(?:i|he|she) (?:did not|didn't|haven't|hasn't|never)\b|hips? (?:are|is) (?:my|all my|both my) own"
    r"|hips? (?:are|is) (?:still )?(?:original|natural|all mine)|"
    r"never (?:\w+ )?(?:been operated|had (?:\w+ )?(?:surgery|an? operation|anything (?:done|replaced)|it (?:done"
    r"|replaced)|them (?:done|replaced)))|(?:didn't|never|haven't) (?:make|made|do|have|had|get) (?:any|an"
    r"|a) (?:hip )?(?:operation|surgery)|(?:don't|doesn't) have (?:a |an |any |the )?(?:prosthes\w+|implants?)"
    r"|replaced,? not (?:my|the) hip|(?:pinned|screwed|plated|fixed|nailed)\b[^.;]{0,20}\bnot replaced|not (?:my"
    r"|the) hip that was replaced|no (?:surgery|operations?|surgeries|implants?|metalwork)(?! (?:date|yet))|not (?:had"
    r"|been) (?:\w+ )?(?:operated|surgery|an? operation)|never had surgery|haven't had (?:\w+ )?(?:surgery"
    r"|an? operation))"
)
#: The same of "it" and "mine", where the sentence names the hip or who operates on it: other things are replaced as well.
_NOT_REPLACED_IT = re.compile(
    r"\b(?:it (?:wasn't|hasn't been|isn't) replaced|(?:didn't|never|wouldn't|won't|refused to) replace (?:it|them|mine)"
    r"|(?:don't|doesn't|didn't|won't) need (?:(?:it|them|mine|an?) )?replac\w+)\b"
)
_OF_A_HIP = re.compile(r"\b(?:hips?|surgeons?|consultants?)\b")
#: A replacement, where the sentence names the hip: "my car is old, new one next spring".
_REPLACED_IT = re.compile(r"(?:both replaced|new one)\b")
_CONSIDERING = re.compile(
    r"\b(?:looks? likely|on the cards|not keen|weighing|is (?:in|on) (?:january|february|march|april|may|june|july|august|september"
    r"|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day|the \d)|to talk about|wait (?:\w+ ){0,2}?for|see(?:ing)? (?:the |a |my |his |her )?(?:surgeon|consultant|specialist) (?:\w+ ){0,3}?about"
    r"|(?:do|shall) i (?:have|get)|(?:surgeon|consultant|doctor|hospital)(?:'s| is| are)? keen to|if i (?:went|go|did|had|have|get|got|do|choose|opt)|(?:would|'d) (?:like|love|prefer) to|keen to|hold off"
    r"|refus\w*|op date|date for|weighing up|deciding|going private|undecided|on the (?:waiting )?list|need(?:s|ed"
    r"|ing)?|might|(?<!in )(?<!last )(?<!since )(?<!this )may\b(?! (?:(?:19|20)\d\d|last year))|want(?:s|ed)?|will|i'll|offered|booked|waiting"
    r"|wait(?:ing)? list|considering|thinking (?:of|about)|due|before (?:my|the|a|his|her|having)|going to|gonna"
    r"|should (?:i|he|she)(?:'ve| (?:\w+ ){0,2}?(?:have|get|go|opt|choose|let|wait|hold))\b|"
    r"before they|until they|till they|facing|put(?:ting)? off|avoid\w*|delay\w*|recommend\w*|suggest\w*|candidate"
    r"|scheduled|talk(?:s|ed|ing)? (?:about|of)|(?:is|are|'s|keeps|started|now|been) talking|mention\w*|advis\w*"
    r"|propos\w*|not decided|haven't decided|down to (?:have|get)|doing my|planned|upcoming|next (?:week|month|year"
    r"|spring|summer)|on the \d|told (?:me )?(?:i|she|he)(?:'ll)? need\w*|haven't said yes|(?<!after )"
    r"(?<!since )having (?:a|my|his|her)|assessed|torn between|going (?:in )?for|"
    r"getting (?:a|my|his|her)|to have (?:a|my)|prehab|pre[- ]?op|ready for|too (?:young|old) for|instead of"
    r"|rather than|list for|down for|pencilled|in for (?:a|my)|up for|"
    r"(?:put|putting) (?:me|him|her|us|them) forward|cancel\w*|postpon\w*|reschedul\w*|put back|pushed back|new date"
    r"|no date|(?:pre-?)assessment|(?:gets|get|be|being) (?:it |them )?replaced|(?:surgeons?|consultant|doctors?|gp"
    r"|specialist|hospital|they) (?:all )?(?:says?|said|reckons?|thinks?|(?:are|is|'s|were|was|going) on (?:now )?about"
    r"|now on about)|mutter\w*|float(?:ed|ing)|hint\w*|threaten\w*|brought up|rais(?:ed|ing)|(?:best|only|last"
    r"|next) (?:option|resort|step|choice|hope)|rather not|not yet|any ?time soon|(?:just|finally) get (?:the|a|my))\b"
)
#: "how long will my ceramic hip last": it is there.
_HAS_IT = re.compile(
    r"\bmy (?:artificial|metal|titanium|ceramic|prosthetic|replaced|false|fake|plastic) hips?\b"
)
#: What comes after a time to come: "her replacement is in August, can she walk till then?"
_UNTIL_THEN = re.compile(r"\b(?:until|till|before) then\b|\bmeantime\b|\bmeanwhile\b|\bbefore ?hand\b")
#: A title ("Hip replacement") above a story in which it is still to come.
_TOLD_TO_HAVE_ONE = re.compile(
    r"\b(?:needs?|needed|told|advised|recommend\w*|suggest\w*|should have) (?:\w+ ){0,6}?(?:a |to have "
    r"|an? )?(?:new (?:hip|joint)|replacement|hip replaced)\b"
)
#: "my shoulder replacement was"
_OTHER_JOINT = re.compile(
    r"\b(?:knees?|shoulders?|elbows?|ankles?|valve|hormone|disc|lens|wrist|tooth)(?: \w+)? $"
)
#: "they did my knee, and the replacement is": of the joint named last before it
_ANOTHER_JOINT_BEFORE = re.compile(r"\b(?:knees?|shoulders?|elbows?|ankles?|wrists?)\b(?!.*\bhips?\b)")
_ON_THE_LIST = re.compile(
    r"\b(?:op|operation|surgery) (?:for|to (?:get|have)) (?:an? |my |the )?$|\b(?:(?:an? |got a )date for"
    r"|pencilled (?:me |him |her )?in for|fix(?:ing|in'?) to (?:get|have)|straight for|in line for) (?:an? |my |the "
    r"|full |total )*$|\b(?:waiting list|wait ?list|on the list|waiting|booked in|date|referred) (?:to have|for"
    r"|of) (?:\w+ ){0,3}$"
)
#: Whatever stands behind it: "it'll end in a replacement like my brother, who had his at 50".
_STILL_TO_COME = re.compile(
    r"\b(?:if (?:i|he|she) (?:ever )?(?:had|have|needs?|needed|got|get|was|were)(?: to (?:have|get|need))?(?: having)?"
    r"|mention\w*|discuss\w*|talk\w* (?:about|of)|end(?:ing|s)?(?: up)? (?:in|with|needing|having)|needs?|needing"
    r"|avoid\w*|prevent\w*|without|facing|heading (?:for|towards?)|(?:fear|afraid|scared|frightened|risk"
    r"|chances?) of(?: having| needing)?) (?:an? |another |the )?(?:total |full )?$"
)
_DONE = re.compile(
    r"\b(?:had|got|after|since|ago|in (?:19|20)\d\d|last (?:year|month|week|spring|summer|autumn|winter)|i've (?:had"
    r"|got|a)|have (?:had|a|got|the|two)|with|(?:19|20)\d\d|my (?:replaced|artificial|metal|new|prosthetic)|replaced"
    r"|done|post|recover\w*|weeks|years)\b"
)
#: "was cancelled twice, but I had it in May"
_HAD_IT = re.compile(
    r"\b(?:i|he|she|then|finally) (?:\w+ )?(?:had|got) (?:it|one|mine|them)(?: done)?\b(?! (?:cancel|postpon|put|pushed"
    r"|moved))"
)
#: "is it normal two years after hip replacement": nobody counts who has none.
_COUNTS_SINCE = re.compile(
    r"\b(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|few|couple of) (?:days?|weeks?"
    r"|months?|years?) (?:after|post|since|following|on from|out from|out of)(?:[ -]op\w*)? (?:\w+ ){0,3}$"
)
_WEEKS_OUT = re.compile(
    r"\bi'm (?:\w+ )?(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:days?|weeks?|months?"
    r"|years?) (?:out|post|on)\b"
)
_END_OF_CLAUSE = re.compile(r",? (?:and|so|because) |[;(]|, (?!(?:but|though|not)\b)")
#: "can you do it with a hip replacement? I had mine in spring"
_HAD_MINE = re.compile(
    r"\b(?:hip|replacement|joint|one) like (?:me|i have|i've got)\b|\bboth (?:of )?mine (?:are|were|have been|got) "
    r"(?:replaced|done|metal|artificial)\b"
    r"|\bgot mine\b|\bi(?:'ve| have| do have)? (?:got |have )?one\b(?= *(?:$|[.,!?;]))|\bmine(?:'s| is) \w+ (?:years?|months?|weeks?) old\b"
    r"|\bmine was (?:\w+ ){1,2}(?:years?|months?|weeks?) (?:back|ago)\b"
    r"|\bi(?:'ve)? (?:had|got|have had) (?:mine|one)\b(?! (?:booked|planned|scheduled|cancelled))|\b(?:hips?"
    r"|replacements?|prosthesis|joints?|(?<!sore )(?<!bad )(?<!stiff )(?<!achy )(?<!painful )(?<!dodgy )one) like mine\b"
    r"|\bmine (?:was|were) (?:only |just |back |about )*(?:done|fitted|put in|replaced|in (?:(?:19|20)\d\d|january"
    r"|february|march|april|may|june|july|august|september|october|november|december|the (?:spring|summer|autumn"
    r"|winter))|last (?:week|month|year|spring|summer|autumn|winter)|(?:\d+|an?|two|three|four|five|six|seven|eight"
    r"|nine|ten|twelve) (?:days?|weeks?|months?|years?) ago)\b|\bmine did\b|\bmine(?:'s| is| are) (?:an? )?(?:metal"
    r"|titanium|ceramic|plastic|steel|resurfac\w+|hemi\w*|replacement|artificial|false|fake|birmingham|exeter)\b"
    r"|\bmine(?:'s| is) (?:going on|nearly|about|over|now) (?:\w+teen|\w+ty|ten|eleven|twelve|two|three|four|five|six"
    r"|seven|eight|nine|\d+)\b"
)
#: "hip never replaced"
_DENIED_INSIDE = re.compile(
    r"\bnever\b|\b(?:hasn't|haven't|not|wasn't|weren't) (?:been |yet )*(?:replac\w+|done)\b"
)
_OWN_DENIAL = re.compile(
    r"\b(?:i|i've) (?:don't|haven't|didn't|never|do not|have not|have never|have no)\b[^,;]{0,20}$"
)
#: "everyone asks if I've got a false hip"
_OTHERS_THINK = re.compile(
    r"\b(?:everyone|everybody|people|they|folks?|(?:my|the) \w+) (?:always |keeps? |all )?(?:asks?|asking|thinks?"
    r"|assumes?|reckons?|supposes?|wonders?)\b[^.;!?,]{0,12}\b(?:if|whether|that|i|i've)\b[^.;!?,]{0,20}$"
)
#: Asking whether to have one: "do you think I should get my hip replaced"
_SHOULD_HAVE_ONE = re.compile(
    r"\b(?:should i|i should|do i need|i need|will i|i will|i'll|would i|am i|i'd)\b[^.;!?]{0,50}$"
)
#: "an essay on hip replacement"
_WRITTEN_ABOUT = re.compile(
    r"\b(?:essay|dissertation|thesis|assignment|homework|coursework|article|leaflets?|study|studying|research\w*"
    r"|lecture|documentary|programme|programs?|book) (?:\w+ ){0,3}(?:on|about|into) (?:\w+ ){0,3}$"
)
#: "we see hip replacements every day"
_SEEN_AT_WORK = re.compile(
    r"\b(?:see|do|did|perform\w*|watch\w*|nurs\w+|for|about|of|after) (?:\w+ )?(?:hip )?replacements\b"
)
_GENERIC_REPLACEMENT = re.compile(
    r"^(?:so |and |also |hi |ok |but )?(?:do|does|can|could|would|is|are|what|whats|what's|how|why|which|when|will)\b"
    r"(?!.*\b(?:had|my (?:new|replaced|artificial|metal|titanium|ceramic|prosthetic|false|fake|plastic)|i've|i had|got|since|ago|mine|both replaced|(?:replaced|done|fitted) (?:in|on|last|at|this|(?:19|20)\d\d))\b)"
)
#: "is a heat pad alright on a metal hip", "are knee lifts safe with a THR": who asks that has one.
_ON_ONE = re.compile(
    r"^(?!.*\b(?:people|someone|somebody|anyone|patients|those|person|folks?)\b).*"
    r"\b(?:alright|all right|ok|okay|safe|good|bad|fine|allowed|sensible|dangerous|help\w*)\b.*"
    r"\b(?:on|over|to|with) an? (?:\w+ hip\b|thr\b|hip replacement\b|replacement\b)"
)


def _replacement(sentence: Span, text: str, who: Experiencers) -> list[Mention]:
    rules = assertion_rules()
    found = []
    of_a_hip = _OF_A_HIP.search(sentence.text)
    denials = [*_NOT_REPLACED.finditer(sentence.text)]
    if of_a_hip:
        denials += _NOT_REPLACED_IT.finditer(sentence.text)
    for match in denials:
        scope = rules.of(sentence.text, match.start(), match.start() + 1, who, acute=False)
        if scope is not Assertion.other_person:
            found.append(_at(sentence, match, "hip_replacement", "negated", Assertion.affirmed))
    for match in _REPLACEMENT.finditer(sentence.text):
        # "my hip replacement was fine" denies nothing: what follows is left out
        assertion = rules.of(sentence.text[: match.end()], match.start(), match.end(), who, acute=False)
        before = sentence.text[: match.start()]
        if _OTHER_JOINT.search(before[-25:]) or (
            "hip" not in match.group() and _ANOTHER_JOINT_BEFORE.search(before)
        ):
            continue
        if _OTHERS_THINK.search(before) or (_REPLACED_IT.match(match.group()) and not of_a_hip):
            continue
        around = before[-45:] + match.group() + _END_OF_CLAUSE.split(sentence.text[match.end() :])[0][:25]
        if _SEEN_AT_WORK.search(around) or _WRITTEN_ABOUT.search(before):
            continue
        is_denied = assertion is Assertion.negated or _DENIED_INSIDE.search(match.group())
        if is_denied and _OWN_DENIAL.search(before):
            value = "negated"  # "I don't have a false hip, everyone thinks I do"
        elif _is_other_replacement(sentence.text, match, who, assertion, text) and not _HAD_MINE.search(text):
            value = "other_person"
        elif is_denied:
            value = "negated"
        elif (
            _ON_THE_LIST.search(before[-40:])
            or _STILL_TO_COME.search(before)
            or (
                (
                    (_CONSIDERING.search(around) and not _HAS_IT.search(before[-12:] + match.group()))
                    or (_UNTIL_THEN.search(text) and not _DONE.search(around))
                )
                and not _HAD_IT.search(sentence.text[match.end() :])
                and not re.search(
                    r"\b(?:had|i've had|since|(?<!day )(?<!week )(?<!month )after(?! (?:\w+ ){1,2}(?:years?|months?"
                    r"|weeks?|yrs?) of)|ago|(?:in|from) (?:19|20)\d\d|, ?(?:19|20)\d\d|last (?:year|month|week|spring"
                    r"|summer|autumn|winter)|replaced|went (?:well|fine|ok|okay|great|smoothly))\b",
                    re.sub(
                        r"(?:never|before) had|\b(?:having|have|gets?|getting|be|being) (?:\w+ ){0,3}?(?<!my )(?<!his )"
                        r"(?<!her )replaced",
                        "",
                        around,
                    ),
                )
            )
        ):
            value = "considering"
        elif (
            not _COUNTS_SINCE.search(before)
            and not _WEEKS_OUT.search(text)
            and not _HAD_MINE.search(text)
            and not _ON_ONE.search(sentence.text)
            and not _HAS_IT.search(before[-12:] + match.group())
            and (
                (_GENERIC_REPLACEMENT.match(sentence.text) and not re.search(r"\bmy\b[^,]{0,20}$", before))
                or (assertion is Assertion.hypothetical and not _DONE.search(around))
            )
        ):
            if not _SHOULD_HAVE_ONE.search(before) or _DONE.search(before):
                continue
            value = "considering"
        else:
            value = "own"
        found.append(_at(sentence, match, "hip_replacement", value, Assertion.affirmed))
    denied = [m for m in found if m.value == "negated"]
    own = [
        m for m in found if m.value == "own" and not any(d.start < m.end and m.start < d.end for d in denied)
    ]
    if own and not _DONE.search(sentence.text) and _TOLD_TO_HAVE_ONE.search(text):
        return [replace(m, value="considering") for m in own]
    return own or denied or found


def _is_other_replacement(
    sentence: str, match: re.Match[str], who: Experiencers, assertion: Assertion, text: str
) -> bool:
    rules = assertion_rules()
    before = sentence[: match.start()]
    if _OF_THE_DEAD.search(before):
        return True
    if re.search(r"\bi(?:'ve)? $", before) and re.search(r"\bmy\b", match.group()):
        return False  # "my granddaughter set this up and I had my hip replaced"
    scope = re.split(r"[.;!?]|, (?:i|i'm|i've|my|but|and i)\b|\bbut\b", before)[-1]
    named = rules.experiencers(scope + match.group() + sentence[match.end() : match.end() + 12])
    if named.distant and not re.search(r"\b(?:i|i've|i had|my) (?:\w+ )?$", scope):
        return True
    if re.search(r"\b(?:i|i've|i had|i got|i'm)\b[^,]*$", scope) and not named.close:
        return False
    if named.close or named.distant:
        return who.own or not _asks_for_relative(sentence[match.end() :], sentence, text)
    if who.own and _SOMEBODY_WITH_ONE.search(scope):
        return True
    if re.search(r"\b(?:he|she|his|her|they|he's|she's|who)(?:'s|'d)?\b", scope + match.group()):
        return who.own and (who.close or who.distant)
    return assertion is Assertion.other_person


#: Somebody known by name who does something with theirs: "sam still skis on a metal hip"
_SOMEBODY_WITH_ONE = re.compile(
    r"^(?!.*\b(?:i|i'm|i've|my|me|we|us)\b).*\b(?!(?:it|this|that|hip|leg|one|side|left|right|surgeon|consultant|doctor"
    r"|hospital) )[a-z']+ (?:\w+ly |still |just )?(?:plays?|played|runs?|ran|walks?|dances?|cycles?|skis?|rides|rode"
    r"|swims?|tours?|works?|won|competes?|sings?|performs?|lives?) (?:\w+ ){0,3}?(?:with|on) (?:\w+ ){0,2}$"
)
_DOING_WELL = re.compile(
    r"\b(?:great|fine|well|good|brilliant|happy|no (?:trouble|pain|problems?)|better|like new|thrilled|delighted)\b"
)


_OF_A_RELATIVE = re.compile(
    r"\b(?:my|our) (?=(?:\w+ )?(?:m[aou]m|mother|dad|father|husband|wife|partner|nan|gran\w*|aunt\w*|uncle|sister|brother))"
)
_OF_ONESELF = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|me|my|mine|myself|we|us)\b")
_A_COMPLAINT = re.compile(
    r"\b(?:ach\w+|hurts?|hurting|sore|painful|stiff|swollen|giv\w+ (?:him|her)|limp\w*)\b"
)
#: What is asked about doing is asked for whoever is to do it; about hips at large it is for anybody.
_OF_DOING = re.compile(
    r"\b(?:exercis\w*|stretch\w*|walk\w*|cycl\w*|swim\w*|yoga|safe|ok|okay|alright|allowed|physio|heat|ice|massage|how (?:many|much|often))\b"
)
_OF_HIPS_AT_LARGE = re.compile(
    r"\b(?:signs?|arthritis|x-?rays?|run in|genetic|ordinary|others?|prevent|avoid)\b"
)
#: "would heat help the soreness?", "do you take people like that?": of what was told before, so of the relative
_OF_THEIRS = re.compile(
    r"\b(?:people|folks?|someone|somebody|patients) like (?:that|her|him|this)\b"
    r"|^(?!.*\b(?:i|my|me|mine)\b).*\bthe (?:soreness|pain|ache|aching|stiffness|swelling|scar|limp)\b"
)
#: What is asked of the clinic is for whom the message is about.
_OF_THE_CLINIC = re.compile(
    r"^(?!.*\b(?:i|my|me|mine)\b).*\b(?:hours|open|close|parking|park|address|appointment|book|where are you|located)\b"
)


def _asks_for_relative(after: str, sentence: str, text: str) -> bool:
    """Whether the rest of the message is about the relative: a word for them, or nothing else asked."""
    others = text.replace(sentence, " ", 1)
    # where another sentence asks, it shows for whom
    rest = others if asks(others) else after + " " + others
    if re.search(r"\b(?:he|she|his|her|him|hers|they|them|their|he's|she's|mum|dad|nan|gran)\b", rest):
        return True
    if re.search(r"\b(?:the|his|her) other (?:hip|one|side|leg)\b", rest):
        return True
    if not _OF_ONESELF.search(_OF_A_RELATIVE.sub(" ", text)):
        if _A_COMPLAINT.search(after) and not _DOING_WELL.search(after):
            return True  # "and the groin on that side aches"
        if _OF_DOING.search(rest) and not _OF_HIPS_AT_LARGE.search(rest):
            return True  # "is cycling or walking better?"
    if _OF_THEIRS.search(rest) or _UNTIL_THEN.search(rest) or _OF_THE_CLINIC.search(rest):
        return True
    # "had one in May and is limping, is that normal?" goes on about them; "do you think I will need one?" does not
    if re.match(
        r"[^,;?]*\band (?:is|isn't|has|hasn't|now|still|can't|cannot|keeps|was|gets|feels)\b", after
    ) and not _DOING_WELL.search(after):
        return True
    return "?" not in rest and not re.search(r"\b(?:i|i'll|i'm|what|how|do|does|is|can|should|which)\b", rest)


def _at(sentence: Span, match: re.Match[str], fact: str, value: Value, assertion: Assertion) -> Mention:
    return Mention(fact, value, assertion, sentence.start + match.start(), sentence.start + match.end())


# ------------------------------------------------------------------ age, score, duration

#: After a name, for which "sam" stands (normalise.py), comes the age of its bearer: "I'm Sam, 68."
_AGE = re.compile(
    r"\b(?:(?P<a>\d{1,3})[- ]*(?:years?|yrs?)[- ]*(?:old|young|of age)\b|(?:aged?|age of|turned|turning|i'm|i am|he's"
    r"|she's|he is|she is|(?:son|daughter|lad|lass|boy|girl|mum|dad|mother|father|husband|wife|nan|gran)'s|is|am|at"
    r"|(?:shall|will|'ll) be) (?:now |only |just |about |nearly |almost |still )?(?P<b>\d{1,3})\b(?! ?(?:weeks?|wks?"
    r"|months?|mths?|days?|hours?|hrs?|minutes?|mins?|(?:years?|yrs?)(?! ?-?(?:old|young|of age))|stone|kg|steps|out|/"
    r"|%|miles?|kilos?|times|percent|am|pm|per|st\b|km|met(?:re|er)s?|cm|pounds|quid|mg|degrees|ft|feet|foot|o'?clock"
    r"|seconds?|secs?|reps?|sets|lengths|laps|squats|lunges|exercises|:|\.\d|-\d))"
    r"|(?:^|, ?)(?:fe)?male,? (?:aged? )?(?P<i>\d{1,2})\b(?! (?:weeks|months))|\bturn(?:s)? (?P<j>\d{1,2})\b"
    r"|^(?P<c>\d{1,2})(?: ?(?:yo|y/o|m|f|male|female)\b)|\b(?P<d>\d{1,2})(?: ?(?:yo|y/o|m|f)\b| (?:male|female"
    r"|year old))|(?<!out of )(?<!/)\b(?P<e>\d{2}) (?:odd|now)\b(?! (?:days|weeks|months))|\b(?:m[uao]m|mother|dad|father|husband|wife|nan|gran\w*|aunt\w*|uncle|lady|man|woman|patient),? (?P<k>[1-9]\d) (?:yrs?|years)\b(?! (?:ago|back|of|with))|(?:^|, )(?P<f>\d{2})(?:,"
    r"(?!\d)| and (?:fit|active|healthy))|, (?P<g>[4-9]\d) ?(?:yrs?|years)(?=[,.]|$)"
    r"|\b(?:i'm|i am|this is|it's|name is|name's|here is|here's) sam(?: here)?,? (?:and |aged? "
    r"|i'm )?(?P<h>\d{2})\b(?=[,.;!)]| (?:and|with|from|years|yrs?|my|i|i've)\b|$))"
)
_AGE_WORDS = re.compile(
    r"\b(?:my |a |our )?(?P<w>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen)[- ](?:years?|yrs?)[- ]old\b"
    r"|\b(?:aged|(?:he|she|son|daughter|lad|lass|boy|girl)(?:'s| is)(?: only| just| now)?) (?P<v>five|six|seven|eight"
    r"|nine|ten|eleven|twelve|thirteen|fourteen|fifteen)(?= *(?:$|[,.!?;]| and\b| but\b| now\b))"
)
_TENS = {
    name: 10 * n
    for n, name in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2
    )
}
#: "I'm eighty-three", "turned seventy", "will be sixty-six in May"
_AGE_IN_WORDS = re.compile(
    r"\b(?:aged?|age of|turned|turning|i'm|he's|she's|is|am|at|(?:shall|will|'ll) be) (?:now |only |just |about "
    r"|nearly |almost |still )?"
    rf"(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<ones>one|two|three|four|five|six|seven|eight|nine))?\b"
    r"(?! ?(?:weeks?|months?|days?|hours?|minutes?|(?:years?|yrs?)(?! ?-?(?:old|young|of age))|stone|kg|steps|miles?"
    r"|kilos?|times|per ?cent|pounds?|quid|feet|seconds?|reps?|of\b|to\b|or\b|mg|tablets?|pills?))"
)
_AGE_OF_A_THING = re.compile(
    r"\b(?:when|replacement|hip|since|flat|house|car|dog|cat|new|knee|implant|prosthesis)(?:'s)?(?: \w+)? ?$"
)
_IN_PASSING = re.compile(
    r"\b(?:(?:run\w*|ran|rac\w+) (?:around |about |round )?after|carr(?:y|ied|ying)|lift\w*|hold\w*|pick\w* up|chas\w+"
    r"|play\w* with|look\w* after|birth of|owned|since having|had)\b[^.]{0,30}$"
)
_COMPLAINT = re.compile(
    r"\b(?:hips?|groin|thighs?|legs?|knees?|limp\w*|hobbl\w*|pain\w*|hurt\w*|sore|ach\w+|walk\w*|stand|weight|fell|fall"
    r"|fever|temperature|hot|swollen|refus\w*|cr(?:y|ies|ying))\b"
)


def _only_named(sentence: str, who: Experiencers) -> bool:
    """Whether a child is named in a sentence without any complaint, in a message about the writer's own hip."""
    return who.own and not _COMPLAINT.search(sentence)


#: A child, or the visitor as one, that only says since when: "since I had my first, he's in year 2", "when I was in year 8"
_WHEN_I_WAS = re.compile(r"\bwhen (?:i|we) (?:was|were) (?:\w+ )?$")
_SINCE = re.compile(r"\b(?:since|first (?:went|started|began|came on))\b[^.!?]*$")


def _dates_by_a_child(before: str, who: Experiencers) -> bool:
    """Whether what stands ``before`` a child makes it a date in the visitor's own story."""
    return bool(_WHEN_I_WAS.search(before) or (who.own and _SINCE.search(before)))


_WORD_AGES = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
)


#: "nearly 16", "turning 16": that age is still to come. Also "16 next month".
_NOT_YET = re.compile(r"\b(?:nearly|almost|turning|turns?|(?:shall|will|'ll) be)\b")
_SOON = re.compile(
    r"^ (?:next|soon|tomorrow|in (?:a|an|\d|two|three|january|february|march|april|may|june|july|august|september"
    r"|october|november|december))\b"
)


def _age(sentence: Span, text: str, who: Experiencers) -> list[Mention]:
    rules = assertion_rules()
    found = []
    matches = [(m, int(next(g for g in m.groups() if g))) for m in _AGE.finditer(sentence.text)]
    matches += [(m, _WORD_AGES.index(m["w"] or m["v"])) for m in _AGE_WORDS.finditer(sentence.text)]
    matches += [
        (m, _TENS[m["tens"]] + (_WORD_AGES.index(m["ones"]) if m["ones"] else 0))
        for m in _AGE_IN_WORDS.finditer(sentence.text)
    ]
    for match, age in matches:
        before = sentence.text[: match.start()]
        after = sentence.text[match.end() :]
        if _NOT_YET.search(match.group()) or _SOON.match(after):
            age -= 1
        if rules.is_pets(text) and not re.search(r"\b(?:i'm|i am)\b", match.group()):
            continue  # the pet's
        if _AGE_OF_A_THING.search(before) and not re.search(r"\b(?:my|his|her|hip|hip and) $", before):
            continue
        if re.search(r"\bsince (?:my|our) (?:\w+ )?\w+ (?:was|were) born\b[^.]*$", before):
            continue  # "since my son was born, he's 15 now"
        if re.search(r"\bwhen (?:i was|he was|she was|my|they were)\b[^.]*$", before) or re.match(
            r"^ ?(?:dog|cat|car|replacement|hip(?! (?:pain|ach|hurt|problem|trouble|sore|stiff))|house|horse|pony"
            r"|mattress)",
            after,
        ):
            continue
        inside = sentence.text[max(0, match.start() - 40) : match.end() + 20]
        child_word = re.search(
            r"\b(?:son|daughter|lad|lass|boy|girl|grandson|granddaughter|kid|child|he|she|he's|she's)\b",
            inside,
        )
        if age < 16:
            own = match.group().startswith("am") and (not before.strip() or before.endswith("i "))
            if match.group().startswith(("is", "at", "am")) and not child_word and not own:
                continue
            if _IN_PASSING.search(before) or (child_word and _only_named(sentence.text, who)):
                continue
            if not child_word and _REPLACEMENT.search(text) and not re.search(r"\bi'm|i am\b", match.group()):
                continue  # the new hip's age
            if re.match(r"(?:i'm|i am) \d", match.group()) and age < 8:
                continue
            found.append(_at(sentence, match, "under_16", True, Assertion.affirmed))
        elif age <= 110:
            if child_word and who.own and not re.search(r"\bi'm|i am\b", match.group()):
                continue
            found.append(_at(sentence, match, "under_16", False, Assertion.affirmed))
            found.append(_at(sentence, match, "over_65", age >= 65, Assertion.affirmed))
    return found


_SCORE = re.compile(
    r"\b(?P<a>\d{1,2}(?:\.5)?)(?:\s*(?:-|to|or)\s*(?P<b>\d{1,2}))?\s*(?:/|out of|outta|of|on a scale of|over)\s*(?:10"
    r"|ten)\b"
    r"|\b(?:pain(?:'s)?|score|scale|it's|hurts)(?: [a-z']+){0,3}? (?:a|about|at|around|is|of|like|level) (?:a |about "
    r"|around )?(?<!out of )(?P<c>\d{1,2})(?:\s*(?:-|to|or)\s*(?P<d>\d{1,2}))?\b(?! ?(?:weeks?|months?|days?|years?|out"
    r"|/|hours?|steps?|times|minutes?|miles?|stone|am|pm))"
    r"|\b(?:pain (?:score|level|scale|rating|intensity)|intensity)(?: i'd (?:say|put it at|give it))?(?: is| of"
    r"|:)? *(?P<s>\d{1,2})\b|\b(?:call it|say|give it|rate it|(?:was|it's|is|sits|sitting) at|\b(?:hip|pain)(?:'s"
    r"| is)(?= an? \w+ (?:by|at|on|today|now|most|when|after))|\bmaybe(?= an? \w+(?:[,.;!]| now\b| but\b| today\b| at\b"
    r"|$))) (?:about |around )?(?:a |an )(?P<t>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"(?! ?(?:weeks?|months?|days?|years?|out|/|hours?|steps?|times|minutes?|miles?|stone|am|pm|year|star|of))"
    r"|\bpain (?:is|was|level is|runs at|sits at) (?:\w+ ){0,2}?(?:a |about |at )+(?P<v>one|two|three|four|five|six"
    r"|seven|eight|nine|ten|zero)\b(?! ?(?:weeks?|months?|days?|years?|hours?))"
    r"|\b(?P<w>one|two|three|four|five|six|seven|eight|nine|ten|zero) out of (?:10|ten)\b"
    r"|(?:^|[,.;] ?|\band )pain (?P<l>\d{1,2})(?= *(?:[,.;!]|$))"
)
#: "maybe a 3, but sometimes a 9": of what comes and goes the worst counts.
_FROM_TO = re.compile(
    r"\b(?:an? |about |around |only )(?P<a>\d{1,2})(?:ish)?\b(?! ?(?:weeks?|months?|days?|years?|/|hours?|minutes?"
    r"|mins?|miles?|km|stone|kg|am|pm|year))[^.;!?]{0,30}?"
    r"\b(?:sometimes|at times|occasionally|up to|other times|at (?:its )?worst|at night|on (?:the )?stairs|when|but"
    r"|then)\b[^.;!?\d]{0,25}?\b(?:an? |about |around |to )(?P<b>\d{1,2})(?:ish)?\b"
    r"(?! ?(?:weeks?|months?|days?|years?|/|hours?|minutes?|mins?|miles?|km|stone|kg|am|pm|year))"
)
_OF_PAIN = re.compile(r"\b(?:hurt\w*|pain\w*|ach\w+|sore|score|scale|bad)\b")


#: The ends of the scale, which are not how bad it is: "on a scale of 0 to 10, 3".
_ENDS_OF_SCALE = re.compile(
    r"\b(?:(?:on|from|between) )?(?:(?:a|the) )?(?:scale (?:of|from) )?(?:0|1|zero|one|nought)(?: ?- ?| to | and )(?:10"
    r"|ten)\b"
)
_THE_WORST = re.compile(r"\b(?:out of|outta|of|over) (?:10|ten)\b|\b(?:10|ten) being\b")
_A_SCORE = re.compile(r"\b(?:\d|10|zero|one|two|three|four|five|six|seven|eight|nine|ten)(?:\.5|ish)?\b")


def _without_the_scale(text: str) -> str:
    """``text`` with spaces for the ends of the scale, where a score is told beside them. "It goes from 1 to 10" tells ten."""
    blank = _ENDS_OF_SCALE.sub(lambda match: " " * len(match.group()), text)
    return blank if _A_SCORE.search(blank) else text


def _pain_score(sentence: Span, who: Experiencers) -> list[Mention]:
    rules = assertion_rules()
    found = []
    blank = _without_the_scale(sentence.text)
    scale = "scale" in sentence.text and sentence.text != blank
    sentence = replace(sentence, text=blank)
    scores = [*_SCORE.finditer(sentence.text)]
    if scale and not scores and len(alone := [*_BARE_SCORE.finditer(sentence.text)]) == 1:
        found.append(_at(sentence, alone[0], "pain_score", float(alone[0]["n"]), Assertion.affirmed))
    for match in scores:
        if (
            word := match["w"] or match["v"] or match["t"] or match["s"] or match["l"]
        ) and not word.isdigit():
            score = float(_WORD_AGES.index(word))
        else:
            score = max(float(g) for g in match.group("a", "b", "c", "d", "s", "t", "l") if g)
        settled = rules.of(sentence.text, match.start(), match.end(), who, acute=False)
        past = settled is Assertion.past or re.search(
            r"\b(?:was|were|used to be|had been|yesterday|before|at (?:its|the) worst)\b[^.]*$",
            re.split(r"\bbut\b|\bnow\b|\btoday\b|;", sentence.text[: match.start()])[-1],
        )
        if settled in (Assertion.hypothetical, Assertion.other_person):
            continue
        before = sentence.text[: match.start("l") if match["l"] else match.start()]
        if score <= 10 and not re.search(r"\b(?:not(?! really)|never|isn't|if)\b[^,]{0,20}$", before):
            assertion = (
                Assertion.past
                if settled is Assertion.past
                or (past and re.search(r"\b(?:gone|down to|now|today)\b", sentence.text[match.end() :]))
                else Assertion.affirmed
            )
            found.append(_at(sentence, match, "pain_score", score, assertion))
    if _OF_PAIN.search(sentence.text):
        for match in _FROM_TO.finditer(sentence.text):
            score = max(float(match["a"]), float(match["b"]))
            settled = rules.of(sentence.text, match.start(), match.end(), who, acute=False)
            if score <= 10 and settled is Assertion.affirmed:
                found.append(_at(sentence, match, "pain_score", score, Assertion.affirmed))
    return found


#: Long it was, but it is over.
OVER = r"(?:totally|completely|all|fully|long) (?:gone|better|cleared|healed|settled)|long over|gone now|fine after(?:wards)?|pain[- ]free (?:now|since|again)|been (?:\w+ )?(?:fine|ok|okay|good|great|perfect|all right|alright) (?:ever )?since|(?:is|are) (?:now |all )?(?:finished|over|history|a thing of the past)"
_OVER_BY_NOW = re.compile(
    rf"\b(?:{OVER}|since (?:gone|better|cleared|healed|settled)|before (?:he|she|they) (?:died|passed)|(?:is|it's"
    rf"|are) (?:\w+ )?(?:fine|ok|okay|good|perfect) (?:now|these days|again))\b"
    r"|\b(?:(?:it|that|this|which|pain|ache|trouble) (?:\w+ )?(?:went(?: (?:away|completely|entirely|off|for good)\b"
    r"|(?= *(?:[,.;!]|$)))|cleared up|got better|settled down|healed|passed)|(?<!never )(?<!really )(?<!quite )"
    r"(?<!fully )(?<!properly )went (?:away|for good)|no (?:trouble|pain|problems?|bother) (?:now|since|these days"
    r"|any ?more)|(?:went (?:away|completely)|cleared up|settled|got better|vanished|disappeared)\b.*\b(?:yesterday"
    r"|today|(?:mon|tues|wednes|thurs|fri|satur|sun)day|last (?:night|week)|this (?:morning|week)|(?:days?|weeks?) ago"
    r"|weekend))\b(?!.*\b(?:(?:came|come|comes|coming|is|it's|been|now|went|creep\w*|crept) back|again|return\w*|until"
    r"|till)\b)"
)
_GONE_SINCE = re.compile(
    r"\b(?:(?<!that's )(?<!that is )gone|better|cleared(?: up)?|healed(?: up)?|settled(?: down)?|fine|pain[- ]free"
    r"|quiet|went away|disappeared|vanished) $|\b(?:went|gone) for good\b[^.!?]{0,40}$"
)
#: Owners count in the lives of their pets: "longer than I've had the dog".
_PETS = re.compile(r"\b(?:i've|i) (?:\w+ )?(?:owned|had|got|have had) (?:the|my|our|this) (?:dog|cat)\b")

#: Illnesses that people count the years of.
_ILLNESS = re.compile(
    r"\b(?:dementia|alzheimer'?s?|parkinson'?s?|copd|epilep\w+|depress\w+|anxiety|angina|heart failure|hypertension"
    r"|crohn'?s?|colitis|psoria\w+|lupus|fibromyalgia|glaucoma|tinnitus|vertigo|gout|insomnia)\b"
)
#: Complaints beside the hip's: a long time of theirs is not the hip's where the hip has a shorter one.
_BESIDE_THE_HIP = re.compile(
    r"\b(?:sciatica|backs?|necks?|knees?|shoulders?|ankles?|feet|foot|hands?|gout|fibromyalgia|other (?:side|leg))\b"
)

_NEW_CLAUSE = re.compile(r"[,;]|\b(?:and|but|so|because|as)\b")


#: What else takes time: a wait, a medicine, a pregnancy, a slow errand.
_BEFORE_OTHER_TIME = re.compile(
    r"\b(?:wait(?:s|ed|ing)?(?: \w+)?|(?:takes?|took|taking)(?: (?:me|him|her|us|it))?|(?:been|i'm|was) (?:on"
    r"|taking) (?:\w+ ){1,5}?)(?:for|about|some)? *$"
)
_AFTER_OTHER_TIME = re.compile(
    r"^,? *(?:on (?:the|a) (?:waiting )?list\b|(?:waiting|wait)\b|gone\b(?! by)|along\b|pregnant\b|are (?:better|worse"
    r"|good|bad|fine|ok)\b|to (?:\w+ ){0,2}(?:get|start|go|warm)\b)"
)


_OTHER_PAIN = re.compile(
    r"\b(?:back|neck|shoulder|knee)'s been\b|\b(?:back|neck|shoulder|knee|foot|ankle)s? (?:pain\w*|trouble|problems?|ache|(?:has |have |is "
    r"|was )?(?:been )?(?:\w+ )?(?:bad|sore|gone|dodgy|painful|stiff|hurt\w*))\b"
)


#: What makes a clause one about the hip, or about a time counted otherwise.
_TOLD_OF_THE_HIP = re.compile(
    r"\b(?:hips?|groin|thigh|pain\w*|it|it's|this|hurt\w*|sore|ach\w+|since|longer|than)\b"
)


def _of_something_else(before: str) -> bool:
    """Whether the clause that ends in a duration is about a pet or another illness: "diabetes for years"."""
    what = _NEW_CLAUSE.split(before)[-1]
    if not _TOLD_OF_THE_HIP.search(what):
        what = before  # "I take steroids, and have done for six years"
    if _OTHER_PAIN.search(what) and not re.search(r"\bhips?\b", what):
        return True
    if _TOLD_OF_THE_HIP.search(what):
        return False
    return bool(_PETS.search(what) or _ILLNESS.search(what)) or mentions_elsewhere(what)


def _of_a_relative_once(before: str, after: str, sentence: str, text: str) -> bool:
    """Whether a duration belongs to a relative's story that is over: "my gran suffered with her hips for years"."""
    told = re.search(
        r"\b(?:my|our) (?P<who>[\w-]+)(?: \w+)? (?:had|suffered|lived with|complained)\b", before
    )
    return (
        told is not None
        and told["who"] not in ("hip", "hips", "pain", "groin", "leg", "doctor", "gp", "left", "right")
        and not _asks_for_relative(after, sentence, text)
    )


#: Counted from a relative's day, the pain is still one's own.
_FROM_A_DAY = re.compile(r"(?:ever )?(?:since|from|after|started|began|came on)\b")
_OWN_BEFORE = re.compile(r"\b(?:my (?:\w+ )?(?:hips?|groin|leg|thigh|buttock|side)|i|i've|mine)\b")


_LAST_CLAUSE = re.compile(r"[,;:]| and | but | so ")


#: "why would a hip ache for a year?", "do you see people who have had hip pain for five years": nobody else asks that.
_ASKED_FOR_ONESELF = re.compile(
    r"\b(?:why|what) (?:would|could|might|can|makes?|does) (?:\w+ ){0,3}?a hip (?:to )?(?:ache|hurt|be (?:sore|stiff)|keep)\b"
    r"|\b(?:you|u) (?:see|treat|help|take) (?:people|folks?|someone|anyone|patients)\b.*\bhips?\b"
)


def _duration(sentence: Span, text: str, today: date, who: Experiencers, asked: str | None) -> list[Mention]:
    found = []
    rules = assertion_rules()
    for span in durations(sentence.text, today, text[sentence.end :]):
        assertion = rules.of(sentence.text, span.start, span.end, who, acute=False)
        before, after = sentence.text[: span.start], sentence.text[span.end :]
        if (
            (asked == "pregnant" and not _OF_PAIN.search(sentence.text) and not span.vague)  # "yes, 22 weeks"
            or _of_something_else(before)
            or _BEFORE_OTHER_TIME.search(before + sentence.text[span.start : span.end].partition("for ")[1])
            or _AFTER_OTHER_TIME.match(after)
            or (re.search(r"\blast(?:s|ed)? $", before) and _REPLACEMENT.search(before))
            or _of_a_relative_once(before, after, sentence.text, text)
            or (re.search(r"\b(?:had|got) (?:mine|one) $", before) and _REPLACEMENT.search(text))
        ):
            continue
        if assertion is Assertion.past or _PETS.search(sentence.text[span.start : span.end + 25]):
            assertion = Assertion.affirmed
        clause = _LAST_CLAUSE.split(before)[-1]
        if assertion is Assertion.other_person and re.search(
            r"\b(?:mine|mine's|my own|my hips?|i've)\b", clause
        ):
            assertion = Assertion.affirmed  # "my brother had his done and now mine's been aching for a year"
        if assertion is Assertion.negated:
            denied = re.search(
                r"\b(?:not|isn't|wasn't|hasn't been|haven't been|never) (?:been |for |quite |going on |hurting |aching "
                r"|sore )*$",
                sentence.text[: span.start],
            )
            assertion = Assertion.hypothetical if denied else Assertion.affirmed
        if (
            assertion is Assertion.other_person
            and _FROM_A_DAY.match(sentence.text[span.start : span.end])
            and _OWN_BEFORE.search(before)
            and not (rules.experiencers(before).close or rules.experiencers(before).distant)
        ):
            assertion = Assertion.affirmed  # "my hip has hurt since my daughter's wedding in August"
        if assertion is Assertion.hypothetical and (
            _OF_PAIN.search(clause) or clause.startswith(("had", "i've had"))
        ):
            # what is planned or asked in the clause before says nothing of this one
            alone = clause + sentence.text[span.start : span.end]
            assertion = rules.of(alone, len(clause), len(alone), who, acute=False)
        if assertion is Assertion.hypothetical and _ASKED_FOR_ONESELF.search(sentence.text):
            assertion = Assertion.affirmed
        if _OVER_BY_NOW.search(after) or _GONE_SINCE.search(before):
            assertion = Assertion.past
        start, end = sentence.start + span.start, sentence.start + span.end
        long = span.days >= CHRONIC_DAYS
        found.append(Mention("chronic", long, assertion, start, end))
        if not long:
            found.append(Mention("over_two_weeks", span.days >= TWO_WEEKS_DAYS, assertion, start, end))
    long_ones = [
        m for m in found if m.fact == "chronic" and m.value is True and m.assertion is Assertion.affirmed
    ]
    if long_ones:
        return long_ones
    return found


#: "I was 50 when it began", "it began when I was 50": an age that needs another one to count from.
_AGE_AT_ONSET = re.compile(
    r"\b(?P<who>i|he|she) was (?:only |just |about |around )*(?P<age>\d{1,2}) (?:when|as) (?=[^.;!?]{0,40}\b(?:hips?"
    r"|groin|pain|ache|it|this|trouble)\b)[^.;!?]{0,50}?\b(?:start\w*|began|begun|came on|kicked off|first|hurt\w*"
    r"|ach\w+)"
    r"|\b(?:start\w*|began|begun|came on|kicked off|first (?:hurt|ached))\b[^.;!?]{0,30}\b(?:when|as) (?P<who2>i|he"
    r"|she) was (?:only |just |about |around )*(?P<age2>\d{1,2})\b(?! (?:weeks?|months?|days?|stone)\b)"
    r"|\b(?:start\w*|began|begun|came on|kicked off)\b[^.;!?]{0,15}\b(?:after|before|around|on|since"
    r"|near) my (?P<age3>\d0|\d5)th\b"
)
_AGE_NOW = re.compile(
    r"\b(?:(?P<who>i|he|she)(?:'m|'s| am| is|'ve(?: just)? turned| has(?: just)? turned|(?: just)? turned|'ll be"
    r"|'m nearly|'s nearly)|now|aged) (?:now |just |only |about |nearly |almost )*(?P<age>\d{2})\b"
    r"(?! ?(?:weeks?|months?|days?|hours?|minutes?|stone|kg|steps|miles?|/|%|out of|when)\b)|\b(?P<age2>\d{2}) now\b"
)


def _since_an_age(text: str) -> list[Mention]:
    """How long it has hurt, from the age at which it began and the age now; nothing without both."""
    found = []
    for onset in _AGE_AT_ONSET.finditer(text):
        who = onset["who"] or onset["who2"] or "i"
        began = int(onset["age"] or onset["age2"] or onset["age3"])
        for now in _AGE_NOW.finditer(text[: onset.start()] + " " * len(onset.group()) + text[onset.end() :]):
            years = int(now["age"] or now["age2"]) - began
            if years > 0 and now["who"] in (None, who):
                found.append(Mention("chronic", True, Assertion.affirmed, onset.start(), onset.end()))
    return found


def _of_the_hip(found: list[Mention], text: str) -> list[Mention]:
    """``found`` without a long time told of another complaint, where the hip has a shorter one of its own."""
    times = [m for m in found if m.fact == "chronic" and m.assertion is Assertion.affirmed]
    if all(m.value for m in times):
        return found

    def of_another(mention: Mention) -> bool:
        clause = re.split(r"[.;!?,]|\b(?:and|but)\b", text[: mention.start])[-1]
        return bool(_BESIDE_THE_HIP.search(clause)) and not re.search(r"\b(?:hips?|groin)\b", clause)

    return [m for m in found if not (m in times and m.value and of_another(m))]


def of_a_replaced_hip(found: list[Mention]) -> list[Mention]:
    """``found`` without a loose replacement, where the only one told of is planned, denied or somebody else's."""
    told = {m.value for m in found if m.fact == "hip_replacement"}
    return [m for m in found if m.fact != "replacement_loose" or not told or "own" in told]


# ------------------------------------------------------------------ short answers

_YES = re.compile(
    r"^(?:yes|yeah|yep|yup|yea|ye|aye|y|correct|i do|i did|i've(?=[.,!]|$)|i'm(?=[.,!]|$)|that's right|sure|definitely"
    r"|of course|afraid so|i think so|unfortunately|sadly|it does|it is|she (?:did|has|is)|he (?:did|has|is)|true|ja"
    r"|si)\b"
)
_NO = re.compile(
    r"^(?:no|nope|nah|naw|none|never|not|n|neither|nothing|negative|i don't|i haven't|i didn't|i'm not|don't think so"
    r"|no way|false|nein)\b"
)
#: What somebody says before the answer: "good lord no", "thankfully none".
_INTERJECTION = re.compile(
    r"^(?:(?:good (?:lord|god|heavens|grief)|oh|ah|well|um+|erm?|thankfully|luckily|fortunately|thank (?:god|goodness"
    r"|heavens)|touch wood|happily|god|lord|heavens|my god|ha|haha|honestly|actually|so far)[,.! ]+)+(?=(?:no|nope|none"
    r"|not|never|nothing|yes|yeah|yep|aye|i )\b)"
)
#: A time told in answer to how long, in a sentence that also tells of something else.
_YEARS_TOLD = re.compile(
    r"\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+|few|couple of|many|several) (?:years?|decades?"
    r"|yrs?)\b(?! (?:old|older|younger|of age))|\byears (?:ago|now|and)\b|\b(?:started|began|since|from|in"
    r"|been) (?:\w+ ){0,3}(?:19\d\d|20[01]\d|202[0-4])\b"
)
_LATELY_TOLD = re.compile(
    r"\b(?:days?|weeks?|fortnight|yesterday|today|this (?:morning|week)|last (?:night|week)|hours?)\b(?! (?:off"
    r"|in day out))"
)
#: A "no" that comes last: "he's ten, so no".
_SO_NO = re.compile(r"\b(?:so|but|and|still|that's a|it's a|then) (?:no|nope|none|nothing)[.! ]*$")
_NONE_OF_THEM = re.compile(
    r"\b(?:haven't|hasn't|don't have|doesn't have|not got|not have|don't get|haven't got|hasn't got) (?:got )?(?:any"
    r"|one|a single one) of (?:those|these|them|that)\b|\bnone of (?:those|these|them|that|the above)\b"
)
#: How it came on, of itself.
_OF_ITSELF = re.compile(
    r"\bnothing (?:since|like that|of the sort|that i (?:know|can think) of)\b|\b(?:just|simply) (?:woke up with"
    r"|came on|started|appeared|crept|turned up|there one)\b|\bcame (?:on )?(?:by itself|of itself|out of nowhere"
    r"|gradually|slowly)\b|\bfor no reason\b"
)
#: "both done", "they gave me a new one"
_HAD_IT_DONE = re.compile(
    r"^(?:both|left|right|one|(?:the|my) (?:left|right)|the other one)(?: (?:of them|hips?|sides?|one))*(?: (?:are|were"
    r"|was|is|been|has been|have been|got))* (?:done|replaced|new)\b|\bhad (?:my|a|the|his|her) (?:first|second|third"
    r"|left|right) (?:one|hip)\b|\brevision\b|\b(?:gave|fitted|put) (?:me|him"
    r"|her)(?: in)? (?:with )?a (?:\w+ )?new (?:one|hip|joint)\b"
)
#: "my mother had hers done, but me no"
_BUT_NOT_ME = re.compile(
    r"\b(?:but|and) (?:me|myself),? (?:no|not|never|nothing)\b|\bnot me\b|\bno replacements?\b|\b(?:nothing|not"
    r"|never) (?:\w+ )?(?:on|to|with|in)? ?(?:the|my|his|her) hips?\b"
)
_PLANS_IT = re.compile(
    r"^(?:i'm |she's |he's |am |still |well )*on (?:the|a) (?:waiting )?list\b|^(?:no,? "
    r"|not )?(?:not )?yet\b.*\b(?:having|getting|booked|planned|list|date|consultant|surgeon|due|will|going to|soon)\b"
    r"|\b(?:surgeon|consultant|specialist)\b.*\b(?:talk|discuss\w*|see) (?:\w+ ){0,3}?(?:getting|having) (?:it|one|them"
    r"|my hip)\b"
)
#: To the question, not an answer: "none of your business", "why do you ask".
_NO_BUSINESS = re.compile(
    r"\b(?:none of (?:your|ya) (?:\w+ )?business|mind your own|why (?:do you|would you|are you) (?:ask|need|want|care)"
    r"|^why\b|what(?:'s| is| has) (?:that|it|this) (?:got )?to do with)\b"
)
#: Neither yes nor no, though it may begin with "no" or "not".
_UNDECIDED = re.compile(
    r"^(?:i )?(?:honestly |really )*(?:don't (?:know|remember|understand|want to)|can't (?:say|tell|remember)"
    r"|not (?:\w+ )?(?:sure|certain)|no (?:idea|clue)|never mind)\b|^i'm not (?:\w+ )?(?:sure|certain)\b"
)
#: A number that may be an age: no weeks of a pregnancy, no score, no stone.
_BARE_AGE = re.compile(
    r"(?<!out of )(?<![/.])\b(\d{1,3})\b(?!\s*(?:/|out of|weeks?|wks?|months?|mths?|days?|hours?|hrs?|minutes?|mins?"
    r"|times|st\b|stone|kg|kilos?|lbs?|pounds|%|percent|mm\b|cm\b|mg\b|exercises|miles?|steps))"
)
#: Operations on a hip that leave it in place, as they are told where a replacement was asked for.
_OTHER_SURGERY = re.compile(
    r"\b(?:pinned|plated|screwed|nailed|(?:pins?|screws?|plates?|nails?|rods?)\b(?! and needles)|key ?hole"
    r"|arthroscop\w*|labr\w+ (?:repair|surgery)|osteotomy|decompress\w*|"
    r"(?:other|different|another) (?:surgery|operation)|(?:surgery|operation) (?:\w+ ){0,4}?(?:tear|labrum|impingement"
    r"|cartilage|dysplasia|fracture|break))\b"
)
_DENIED_BEFORE = re.compile(
    r"\b(?:(?:no|nor|nothing(?: like)?)(?: \w+,? or(?: \w+)*?)?|(?:not|never|without|wasn't|weren't|haven't|hasn't"
    r"|didn't|don't)(?: (?!but\b)\w+){0,3}) $"
)
#: "not on this side": then on the other.
_THE_OTHER_ONE = re.compile(
    r"^(?:(?:no,? |well )*(?:not|never) (?:on |in )?(?:this|that) (?:side|hip|one|leg)\b|(?:only |just |yes,? "
    r"|no,? )*(?:on )?the other (?:side|hip|one)\b)(?!.*\b(?:neither|nor|either)\b)"
)
_SAYS_AN_AGE = re.compile(
    r"^(?:(?:(?:and |so |well |oh |only |just |nearly |almost )*(?:i'm|i am|am|he's|he is|she's|she is|they're|age|aged"
    r"|is|me|my (?:son|daughter|child|kid|boy|girl)(?:'s| is)?|(?:a )?(?:boy|girl|child|kid)(?: of)?|our \w+(?:'s"
    r"| is)?))?,? ?(?:only |just |nearly |almost |now )?)\d{1,2}(?: ?(?:years?|yrs?|yo|y/o|old|of age|now|next \w+"
    r"|and a half|m|f|male|female|boy|girl|in \w+))*[ .!]*$"
)
_NUMBER_WORDS = {word: float(n) for n, word in enumerate(_WORD_AGES)}
#: A score in the answer to how bad it is; no time, no count, no exercise.
_BARE_SCORE = re.compile(
    r"(?<![\d./])\b(?P<n>\d{1,2})(?:ish)?\b(?!\s*(?:weeks?|wks?|months?|days?|hours?|hrs?|minutes?|mins?|am\b|pm\b"
    r"|years?|times|tablets?|steps|%|miles?|o'?clock|/|of (?!10|ten)|nights?))"
)
_SCORE_IN_WORDS = re.compile(
    r"\b(?P<n>zero|two|three|four|five|six|seven|eight|nine|ten|(?<!this )(?<!that )(?<!the )(?<!good )"
    r"(?<!bad )one(?= (?:or|to)\b| when\b|$))(?:ish)?\b"
    r"(?!\s*(?:weeks?|months?|days?|hours?|minutes?|years?|times|tablets?|steps|miles?|o'?clock|nights?))"
)
#: "4 in the morning, 6 by now"
_SCORE_NOW = re.compile(
    r"\b(?P<n>\d|10)(?:ish)? (?:by |right |just )*(?:now|at the moment)\b(?! (?:when|if|but))|\bnow (?:it's |it is "
    r"|about |more like |a |an )*(?P<m>\d|10)\b(?! ?(?:weeks?|months?|days?|years?|hours?))"
)
_NO_PAIN_NOW = re.compile(
    r"^(?:well |at present |right now |today |i have |i've |there's |there is |got )*(?:no pain|not sore|doesn't hurt"
    r"|nothing|none|zero|nil|pain[- ]free)(?: (?:at all|right now|now|today|at the moment|at present|just now|when .*"
    r"|unless .*))*[.! ]*$"
)
#: One of several scores was before, or is taken back: then the first one counts, as it stands.
_NOT_ALL_NOW = re.compile(
    r"\b(?:was|were|used to|yesterday|last|before|meant|mean|not|instead|rather|down to|(?:gone|come|went|came|is) down"
    r"|now|correction|sorry|wait)\b"
)
_MAY_BE_PREGNANT = re.compile(
    r"\b(?:can't rule (?:it|that) out|can't be (?:sure|certain)|found out|early days|(?:he|she|i|i'm|she's|baby"
    r"|it)(?:'s| is)? due\b|due (?:in|on|date)|\d+ weeks|might be|may be|could be|possibl[ey]|maybe|perhaps"
    r"|there's a chance|a chance|trying (?:for|to)|(?:days?|weeks?) late|period is late|late period|missed"
    r"|waiting (?:for|on) (?:a|the) test|not done a test)\b(?! not)"
)
_LATE = re.compile(r"\b(?:days?|weeks?) late\b|\bi'm late\b|\b(?:missed|late) (?:\w+ )?period\b")
#: Not pregnant, in other words: "at 79? I should hope not", "that ship has sailed"
_NOT_PREGNANT = re.compile(
    r"\b(?:definitely|certainly|absolutely|of course|obviously|god|lord|heavens?|i (?:should |would |do )?(?:hope"
    r"|think)|hopefully) not\b|\bnot (?:pregnant|a chance|possible|likely|at my age|any ?more)\b"
    r"|\bship (?:has )?sailed\b|\bimpossible\b|\bbeer belly\b|\bno chance\b|\bchance would be a fine thing\b"
)
_MALE = re.compile(
    r"\b(?:i'm|he's|he is|she's|it's|we're)? ?(?:a |an |only a )?(?:\w+ )?(?:man|male|bloke|guy|fella|gent|chap|boy|lad"
    r"|husband|hubby|dad|grandad|grandfather|father|son|brother|uncle|nephew)\b|\b(?:don't have a|no) (?:womb|uterus)\b"
    r"|\bhysterectomy\b|\b(?:menopaus\w+|too old)\b"
)
#: "14. it's me", "daughter, twelve, does gymnastics": a child, whatever else is said.
_CHILDS_AGE = re.compile(
    r"^(?:(?:it's |this is )?(?:for )?(?:me|my (?:\w+ )?(?:son|daughter|lad|lass|boy|girl|child|kid)|son|daughter|lad"
    r"|lass|boy|girl|child|kid|him|her),? (?:who is |who's |he's |she's |is |aged? )?)?"
    rf"(?:[1-9]|1[0-5]|{'|'.join(_WORD_AGES[1:])})(?=[.,;!]| and\b| but\b|$)(?! ?(?:out of|/|or|to|weeks|months|stone"
    rf"|kids|hips))"
)
#: "my granddaughter, I'm 70, she's only four", "wee man's 6", "my little fella, 20 months"
_A_CHILD_OF = re.compile(
    r"\b(?:he|she|(?:wee|little|small|young) (?:man|one|fella|lad|lass|boy|girl|guy|chap|dude|madam)|son|daughter"
    r"|grand(?:son|daughter|child)|kid|toddler|baby|boy|girl|lad|lass)(?:'s| is|,)? (?:he's |she's |is |only |just "
    r"|nearly |almost |aged )*"
    rf"(?:\d|1[0-5]|{'|'.join(_WORD_AGES[1:])}|\d+ months)\b(?! ?(?:out of|/|stone|hips|kids|times|miles|weeks|days"
    rf"|minutes|pm|am|years? (?:older|younger)|to\b|or (?:so|more) (?:miles|times)))(?! months? (?:ago|of))"
)
_IN_A_DECADE = re.compile(
    r"\b(?:early|mid|middle|late|in (?:my|his|her|their)) (?:my |his |her |their )?(?P<d>(?:twent|thirt|fort|fift|sixt"
    r"|sevent|eight|ninet)ies|[2-9]0'?s)\b"
)
#: "he's 7 years older than me": no age
_OLDER_THAN_I = re.compile(r"\b\d{1,2} years? (?:older|younger)\b")
#: Whom it is for, without an age.
_FOR_WHOM = re.compile(
    r"^(?:hi,? |hello,? |well,? |um+,? )*(?:it's |this is |i'm asking |i ask |asking |on behalf of |for |it is "
    r"|about )*(?:for |about |on behalf of )?(?:my |our |a |the )(?:\w+ )?(?:husband|wife|partner|mum|mom|mother|dad"
    r"|father|son|daughter|brother|sister|friend|nan|nana|gran|grandma|grandad|grandpa|grandmother|grandfather|aunt"
    r"|auntie|uncle|girlfriend|boyfriend|mate|neighbour|child|kid|grandson|granddaughter|mother-in-law|father-in-law"
    r"|cousin|client|patient|resident)(?: please| actually| not me)?[.! ]*$"
)
_WITH_A_STICK = re.compile(
    r"\bwith (?:a |my |the )?(?:walking )?(?:sticks?|cane|limp)\b|^(?:kind of|sort of|yes and no|a bit)\b.*\b(?:slowly"
    r"|carefully|limp\w*|holding on)\b"
)
_CAN_HARDLY = re.compile(r"\b(?:can't|couldn't|cannot|barely|hardly|not|only|won't|no)\b")
_NO_TROUBLE = re.compile(
    r"^(?:there's |i have |got |have )?(?:no|zero|not any|without) (?:real |big |bother |major )?(?:trouble|problems?"
    r"|probs?|issues?|bother|worries|difficulty|difficulties)\b(?!.{0,30}\b(?:but|until|except|now)\b)"
)
#: What somebody does who walks on it.
_WALKS = re.compile(
    r"\bwalking(?:'s| is) (?:ok|okay|fine|alright|all right|no (?:problem|bother))\b|\blimping but\b|\bfine once (?:i"
    r"|he|she|it)\b|^(?:it|he|she|they|i) (?:can|could)[.,! ]|\b(?:limping|hobbling|slowly|sore|painful|ok|okay|fine"
    r"|able) (?:to walk|but (?:yes|yeah|i can|he can|she can|ok|okay|walking|able|up and about))|\bi(?:'ve)? (?:just "
    r"|still )?(?:walked|ran|drove|cycled|went for a (?:walk|run)|did (?:a|\d+) (?:walk|run|mile|km))"
    r"|^(?:\w+ )?(?:walked|ran|hiked|jogged) \d|\bok(?:ay)? to (?:walk|stand)\b"
)
_TAKES_WEIGHT = re.compile(
    r"\b(?:can|could|able to) (?:still |just about |actually )?(?:stand|walk|bear|put)\b|\b(?:takes?|bears?"
    r"|holds?) (?:all |full )?(?:my |the |his |her )?weight\b|\b(?:stand|walk)(?:ing)? (?:on it )?(?:fine|ok|okay"
    r"|all right|alright|normally)\b"
)
_UNIT_ALONE = re.compile(
    r"^(?:(?:it's|about|its|i mean|sorry|just|oh) ?,? )*(days?|weeks?|months?|years?)[.! ]*$"
)


_SCORES_AGAIN = re.compile(
    r"^(?:(?:and|but|it's|more like|about|up to|goes to|it goes to|it's more|maybe|an?|well|ok|ok,|so|then"
    r"|,) ?)*\d{1,2}(?:ish)? (?:when|if|on|at (?:night|its worst|worst|times)|in the|after|while|during|going|sometimes"
    r"|walking|climbing|sitting)\b"
)


def scores_again(text: str) -> bool:
    """Whether ``text`` may give another score of the pain just spoken of: "9 when I twist it"."""
    return bool(_SCORES_AGAIN.match(text))


def with_its_number(text: str, before: str, asked: str | None) -> str:
    """``text`` with the number of the message ``before``, where it only names the unit: "weeks" after "about 3"."""
    unit = _UNIT_ALONE.match(text)
    if asked != "chronic" or not unit:
        return text
    number = re.search(rf"\b(\d{{1,2}}|{'|'.join(_WORD_AGES[1:11])})\b", before)
    return f"{number[1]} {unit[1]}" if number else text


def _short_answer(text: str, asked: str, found: list[Mention]) -> list[Mention]:
    """Reads a short message as the answer to ``asked``. Nothing when it says more by itself."""
    whole = (0, len(text))

    def answer(fact: str, value: Value) -> list[Mention]:
        return [Mention(fact, value, Assertion.affirmed, *whole)]

    if asked == "pain_score" and not _NOT_ALL_NOW.search(text):
        told = _THE_WORST.sub(" ", _without_the_scale(text))
        scores = [float(m["n"]) for m in _BARE_SCORE.finditer(told) if float(m["n"]) <= 10]
        scores += [_NUMBER_WORDS[m["n"]] for m in _SCORE_IN_WORDS.finditer(told)]
        if len(scores) > 1 or (scores and not any(m.fact == asked for m in found)):
            return answer("pain_score", max(scores))
    if asked == "under_16" and _A_CHILD_OF.search(text):
        return answer("under_16", True)
    if any(m.fact == asked and m.assertion in (Assertion.affirmed, Assertion.negated) for m in found):
        return []
    too_old = any(
        m.fact == "over_65" and m.value is True and m.assertion is Assertion.affirmed for m in found
    )
    if asked == "pregnant" and (_NOT_PREGNANT.search(text) or (too_old and not _YES.match(text))):
        return answer("pregnant", False)
    if asked == "pregnant" and not _NO.match(text.removeprefix("not sure")) and _MAY_BE_PREGNANT.search(text):
        return answer("pregnant", True) + (answer("late_period", True) if _LATE.search(text) else [])
    if _UNDECIDED.match(text) or goes_on(text) or _NO_BUSINESS.search(text):
        return []
    text = _INTERJECTION.sub("", text)
    if _SO_NO.search(text) and asked not in ("chronic", "pain_score", "under_16", "cannot_weight_bear"):
        return answer(asked, "negated" if asked == "hip_replacement" else False)
    if asked == "any_warning_sign" and _NONE_OF_THEM.search(text) and not found:
        return answer(asked, False)
    if asked == "injury" and _OF_ITSELF.search(text):
        return answer(asked, False)
    if asked == "pregnant" and _MALE.search(text) and not _YES.match(text):
        return answer("pregnant", False)

    if asked == "pain_score" and (now := _SCORE_NOW.search(text)):
        return answer("pain_score", float(now["n"] or now["m"]))
    if asked == "pain_score" and _NO_PAIN_NOW.search(text):
        return answer("pain_score", 0.0)
    if asked == "pain_score":
        match = re.search(
            r"\b(\d{1,2})(?:ish)?(?:\s*(?:-|to|or)\s*(\d{1,2})(?:ish)?)?\b(?!\s*(?:weeks?|months?|days?|years?"
            r"|hours?)\b)",
            text,
        )
        if match:
            score = max(float(g) for g in match.groups() if g)
            return answer("pain_score", score) if score <= 10 else []
        for word, number in _NUMBER_WORDS.items():
            if re.search(rf"\b{word}\b", text) and number <= 10:
                return answer("pain_score", number)
        if re.search(r"\b(?:mild|not (?:too |that )?bad|slight|niggle|little|bearable|hardly)\b", text):
            return answer("pain_score", 3.0)
        if re.search(r"\b(?:moderate|medium|middling|so so|so-so)\b", text):
            return answer("pain_score", 5.0)
        if re.search(
            r"\b(?:very bad|really bad|so bad|terrible|awful|severe|agony|unbearable|excruciating|horrendous)\b",
            text,
        ):
            return answer("pain_score", 8.0)
        return []
    if asked == "under_16":
        match = _BARE_AGE.search(text) or re.search(r"\b(\d{2})(?=[mf]\b)", text)
        if _OLDER_THAN_I.search(text):
            return []
        if _CHILDS_AGE.search(text):
            return answer("under_16", True)
        if decade := _IN_A_DECADE.search(text):
            return answer("under_16", False) + answer(
                "over_65", decade["d"] in ("seventies", "eighties", "nineties", "70s", "80s", "90s")
            )
        # a small number is an age only where nothing else is said: "pain is 5 or 6", "I have 3 kids"
        if match and (16 <= int(match[1]) <= 110 or _SAYS_AN_AGE.match(text)):
            age = int(match[1])
            return answer("under_16", age < 16) + answer("over_65", age >= 65)
        if _FOR_WHOM.match(text):
            return answer("for_relative", True)
        if re.search(r"\b(?:adult|grown|me|myself)\b", text):
            return answer("under_16", False)
    if asked == "chronic":
        years, lately = _YEARS_TOLD.search(text), _LATELY_TOLD.search(text)
        return [] if bool(years) == bool(lately) else answer("chronic", bool(years))
    if asked in ("injury", "any_warning_sign") and not found and adds_to_an_answer(text):
        return []  # "no, only the kerb": what is added may be what was asked for, so it is asked again
    if asked == "hip_replacement":
        if _THE_OTHER_ONE.match(text) or _HAD_IT_DONE.search(text):
            return answer("hip_replacement", "own")
        if _PLANS_IT.search(text):
            return answer("hip_replacement", "considering")
        surgery = _OTHER_SURGERY.search(text)
        if (
            surgery
            and not _DENIED_BEFORE.search(text[: surgery.start()])
            and not re.search(r"(?<!not )(?<!never )\b(?:replac\w+|new hips?|resurfac\w*)\b", text)
        ):
            # "no but they pinned it", "yes, keyhole surgery": an operation, and no new hip
            return answer("hip_replacement", "negated") + answer("hip_surgery", True)
        if _BUT_NOT_ME.search(text):
            operated = re.search(
                r"\bi(?:'ve| was| had| have)? (?:been |an? )?(?:\w+ )?(?:operat\w+|surgery)\b", text
            )
            return answer("hip_replacement", "negated") + (answer("hip_surgery", True) if operated else [])
        if _YES.match(text):
            return answer("hip_replacement", "own")
        if _NO.match(text):
            return answer("hip_replacement", "negated")
        if _CONSIDERING.search(text) and not _DONE.search(text):
            return answer("hip_replacement", "considering")
        return []
    if asked == "cannot_weight_bear":
        # "no trouble walking", "no probs there": nothing is wrong with it
        if _NO_TROUBLE.match(text) or (_WALKS.search(text) and not _CAN_HARDLY.search(text)):
            return answer("cannot_weight_bear", False)
        # "no, it takes my weight" says more than its "no"
        behind_no = re.sub(r"^(?:no|nope|nah|naw)\b[,.! ]*", "", text)
        if behind_no != text and _TAKES_WEIGHT.search(behind_no) and not _CAN_HARDLY.search(behind_no):
            return answer("cannot_weight_bear", False)
        # the question is "Can you stand and walk on it?", so yes means able
        if _WITH_A_STICK.search(text) and not _CAN_HARDLY.search(text):
            return answer("cannot_weight_bear", False)
        if _YES.match(text) or re.match(
            r"^(?:(?:i )?can\b(?!'t| (?:barely|hardly))|just about|mostly|with a (?:stick|limp)\b)", text
        ):
            return answer("cannot_weight_bear", False)
        if _NO.match(text) or re.match(
            r"^(?:i )?(?:(?:can't|couldn't)(?! (?:complain|grumble))|can (?:barely|hardly)|barely|hardly)\b",
            text,
        ):
            return answer("cannot_weight_bear", True)
        return []
    if _YES.match(text):
        return answer(asked, True)
    if _NO.match(text):
        return answer(asked, False)
    return []


# ------------------------------------------------------------------ together


def _settle(found: list[Mention], text: str) -> list[Mention]:
    """One mention a fact: an affirmed one wins over a negated one, that over the rest.

    Of two affirmed scores the last counts where one was before or is taken back, else the higher.
    """
    several_now = not _NOT_ALL_NOW.search(text)
    rank = {Assertion.affirmed: 0, Assertion.negated: 1}
    best: dict[str, Mention] = {}
    for mention in found:
        held = best.get(mention.fact)
        if (
            held is not None
            and mention.fact == "pain_score"
            and several_now
            and held.assertion is mention.assertion is Assertion.affirmed
            and float(mention.value) < float(held.value)
        ):
            continue
        if (
            held is None
            or rank.get(mention.assertion, 2) < rank.get(held.assertion, 2)
            or (
                (mention.fact == "pain_score" and mention.assertion is Assertion.affirmed)
                or (
                    mention.fact == "chronic"
                    and mention.value is True
                    and mention.assertion is Assertion.affirmed
                )
            )
        ):
            best[mention.fact] = mention
    chronic = best.get("chronic")
    if chronic and chronic.value is True and chronic.assertion is Assertion.affirmed:
        best.pop("over_two_weeks", None)
    return list(best.values())


def facts_of(mentions: list[Mention]) -> dict[str, Value]:
    """What the mentions establish: affirmed facts with their value, negated ones as False."""
    facts: dict[str, Value] = {}
    for mention in mentions:
        if mention.assertion is Assertion.affirmed:
            facts[mention.fact] = mention.value
        elif mention.assertion is Assertion.negated and isinstance(mention.value, bool):
            facts[mention.fact] = False
    return facts
