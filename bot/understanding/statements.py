"""What a piece of a message says of how long it has hurt and of hip replacement, by a classifier.

The rules (``durations``, ``facts``) read numbers and names; people also say "since my daughter's wedding" and "set off
the airport scanner". The classifier speaks where the rules are silent, and a clear "that is the job, not the hip"
silences a span of time that the rules took for pain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from ruamel.yaml import YAML

from bot.understanding.assertion import Assertion, Experiencers, assertion_rules
from bot.understanding.facts import OVER, Mention, extract, of_a_replaced_hip
from bot.understanding.sentences import asks
from bot.understanding.topics import Piece, listened_to

STATEMENTS = Path(__file__).with_name("statements.yml")
#: The label of pieces that say neither.
NEITHER = "none"
#: Labels that establish a fact, with the value they give it.
_FACTS: dict[str, tuple[str, bool | str]] = {
    "chronic": ("chronic", True),
    "short": ("chronic", False),
    "replacement_own": ("hip_replacement", "own"),
    "replacement_considering": ("hip_replacement", "considering"),
    "replacement_negated": ("hip_replacement", "negated"),
    "replacement_other": ("hip_replacement", "other_person"),
}
#: The label of a piece that is surely about something else.
_UNRELATED = {"chronic": "not_pain_time", "hip_replacement": "replacement_unrelated"}
#: Least probability with which a label is believed where the rules found nothing.
LEAST = {
    "chronic": 0.65,
    "short": 0.85,
    "replacement_own": 0.6,
    "replacement_considering": 0.6,
    "replacement_negated": 0.6,
    "replacement_other": 0.6,
}
#: What a piece must hold (of a time: unless the classifier is sure): embeddings see the likeness, not the missing word.
_CUES = {
    "chronic": re.compile(
        r"\b(?:since|years?|months?|ago|back in|to this day|monsoons?|seasons?|harvests?|long\w*(?! (?:walks?|runs?"
        r"|drives?|distance|haul|way|shifts?|flights?|journeys?|hours))|always|never(?: \w+){0,2} (?:right|goes?|gone"
        r"|went|settl\w*|the same|better|heal\w*|left|stop\w*|eas\w*|clear\w*|recover\w*|been)|decades?|still|(?:19"
        r"|20)\d\d|ages|time|life\w*|old|older|last|first|ever|summers?|winters?|springs?|autumns?|christmas\w*"
        r"|birthdays?|weeks?|now|used|before|through|companion|"
        r"forever|moons|yonks|donkey\w*|persist\w*|constant\w*|chronic|standing|remember|when (?:i|my|he|she"
        r"|we) (?:\w+ )?(?:was|were|had|got|started|left|moved|retired|first|became|turned|gave|lost|broke|\w+ed)|began"
        r"|started|until|till|by now|whole)\b"
    ),
    "hip_replacement": re.compile(
        r"\b(?:replac\w*|new (?:\w+ )?(?:hips?|joints?|balls?|sockets?|ones?|parts?|bits?)|tin|metal\w*|titan\w*|bionic"
        r"|artificial|ceramic|plastic|steel|done(?! (?:(?:any|no|some|every)thing|my|your|the|these|those|this|that"
        r"|it)\b)|op|ops|operat\w*|surg\w*|implant\w*|prosth\w*|thr|tha|swap\w*|spare|original|own|real|factory|false"
        r"|fake|scanner|cup|stem|socket|fitted|put in|resurfac\w*|"
        r"hemi\w*|revision|arthroplast\w*|total|list|knife|theatre|consultant|hips? (?:was |were |got |been )?chang\w*"
        r"|chang\w* (?:the |my |me |his |her )?hips?|redone|precautions|raised (?:toilet|seat)|parts?)\b"
    ),
}
#: A plan is one of an operation, whatever it waits on a list for.
_PLANNED = re.compile(
    r"\b(?:replac\w*|new (?:hips?|joints?|ones?)|artificial|op|ops|operat\w*|surg\w*|implant\w*|prosth\w*|thr|tha"
    r"|resurfac\w*|arthroplast\w*|knife|theatre|metal\w*|titanium|tin|plastic|ceramic|bionic|(?:hips?|it|one|them"
    r"|both) done)\b"
)
#: "Down for the surgery in May, a new joint": whatever it is like, it is still to come.
_STILL_AHEAD = re.compile(
    r"\b(?:(?:i'm|am|is|he's|she's|put|^) ?(?:down|booked(?: in)?|pencilled in|scheduled|in line|up"
    r"|due(?: in)?) for (?:the|my|his|her|an?|one|surgery|it)|candidate for)\b"
)
#: A day's doing is no long time: "limping since footy".
_SINCE_LATELY = re.compile(
    r"\bsince (?:footy|football|training|practice|pe|gym|the (?:match|game|weekend)|my run|a run|yesterday|breakfast"
    r"|lunch|school today|weekend)\b"
)
#: A date alone tells the date of what was told before.
_DATE_ALONE = re.compile(r"^(?:(?:19|20)\d\d|and|in|then|left|right|the|was|[\s.,;&/()-])+$")
#: Another joint's replacement, or a time that is over.
_NOT_IT = {
    "chronic": re.compile(
        r"\b(?:years for (?:my|the|her|his) (?:chest|heart|lungs?|asthma|blood|skin|thyroid|kidneys?|bowels?|stomach"
        r"|nerves|head|eyes)|the (?:first|old|last) (?:one )?(?:wore|worn|loosened|failed|came loose)|long story"
        r"|(?:week|month|year)s? wait|(?:the )?(?:ones?|hips?|joints?) i was born with|since when (?:is|are|does|do|did"
        r"|was|were|can|have|has)|when (?:i|he|she) was (?:\d+|a (?:kid|child|boy|girl|lad|teen\w*))\b(?!.*\b(?:still"
        r"|since)\b)|used to (?:get|have|suffer)|when i was \w+[^.]{0,40}\b(?:went|gone|cleared|stopped)|went away"
        r"|(?:has|have|'s|'ve) been (?:\w+ )?(?:marvellous|great|brilliant|fine|grand|good|perfect|super|wonderful|lovely"
        r"|fantastic|excellent|no trouble|a (?:joy|blessing|godsend))"
        r"|(?:in|at) (?:high |primary |secondary |grade |middle )?school,? (?:i|we) had"
        r"|^still (?:walking|able|fine|going)"
        r"|not a peep|cleared up|(?:then|before) it (?:\w+ ){0,3}?(?:left|went|stopped|cleared|vanished|settled|healed)"
        r"|"
        + OVER
        + r"|still (?:reckons?|thinks?|says?|insists?)|(?:married|together|widowed|retired|worked|lived)(?: here| there)? (?:for )?(?:\w+ )?\w+ years\b(?!.*\b(?:pain\w*|hurt\w*|sore|ach\w+|stiff\w*|bad)\b)|(?:i|he|she) was (?:\w+ )?\d+ when\b(?!.*\b(?:still|since|ever)\b)|(?<!than i've )(?<!than i )(?:had|owned|got) (?:the|my|our|this) (?:dog|cat)|back (?:trouble|pain|problems?)\b(?!.*\bhips?\b)|(?:pregnant|weeks gone|trimester)|\d+ weeks,? (?:pgp|spd)|\d+ (?:years?|yrs?) of age(?!.*\b(?:since|for|ago|months?)\b))\b"
    ),
    "hip_replacement": re.compile(
        r"^(?!.*\bhips?\b).*\b(?:knees?|shoulders?|elbows?|ankles?|valves?|hormone|disc|lens|cataract|tooth|teeth"
        r"|boiler|car|tyre)\b|\breplaced (?:my|the|his|her|their|all) (?!(?:\w+ ){0,2}(?:hips?|joints?|balls?"
        r"|sockets?)\b)\w+|\b(?:knees?|shoulders?|elbows?|ankles?)(?: \w+){0,2} (?:done|replaced|replacement|operat\w*"
        r"|surgery)\b(?!.*\bhips? (?:\w+ )?(?:done|replac\w*|operat\w*)\b)|\bnew hip (?:pain\w*|ach\w+|problems?"
        r"|trouble|twinge|niggle)\b|\b(?:swapped|moved|changed) (?:us|me|them|him|her) (?:on|over|to|round|from)\w*\b"
    ),
}
#: Whose operation it may be.
_JOINTS = re.compile(
    r"\b(?:hips?|knees?|shoulders?|elbows?|ankles?|wrists?|back|spine|neck|feet|foot|toes?|hands?|fingers?|thumbs?"
    r"|arms?|teeth|tooth|eyes?|heart|nose|jaw)\b"
)
#: The rules read these for themselves.
_NUMBERED_TIME = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty) (?:years?|months?)\b"
    r"(?! later)|\bsince (?:19|20)\d\d\b"
)
#: "I've had it for two years" may well be the hip.
_MAY_BE_THE_HIP = re.compile(r"\b(?:it|it's|mine|this|hips?|pain\w*|ach\w+|hurt\w*|sore|stiff\w*)\b")
#: "3 years sorry, not weeks": the time told before, put right.
_PUTS_RIGHT = re.compile(r"\b(?:sorry|i meant|i mean|correction|not (?:days|weeks|months|years))\b")
#: "had it replaced in 2018 and it's hurt ever since": the date is that of the pain as well.
_PAIN_SINCE_IT = re.compile(
    r"\b(?:hurt\w*|sore|ach\w+|pain\w*|stiff|limp\w*|troubl\w*|bad|been at)\b[^.;!?]{0,40}\b(?:ever since|since then"
    r"|all along|all this time|the whole time|from the start|since)\b"
    r"|\bnever (?:\w+ )?(?:pain[ -]?free|right|settled|the same)\b|\b(?:ever since"
    r"|since then)\b[^.;!?]{0,20}\b(?:hurt\w*|sore|ach\w+|pain\w*|stiff)\b"
)
#: From this probability on the classifier overrules the rules.
SURE = 0.9
#: What the rules read as, and as what the classifier reads it, from which probability on the classifier is right. Whose hip it is,
#: it cannot tell: it does not see who is asked for.
_CORRECTS = {
    ("own", "replacement_considering"): ("considering", SURE),
    ("considering", "replacement_own"): ("own", SURE),
    ("other_person", "replacement_own"): ("own", 0.7),
}
_FOR_MINE = re.compile(
    r"\b(?:for|than|with|of|on|to|do|does|help|would|is|and|rest|move|use|exercise) mine\b(?! (?:was|were|too|as well))"
)
#: From this probability on the new hip in a piece without the visitor and without a close relative is somebody else's.
SURELY_ANOTHERS = 0.7
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|i'd|me|mine|my (?:own|hips?|left|right|other|new|bad))\b")


def statement_examples() -> tuple[list[str], list[str]]:
    """Texts and labels of ``statements.yml``."""
    raw = YAML(typ="safe", pure=True).load(STATEMENTS.read_text(encoding="utf-8"))["statements"]
    return (
        [text for texts in raw.values() for text in texts],
        [label for label, texts in raw.items() for _ in texts],
    )


def says_neither(text: str, today: date) -> bool:
    """Whether the rules find neither a time nor a replacement in normalised ``text``: an example of "none"."""
    return not any(m.fact in ("chronic", "hip_replacement") for m in extract(text, today))


def with_statements(
    mentions: Sequence[Mention], pieces: Sequence[Piece], labels: Sequence[str], text: str
) -> list[Mention]:
    """``mentions`` of the rules, completed and checked by the classifier's view of ``pieces``."""
    place = {label: index for index, label in enumerate(labels)}
    who = assertion_rules().experiencers(text)
    kept = [_corrected(m, pieces, place) for m in mentions if not _overruled(m, pieces, place)]
    best: dict[str, tuple[float, Mention]] = {}
    for piece in listened_to(pieces):
        for label, (fact, value) in _FACTS.items():
            probability = float(piece.probabilities[place[label]])
            if probability < LEAST[label] or not _counts(piece, label, probability, who):
                continue
            if label == "chronic" and (
                (probability < SURE and _counted_otherwise(piece, mentions))
                or _SINCE_LATELY.search(piece.span.text)
                or _is_over_or_short(piece, mentions, _sentence_of(piece, pieces))
                or (_DATE_ALONE.match(piece.span.text) and _tells_of_replacement(mentions))
            ):
                continue
            if label == "chronic" and _short_around(piece, pieces, place):
                continue
            if label == "replacement_considering" and not _PLANNED.search(piece.span.text):
                continue
            if label == "replacement_own" and _STILL_AHEAD.search(piece.span.text):
                value = "considering"
            elif label == "replacement_own" and probability < SURE and _planned_around(piece, pieces, place):
                continue
            if _of_another_part(piece, pieces, place, label, fact):
                continue
            mention = Mention(fact, value, Assertion.affirmed, piece.span.start, piece.span.end)
            if fact not in best or _rank(mention, probability) > _rank(best[fact][1], best[fact][0]):
                best[fact] = (probability, mention)
    replaced = next((m for m in [*kept, *(m for _, m in best.values())] if m.fact == "hip_replacement"), None)
    if "chronic" in best and replaced and _inside(replaced, best["chronic"][1]):
        told = best["chronic"][1]
        if not _PAIN_SINCE_IT.search(text[told.start : told.end]):
            del best["chronic"]  # the date is that of the operation
    known = {m.fact for m in kept if m.assertion is Assertion.affirmed}
    if "over_two_weeks" in known:
        known.add("chronic")
    for fact, (_, mention) in best.items():
        if fact not in known:
            kept = [m for m in kept if m.fact != fact] + [mention]
    return sorted(of_a_replaced_hip(kept), key=lambda m: m.start)


