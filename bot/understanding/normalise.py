"""Visitors' spelling made regular: case, apostrophes, text-speak, typing errors.

Only words that are not English are corrected, and only to words this assistant works with, so that
a name or an unusual word is left as it is. The dictionary is symspellpy's (82,765 English words).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

from symspellpy import SymSpell, Verbosity

from bot.advice.content import CONTENT_FOLDER
from bot.understanding.rule_files import read_rules

_WORD = re.compile(r"[a-z0-9][a-z0-9'’-]*")
_AN_FOR_AND = re.compile(
    r"\ban\b(?= (?:will|is|are|what|how|can|do|does|should|where|when|now|i|i'm|my|the|he|she|it|has|had|hip|got"
    r"|then)\b)"
)
#: "last fri", "since sun": where it can be nothing but a day.
_DAYS = {
    day[:3]: day for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}
_SHORT_DAY = re.compile(
    r"(?P<lead>\b(?:on|last|since|this|next|until|till|by|from|every) )(?P<day>mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)\b(?! (?:down|up|on|in))"
)
_GLUED = re.compile(r"\b(\d+)(months?|mths?|mnths?|mos?|yrs?|years?|weeks?|wks?|wk|days?|hrs?|hours?)\b")
#: A capital letter for a side: "L hip", "R THR", "THR L 2018". In small letters "r" is "are".
_SIDE_LETTER = re.compile(
    r"\b[LR]\b(?= (?:[Hh]ip|[Gg]roin|[Tt]high|[Bb]uttock|[Ll]eg|[Ss]ide|THR|THA|thr|tha|[Tt]otal hip)\b)"
    r"|(?<=\bTHR )[LR]\b|(?<=\bTHA )[LR]\b|(?<=\bthr )[LR]\b|(?<=\btha )[LR]\b|(?<=\b[Hh]ip )[LR]\b(?! (?:u|my|the)\b)"
)
#: What redaction has put in the place of a name or a number, and what is read instead. It says nothing about a hip, but it
#: holds a place in the sentence: "<NAME>, 67, groin pain". Of the words tried, these changed the least of what is understood
#: (tests/understanding/test_placeholders.py); another name, "sarah", had the classifier suspect a sepsis.
_PLACEHOLDER = re.compile(r"<(?P<kind>[A-Z]+(?:_[A-Z]+)*)>")
_SOMEBODY, _SOME_NUMBER = "sam", "1234567"
#: Words shorter than this are never corrected: too many neighbours.
SHORTEST_CORRECTED = 4
#: From this length on two errors are allowed, below it one.
TWO_ERRORS_FROM = 8


class Normaliser:
    """Holds the dictionaries; one per process."""

    def __init__(self) -> None:
        lexicon = read_rules("lexicon")
        pairs = {**lexicon["contractions"], **lexicon["txt"]}
        self._single = {k: v for k, v in pairs.items() if " " not in k}
        phrases = sorted((k for k in pairs if " " in k), key=len, reverse=True)
        self._phrases = re.compile(r"\b(" + "|".join(map(re.escape, phrases)) + r")\b")
        self._pairs = pairs
        dictionary = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
        counts = {}
        for line in dictionary.read_text(encoding="utf-8-sig").splitlines():
            word, _, count = line.partition(" ")
            counts[word] = int(count)
        known = set(lexicon["known"].lower().split())
        for name in ("answers.yml", "exercises.yml", "facts.yml"):
            text = (CONTENT_FOLDER / name).read_text(encoding="utf-8").lower()
            known.update(w for w in re.findall(r"[a-z]{5,}", text) if w in counts)
        self.english = set(counts) | known | set(self._single)
        self._speller = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        for word in known:
            self._speller.create_dictionary_entry(word, counts.get(word, 1))

    def __call__(self, text: str) -> str:
        """``text`` in lower case with regular spelling. Keeps punctuation and word order."""
        text = unicodedata.normalize("NFKC", _PLACEHOLDER.sub(_stand_in, text))
        if (letter := text.strip(" .!,").lower()) in ("y", "n"):
            return letter  # by itself yes or no, elsewhere "why" and "and"
        if not text.isupper():
            text = _SIDE_LETTER.sub(lambda match: "right" if match.group() == "R" else "left", text)
        text = text.lower()
        text = text.replace("’", "'").replace("‘", "'").replace("`", "'").replace("´", "'")
        text = re.sub(r"(.)\1{3,}", r"\1\1", text)
        text = re.sub(r"\s+[&+]\s+", " and ", text)
        text = re.sub(r"\b(\d+) ?(?:1/2|½|1⁄2)", r"\1.5", text)
        text = _GLUED.sub(r"\1 \2", text)
        text = _WORD.sub(lambda match: self._word(match.group()), text)
        text = self._phrases.sub(lambda match: self._pairs[match.group()], text)
        text = _AN_FOR_AND.sub("and", text)
        text = _SHORT_DAY.sub(lambda match: match["lead"] + _DAYS[match["day"][:3]], text)
        return re.sub(r"[ \t]+", " ", text).strip()

    def _word(self, word: str) -> str:
        if word in self._single:
            return str(self._single[word])
        if len(word) < SHORTEST_CORRECTED or not word.isalpha() or word in self.english:
            return word
        if word.endswith("in") and word + "g" in self.english:
            return word + "g"  # "walkin"
        stem = word[:-1]
        if (
            word.endswith("s")
            and not word.endswith("ss")
            and stem in self.english
            and stem not in self._single
        ):
            return word
        distance = 2 if len(word) >= TWO_ERRORS_FROM else 1
        found = self._speller.lookup(word, Verbosity.TOP, max_edit_distance=distance)
        if not found or found[0].term[0] != word[0]:
            return word
        return str(found[0].term)


def _stand_in(placeholder: re.Match[str]) -> str:
    return _SOMEBODY if placeholder["kind"] == "NAME" else _SOME_NUMBER


def is_english(word: str) -> bool:
    """Whether the dictionary holds ``word``, in lower case, by itself or without its ending."""
    held = normaliser().english
    return word in held or re.sub(r"'\w*$", "", word) in held or (word.endswith("s") and word[:-1] in held)


@lru_cache(maxsize=1)
def normaliser() -> Normaliser:
    """The normaliser of this process."""
    return Normaliser()
