"""Which topics or scope a message is about, from the classifier's view of its sentences and clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.advice.vocabulary import HOWTO, PRACTICAL_TOPICS, SCOPES, topic_of_intent
from bot.understanding.assertion import assertion_rules
from bot.understanding.rule_files import any_of, read_rules
from bot.understanding.sentences import Span, asks

#: Least probability with which a topic of a message or sentence is answered: what `make confidence` chooses (docs/confidence.md).
ACCEPT = 0.40
#: Least probability for the topic of a message of several sentences taken as one.
ACCEPT_WHOLE_OF_MANY = 0.5
#: From here on a topic is answered though nothing reads like a question ("physio appointment please").
SURE = 0.85
#: The same for a part of a message ("early signs of arthritis, and do they show on an X-ray?").
SURE_PART = 0.8
#: Least probability for a message without a word on hips, pain or movement.
ACCEPT_WITHOUT_HIP = 0.8
#: Least probability for the topic of a statement that the next sentence only asks to confirm.
ACCEPT_WHAT_WAS_SAID = 0.6
#: Least probability for a topic found in a clause only.
ACCEPT_CLAUSE = 0.45
#: Least probability for a question read with the statement before it, and for this to overrule the question alone.
ACCEPT_IN_CONTEXT, SURE_IN_CONTEXT = 0.5, 0.75
#: From here on a part of a message is about opening hours or the way, without any of their words: "anywhere to leave the car".
SURE_PRACTICAL = 0.95
#: Least for the whole message without one of their words: "are you hiring drivers".
ACCEPT_PRACTICAL = 0.6
#: Not so a few words cut off a sentence ("is there in front").
WORDS_OF_A_FRAGMENT = 4
#: Below this not even a choice of topics is offered.
CANDIDATE = 0.15
#: A scope (greeting, another body part, …) is believed from this on.
ACCEPT_SCOPE = 0.30
#: An intent that changes what was told is believed from this on.
ACCEPT_CHANGE = 0.50
_CHANGES = frozenset({"start_over", "correction"})

_RULES = read_rules("topics")
#: Body parts and conditions that are not the hip's, for questions that a hip answer would not fit.
_ELSEWHERE = any_of(_RULES["elsewhere"])
_HIP = any_of(_RULES["hip"])
#: Words of the hip that fit other joints as well: "bursitis in my elbow".
_ANY_JOINT = any_of(_RULES["any_joint"])
#: Skin, weight and words that only sound like it: near the hip, but not the joint of a person.
_NOT_THE_JOINT = any_of(_RULES["not_the_joint"])
#: "Does losing weight help a sore hip?" is about the joint, "how do I lose weight on my hips" is not.
_WEIGHT = re.compile(r"\b(?:lose|losing|lost) (?:some |any )?weight\b")
_JOINT_TROUBLE = re.compile(
    r"\b(?:arthrit\w*|pain\w*|hurt\w*|sore|ach\w+|joints?|bad|stiff\w*|load|strain|pressure)\b"
)
#: A part that tells: "I can walk on it" is no question, however sure its topic.
_TELLS = re.compile(
    r"^(?:and |but |so |because |as )*(?:i|i've|i'm|i'd|he|she|he's|she's|we|we've|they|they've|it|it's|my|his|her|our"
    r"|the \w+ (?:has|had|said|says|sent|told|thinks|reckons))\b(?!.*\b(?:need|want|like|wish|hope|wonder\w*|know"
    r"|unsure|sure) )"
)
#: Before the second half of one question: "is it safe, or should I wait?" rarely asks two things.
_ALTERNATIVE = re.compile(r"\bor $")
#: "hip's perfect, it's the knee"
_HIP_IS_WELL = re.compile(
    r"\bhips?(?:'s| is| are|'re) (?:all |absolutely |perfectly |just )?(?:perfect|fine|grand|great|ok|okay"
    r"|good as gold)\b"
)
#: Something denied, with the few words after it: "no chest pain" is not about the chest.
_DENIED = re.compile(r"\b(?:no|not|without|nor|never|neither)\b(?: [\w']+){1,3}")
#: Scopes of questions about the hip that the content does not answer.
_UNANSWERED = frozenset({"other_hip", "diagnosis_request", "medicine_dose"})
#: Scopes that go before a question rather than instead of one.
_COURTESIES = frozenset({"greet", "thanks", "goodbye", "bot_challenge", "capabilities"})
#: Words of the practical topics, without which a part of a message is not taken for one.
_PRACTICAL = any_of(_RULES["practical"])
_NAMED_BESIDES = {topic: any_of(words) for topic, words in _RULES["named_besides"].items()}
#: Topics that are often asked in one breath, too short for clauses.
_GROUPS = (frozenset(PRACTICAL_TOPICS) | {"see_physio"}, frozenset({"causes", "first_signs", "symptoms"}))
_RELEVANT = any_of([*_RULES["relevant"], *_RULES["how_often"]])
#: How often, over days: of an exercise, that is how to exercise; how many repeats is a part of its steps.
_ASKS_HOW_OFTEN = any_of(
    [
        *_RULES["how_often"],
        r"(?:whether|if|should|do|can) (?:i |to )?(?:\w+ ){0,3}?(?:every|each|every other) day",
    ]
)
#: What a question names by which its topic is plain, whatever the classifier makes of the rest of it.
_PLAINLY = {topic: any_of(words) for topic, words in _RULES["named"].items()}
#: What a follow-up may name anew, by the topic that speaks of it.
NAMED_IN_A_FOLLOW_UP = {
    topic: any_of([*_RULES["named"].get(topic, ()), *words])
    for topic, words in _RULES["named_in_a_follow_up"].items()
}
#: How a few words ask without a question's form: "lunges fine?", "ice or heat".
_ASKS_SHORTLY = re.compile(
    r"\?|^(?:\w+ )?anything\b|\b(?:any (?:good|use|help)|ok|okay|fine|allowed|wise|sensible|or)\b|^(?:and |or |but "
    r"|so )?(?:(?:is|are)(?! (?:out|back|now|still|fine|doing|up|off)\b)|can|could|would|does|do|should|will|how|what"
    r"|when|may)\b"
)
_ENDS_ASKING = re.compile(
    r"\b(?:is|are|would|will) (?:\w+ ){1,4}(?:ok|okay|fine|alright|all right|good|best|safe|help|do)\??$"
)
_WORDS_OF_A_SHORT_QUESTION = 9
#: Asks only whether what was said before is so: "everyone says to rest it. Is that right?"
_IS_IT_SO = re.compile(
    r"^(?:(?:so|and|but|settle an argument|honestly|tell me|please|just)[ ,:]+)*(?:(?:is|are|was|were|isn't"
    r"|aren't) (?:that|it|this|he|she|they|there)(?: really| actually| just)? "
    r"(?:right|true|wrong|so|correct|nonsense|rubbish|a myth|(?:an )?old wives' tale|anything in (?:it|that)"
    r"|any truth in (?:it|that)|sensible|sound advice|good advice|bad advice|just talk)\b"
    r"|(?:that|he|she|they)(?:'s|'re)? (?:right|wrong)\b|who(?:'s| is) right\b|true or false\b|any truth in (?:it"
    r"|that)\b|fact or fiction\b)[^.;!?]{0,25}[.!?]*$"
)
#: Asks only what it means: "it clicks on the stairs. What's that about?"
_WHAT_IT_MEANS = re.compile(
    r"^(?:(?:so|and|but|or)[ ,]+)*what(?:'s| is| does| would| could|'ll) (?:that|it|this|(?:that|the) \w+ing|(?:that"
    r"|the) (?:noise|sound|click|clunk|crack|pop|pinch|twinge|stiffness))(?: all)? (?:mean|about|a sign of"
    r"|telling me)\b[^.;!?]{0,20}[.!?]*$"
)
#: Asks of a sport itself: "is swimming all right", "would yoga help". "Should I still do yoga?" is whether to exercise.
_OF_A_SPORT = re.compile(
    rf"\b(?:is|are|does|would|will) (?:\w+ )?{_PLAINLY['best_exercise'].pattern}(?<!gym)(?! or\b)"
)
#: "How many repetitions should I be doing?" asks for no exercise.
_ASKS_HOW_MUCH = re.compile(
    r"^(?:(?:and|so|ok|but|then|also|well|right|please)[ ,]+)*how (?:many|often|long)\b(?! (?:does|will|would it|until"
    r"|till|before|has|have|is)\b)"
)
#: Two questions about one exercise: how it goes, and how many or how long.
_ASKS_STEPS_AND_DOSE = re.compile(
    r"\b(?:how (?:do|to|should|am|can)\b(?! (?:often|many|long))|how's|show me|talk me|walk me|guide|explain"
    r"|step by step|right way)\b.*\bhow (?:many|long|much time|often)\b"
)


@dataclass(frozen=True)
class Piece:
    """A stretch of the message with the classifier's probabilities for it."""

    span: Span
    kind: str  # as in sentences.stretches
    probabilities: npt.NDArray[np.float64]