def _inside(mention: Mention, other: Mention) -> bool:
    return other.start <= mention.start < other.end


def _rank(mention: Mention, probability: float) -> tuple[bool, float]:
    """What says more wins: long pain and an own replacement over the rest, then the surer one."""
    return mention.value in (True, "own"), probability


def _counts(piece: Piece, label: str, probability: float, who: Experiencers) -> bool:
    fact = _FACTS[label][0]
    rules, text = assertion_rules(), piece.span.text
    # a plan is no fact, but it is a plan
    planned = label == "replacement_considering" and not asks(text)
    if (rules.is_supposed(text) and not planned) or _NOT_IT[fact].search(text):
        return False
    if rules.is_strangers(text) and label != "replacement_other":
        return False
    if (probability < SURE or fact == "hip_replacement") and not _CUES[fact].search(text):
        return False
    if fact == "hip_replacement" and _of_another_joint(text):
        return False
    return fact == "hip_replacement" or not rules.is_relatives(text, who)


def _of_another_joint(text: str) -> bool:
    """Whether every word of an operation in ``text`` stands nearer to another joint than to the hip: "a plate in my ankle"."""
    joints = [(m.start(), m[0].startswith("hip")) for m in _JOINTS.finditer(text)]
    if all(hip for _, hip in joints):
        return False
    return not any(
        min(joints, key=lambda joint: abs(joint[0] - cue.start()))[1]
        for cue in _CUES["hip_replacement"].finditer(text)
    )


