"""Assertion of a mention, ConText-style: affirmed, negated, hypothetical, past, somebody else's.

Rules are data (``rules/assertion.yml``); this class interprets them. medspaCy's ConText was tried: its
default rules caught plain negation but not "my mum", "will I need" or "in 2015", so rules of our own
were needed either way, and these need no further dependency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.understanding.rule_files import read_rules
from bot.understanding.sentences import told_from

#: A date that is not when it ended: "I fell this morning, I also broke my wrist years ago", "numb since 2019".
_DATE_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:today|tonight|this morning|yesterday|last night|since|started|began)\b.*(?:ago|back|\d{4}|last year)$"
)
#: "I can't walk without agony" says that there is agony.
_CANNOT = re.compile(r"\b(?:can't|couldn't|unable|impossible|hardly|barely)\b")
#: A denial in the middle of a mention ("my calf is not swollen"), other than a sign that is itself a "not".
_NOT_INSIDE = re.compile(
    r"(?:\b(?:is|are|was|were|feels?|looks?|does|do|has|have)|'s) (?:\w+ly )?(?:not|neither|never|no longer) "
    r"(?!able|making|with\b|work|tak|feel|right|mov|hold|pass|respond|wak|go|let|want|eas|stop|settl|help|improv|better"
    r"|been able|support|lift|carry|walk|stand)"
)
#: "No numbness, except down below": what is left out of the denial is there.
_EXCEPTION = re.compile(
    r"(?:\w+,? ){0,4}?(?:except|apart from|aside from|other than|but for|bar)\b(?! (?:when|if|for when|after|during"
    r"|while|today|yesterday|this|last|at night|on|sometimes)\b)"
)
#: "I never had it before this week", "I never used to, but I do now": what was not, is.
_NOT_UNTIL = re.compile(
    r".{0,25}?\b(?:(?:before|until|till) (?:this|today|yesterday|now|last (?:night|week)|(?:mon|tues|wednes|thurs|fri"
    r"|satur|sun)day)|but (?:now )?(?:i|he|she) (?:do|does|have|has|am|is)(?: now)?|now (?:i|he|she) (?:do|does|have"
    r"|has))\b"
)
#: A question whether something is so: "is chest pain normal after it?" denies nothing.
_ASKED = re.compile(r"^(?:so |and |hi |hello |but )?(?:is|are|isn't|aren't) ")


#: "no I can't walk on it": a "no" that answers what was asked before denies nothing of what follows.
_ANSWER = re.compile(
    r"(?:no|nope|nah|naw)\b[,.! ]+(?=(?:i|i'm|i've|i'd|it|it's|he|he's|she|she's|they|we|my|the (?:leg|hip)|can't"
    r"|cannot|couldn't|won't|doesn't|unable)\b)"
)


#: What a parent or carer does is nothing of their own hip: "can I give her anything?", "I'm worried about him".
_CARES_FOR = re.compile(
    r"\b(?:(?:can|could|should|shall|do|may|must|would|will|can't|couldn't|don't) (?:i|we)|i(?:'m|'ve|'d|'ll)?|we(?:'ve"
    r"|'re)?)(?: (?!my\b|me\b|mine\b)\w+){1,4}? (?:him|her|them)\b"
)


class Assertion(StrEnum):
    """How a fact is asserted (medSpaCy's ConText categories, in the design's words)."""

    affirmed = "affirmed"
    negated = "negated"
    hypothetical = "hypothetical"
    past = "past"
    other_person = "other_person"


@dataclass(frozen=True)
class Experiencers:
    """Who a message is about: the relative asked for, if any, and whether the writer's own hip is in it."""

    close: bool
    distant: bool
    own: bool
    #: the writer sets their own hip against somebody else's: "mine only aches"
    set_apart: bool


#: Whom the visitor speaks to: "it's sore, mate" is about nobody else.
_ADDRESSED = re.compile(
    r"(?:^|, ?|\b(?:hi|hiya|hello|hey|alright|cheers|thanks|ok|yes|no|aye|listen) )(?:mate|pal|friends?|fella|buddy|man"
    r"|people|boss)(?= ?(?:[,.!?]|$))"
    r"|(?<!my )(?<!a )(?<!the )(?<!his )(?<!her )(?<!our )(?<!old )(?<!best )\b(?:mate|pal|buddy|bro)(?= ?(?:[,.!?]|$))"
)


