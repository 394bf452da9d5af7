"""What finds identifiers in a message: Presidio's recognisers, and patterns and names of our own.

Presidio's analyzer engine wants a statistical language model for names; there is none here, so its recognisers
are called without the engine, and stated names are found by how people state them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import regex
from presidio_analyzer import EntityRecognizer, LocalRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import (
    AuMedicareRecognizer,
    CreditCardRecognizer,
    InAadhaarRecognizer,
    NhsRecognizer,
    PhoneRecognizer,
)
from ruamel.yaml import YAML
from spacy.lang.en.stop_words import STOP_WORDS

HERE = Path(__file__).parent
#: Countries whose national way of writing phone numbers is known; with a + any country's is.
PHONE_COUNTRIES = ("GB", "US", "FR")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{1,2}[-. ]\d{1,2}[-. ](?:\d{4}|\d{2})|(?:19|20)\d\d[-. ]\d{1,2}[-. ]\d{1,2}")
#: Digits in a number that nothing clinical has as many of.
LONG_NUMBER = 9


def _no_phone(number: str) -> bool:
    """Whether digits are years, dates, or a row of small numbers, as of exercises or of the pain scale."""
    groups = re.findall(r"\d+", number)
    if all(_YEAR.fullmatch(group) for group in groups) or _DATE.fullmatch(number):
        return True
    if max(map(len, groups)) > 2 or number[0] in "+(":
        return False
    values = [int(group) for group in groups]
    return (
        number[0] != "0"
        or len("".join(groups)) not in (10, 11)
        or (values == sorted(values) and groups[0] == "0")
    )


class Patterns(PatternRecognizer):
    """The patterns of one kind of identifier in identifiers.yml."""

    def invalidate_result(self, pattern_text: str) -> bool:
        """Years and dates are no phone numbers."""
        return self.supported_entities == ["PHONE"] and pattern_text[-1].isdigit() and _no_phone(pattern_text)


class LongNumbers(PatternRecognizer):
    """Any other number of nine digits or more."""

    def __init__(self) -> None:
        digits = rf"(?<![\d.,/:£$€])[+(]?\d(?:(?:[ ()\-–]{{0,2}}|\.)\d){{{LONG_NUMBER - 1},18}}(?!\d|\s?/|[.,]\d|%)"
        super().__init__("ID_NUMBER", name="LongNumbers", patterns=[Pattern("digits", digits, 0.4)])

    def invalidate_result(self, pattern_text: str) -> bool:
        """Years, dates and rows of small numbers are clinical facts."""
        return _no_phone(pattern_text)


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """The English words of symspellpy's list, which has few names."""
    text = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return frozenset(line.partition(" ")[0] for line in text.splitlines())


