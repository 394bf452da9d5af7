"""Sentences, clauses and questions of a message, by spaCy's rule-based sentencizer and a few joints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

_ASKS = re.compile(
    r"\?|^(?:and |but |so |also |or |hi |hello |ok |please |pls |then |just )*(?:what|whats|what's|how|hows|how's|why"
    r"|which|when|where|wheres|where's|who|is|are|am|do|does|did|can|could|should|shall|would|will|may|any|best|tell"
    r"|show|give|explain|list|need|number|help|advise|describe|suggest|recommend|remind)\b(?!'t)"
    r"|\b(?:should i|can i|could i|do i|shall i|is it (?:ok|okay|safe|worth|good|bad|alright|all right)|tell me"
    r"|remind me|(?:request|need|like|wish)(?:ing)? (?:you )?to (?:know|explain|tell)|kindly|whereabouts|want to know"
    r"|wanna know|like to know|wonder(?:ing)?|any (?:advice|tips|exercises|ideas)|please|what about|how about|asking"
    r"|checking if|worth)\b"
)
_AUXILIARY = r"(?:is|are|am|was|were|do|does|did|can|could|should|shall|would|will|has|have)"
_SOMEBODY = r"(?:i|he|she|they|we|you)"
#: How a question begins, in the middle of a message without punctuation too.
_OPENS = (
    rf"(?:can|could|should|shall|would|will) (?:{_SOMEBODY}|it|there|this|that|my|your|the)\b"
    rf"|(?:do|did|has|have|am|are|was) {_SOMEBODY}\b"
    r"|does the\b|(?:is|does|are) (?:it|he|she|there|this|that|these|those|my|your)\b|is \w+ing (?:ok|okay|good|bad"
    r"|safe|any)\b|does \w+ (?:\w+ )?(?:help|show|work|cause|mean)\b"
    rf"|(?:what|where|when|why|which|how) {_AUXILIARY}\b(?!')|who (?:do|should|can|could)\b(?!')|(?:what|where|how)'s\b"
    rf"|what (?:kind|sort|causes?|else|time)\b|which (?:exercises?|stretch\w*|ones?|of)\b"
    r"|how (?:long|often|many|much|far|hard|soon|come)\b|any (?:advice|tips|ideas)\b"
)
#: A word that still waits for its verb: "how far | should I", "if my hip | is going bad" stay together.
_WAITS = re.compile(
    rf"\b(?:what|which|how|when|where|why|who|whose|times|to|if|whether)(?:'s)?(?:(?! (?:{_AUXILIARY}|causes|makes"
    rf"|helps|happens)\b) [^\s?]+){{0,7}}\s*$"
)
#: Where one clause ends and the next begins, inside a sentence.
_JOINT = re.compile(
    r"\s*(?:\([\w-]+\),?|\b\d\)|[;:()\n]|\b(?:just )?(?=(?:check\w*|asking|wondering|wonderin) (?:if|whether|is|about"
    r"|what|can)\b)|\s[-–—]+\s|,\s+(?=(?:and|but|so|also|then|should|can|could|is|are|do|does|what|which|how|when|where"
    r"|would|will|i|i'm|i've|my|he|she|it|the|any|now|best|shall|show me|tell me|give me|explain|describe)\b)"
    r"|\b(?:but|however|although|though|anyway|also|plus)\b,?"
    rf"|(?P<run_on>(?<=[a-z0-9]{{2}} )(?={_OPENS}))"
    r"|,?\s+or (?=(?:am|is|are|do|does|should|shall|can|could|would|will) )"
    r"|\band\s+(?=(?:is|are|do|does|did|can|could|should|would|will|what|which|how|when|where|who|why|opening|where's"
    r"|what's|any|the opening|your|tell me|show me|please|whereabouts|if i|whether|never)\b))\s*"
)


#: A plain answer with something to add: "no, but I feel numb", "none of these, except …". What is added is a sentence of its own.
_ANSWERS_AND_ADDS = re.compile(
    r"^(?:no|nope|nah|none(?: of (?:these|those|them|that))?|not really|nothing(?: like that)?|never|yes|yeah|yep)\b"
    r"(?: (?:thanks?|thank you|of (?:these|those|them)|not really|sorry))?\s*[,;:–—-]*\s*"
    r"(?:(?:but|except|apart from|aside from|other than|although|though|only|just)\b[\s,]*(?:that |for |maybe "
    r"|perhaps )?)+(?=\S+ \S)"
)


#: Round something told: "is it ok that my leg is numb", "why is my leg numb", "my wife says I should mention my leg is numb".
_ROUND_WHAT_IS_TOLD = re.compile(
    r"^.{0,30}?\b(?:(?:why|how come)(?: is| are| am| do| does| did| has| have| would| might| could)?|it matters"
    r"|i (?:should|ought to|need to) (?:worry|be (?:worried|concerned))|(?:should|do|must) i (?:need to )?(?:worry"
    r"|be (?:worried|concerned|bothered))|(?:is|it|that|this)(?: it| this| that)? (?:ok|okay|normal|usual|common|bad"
    r"|serious|strange|weird|fine|dangerous|a problem|anything|worth (?:saying|mentioning))"
    r"|(?:should|do|must) i (?:worry|mention|say|tell \w+)|i (?:should|ought to|had better|better|must"
    r"|have to) (?:mention|say|tell you|add|ask)|(?:worth|forgot|want|like|meant) (?:to )?(?:mention\w*|say\w*|tell\w*"
    r"|ask)(?: you)?)"
    r"(?: to you)?,? (?:that |if |when |about )?(?=(?:my|his|her|i|i'm|i've|he|she|mum|mam|mom|dad|there's|there is"
    r"|(?:it|this|these|the|both)(?: \w+){0,2} still) )"
    # "where do I go if I can't stand on it now": an if that is so
    r"|^.{0,20}?\b(?:where|who|what) (?:do|should|can|must) i (?:go|call|ring|see|do|phone|ask) if (?=(?:i|my|he|she"
    r"|his|her)\b.*\b(?:just|right)? ?(?:now|today|this morning|yesterday|last night|tonight|since)\b)"
)


@dataclass(frozen=True)
class Span:
    """A stretch of normalised text: ``text[start:end]`` of the message."""

    start: int
    end: int
    text: str


#: Characters read with one vocabulary: some thousand messages.
CHARACTERS_A_VOCABULARY = 500_000


def language() -> Language:
    """spaCy's English tokenizer with rule-based sentence ends; no model to download."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "…", "\n", "。"]})
    return nlp