def _counted_otherwise(piece: Piece, mentions: Sequence[Mention]) -> bool:
    """Whether ``piece`` has a number of years or a year that the rules read and took for something else."""
    if not _NUMBERED_TIME.search(piece.span.text):
        return False
    return not any(m.fact == "chronic" and piece.span.start <= m.start < piece.span.end for m in mentions)


def _is_over_or_short(piece: Piece, mentions: Sequence[Mention], sentence: Piece) -> bool:
    """Whether the rules read a number of less than three months in ``piece``, or a time that is past in its ``sentence``."""
    return any(
        m.fact == "chronic"
        and (
            (m.value is False and piece.span.start <= m.start < piece.span.end)
            or (m.assertion is Assertion.past and sentence.span.start <= m.start < sentence.span.end)
        )
        for m in mentions
    )


def _sentence_of(piece: Piece, pieces: Sequence[Piece]) -> Piece:
    """The longest heard piece that holds ``piece``: its sentence."""
    holding = [
        p for p in listened_to(pieces) if p.span.start <= piece.span.start and piece.span.end <= p.span.end
    ]
    return max(holding, key=lambda p: len(p.span.text), default=piece)


def _short_around(piece: Piece, pieces: Sequence[Piece], place: dict[str, int]) -> bool:
    """Whether ``piece`` is part of a sentence that surely tells of a short time: "nine days ago I dug, and ever since …"."""
    return any(
        _within(piece, p)
        and p.probabilities[place["short"]] >= LEAST["short"]
        and p.probabilities[place["chronic"]] < 1 - LEAST["short"]
        for p in listened_to(pieces)
    )