def _words(name: str) -> frozenset[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


#: Capitalised words after "I'm …" that describe a person.
_DESCRIBES = regex.compile(
    r"(?:itis|osis|ic|al|ian|ean|ish|ese|ive|ile|less|ful|ing|ed|ly|pathy|plasia|oma|able|ous)$"
)


def _yaml(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((HERE / name).read_text(encoding="utf-8"))


_LISTS = {name: frozenset(words.split()) for name, words in _yaml("names.yml").items()}
_PARTICLES, _ALSO_WORDS = _LISTS["particles"], _LISTS["also_words"]
_NO_NAME = STOP_WORDS | _LISTS["no_name"]


class StatedNames(LocalRecognizer):
    """Names of people as they are stated: "my name is …", "I'm …", "it's … here", "Mrs …", "my son …"."""

    _WORD = regex.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
    #: Whatever word comes next is a name.
    _SURE = regex.compile(
        r"\b(?:(?:my|his|her|their|our|full|first|last|middle|maiden|sur|fore|given|family|patient|mum|mom|dad|son"
        r"|daughter|husband|wife|mother|father|child|partner|sister|brother)(?:['’]?s)?[\s-]*){1,4}names?(?:['’]s)?(?![^\W\d_])"
        r"(?:\s*(?:\bis\b|\bare\b|:|=|-))*(?:\s*\bcalled\b)?\s*|(?<![^\W_]\s)\bname\s*[:=-]\s*"
        r"|\b(?:i['’]?m|i\s+am|s?he['’]?s|(?:s?he|who)\s+is)\s+(?:called|named)\s+|\b(?:mr|mrs|ms|mx)\b\.?\s+"
        r"|\bname['’]s\s+|\bpatient\s*[:=-]\s*|\bfrom\s*:\s*|\bsigned(?:\s+by)?\s*[:,-]?\s+|\byours\s+(?:sincerely|faithfully|truly)\b[\s,]*",
        regex.IGNORECASE,
    )
    #: A capitalised word next is a name, unless it is an English word.
    _PERSON = regex.compile(
        r"\b(?:i['’]?m|i\s+am|(?:they|you\s+can|please)\s+call\s+me|\p{L}+\s+calls\s+me)\s+"
        r"|\b(?P<title>dr|doctor|prof|professor|nurse|sister|miss|sir|lady|rev|matron|mister)\b\.?\s+"
        r"|\b(?:my|our|his|her|their|the)\s+(?:\p{L}+\s+)?(?:husband|wife|partner|spouse|fianc[eé]e?|boyfriend|girlfriend|mum|mom"
        r"|mother|mam|mummy|dad|daddy|father|son|daughter|brother|sister|nana?|nanna|gran|granny|grandma|grandmother|grand?dad"
        r"|grandpa|grandfather|uncle|aunt|aunt(?:ie|y)|cousin|niece|nephew|grandson|granddaughter|friend|mate|neighbou?r|boss"
        r"|carer|physio|physiotherapist|therapist|consultant|surgeon|gp|boy|girl|lad|child|kid|baby|toddler|step\w+|flatmate"
        r"|colleague)s?,?\s+(?:(?:is\s+)?(?:called|named)\s+)?",
        regex.IGNORECASE,
    )
    #: A known given name next is a name.
    _PERHAPS = regex.compile(
        r"\b(?:it['’]?s|it\s+is|this\s+is|call\s+me|here\s+is|here['’]s|speak(?:ing)?\s+(?:to|with)|talk(?:ed|ing)?\s+(?:to|with)|spoke\s+(?:to|with)"
        r"|on\s+behalf\s+of|about|regarding|with|for|from|ask\s+for|saw|see|called|named|by|and|hi|hiya|hello|hey|dear)[,:]?\s+"
        r"|\b(?:thanks|thank\s+you|thx|cheers|ta|regards|wishes|love|best|sincerely)\b[,!.\s-]+|^[\s*-]*|[\n(.!?]\s*",
        regex.IGNORECASE,
    )
    #: What may follow a name that was typed without a capital.
    _AFTER = regex.compile(
        r"['’]s\b|\s*(?:$|[,.;:!?()\n/-])|\s+(?:and|i|im|i['’]m|i['’]ve|my|here|dob|born|aged?|from|nhs|phone|tel|mob|email|but|calling"
        r"|speaking|again|is|has|fell|said|says|who|had|was|\d)",
        regex.IGNORECASE,
    )
    _SIGNED = regex.compile(
        r"\b(?:thanks|thank\s+you|thx|cheers|ta|regards|wishes|love|sincerely)\b[,!.\s-]+(?-i:(?=\p{Lu}))",
        regex.IGNORECASE,
    )
    _INITIAL = regex.compile(r"\.?\s*\p{Lu}")
    _JOINT = regex.compile(r"(?:(?<=\b\p{L})\. ?| |-)(?=\p{L})")
    _HERE = regex.compile(r"\s+(?:here|speaking|calling)\b", regex.IGNORECASE)
    #: Names of hospitals, tests and diseases are not people.
    _NAMED_AFTER = regex.compile(
        r"(?:['’]s)?\s+(?:\p{L}+\s+)?(?:hospital|infirmary|clinic|ward|unit|cent(?:re|er)|surgery|house|university|park|station|school|road|street"
        r"|test|sign|disease|syndrome|fracture|line|method|stretch|exercises?|technique|procedure|stem|cup|ring|ligament|cyst|nail"
        r"|oesophagus|esophagus|palsy|contracture|tumou?r|\p{L}+(?:itis|osis|oma|pathy|plasia)|score|scale|hip|replacement|implant|cream|gel|tablets?)\b",
        regex.IGNORECASE,
    )
    _NAMED_BEFORE = regex.compile(
        r"\b(?:st|saint|queen|king|royal|prince|princess|lady)\.?\s+$", regex.IGNORECASE
    )

    def __init__(self) -> None:
        self._given = _words("given_names.txt") - _ALSO_WORDS
        self._surnames = _words("surnames.txt")
        self._english = english()
        super().__init__(["NAME"], name="StatedNames")

    def load(self) -> None:
        """Nothing: the lists are read when it is made."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """The names in ``text``."""
        shouted = _capitals_say_nothing(text)
        spans = set(self._spans(text, shouted))
        return [RecognizerResult("NAME", start, end, 0.8) for start, end in spans]

    def _spans(self, text: str, shouted: bool) -> Iterator[tuple[int, int]]:
        for announced, sure in ((self._SURE, True), (self._PERSON, False), (self._PERHAPS, False)):
            for match in announced.finditer(text, overlapped=announced is self._PERHAPS):
                word = self._WORD.match(text, match.end())
                if word is None:
                    continue
                accepts = (
                    self._is_sure
                    if sure
                    else self._is_person
                    if announced is self._PERSON
                    else self._is_known
                )
                titled = announced is self._PERSON and match["title"] is not None
                if accepts(text, word, shouted) or (titled and self._titled(word, shouted)):
                    yield word.start(), self._end(text, word, shouted, sure)
        if shouted:
            return
        for match in self._SIGNED.finditer(text):
            word = self._WORD.match(text, match.end())
            known = word and _bare(word.group()) not in (self._english - _ALSO_WORDS - self._surnames)
            if known and text[word.end() :].strip(" .!x\n") == "":
                yield word.start(), word.end()
        for word in self._WORD.finditer(text):
            known = self._capital(word, shouted) and not word.group().isupper()
            if known and self._is_known(text, word, shouted):
                yield word.start(), self._end(text, word, shouted, False)

    def _is_sure(self, text: str, word: Any, shouted: bool) -> bool:
        lower = _bare(word.group())
        if len(lower) == 1:
            return self._capital(word, shouted) and self._INITIAL.match(text, word.end()) is not None
        if lower in _NO_NAME and not (lower in _ALSO_WORDS and self._capital(word, shouted)):
            return False
        known = lower in self._given or lower in self._surnames or lower not in self._english
        return known or self._capital(word, shouted) or self._AFTER.match(text, word.end()) is not None

    def _is_person(self, text: str, word: Any, shouted: bool) -> bool:
        if self._is_known(text, word, shouted):
            return True
        lower = _bare(word.group())
        if lower in _ALSO_WORDS:
            return self._capital(word, shouted)
        return (
            self._capital(word, shouted)
            and not word.group().isupper()
            and len(lower) > 2
            and lower not in _NO_NAME
            and lower not in self._english
            and not _DESCRIBES.search(lower)
            and not self._NAMED_AFTER.match(text, word.end())
        )

    def _is_known(self, text: str, word: Any, shouted: bool) -> bool:
        lower = _bare(word.group())
        capital = self._capital(word, shouted)
        if not shouted and word.group().isupper() and self._AFTER.match(text, word.end()) is None:
            return False
        if self._NAMED_AFTER.match(text, word.end()) or self._NAMED_BEFORE.search(
            text, max(0, word.start() - 12), word.start()
        ):
            return False
        if lower in self._given:
            return (
                capital or self._AFTER.match(text, word.end()) is not None or self._surname_next(text, word)
            )
        if not capital or lower in STOP_WORDS - _ALSO_WORDS:
            return False
        here = self._HERE.match(text, word.end()) is not None
        return (lower in _ALSO_WORDS and (here or self._surname_next(text, word))) or (
            here and lower not in self._english and lower not in _NO_NAME
        )

    def _titled(self, word: Any, shouted: bool) -> bool:
        lower = _bare(word.group())
        known = lower in self._surnames or lower not in self._english
        return lower not in _NO_NAME and len(lower) > 1 and (known or self._capital(word, shouted))

    def _surname_next(self, text: str, word: Any) -> bool:
        following = (
            self._WORD.match(text, word.end() + 1) if text[word.end() : word.end() + 1] == " " else None
        )
        if following is None or _bare(following.group()) in _NO_NAME:
            return False
        if following.group()[0].isupper() and not following.group().isupper():
            return not self._NAMED_AFTER.match(text, word.end())
        return (
            following.group().lower() in self._surnames
            and self._AFTER.match(text, following.end()) is not None
        )

    def _end(self, text: str, word: Any, shouted: bool, sure: bool) -> int:
        """Where the name that begins with ``word`` ends."""
        end = int(word.end()) - (2 if regex.search(r"['’]s$", word.group()) else 0)
        at, taken = end, 1
        while taken < 4 and (gap := self._JOINT.match(text, at)):
            part = self._WORD.match(text, gap.end())
            if part is None:
                break
            lower, capital = _bare(part.group()), self._capital(part, shouted)
            if len(lower) == 1 and capital and lower != "i":
                at = part.end()
                end, taken = at, taken + 1
                continue
            if lower in _PARTICLES:
                at, taken = part.end(), taken + 1
                continue
            known = lower in self._surnames or lower in self._given or (sure and lower not in self._english)
            if lower in _NO_NAME or not (
                capital or (known and self._AFTER.match(text, part.end()) is not None)
            ):
                break
            at = int(part.end()) - (2 if regex.search(r"['’]s$", part.group()) else 0)
            end, taken = at, taken + 1
        return end

    @staticmethod
    def _capital(word: Any, shouted: bool) -> bool:
        return not shouted and bool(word.group()[0].isupper())


def _capitals_say_nothing(text: str) -> bool:
    """Whether the message is all in capitals, or nearly Every Word Has One."""
    words = [word for word in text.split() if word[0].isalpha()]
    letters = [c for c in text if c.isalpha()]
    begin = sum(word[0].isupper() for word in words)
    return sum(map(str.isupper, letters)) > 0.7 * len(letters) or (
        len(words) > 4 and begin > 0.8 * len(words)
    )


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", word.lower())


def _patterns() -> list[PatternRecognizer]:
    data = _yaml("identifiers.yml")
    parts: dict[str, str] = data["parts"]
    for name, part in parts.items():
        parts[name] = _filled(part, parts)
    return [
        Patterns(
            found["entity"],
            name=f"Patterns of {found['entity']}",
            patterns=[
                Pattern(f"{found['entity']} {number}", _filled(pattern, parts), 1.0)
                for number, pattern in enumerate(found["patterns"], 1)
            ],
        )
        for found in data["recognizers"]
    ]


def _filled(pattern: str, parts: dict[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda match: parts[match.group(1)], pattern)


#: Presidio's names for what we call otherwise.
_OUR_NAMES = {
    "UK_NHS": "HEALTH_NUMBER",
    "AU_MEDICARE": "HEALTH_NUMBER",
    "IN_AADHAAR": "HEALTH_NUMBER",
    "CREDIT_CARD": "CARD",
    "PHONE_NUMBER": "PHONE",
}


@dataclass(frozen=True)
class Span:
    """An identifier of a ``kind`` at ``text[start:end]``."""

    start: int
    end: int
    kind: str


@lru_cache(maxsize=1)
def _recognisers() -> tuple[tuple[EntityRecognizer, ...], tuple[EntityRecognizer, ...]]:
    """Those that are believed, and those that fill in what they leave."""
    checked = (CreditCardRecognizer(), NhsRecognizer(), AuMedicareRecognizer(), InAadhaarRecognizer())
    unchecked = (PhoneRecognizer(supported_regions=PHONE_COUNTRIES), LongNumbers())
    return (*_patterns(), StatedNames(), *checked), unchecked


def find(text: str) -> list[Span]:
    """The identifiers in ``text``, which may overlap; the one to believe comes first."""
    sure, rest = _recognisers()
    spans = [span for each in sure for span in _analyzed(each, text)]
    return [*spans, *(span for each in rest for span in _analyzed(each, text) if not _inside(span, spans))]


def _analyzed(recogniser: Any, text: str) -> Iterator[Span]:
    for result in recogniser.analyze(text, recogniser.supported_entities, None):
        kind = _OUR_NAMES.get(result.entity_type, result.entity_type)
        if result.entity_type == kind or not _no_phone(text[result.start : result.end]):
            yield Span(result.start, result.end, kind)


def _inside(span: Span, spans: Sequence[Span]) -> bool:
    """Whether ``span`` begins in one that is known: it would add the number after it."""
    return any(held.start <= span.start < held.end for held in spans)