def listened_to(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that statements are looked for in: sentences and clauses, or the whole when it is one sentence."""
    sentences = [p for p in pieces if p.kind == "sentence"]
    clauses = [p for p in pieces if p.kind == "clause"]
    if len(sentences) <= 1:
        return [pieces[0], *clauses]
    return [*sentences, *clauses]


@dataclass(frozen=True)
class Understood:
    """Topics in the order asked, or a scope, or candidates; ``intent`` and ``ranking`` for Rasa."""

    topics: tuple[str, ...]
    scope: str | None
    candidates: tuple[str, ...]
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]


def near_only(text: str) -> bool:
    """Whether normalised ``text`` is about skin, weight, a pet or a word that only sounds like the hip."""
    if _WEIGHT.search(text) and not _JOINT_TROUBLE.search(text):
        return True
    return bool(_NOT_THE_JOINT.search(text)) or assertion_rules().is_pets(text)


def mentions_elsewhere(text: str) -> bool:
    """Whether normalised ``text`` names a body part or illness that is not the hip's."""
    return bool(_ELSEWHERE.search(text))


def understand(pieces: Sequence[Piece], labels: Sequence[str]) -> Understood:
    """Puts the views of the pieces together. ``pieces[0]`` is the whole message."""
    whole = pieces[0]
    order = np.argsort(-whole.probabilities)
    ranking = tuple((labels[i], float(whole.probabilities[i])) for i in order[:6])
    sentences = [p for p in pieces if p.kind == "sentence"]
    single = len(sentences) <= 1
    near = near_only(whole.span.text)
    hip_is_well = bool(_HIP_IS_WELL.search(whole.span.text))
    elsewhere = near or (
        mentions_elsewhere(_without_names(_DENIED.sub(" ", whole.span.text)))
        and not _HIP.search(_ANY_JOINT.sub(" ", _HIP_IS_WELL.sub(" ", whole.span.text)))
    )

    sure_scope = ranking[0][0] in SCOPES and ranking[0][1] >= 0.75
    off_topic = not _HIP.search(whole.span.text) and (
        (ranking[0][0] == "out_of_scope" and (sure_scope or (single and ranking[0][1] >= ACCEPT_SCOPE)))
        or (sure_scope and ranking[0][0] == "other_body" and elsewhere)
    )
    surely_unanswered = ranking[0][0] in _UNANSWERED and ranking[0][1] >= SURE
    # a long story about something else: its "please advise" is no question about the hip
    elsewhere_mostly = not single and ranking[0][0] in ("out_of_scope", "other_body") and ranking[0][1] >= 0.9
    relevant_at_all = bool(_RELEVANT.search(whole.span.text))
    of_the_hip = relevant_at_all and not (elsewhere or near or off_topic)
    #: the topics accepted: where they are asked and how surely
    found: dict[str, tuple[int, float]] = {}
    place = {topic: i for i, label in enumerate(labels) if (topic := topic_of_intent(label))}

    def topic_of(piece: Piece, least: float, *, must_ask: bool, leaning: bool = False) -> str | None:
        """The topic that is accepted of ``piece``; ``leaning`` on one that another piece has."""
        label, probability = _likeliest(piece, labels)
        topic = topic_of_intent(label)
        if topic and _ASKS_HOW_MUCH.match(piece.span.text) and _only_how_much(topic, whole.span.text):
            topic = "exercise_safety"
        if topic and _is_a_sport(topic, piece.span.text):
            topic = "best_exercise"
        if topic == "other_treatment" and _mixes_medicines(whole.span.text):
            return None
        if topic == "walking" and _WHICH_HAND.search(whole.span.text):
            return None  # the content has nothing on sticks
        if topic and topic.startswith(HOWTO) and not exercises_named(whole.span.text):
            if _NOT_IN_THE_CONTENT.search(whole.span.text):
                return None  # the steps of another exercise would be the wrong ones
            if _WHICH_EXERCISES.search(piece.span.text):
                topic = "best_exercise"
        if topic == "best_exercise" and _WHICH_ARE_NOT.search(piece.span.text):
            topic = "exercise_safety"
        if topic and topic.startswith(HOWTO) and _asks_only_if_safe(piece.span.text, whole.span.text):
            topic = "exercise_safety"
        asking = asks(piece.span.text) or (
            probability >= (SURE if piece is whole else SURE_PART) and not _TELLS.search(piece.span.text)
        )
        if topic is None or probability < least or (must_ask and not asking):
            return None
        if (elsewhere and (hip_is_well or not _fits_elsewhere(topic))) or (
            near and topic not in PRACTICAL_TOPICS
        ):
            return None
        if surely_unanswered and piece is not whole and probability < SURE:
            return None
        if (
            piece is not whole
            and topic in PRACTICAL_TOPICS
            and not (
                probability >= SURE_PRACTICAL
                and asks(piece.span.text)
                and len(piece.span.text.split()) > WORDS_OF_A_FRAGMENT
            )
            and not _PRACTICAL.search(piece.span.text)
        ):
            return None
        if (
            piece is whole
            and topic in PRACTICAL_TOPICS
            and probability < ACCEPT_PRACTICAL
            and not _PRACTICAL.search(piece.span.text)
        ):
            return None
        if off_topic and piece is not whole and (topic not in PRACTICAL_TOPICS or ranking[0][1] >= SURE):
            return None
        relevant = leaning or bool(_RELEVANT.search(piece.span.text))
        if elsewhere_mostly and piece is not whole and (probability < SURE or not relevant):
            return None
        if (
            sure_scope
            and single
            and piece is not whole
            and ranking[0][0] not in _COURTESIES
            and (elsewhere or ranking[0][0] in _UNANSWERED or probability < SURE or not relevant)
        ):
            return None
        if (
            topic not in PRACTICAL_TOPICS
            and probability < ACCEPT_WITHOUT_HIP
            and not leaning
            and not relevant_at_all
        ):
            return None
        return topic

    cut = {p.span.start for p in pieces if p.kind == "clause"}
    mixed = [s for s in sentences if s.span.start in cut]
    parts = [p for p in pieces[1:] if p.kind == "clause" or (p.kind == "sentence" and p not in mixed)]
    if single and not mixed:
        parts = []
    contexts = {p.span.end: p for p in pieces if p.kind == "in_context"}
    asked: dict[int, float] = {}  # the questions, by where they start, and how surely each is answered

    def read(part: Piece, *, leaning: bool) -> tuple[str | None, float]:
        """The topic of ``part``, alone or with the statement before it, and its probability."""
        least = ACCEPT_CLAUSE if part.kind == "clause" else ACCEPT
        if _ALTERNATIVE.search(whole.span.text, 0, part.span.start):
            least = SURE_PART
        alone = float(part.probabilities.max())
        if of_the_hip and (about := _of_what_was_said(part, parts, labels)):
            return about, max(alone, ACCEPT)
        topic = topic_of(part, least, must_ask=True, leaning=leaning)
        context = contexts.get(part.span.end)
        if topic and context and (fuller := _same_exercise(topic, part, context, labels)):
            return fuller, float(context.probabilities.max())
        if context and (not topic or context.probabilities.max() > alone):
            sure_enough = SURE_IN_CONTEXT if topic else ACCEPT_IN_CONTEXT
            if fuller := topic_of(context, sure_enough, must_ask=False, leaning=leaning):
                return fuller, float(context.probabilities.max())
        return topic, alone

    def of_a_neighbour(part: Piece, topic: str) -> bool:
        """Whether an unsure part may as well ask what another part surely does: "or should I wait a week"."""
        alone = float(part.probabilities.max())
        return alone < SURE_PART and any(
            held >= SURE and part.probabilities[place[other]] >= alone / 2
            for other, (_, held) in found.items()
            if other != topic
        )

    for leaning in (False, True):
        if leaning and not found:
            break
        for part in parts:
            start = part.span.start
            if asked.get(start):
                continue
            topic, probability = read(part, leaning=leaning)
            if topic or asks(part.span.text):
                asked[start] = probability if topic else 0.0
            if topic and not of_a_neighbour(part, topic):
                where, surest = found.get(topic, (start, 0.0))
                found[topic] = min(where, start), max(surest, probability)
    for piece in [whole, *mixed]:
        topic = topic_of(
            piece, ACCEPT_WHOLE_OF_MANY if piece is whole and not single else ACCEPT, must_ask=not single
        )
        probability = float(piece.probabilities.max())
        inside = [sure for start, sure in asked.items() if piece.span.start <= start < piece.span.end]
        # where each question in it has a surer topic of its own, this one is only their mixture
        another = topic and topic.startswith(HOWTO) and any(t != topic and t.startswith(HOWTO) for t in found)
        if topic and not another and (topic in found or not inside or min(inside) <= probability):
            where, surest = found.get(topic, (piece.span.start, 0.0))
            found[topic] = where, max(surest, probability)
    other_subject = elsewhere_mostly and ranking[0][0] == "out_of_scope"
    if not (elsewhere or near or off_topic or other_subject):
        open_parts = [p for p in parts if not asked.get(p.span.start)] if parts else [] if found else [whole]
        for part in open_parts:
            if topic := _plain_topic(part.span.text):
                found.setdefault(topic, (part.span.start, ACCEPT))
    _name_besides(whole.span.text, found)
    _name_exercises(whole.span.text, found)
    often = _ASKS_HOW_OFTEN.search(whole.span.text) or _ASKS_STEPS_AND_DOSE.search(whole.span.text)
    if often and any(topic.startswith(HOWTO) or topic == "best_exercise" for topic in found):
        found.setdefault("exercise_safety", (often.start(), ACCEPT))
    if "symptoms" in found and re.search(r"\barthr(?:itis|osis)\b.*\bfeel", whole.span.text):
        found.setdefault("arthritis_feel", found.pop("symptoms"))  # "… and what does it feel like"
    topics = _prune(tuple(sorted(found, key=lambda t: found[t][0])), found)

    scope_votes = np.zeros(len(labels))
    for piece in [whole, *sentences]:
        scope_votes = np.maximum(scope_votes, piece.probabilities * (1.0 if piece is whole else 0.9))
    scope, scope_probability = None, 0.0
    for index, label in enumerate(labels):
        if label in SCOPES and scope_votes[index] > scope_probability:
            scope, scope_probability = label, float(scope_votes[index])
    top_label, top_probability = ranking[0]
    if topics:
        first = max(topics, key=lambda t: found[t][1])
        return Understood(topics, None, (), first.replace(HOWTO, "exercise_howto_"), found[first][1], ranking)
    candidates = tuple(
        t for label, p in ranking if p >= CANDIDATE and (t := topic_of_intent(label)) is not None
    )[:3]
    if _NOT_IN_THE_CONTENT.search(whole.span.text) and (
        top_label.startswith("exercise_howto") or _HOW_TO_DO.search(whole.span.text)
    ):
        return Understood((), "other_hip", (), "other_hip", max(top_probability, 0.5), ranking)
    if top_label == "other_treatment" and _mixes_medicines(whole.span.text):
        return Understood((), "medicine_dose", (), "medicine_dose", max(top_probability, 0.5), ranking)
    if top_label == "walking" and _WHICH_HAND.search(whole.span.text):
        return Understood((), "other_hip", (), "other_hip", max(top_probability, 0.5), ranking)
    if elsewhere and top_label not in SCOPES and topic_of_intent(top_label):
        return Understood((), "other_body", (), "other_body", max(top_probability, 0.5), ranking)
    if top_label == "other_body" and not elsewhere and _HIP.search(whole.span.text):
        top_label = "other_hip"  # who names the hip is not told that it is about something else
    if top_label in SCOPES and top_probability >= ACCEPT_SCOPE:
        return Understood((), top_label, (), top_label, top_probability, ranking)
    believed = top_probability >= (ACCEPT_CHANGE if top_label in _CHANGES else ACCEPT_SCOPE)
    if topic_of_intent(top_label) is None and top_label not in SCOPES and believed:
        return Understood((), None, (), top_label, top_probability, ranking)
    if scope and not single and scope_probability >= 0.6:
        return Understood((), scope, (), scope, scope_probability, ranking)
    return Understood((), None, candidates, "nlu_fallback", top_probability, ranking)


#: "is it safe to add diclofenac to my blood pressure tablets?"
_MEDICINE, _BESIDE_ANOTHER = any_of(_RULES["medicines"]), any_of(_RULES["beside_another"])


def _mixes_medicines(text: str) -> bool:
    """Whether ``text`` asks of a medicine beside another one."""
    return bool(_MEDICINE.search(text) and _BESIDE_ANOTHER.search(text))


#: "which hand does a walking stick go in?"
_WHICH_HAND = re.compile(
    r"\b(?:sticks?|canes?|crutch\w*)\b.*\b(?:good|bad|same|other|opposite|sore) side\b|"
    r"\b(?:sticks?|canes?|crutch\w*)\b.*\bwhich (?:hand|side)\b|\bwhich (?:hand|side)\b.*\b(?:sticks?|canes?"
    r"|crutch\w*)\b"
)
#: Exercises for hips that the content does not have: nobody is shown the steps of another one instead.
_NOT_IN_THE_CONTENT = any_of(_RULES["exercises_not_in_the_content"])
_HOW_TO_DO = re.compile(
    r"\bhow (?:do|to|should|can)(?: (?:i|you|we|u|one))? do\b|\b(?:am i|i'm) doing (?:it|them|these|those|the \w+)\b"
)
_WHICH_EXERCISES = re.compile(
    r"\b(?:which|what)(?: all| of the| other| kind of| sort of| good)* (?:exercises|stretches|moves|movements)\b"
)
#: Whether an exercise may be done at all, and not how: "is the butterfly safe with a new hip?"
_IF_SAFE = re.compile(
    r"\b(?:ok|okay|alright|all right|safe|allowed|permitted|forbidden|off[- ]limits|dangerous|risky|contraindicated|banned)\b"
)
#: "any stretches that are off limits with a new hip?"
_WHICH_ARE_NOT = re.compile(
    r"\b(?:exercises?|stretch\w*|moves|movements|ones?)\b.*\b(?:dangerous|forbidden|off[- ]limits|banned|not allowed|unsafe|harmful)\b"
)
#: What each exercise is called; settles which one is meant, and which is asked about besides.
_NAMED = {exercise: any_of(names) for exercise, names in _RULES["exercises"].items()}
_ASKS_HOW = re.compile(
    r"\b(?:how|wrong|right way|proper\w*|correct\w*|number|steps?|reps?|repeats?|hold|times|technique|form|show|explain|give"
    r"|describe|walk me|talk me)\b"
)


def exercises_named(text: str) -> tuple[str, ...]:
    """The ids of the exercises that normalised ``text`` names, in its order."""
    found = {name: match.start() for name, pattern in _NAMED.items() if (match := pattern.search(text))}
    return tuple(sorted(found, key=lambda name: found[name]))


def _without_names(text: str) -> str:
    """``text`` without the names of exercises: "knee to chest" is about neither."""
    for pattern in (*_NAMED.values(), _NOT_IN_THE_CONTENT):
        text = pattern.sub(" ", text)
    return text


def _name_besides(text: str, found: dict[str, tuple[int, float]]) -> None:
    """Adds what ``text`` plainly names besides, where it asks something of the same group already."""
    for topic, names in _NAMED_BESIDES.items():
        beside = any(topic in group and not group.isdisjoint(found) for group in _GROUPS)
        if beside and (match := names.search(text)):
            found.setdefault(topic, (match.start(), ACCEPT))


def _name_exercises(text: str, found: dict[str, tuple[int, float]]) -> None:
    """Lets the exercises named in ``text`` correct or add to the topics ``found``."""
    named = {HOWTO + name: match for name, pattern in _NAMED.items() if (match := pattern.search(text))}
    if not named:
        return
    for topic in [t for t in found if t.startswith(HOWTO) and t not in named]:
        place, probability = found.pop(topic)
        for name in named:
            found.setdefault(name, (place, probability))
    if _ASKS_HOW.search(text) or (
        not found and (asks(text) or re.search(r"\b(?:can|could|may|should) i\b", text))
    ):
        if not found and _asks_only_if_safe(text, text):
            found["exercise_safety"] = next(iter(named.values())).start(), ACCEPT
            return
        for name, match in named.items():
            found[name] = match.start(), found.get(name, (0, ACCEPT))[1]


def _asks_only_if_safe(part: str, text: str) -> bool:
    """Whether ``part`` asks if an exercise is safe, and ``text`` nowhere how it is done."""
    return bool(_IF_SAFE.search(part)) and not _ASKS_HOW.search(text)


def _only_how_much(topic: str, text: str) -> bool:
    """Whether ``topic``, of a question how much, is an exercise in general, or one that ``text`` does not name."""
    if topic.startswith(HOWTO):
        return topic.removeprefix(HOWTO) not in exercises_named(text)
    return topic in ("best_exercise", "should_exercise")


def _is_a_sport(topic: str, text: str) -> bool:
    """Whether ``text`` asks of a sport, which ``topic`` only seems to be: "does yoga make it worse?" is no treatment."""
    if not (topic in ("other_treatment", "should_exercise", "arthritis_feel") or topic.startswith(HOWTO)):
        return False
    if not _PLAINLY["best_exercise"].search(text) or exercises_named(text):
        return False
    return topic not in ("should_exercise", "arthritis_feel") or bool(_OF_A_SPORT.search(text))


def _likeliest(piece: Piece, labels: Sequence[str]) -> tuple[str, float]:
    """The label that the classifier puts first for ``piece``, and its probability."""
    best = int(np.argmax(piece.probabilities))
    return labels[best], float(piece.probabilities[best])


def _of_what_was_said(part: Piece, parts: Sequence[Piece], labels: Sequence[str]) -> str | None:
    """The topic of a ``part`` that asks nothing but whether the statement before it is so, or what it means."""
    told = [p for p in parts if p.span.end <= part.span.start and not asks(p.span.text)]
    before = max(told, key=lambda p: p.span.end, default=None)
    if before is None:
        return None
    label, probability = _likeliest(before, labels)
    if _WHAT_IT_MEANS.search(part.span.text):
        return "symptoms" if label == "report" else None
    if not _IS_IT_SO.search(part.span.text) or probability < ACCEPT_WHAT_WAS_SAID:
        return None
    return topic_of_intent(label)


def _same_exercise(topic: str, part: Piece, context: Piece, labels: Sequence[str]) -> str | None:
    """The exercise that ``part`` goes on about, which alone sounds like another: "the one with the leg back, is the knee straight?"."""
    label, probability = _likeliest(context, labels)
    fuller = topic_of_intent(label)
    if not (topic.startswith(HOWTO) and fuller and fuller.startswith(HOWTO)) or fuller == topic:
        return None
    sure = probability >= SURE_PART and not exercises_named(part.span.text)
    return fuller if sure else None


def _plain_topic(text: str) -> str | None:
    """The topic that a question plainly names ("is swimming any use meanwhile?"), or None."""
    short = len(text.split()) <= _WORDS_OF_A_SHORT_QUESTION and _ASKS_SHORTLY.search(text)
    if not (short or _ENDS_ASKING.search(text) or (asks(text) and not _TELLS.search(text))):
        return None
    topic = next((topic for topic, names in _PLAINLY.items() if names.search(text)), None)
    # how many of an exercise that is named belongs to its steps
    return None if topic == "exercise_safety" and exercises_named(text) else topic


def _fits_elsewhere(topic: str) -> bool:
    return (
        topic in PRACTICAL_TOPICS
        or topic.startswith(HOWTO)
        or topic in ("exercise_safety", "should_exercise")
    )


def _prune(topics: tuple[str, ...], found: dict[str, tuple[int, float]]) -> tuple[str, ...]:
    """Drops a topic that is only a shadow of a neighbour in meaning, and keeps at most four."""
    shadows = {
        "best_exercise": ("exercise_howto:",),
        "symptoms": ("first_signs",),
    }
    kept = []
    for topic in topics:
        rivals = shadows.get(topic, ())
        if any(
            o != topic and o.startswith(rivals) and found[o][1] >= found[topic][1] and found[topic][1] < 0.7
            for o in topics
            if rivals
        ):
            continue
        kept.append(topic)
    return tuple(sorted(kept, key=lambda t: found[t][0])[:4])