class Reader:
    """Texts to Docs, by a language that is made anew now and then.

    spaCy's vocabulary keeps every word it has ever met. Visitors mistype, and a stream of nonsense would fill the memory.
    """

    def __init__(self) -> None:
        self._language = language()
        self._characters = 0

    def __call__(self, text: str) -> Doc:
        """``text`` as a Doc with sentence ends."""
        self._characters += len(text)
        if self._characters > CHARACTERS_A_VOCABULARY:
            self._language, self._characters = language(), len(text)
        return self._language(text)


@lru_cache(maxsize=1)
def _reader() -> Reader:
    return Reader()


@lru_cache(maxsize=4)
def parse(text: str) -> Doc:
    """``text`` as a spaCy Doc with sentence ends; several components read the same message. Not to be changed."""
    return _reader()(text)


def adds_to_an_answer(text: str) -> bool:
    """Whether ``text`` is a plain answer with something added: "no, only my knee"."""
    return _ANSWERS_AND_ADDS.match(text) is not None


def told_from(text: str) -> int:
    """Where in the sentence ``text`` something told begins, when it stands inside a question or another's words; else 0."""
    told = _ROUND_WHAT_IS_TOLD.match(text)
    return told.end() if told else 0


def sentences(doc: Doc) -> list[Span]:
    """The sentences of ``doc`` that hold a word."""
    found = []
    for sent in doc.sents:
        if any(token.is_alpha or token.like_num for token in sent):
            begin = sent.start_char
            if answer := _ANSWERS_AND_ADDS.match(sent.text):
                begin += answer.end()
                found.append(Span(sent.start_char, begin, sent.text[: answer.end()]))
            found.append(Span(begin, sent.end_char, sent.text[begin - sent.start_char :]))
    return found


def clauses(sentence: Span) -> list[Span]:
    """``sentence`` cut at its joints; pieces of a single word stay with their neighbour."""
    pieces: list[Span] = []
    begin = 0
    joints = _JOINT.finditer(sentence.text)
    for cut_start, cut_end, run_on in [
        *((m.start(), m.end(), m["run_on"] is not None) for m in joints),
        (len(sentence.text), len(sentence.text), False),
    ]:
        if run_on and _WAITS.search(sentence.text, begin, cut_start):
            continue
        piece = sentence.text[begin:cut_start].strip(" ,")
        if len(piece.split()) >= 2 or (piece and not pieces and cut_end == len(sentence.text)):
            offset = sentence.text.index(piece, begin) if piece else begin
            pieces.append(Span(sentence.start + offset, sentence.start + offset + len(piece), piece))
            begin = cut_end
        elif not piece:
            begin = cut_end
    return pieces or [sentence]


def asks(text: str) -> bool:
    """Whether any sentence of normalised ``text`` reads like a question or request."""
    return any(_ASKS.search(part.strip()) for part in re.split(r"(?<=[.!?;])\s|\n|, ", text))


_BEGINS = re.compile(
    rf"^(?:(?:and|but|so|also|or|hi|hello|ok|okay|right|please|then|just|well|yes|no|btw)[ ,]+)*(?:{_OPENS})"
)


def opens_question(text: str) -> bool:
    """Whether a sentence of normalised ``text`` begins as a question does: "do I", "is it", "how long"."""
    return any(_BEGINS.search(part.strip()) for part in re.split(r"(?<=[.!?;])\s|\n", text))


def stretches(text: str) -> list[tuple[Span, str]]:
    """What is looked at in ``text``, with its kind.

    The "whole", each "sentence", its "clause"s where it has several, what is "told" inside a question, and each question
    "in_context" of the statement before it, from which its "it" or "that" takes its meaning.
    """
    found = [(Span(0, len(text), text), "whole")]
    before: Span | None = None
    for sentence in sentences(parse(text)):
        found.append((sentence, "sentence"))
        if told := told_from(sentence.text):
            found.append((Span(sentence.start + told, sentence.end, sentence.text[told:]), "told"))
        parts = clauses(sentence)
        if len(parts) > 1:
            found += [(part, "clause") for part in parts]
        for part in parts:
            if asks(part.text):
                if before:
                    found.append((Span(before.start, part.end, text[before.start : part.end]), "in_context"))
                before = None
            else:
                before = part
    return found