def _tells_of_replacement(mentions: Sequence[Mention]) -> bool:
    return any(m.fact == "hip_replacement" for m in mentions)


def _planned_around(piece: Piece, pieces: Sequence[Piece], place: dict[str, int]) -> bool:
    """Whether ``piece`` is part of one that tells of a planned operation."""
    planned = place["replacement_considering"]
    return any(
        _within(piece, p) and p.probabilities[planned] >= LEAST["replacement_considering"]
        for p in listened_to(pieces)
    )


def _of_another_part(
    piece: Piece, pieces: Sequence[Piece], place: dict[str, int], label: str, fact: str
) -> bool:
    """Whether a part of ``piece`` is surely about another time or joint, and no part by itself says ``label``."""
    parts = [p.probabilities for p in pieces if p is not piece and _within(p, piece)]
    return any(row[place[_UNRELATED[fact]]] >= SURE for row in parts) and not any(
        row[place[label]] >= LEAST[label] for row in parts
    )


def _within(part: Piece, piece: Piece) -> bool:
    return (
        part.kind == "clause"
        and piece.span.start <= part.span.start
        and part.span.end <= piece.span.end
        and len(part.span.text) < len(piece.span.text)
    )


def _corrected(mention: Mention, pieces: Sequence[Piece], place: dict[str, int]) -> Mention:
    """``mention``, of a replacement, as the classifier reads the piece that holds it, where it is sure enough."""
    if mention.fact != "hip_replacement":
        return mention
    piece = _smallest(mention, pieces)
    if piece is None:
        return mention
    for (value, label), (correct, least) in _CORRECTS.items():
        if mention.value == "other_person" and _FOR_MINE.search(piece.span.text):
            continue  # "my wife got a metal hip, she says ice is best for mine"
        if mention.value == value and piece.probabilities[place[label]] >= least:
            return replace(mention, value=correct)
    if (
        mention.value == "own"
        and piece.probabilities[place["replacement_other"]] >= SURELY_ANOTHERS
        and not _FIRST_PERSON.search(piece.span.text)
        and not assertion_rules().experiencers(piece.span.text).close
        and not re.search(r"\b(?:he|she|his|her|him)\b", piece.span.text)
    ):
        return replace(mention, value="other_person")
    return mention


def _smallest(mention: Mention, pieces: Sequence[Piece]) -> Piece | None:
    """The shortest piece that holds the beginning of ``mention``."""
    holding = [p for p in listened_to(pieces) if p.span.start <= mention.start < p.span.end]
    return min(holding, key=lambda p: len(p.span.text), default=None)


def _overruled(mention: Mention, pieces: Sequence[Piece], place: dict[str, int]) -> bool:
    """Whether the piece that holds a long time is surely about something else."""
    if mention.fact != "chronic" or mention.value is not True:
        return False
    piece = _smallest(mention, pieces)
    if piece is None:
        return False
    if _MAY_BE_THE_HIP.search(piece.span.text) or _PUTS_RIGHT.search(piece.span.text):
        return False
    elsewhere = float(piece.probabilities[place["not_pain_time"]])
    return elsewhere >= SURE and float(piece.probabilities[place["chronic"]]) < 1 - SURE