class AssertionRules:
    """Interprets the cue rules over one sentence."""

    def __init__(self) -> None:
        raw = read_rules("assertion")
        self._negated_before = re.compile(raw["negated"]["before"])
        self._negated_after = re.compile(raw["negated"]["after"])
        self._reach = int(raw["negated"]["reach_tokens"])
        self._hypothetical = re.compile(raw["hypothetical"]["before"])
        self._generic_question = re.compile(raw["hypothetical"]["generic_question"])
        self._idiom = re.compile(raw["idiom"]["anywhere"])
        self._past_before = re.compile(raw["past"]["before"])
        self._past_after = re.compile(raw["past"]["after"])
        self._past_cancel = re.compile(raw["past"]["cancel"])
        self._close = re.compile(rf"\b(?:{raw['other_person']['close']})(?:'s|s)?\b")
        self._distant = re.compile(rf"\b(?:{raw['other_person']['distant']})(?:'s|s)?\b")
        #: "my mate", "seen what": words of the visitor that put nobody but the stranger into a sentence
        self._of_a_stranger = re.compile(
            rf"\bmy (?:\w+ )?(?={self._distant.pattern})|^(?:i've )?(?:seen|saw|watched|heard|know) "
        )
        self._not_the_writer = re.compile(raw["other_person"]["not_the_writer"])
        self._asked_for = re.compile(raw["other_person"]["asked_for"])
        self._lately = re.compile(raw["other_person"]["lately"])
        self._in_care = re.compile(raw["other_person"]["in_care"])
        self._happening = re.compile(raw["other_person"]["happening"])
        animals = raw["other_person"]["animals"]
        self._animals = re.compile(rf"\b(?:my|our|his|her|the|a) (?:\w+ )?(?:{animals})(?:'s)?\b")
        self._pet_has = re.compile(
            rf"\bmy (?:\w+ )?(?:{animals})(?:'s| has| is| was| had| got| keeps| can't| won't| limps| limping| hobbles"
            rf"| hurts| moves| struggles| yelps| cries)\b|\b(?:does|has|is|can|could|will) my (?:\w+ )?(?:{animals})\b"
        )
        self._present_clause = re.compile(raw["present_clause"])
        self._general = re.compile(raw["other_person"]["general"])
        self._terminator = re.compile(raw["terminators"])

    def experiencers(self, text: str) -> Experiencers:
        """Who is in the whole message."""
        text = _ADDRESSED.sub("", text)
        text = re.sub(r"\bas (?:someone|somebody|a person) (?:who|whose|with)\b", "i", text)
        own = re.sub(rf"\b(?:my|our) (?:\w+ )?(?={self._close.pattern}|{self._distant.pattern})", "", text)
        own = re.sub(
            r"\b(?:i was wondering|i wonder|i think|i'm worried|i'm scared|i worry|i'm asking|i am asking|can i ask"
            r"|i'd like to (?:ask|know)|"
            r"i want to (?:ask|know)|tell me|told me|says i|should i (?:take|call|bring|get|ring|worry|do)"
            r"|what (?:should|do|can|shall) i do|can i (?:help|do|bring|book)|"
            r"i (?:need|want) to (?:help|book|know)|i look after|i care for|please help me|advise me|i don't know)\b",
            "",
            own,
        )
        own = _CARES_FOR.sub("", own)
        return Experiencers(
            set_apart=bool(self._not_the_writer.search(text)) and not self._asked_for.search(text),
            close=bool(self._close.search(text)),
            distant=bool(self._distant.search(text)),
            own=bool(
                re.search(
                    r"\b(?:my (?:own|(?:left |right |other |bad |sore |poor |own )*(?:hip|hips|groin|leg|legs|thigh"
                    r"|back|knee|pain|one|bum|buttock|side|joints?|turn))|mine|(?:help|for|to|affect|happen to|hurts?|about"
                    r"|wrong with) me|i'm|i've|i (?:have|had|get|got|fell|feel|can|can't|am|walk|was|do|run|hurt)|"
                    r"(?:should|can|can't|could|couldn't|do|don't|will|won't|would|shall|must|may) i)\b",
                    own,
                )
            ),
        )

    def of(self, sentence: str, start: int, end: int, who: Experiencers, *, acute: bool) -> Assertion:
        """The assertion of ``sentence[start:end]``; ``acute`` facts count for any close relative."""
        answer = _ANSWER.match(sentence)
        told = told_from(sentence) or (answer.end() if answer else 0)
        if told and told <= start:
            sentence, start, end = sentence[told:], start - told, end - told
        before, after = sentence[:start], _ADDRESSED.sub("", sentence[end:])
        scope = self._scope_before(before)
        if self._negated(scope, before, after) or _NOT_INSIDE.search(sentence[start:end]):
            excepted = _EXCEPTION.match(sentence[start:]) or _NOT_UNTIL.match(after)
            return Assertion.affirmed if excepted else Assertion.negated
        if self._idiom.search(sentence) or self._is_hypothetical(sentence, before, sentence[start:end]):
            return Assertion.hypothetical
        if self._is_past(before, sentence[start:end], after):
            return Assertion.past
        if self._is_other(scope, before, after, sentence[start:end], who, acute):
            return Assertion.other_person
        return Assertion.affirmed

    def is_idiom(self, text: str) -> bool:
        """Whether ``text`` holds a figure of speech."""
        return bool(self._idiom.search(text))

    def denies(self, text: str) -> bool:
        """Whether ``text`` holds a denial."""
        return bool(self._negated_before.search(text))

    def is_supposed(self, text: str) -> bool:
        """Whether ``text`` as a whole asks or supposes rather than reports."""
        told = text[told_from(text) :]
        return bool(self._idiom.search(text)) or self._is_hypothetical(told, told)

    def is_long_past(self, text: str) -> bool:
        """Whether ``text`` as a whole is about something over."""
        return self._is_past("", "", text) or self._is_past(text, "", "")

    def is_strangers(self, text: str) -> bool:
        """Whether ``text`` is about somebody who is not a close relative, or about an animal."""
        if self._animals.match(text):
            return True
        own = self._of_a_stranger.sub("", text)
        return bool(self._distant.search(text)) and not re.search(r"\b(?:i|i'm|i've|my|me)\b", own)

    def is_pets(self, text: str) -> bool:
        """Whether ``text`` tells of the visitor's pet."""
        return bool(self._pet_has.search(text))

    def is_relatives(self, text: str, who: Experiencers) -> bool:
        """Whether ``text`` is about a close relative, in a message about the writer's own hip."""
        return (
            who.own
            and bool(self._close.search(text))
            and not re.search(r"\b(?:i|i'm|i've|me|mine|my (?:hips?|groin|leg|thigh|pain))\b", text)
        )

    def _scope_before(self, before: str) -> str:
        last = 0
        for match in self._terminator.finditer(before):
            last = match.end()
        return before[last:]

    def _negated(self, scope: str, before: str, after: str) -> bool:
        cues = list(self._negated_before.finditer(scope))
        if cues and cues[-1].group() == "without" and _CANNOT.search(before[-60:]):
            cues = []
        if cues and len(scope[cues[-1].end() :].split()) <= self._reach:
            between = scope[cues[-1].end() :]
            if not re.search(
                r"\b(?:feeling|idea|longer|sure|doubt|wonder|matter|odds|difference|surprise|secret|strength|sensation"
                r"|good|better|help|joke|end)\b",
                between.split(" and ")[0][:14],
            ):
                return True
        denied = self._negated_after.match(after)
        return denied is not None and not ("normal" in denied.group() and _ASKED.match(before))

    def _is_hypothetical(self, sentence: str, before: str, inside: str = "") -> bool:
        for match in self._hypothetical.finditer(sentence):
            if match.start() >= len(before + inside):
                break
            if match.end() > len(before) and not match.group().startswith("if "):
                continue
            tail = before[match.end() :]
            if not re.search(
                r"[.!?]|\bbut\b|\bnow\b|\balso\b|;|\bbecause\b|\b(?:if|when|as) (?:it|i|mine|my \w+)(?:'s|'ve| has) been\b|,\s*(?:i|i've|i'm|my|mum|dad|he|he's|she|she's|his|her"
                r"|it's|the)\b",
                tail,
            ):
                return True
        return bool(self._generic_question.match(sentence))

    def _is_past(self, before: str, inside: str, after: str) -> bool:
        for match in self._past_before.finditer(before):
            tail = before[match.end() :] + inside
            if (
                not self._past_cancel.search(tail)
                and not self._present_clause.search(tail + after[:12])
                and not re.search(r"[.!?;]|\bbut\b", tail)
            ):
                return True
        over = self._past_after.match(after)
        if over and _DATE_OF_SOMETHING_ELSE.search(over.group()):
            return False
        return bool(
            over
            and not re.search(
                r"\b(?:now|still)\b(?! ago)",
                after[: over.end()]
                .replace("fine now", "")
                .replace("better now", "")
                .replace("ok now", "")
                .replace("gone now", ""),
            )
        )

    def _is_other(
        self, scope: str, before: str, after: str, inside: str, who: Experiencers, acute: bool
    ) -> bool:
        if self._animals.match((scope + inside).lstrip()):
            return True
        near = scope + inside + after[:25]
        here = (
            acute
            and not who.own
            and self._happening.search(before + inside)
            and not self._in_care.search(before + inside + after)
            and not self._general.search(near)
        )
        if (
            self._distant.search(near)
            and not here
            and not re.search(r"\b(?:i|i'm|i've|my|me)\b(?! \w+(?:'s)? )", scope)
        ):
            return True
        told = before + inside
        first_person = re.search(r"\b(?:i|i'm|i've|me|mine|mine's)\b", told)
        if self._distant.search(told) and self._in_care.search(told + after) and not first_person:
            return True
        if (
            who.set_apart
            and (self._close.search(told) or self._distant.search(told))
            and not self._happening.search(told + after)
            and not self._lately.search(told + after)
            and not first_person
        ):
            return True
        if not self._close.search(before + inside + after[:30]):
            # a later sentence about "he" or "she": the relative's, unless the writer's own hip is the subject
            return bool(
                who.own
                and not acute
                and (who.close or who.distant)
                and re.search(r"\b(?:he|she|his|her|they)(?:'s|'d)?\b", scope + inside)
                and not re.search(r"\b(?:i|i'm|i've|my|me)\b", scope + inside)
            )
        return who.own and not acute and not re.search(r"\b(?:i|i'm|i've)\b[^,]*$", scope)


@lru_cache(maxsize=1)
def assertion_rules() -> AssertionRules:
    """The rules of this process."""
    return AssertionRules()
