"""Names of people, found by how people state them: "my name is …", "I'm …", "it's … here", "Mrs …", "my son …".

There is no statistical model to tell a name from another word. How sure the words before it make us decides what is asked
of a word: anything goes after "my name is", a capital and no English word after "I'm", a known given name elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import regex
from presidio_analyzer import LocalRecognizer, RecognizerResult
from ruamel.yaml import YAML
from spacy.lang.en.stop_words import STOP_WORDS

HERE = Path(__file__).parent
#: Words of one name, at most.
LONGEST_NAME = 4
#: From this share of capitals on, a capital says nothing: of all letters, and of all words in a longer message.
SHOUTED, TITLED = 0.7, 0.8

_WORD = regex.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
#: Whatever word comes next is a name.
_SURE = regex.compile(
    r"\b(?:(?:my|his|her|their|our|full|first|last|middle|maiden|sur|fore|given|family|patient|mum|mom|dad|son"
    r"|daughter|husband|wife|mother|father|child|partner|sister|brother)(?:['’]?s)?[\s-]*){1,4}names?(?:['’]s)?(?![^\W\d_])"
    r"(?:\s*(?:\bis\b|\bare\b|:|=|-))*(?:\s*\bcalled\b)?\s*"
    r"|(?<![^\W_]\s)\bname\s*[:=-]\s*|\bname['’]s\s+"
    r"|\b(?:i['’]?m|i\s+am|s?he['’]?s|(?:s?he|who)\s+is)\s+(?:called|named)\s+"
    r"|\b(?:mr|mrs|ms|mx)\b\.?\s+"
    r"|\bpatient\s*[:=-]\s*|\bfrom\s*:\s*"
    r"|\b(?:me\s+llamo|ich\s+hei(?:ß|ss)e|je\s+m['’]appelle|mi\s+chiamo)\s+"
    r"|\bsigned(?:\s+by)?\s*[:,-]?\s+|\byours\s+(?:sincerely|faithfully|truly)\b[\s,]*",
    regex.IGNORECASE,
)
#: A given name next is a name, and a capitalised word that is no English word.
_PERSON = regex.compile(
    r"\b(?:i['’]?m|i\s+am|(?:they|you\s+can|please)\s+call\s+me|\p{L}+\s+calls\s+me)\s+"
    r"|\b(?:my|our|his|her|their|the)\s+(?:\p{L}+\s+)?(?:husband|wife|partner|spouse|fianc[eé]e?|boyfriend|girlfriend|mum|mom"
    r"|mother|mam|mummy|dad|daddy|father|son|daughter|brother|sister|nana?|nanna|gran|granny|grandma|grandmother|grand?dad"
    r"|grandpa|grandfather|uncle|aunt|aunt(?:ie|y)|cousin|niece|nephew|grandson|granddaughter|friend|mate|neighbou?r|boss"
    r"|carer|physio|physiotherapist|therapist|consultant|surgeon|gp|boy|girl|lad|child|kid|baby|toddler|step\w+|flatmate"
    r"|colleague)s?,?\s+(?:(?:is\s+)?(?:called|named)\s+)?",
    regex.IGNORECASE,
)
#: A word next that is no English one is a name; after the short ones, which are no words themselves, so is any with a capital.
_TITLE = regex.compile(
    r"\b(?:(?P<short>dr|prof|rev)|doctor|professor|nurse|sister|miss|sir|lady|matron|mister)\b\.?\s+",
    regex.IGNORECASE,
)
#: A known given name next is a name, also without a capital.
_PERHAPS = regex.compile(
    r"\b(?:it['’]?s|it\s+is|this\s+is|call\s+me|here\s+is|here['’]s|speak(?:ing)?\s+(?:to|with)|talk(?:ed|ing)?\s+(?:to|with)"
    r"|spoke\s+(?:to|with)|on\s+behalf\s+of|about|regarding|with|for|from|ask(?:ed)?|tell|told|ring|phone|call|text|contact|met"
    r"|patient|soy|saw|see|called|named|by|and|hi|hiya|hello|hey|dear)[,:]?\s+|\bname\s+(?:is\s+)?"
    r"|\b(?:is|does|can|could|would)\s+(?=\p{L}+\s+(?:there|available|call|ring|phone|text|email|still\s+(?:there|working|with|at))\b)"
    r"|\b(?:thanks|thank\s+you|thx|cheers|ta|regards|wishes|love|best|sincerely)\b[,!.\s-]+|^[\s*-]*|[\n(.!?]\s*",
    regex.IGNORECASE,
)
#: A signature: a name that nobody knows, too, when it ends the message.
_SIGNED = regex.compile(
    r"\b(?:thanks|thank\s+you|thx|cheers|ta|regards|wishes|love|sincerely)\b(?P<between>[,!.\s-]+)(?=\p{L})",
    regex.IGNORECASE,
)
#: What may follow a name that was typed without a capital.
_AFTER = regex.compile(
    r"['’]s\b|\s*(?:$|[,.;:!?()\n/-])|\s+(?:and|i|im|i['’]m|i['’]ve|my|here|dob|born|aged?|from|nhs|phone|tel|mob|email|but|calling"
    r"|speaking|again|is|has|fell|said|says|who|had|was)\b|\s+\d",
    regex.IGNORECASE,
)
_NEXT = regex.compile(r"\s+(?P<word>[^\W\d_]+(?:['’-][^\W\d_]+)*)")
#: Before the name of who writes.
_SPEAKS = regex.compile(r"(?<![^\W_])(?=[^\W\d_]+\s+(?:here|speaking)\b)", regex.IGNORECASE)
#: Between an initial typed small and the surname.
_SMALL_INITIAL = regex.compile(r"(?:\. ?| )(?=\p{L}{2})")
_HERE = regex.compile(r"\s+(?:here|speaking|calling)\b", regex.IGNORECASE)
_INITIAL = regex.compile(r"\.?\s*\p{Lu}")
#: Between two parts of a name; a full stop only after an initial.
_JOINT = regex.compile(r"(?:(?<=\b\p{L})\. ?| |-)(?=\p{L})")
#: Hospitals, tests and diseases are named after people, and are none.
_NAMED_AFTER = regex.compile(
    r"(?:['’]s)?\s+(?:\p{L}+\s+)?(?:hospital|infirmary|clinic|ward|unit|cent(?:re|er)|surgery|house|university|park|station|school"
    r"|road|street|seat|test|sign|disease|syndrome|fracture|line|method|stretch|exercises?|technique|procedure|stem|cup|ring|ligament"
    r"|cyst|nail|oesophagus|esophagus|palsy|contracture|tumou?r|\p{L}+(?:itis|osis|oma|pathy|plasia)|score|scale|hip|replacement"
    r"|implant|splint|graft|approach|classification|grade|angle|view|nodes?|cream|gel|tablets?)\b",
    regex.IGNORECASE,
)
_NAMED_BEFORE = regex.compile(
    r"\b(?:(?:st|saint|queen|king|royal|prince|princess|lady)\.?|marks\s+(?:and|&))\s+$", regex.IGNORECASE
)
#: Endings of words that describe a person, and of specialists and medicines: "I'm Arthritic", "my GP Tramadol".
_DESCRIBES = regex.compile(
    r"(?:itis|osis|ic|al|ian|ean|ish|ese|ive|ile|less|ful|ing|ed|ly|pathy|plasia|oma|able|ous|oid|bound|divergent"
    r"|ist|pod|dol|fen|zole|pril|statin|sartan|cillin|xaban|parin|coxib|pentin|pam)$"
)


@dataclass(frozen=True)
class _Lists:
    """What is known of words, all in lower case."""

    given: frozenset[str]
    surnames: frozenset[str]
    also_words: frozenset[str]
    mostly_names: frozenset[str]
    also_surnames: frozenset[str]
    english: frozenset[str]
    no_name: frozenset[str]
    particles: frozenset[str]


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    words = YAML(typ="safe", pure=True).load((HERE / "names.yml").read_text(encoding="utf-8"))
    also_words = frozenset(words["also_words"].split())
    dictionary = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return _Lists(
        given=_column("given_names.txt") - also_words - frozenset(words["no_name"].split()),
        surnames=_column("surnames.txt"),
        also_words=also_words,
        mostly_names=frozenset(words["mostly_names"].split()),
        also_surnames=frozenset(words["also_surnames"].split()),
        english=frozenset(line.partition(" ")[0] for line in dictionary.splitlines()),
        no_name=frozenset(STOP_WORDS) | frozenset(words["no_name"].split()),
        particles=frozenset(words["particles"].split()),
    )


def _column(name: str) -> frozenset[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@dataclass(frozen=True)
class _Word:
    """A word of a message, without a possessive ending; ``capital`` only where capitals say something."""

    start: int
    end: int
    lower: str
    capital: bool
    upper: bool


class _Message:
    """One message, and what may be a name in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lists = _lists()
        self._shouted = _capitals_say_nothing(text)
        self._flat = self._shouted or text == text.lower()

    def names(self) -> Iterator[tuple[int, int]]:
        """Where names begin and end; one may be found twice."""
        for match in _SURE.finditer(self._text):
            if (word := self._word(match.end())) and self._is_name(word):
                yield word.start, self._end(word)
        for match in _PERSON.finditer(self._text):
            if (word := self._word(match.end())) and (self._is_known(word) or self._is_person(word)):
                yield word.start, self._end(word)
        for match in _TITLE.finditer(self._text):
            short = match["short"] is not None
            if (word := self._word(match.end())) and (self._is_known(word) or self._is_titled(word, short)):
                yield word.start, self._end(word)
        for match in _PERHAPS.finditer(self._text, overlapped=True):
            if (word := self._word(match.end())) and self._is_known(word):
                yield word.start, self._end(word)
        for match in _SPEAKS.finditer(self._text):
            if (word := self._word(match.end())) and self._is_mostly_name(word):
                yield word.start, word.end
        for match in _SIGNED.finditer(self._text):
            apart = "," in match["between"] or "\n" in match["between"]
            if (word := self._word(match.end())) and self._is_signature(word, apart):
                yield word.start, word.end
        if not self._shouted:
            yield from self._unannounced()

    def _unannounced(self) -> Iterator[tuple[int, int]]:
        for match in _WORD.finditer(self._text):
            word = self._as_word(match)
            if word.capital and not word.upper and self._is_known(word):
                yield word.start, self._end(word)

    def _word(self, at: int) -> _Word | None:
        match = _WORD.match(self._text, at)
        return self._as_word(match) if match else None

    def _as_word(self, match: Any) -> _Word:
        bare = _POSSESSIVE.sub("", match.group())
        capital = not self._shouted and bare[0].isupper()
        return _Word(match.start(), match.start() + len(bare), bare.lower(), capital, bare.isupper())

    def _closes(self, word: _Word) -> bool:
        """Whether what follows ``word`` closes a name, whatever the word."""
        return _AFTER.match(self._text, word.end) is not None

    def _ends(self, word: _Word) -> bool:
        """Whether what follows ``word`` may follow a name: after a known one, more may."""
        if self._closes(word):
            return True
        known = self._lists
        if word.lower in known.also_surnames:
            return False
        if not any(word.lower in names for names in (known.given, known.mostly_names, known.surnames)):
            return False
        following = _NEXT.match(self._text, word.end)
        return following is not None and following["word"].lower() in self._lists.no_name

    def _is_mostly_name(self, word: _Word) -> bool:
        """Whether ``word`` is a given name, or a word that is hardly anything else where no capitals tell."""
        return word.lower in self._lists.given or (self._flat and word.lower in self._lists.mostly_names)

    def _is_name(self, word: _Word) -> bool:
        """Whether ``word`` is a name where one must come."""
        known = self._lists
        if len(word.lower) == 1:
            if word.capital:
                return _INITIAL.match(self._text, word.end) is not None
            following = _SMALL_INITIAL.match(self._text, word.end)
            surname = self._word(following.end()) if following else None
            return surname is not None and word.lower not in ("a", "i") and self._may_be_surname(surname)
        if word.lower in known.no_name and not (word.lower in known.also_words and word.capital):
            return False
        return word.capital or self._is_unusual(word) or word.lower in known.given or self._ends(word)

    def _is_person(self, word: _Word) -> bool:
        """Whether ``word`` is a name where a person is told of."""
        if word.lower in self._lists.also_words:
            small = self._is_mostly_name(word) and (self._ends(word) or self._surname_follows(word))
            return word.capital or small
        if word.lower in self._lists.given:
            return not self._is_named_after(word)
        return (
            word.capital
            and not word.upper
            and len(word.lower) > 2
            and word.lower not in self._lists.no_name
            and word.lower not in self._lists.english
            and not _DESCRIBES.search(word.lower)
            and not self._is_named_after(word)
        )

    def _is_titled(self, word: _Word, short: bool) -> bool:
        """Whether ``word`` is a name after a title, which may be a word, too: "doctor said", "Nurse Practitioner"."""
        if word.lower in self._lists.no_name or len(word.lower) == 1:
            return False
        return self._is_unusual(word) or (short and word.capital)

    def _is_signature(self, word: _Word, apart: bool) -> bool:
        """Whether ``word`` ends the message with a name; without capitals it must stand ``apart``."""
        if self._text[word.end :].strip(" .!xX\n"):
            return False
        if word.capital:
            return self._may_be_surname(word) or word.lower in self._lists.also_words
        known = word.lower in self._lists.mostly_names or self._may_be_surname(word)
        return self._flat and apart and len(word.lower) > 2 and known

    def _is_known(self, word: _Word) -> bool:
        """Whether ``word`` is a given name, wherever it stands, and not part of a hospital's or a disease's."""
        if not self._shouted and word.upper and not self._ends(word):
            return False
        if self._is_named_after(word):
            return False
        if word.lower in self._lists.given:
            return word.capital or self._ends(word) or self._surname_follows(word)
        if not word.capital:
            return self._is_mostly_name(word) and self._surname_follows(word)
        speaks = _HERE.match(self._text, word.end) is not None
        if word.lower in self._lists.also_words:
            return speaks or self._surname_follows(word)
        return speaks and word.lower not in self._lists.english and word.lower not in self._lists.no_name

    def _is_named_after(self, word: _Word) -> bool:
        """Whether ``word`` is part of the name of a hospital, a test or a disease."""
        before = _NAMED_BEFORE.search(self._text, max(0, word.start - 14), word.start)
        return before is not None or _NAMED_AFTER.match(self._text, word.end) is not None

    def _is_unusual(self, word: _Word) -> bool:
        return word.lower in self._lists.surnames or word.lower not in self._lists.english

    def _surname_follows(self, word: _Word) -> bool:
        following = self._word(word.end + 1) if self._text[word.end : word.end + 1] == " " else None
        if following is None or following.lower in self._lists.no_name:
            return False
        if following.capital and not following.upper:
            return True
        typed_small = self._shouted or not following.upper
        closed = self._ends if word.lower in self._lists.given else self._closes
        return typed_small and self._is_unusual(following) and closed(following)

    def _may_be_surname(self, word: _Word) -> bool:
        return word.lower not in self._lists.no_name and self._is_unusual(word)

    def _end(self, first: _Word) -> int:
        """Where the name that begins with ``first`` ends."""
        end = at = first.end
        for _ in range(LONGEST_NAME - 1):
            joint = _JOINT.match(self._text, at)
            part = self._word(joint.end()) if joint else None
            if part is None or not self._may_be_part(part):
                break
            at = part.end
            if part.lower not in self._lists.particles and (part.capital or self._ends(part)):
                end = at
        return end

    def _may_be_part(self, part: _Word) -> bool:
        if part.lower in self._lists.particles:
            return True
        if len(part.lower) == 1:
            return part.capital and part.lower != "i"
        if part.lower in self._lists.no_name:
            return False
        return part.capital or self._is_unusual(part) or part.lower in self._lists.given


def _capitals_say_nothing(text: str) -> bool:
    """Whether the message is all in capitals, or nearly Every Word Has One."""
    letters = [c for c in text if c.isalpha()]
    if sum(map(str.isupper, letters)) > SHOUTED * len(letters):
        return True
    words = [word for word in text.split() if word[0].isalpha()]
    return len(words) > 4 and sum(word[0].isupper() for word in words) > TITLED * len(words)


class StatedNames(LocalRecognizer):
    """The names of a message, for Presidio."""

    def __init__(self) -> None:
        _lists()
        super().__init__(["NAME"], name="StatedNames")

    def load(self) -> None:
        """Nothing: the lists are read when it is made."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """The names in ``text``."""
        return [RecognizerResult("NAME", start, end, 0.8) for start, end in set(_Message(text).names())]
