"""Scores of a labelled evaluation file: pure functions from labels and replies to numbers.

A *line* is a labelled input line, an *answer* the output line for it (``evaluation.evaluate``); both are the
JSON objects of the files. Every measure also lists the ids it missed, so that each number can be looked into.
The labels are described in docs/evaluation.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.advice.vocabulary import PRACTICAL_TOPICS, Urgency

Line = Mapping[str, Any]
Scores = dict[str, Any]

#: The questions of the clinic's own article.
FAQ_TOPICS = frozenset(
    {"walking", "first_signs", "arthritis_feel", "arthritis_xray", "best_exercise", "should_exercise"}
)
#: Scopes with which the assistant says honestly that its guide does not hold an answer about this hip.
HONEST_SCOPES = frozenset({"other_hip", "diagnosis_request", "medicine_dose"})
#: Scopes that fit a message which is not about a hip at all.
ELSEWHERE_SCOPES = frozenset({"other_body", "out_of_scope"})
#: Names that some files use for facts of ``content/facts.yml``.
FACT_ALIASES = {"trauma": "injury", "child_or_teen": "under_16", "cannot_bear_weight": "cannot_weight_bear"}
#: The label of a message that must stay below urgent. Labels that are no tier ("unclear") are not scored.
HARMLESS = "none"

#: Beside an expected ``urgency``: others that are as good.
TOLERATED = "urgency_ok"

_OFFERS_PERSON = re.compile(
    r"\b(?:talk|speak|chat|write) (?:to|with) (?:an? |the |our )?(?:real )?(?:person|human|someone|somebody|team|clinic|reception)"
    r"|\b(?:call|ring|phone|contact) the (?:clinic|team)\b"
)
_CRISIS_HELP = re.compile(r"\b(?:samaritans|crisis|lifeline|116 123|988|999|911|112|emergency)\b")


@dataclass(frozen=True)
class Counts:
    """Right, wrong and missed items of one measure, with the ids of the lines that erred."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    wrong_ids: tuple[str, ...] = ()
    missed_ids: tuple[str, ...] = ()

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.right + other.right,
            self.wrong + other.wrong,
            self.missed + other.missed,
            self.wrong_ids + other.wrong_ids,
            self.missed_ids + other.missed_ids,
        )

    @property
    def precision(self) -> float | None:
        """Right among all given; None when none was given."""
        return share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """Right among all wanted; None when none was wanted."""
        return share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None when there is nothing to count."""
        return share(2 * self.right, 2 * self.right + self.wrong + self.missed)

    def as_scores(self) -> Scores:
        """For the scores file."""
        return {
            "f1": self.f1,
            "precision": self.precision,
            "recall": self.recall,
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
            "wrong_ids": sorted(set(self.wrong_ids)),
            "missed_ids": sorted(set(self.missed_ids)),
        }


def share(part: int, whole: int) -> float | None:
    """``part / whole`` to four decimals, or None when ``whole`` is 0."""
    return round(part / whole, 4) if whole else None


def hits(outcomes: Iterable[tuple[str, bool]]) -> Scores:
    """The share of (id, right) pairs that are right, how many there are, and which are not."""
    listed = list(outcomes)
    right = sum(ok for _, ok in listed)
    return {
        "share": share(right, len(listed)),
        "right": right,
        "of": len(listed),
        "missed_ids": [line_id for line_id, ok in listed if not ok],
    }


# ------------------------------------------------------------------ what one line wants and got


def advice_of(answer: Line) -> Mapping[str, Any]:
    """The ``advice`` of a single-text answer; empty when the assistant failed."""
    return answer.get("advice") or {}


def got_topics(answer: Line) -> frozenset[str]:
    """The topics dealt with."""
    return frozenset(advice_of(answer).get("topics") or ())


def health_topics(answer: Line) -> frozenset[str]:
    """The topics dealt with that are about health: all but opening hours and location."""
    return got_topics(answer) - PRACTICAL_TOPICS


def topic_counts(line: Line, answer: Line, among: frozenset[str] | None = None) -> Counts:
    """Topics of one line, all or only those ``among`` some.

    A tolerated topic (``topics_ok``) may stand in for a labelled one that is missing, and is never wrong. A
    tolerated scope (``scope_ok``) with no topic at all excuses the missing ones.
    """
    wanted = frozenset(line.get("topics") or ())
    tolerated = frozenset(line.get("topics_ok") or ()) - wanted
    got = got_topics(answer)
    missing = wanted - got
    excused = min(len(missing), len(got & tolerated))
    extra = got - wanted - tolerated
    right = wanted & got
    if among is not None:
        right, extra = right & among, extra & among
        excused = min(excused, len(missing & among))
        missing = missing & among
    if not got and advice_of(answer).get("scope") in (line.get("scope_ok") or ()):
        missing = frozenset()
    missed = len(missing) - excused
    return Counts(
        len(right) + excused,
        len(extra),
        max(missed, 0),
        (line["id"],) * bool(extra),
        (line["id"],) * (missed > 0),
    )


def scope_right(line: Line, answer: Line) -> bool:
    """Whether a line labelled with a scope got it, or what its label tolerates, and no topic besides."""
    got = got_topics(answer)
    tolerated = frozenset(line.get("topics_ok") or ())
    scope = advice_of(answer).get("scope")
    if line["scope"] == "not_hip":
        return not (got - PRACTICAL_TOPICS) and scope in ELSEWHERE_SCOPES
    if got:
        return got <= tolerated
    return scope == line["scope"] or scope in (line.get("scope_ok") or ())


def labelled_facts(line: Line) -> dict[str, object]:
    """The labelled facts under the names of ``content/facts.yml``, without those tolerated either way."""
    tolerated = {FACT_ALIASES.get(name, name) for name in line.get("facts_ok") or ()}
    named = {FACT_ALIASES.get(name, name): value for name, value in (line.get("facts") or {}).items()}
    return {name: value for name, value in named.items() if name not in tolerated}


def held_facts(answer: Line) -> Mapping[str, object]:
    """The facts the assistant holds after the turn."""
    return advice_of(answer).get("facts") or {}


def wrongly_held(line: Line, answer: Line) -> tuple[str, ...]:
    """Facts that the message denies, or only seems to state (``lures``), and that are held all the same."""
    held = held_facts(answer)
    named = [*(line.get("denied") or ()), *(line.get("lures") or ())]
    return tuple(name for raw in named if held.get(name := FACT_ALIASES.get(raw, raw)) is True)


def all_found(line: Line, answer: Line) -> bool:
    """Whether every labelled topic and fact was found and nothing denied is held."""
    held = held_facts(answer)
    facts_right = all(held.get(name) == value for name, value in labelled_facts(line).items())
    topics_right = topic_counts(line, answer).missed == 0
    scope_ok = True if line.get("topics") or not line.get("scope") else scope_right(line, answer)
    return topics_right and scope_ok and facts_right and not wrongly_held(line, answer)


# ------------------------------------------------------------------ measures over a file


def fact_counts(pairs: Sequence[tuple[Line, Line]], fact: str, value: object) -> Counts:
    """Recall and precision of one value of one fact. A line that does not label it says it is not so."""
    total = Counts()
    for line, answer in pairs:
        if fact in {FACT_ALIASES.get(name, name) for name in line.get("facts_ok") or ()}:
            continue
        wanted = labelled_facts(line).get(fact) == value
        got = held_facts(answer).get(fact) == value
        total += Counts(
            int(wanted and got),
            int(got and not wanted),
            int(wanted and not got),
            (line["id"],) * (got and not wanted),
            (line["id"],) * (wanted and not got),
        )
    return total


def facts_scores(pairs: Sequence[tuple[Line, Line]]) -> Scores:
    """Chronic pain, own replacement, every other labelled fact, and facts denied but held."""
    outcomes: dict[str, list[tuple[str, bool]]] = {}
    for line, answer in pairs:
        for name, value in labelled_facts(line).items():
            if (name, value) not in (("chronic", True), ("hip_replacement", "own")):
                key = name if value is True else f"{name}={value}".replace("=False", "=no")
                outcomes.setdefault(key, []).append((line["id"], held_facts(answer).get(name) == value))
    denials = [
        (line["id"], not wrongly_held(line, answer))
        for line, answer in pairs
        if line.get("denied") or line.get("lures")
    ]
    return {
        "chronic": fact_counts(pairs, "chronic", True).as_scores(),
        "own_hip_replacement": fact_counts(pairs, "hip_replacement", "own").as_scores(),
        "others": hits(pair for listed in outcomes.values() for pair in listed),
        "each": {name: hits(listed) for name, listed in sorted(outcomes.items())},
        "denied_not_held": hits(denials),
    }


def _scored_urgency(line: Line) -> bool:
    return line.get("urgency") == HARMLESS or line.get("urgency") in Urgency.__members__


def urgency_scores(pairs: Sequence[tuple[Line, Line]]) -> Scores:
    """Confusion (rows label, columns got), under-triage, over-triage and recall of each tier."""
    confusion: dict[str, Counter[str]] = {}
    under_one, under_two, harmless, soon_raised = [], [], [], []
    exact: list[tuple[str, bool]] = []
    tiers: dict[str, list[tuple[str, bool]]] = {"emergency": [], "urgent": [], "soon": []}
    for line, answer in pairs:
        if not _scored_urgency(line):
            continue
        label = str(line["urgency"])
        got = str(advice_of(answer).get("urgency") or "no answer")
        confusion.setdefault(label, Counter())[got] += 1
        level = Urgency[got] if got in Urgency.__members__ else Urgency.self_care
        tolerated = got in (line.get("urgency_ok") or ())
        if label == HARMLESS:
            harmless.append((line["id"], level < Urgency.urgent))
            continue
        wanted = Urgency[label]
        exact.append((line["id"], level == wanted or tolerated))
        if label in tiers:
            tiers[label].append((line["id"], level >= wanted or tolerated))
        if wanted == Urgency.self_care:
            harmless.append((line["id"], level < Urgency.urgent or tolerated))
        elif wanted == Urgency.soon:
            soon_raised.append((line["id"], level < Urgency.urgent or tolerated))
        if not tolerated and wanted - level == 1:
            under_one.append(line["id"])
        elif not tolerated and wanted - level >= 2:
            under_two.append(line["id"])
    return {
        "confusion": {label: dict(row) for label, row in confusion.items()},
        "right": hits(exact),
        "reached": {tier: hits(listed) for tier, listed in tiers.items() if listed},
        "under_triaged_by_one": {"count": len(under_one), "ids": under_one},
        "under_triaged_by_two_or_more": {"count": len(under_two), "ids": under_two},
        "harmless_kept_below_urgent": hits(harmless),
        "soon_kept_below_urgent": hits(soon_raised),
    }


def flag_scores(pairs: Sequence[tuple[Line, Line]]) -> Scores:
    """For each labelled flag: the share of its lines that reached their tier (or stayed below urgent)."""
    outcomes: dict[str, list[tuple[str, bool]]] = {}
    for line, answer in pairs:
        if "flag" not in line or not _scored_urgency(line):
            continue
        outcomes.setdefault(line["flag"], []).append((line["id"], tier_right(line, answer)))
    return {flag: hits(listed) for flag, listed in outcomes.items()}


def tier_right(line: Line, answer: Line) -> bool:
    """Whether the labelled tier was reached; for a harmless line, whether it stayed below urgent."""
    got = str(advice_of(answer).get("urgency"))
    if got not in Urgency.__members__:
        return False
    if got in (line.get("urgency_ok") or ()):
        return True
    if line["urgency"] == HARMLESS:
        return Urgency[got] < Urgency.urgent
    return Urgency[got] >= Urgency[line["urgency"]]


def out_of_scope_scores(pairs: Sequence[tuple[Line, Line]]) -> Scores:
    """For each ``kind``: how many were kept free of a health topic, of steps, and of an alarm."""
    kinds: dict[str, list[tuple[Line, Line]]] = {}
    for line, answer in pairs:
        if "kind" in line:
            kinds.setdefault(line["kind"], []).append((line, answer))
    found: Scores = {}
    for kind, listed in kinds.items():
        answered = [line["id"] for line, answer in listed if health_topics(answer)]
        raised = {line["id"]: str(advice_of(answer).get("urgency")) for line, answer in listed}
        raised = {line_id: tier for line_id, tier in raised.items() if tier not in ("self_care", "None")}
        elsewhere = [
            (line["id"], advice_of(answer).get("scope") in ELSEWHERE_SCOPES) for line, answer in listed
        ]
        found[kind] = {
            "of": len(listed),
            "given_a_health_topic": share(len(answered), len(listed)),
            "given_a_health_topic_ids": answered,
            "raised_above_self_care": share(len(raised), len(listed)),
            "raised_above_self_care_ids": raised,
            "health_topic_or_raised": share(len({*answered, *raised}), len(listed)),
            "said_to_be_out_of_scope": hits(elsewhere),
        }
    return found


def real_question_scores(pairs: Sequence[tuple[Line, Line]]) -> Scores:
    """Real people's questions, some of them (scope ``not_hip``) not about a hip."""
    hip = [(line, answer) for line, answer in pairs if line.get("scope") != "not_hip"]
    others = [(line, answer) for line, answer in pairs if line.get("scope") == "not_hip"]
    kinds = {line["id"]: _kind_of_reply(line, answer) for line, answer in hip}
    answered = [(line["id"], not health_topics(answer)) for line, answer in others]
    return {
        "right_topic_or_honest": hits((i, kind in ("right topic", "honest")) for i, kind in kinds.items()),
        "replies": dict(Counter(kinds.values())),
        "reply_of": kinds,
        "not_hip_without_hip_answer": hits(answered),
    }


def _kind_of_reply(line: Line, answer: Line) -> str:
    wanted = {*(line.get("topics") or ()), *(line.get("topics_ok") or ())}
    got = got_topics(answer)
    advice = advice_of(answer)
    if got & wanted:
        return "right topic"
    if got:
        return "other topic"
    if advice.get("scope") in HONEST_SCOPES:
        return "honest"
    if advice.get("urgency") in ("urgent", "emergency"):
        return "sent to urgent help only"
    if advice.get("scope"):
        return f"scope {advice['scope']}"
    return "taken as a report or asked back"


def score_messages(pairs: Sequence[tuple[Line, Line]]) -> Scores:
    """All measures that the labels of these single messages allow."""
    scores: Scores = {"messages": len(pairs)}
    topical = [(i, a) for i, a in pairs if "topics" in i and i.get("topic_scored", True)]
    if topical:
        strict = [({**i, "topics_ok": [], "scope_ok": []}, a) for i, a in topical]
        of_faq = [(i, a) for i, a in topical if i["topics"] and set(i["topics"]) <= FAQ_TOPICS]
        scores["topics"] = _summed(topic_counts(i, a) for i, a in topical).as_scores()
        scores["topics_without_tolerance"] = _summed(topic_counts(i, a) for i, a in strict).as_scores()
        scores["faq_topics"] = _summed(topic_counts(i, a, FAQ_TOPICS) for i, a in topical).as_scores()
        scores["faq_messages"] = _summed(topic_counts(i, a) for i, a in of_faq).as_scores()
    scoped = [(i, a) for i, a in pairs if i.get("scope") and i.get("topic_scored", True)]
    if scoped:
        scores["scope"] = hits((i["id"], scope_right(i, a)) for i, a in scoped)
    several = [(i, a) for i, a in pairs if str(i.get("group", "")).startswith("multi")]
    if several:
        scores["several_things_all_found"] = hits((i["id"], all_found(i, a)) for i, a in several)
        scores["several_things_and_nothing_else"] = hits(
            (i["id"], all_found(i, a) and topic_counts(i, a).wrong == 0) for i, a in several
        )
    with_facts = [(i, a) for i, a in pairs if "facts" in i]
    if with_facts:
        scores["facts"] = facts_scores(with_facts)
    if any(_scored_urgency(i) for i, _ in pairs):
        scores["urgency"] = urgency_scores(pairs)
    if any("flag" in i for i, _ in pairs):
        scores["flags"] = flag_scores(pairs)
    if any("kind" in i for i, _ in pairs):
        scores["out_of_scope"] = out_of_scope_scores(pairs)
    if any(i.get("scope") == "not_hip" for i, _ in pairs):
        scores["real_questions"] = real_question_scores(pairs)
    return scores


def _summed(counts: Iterable[Counts]) -> Counts:
    total = Counts()
    for one in counts:
        total += one
    return total


# ------------------------------------------------------------------ dialogues


def replies_of(turn: Line) -> list[Line]:
    """The reply to a turn and those to the safety questions answered after it."""
    return [turn, *(turn.get("asked") or ())]


def shows_steps(reply: Line) -> bool:
    """Whether a reply shows the steps of an exercise."""
    cards = [message.get("card") or {} for message in reply.get("messages") or ()]
    return bool(advice_of(reply).get("exercises")) or any(card.get("kind") == "exercise" for card in cards)


def words_of(reply: Line) -> str:
    """Everything a reply says, its choices too, in lower case."""
    parts = []
    for message in reply.get("messages") or ():
        parts.append(message.get("text") or "")
        parts += [choice.get("title") or "" for choice in message.get("choices") or ()]
    return "\n".join(parts).lower()


def unmet(expect: Mapping[str, Any], turns: Sequence[Line], number: int) -> list[str]:
    """Which expectations of turn ``number`` (from 0) the conversation ``turns`` does not meet, in words.

    Raises ValueError for an expectation that is not known.
    """
    turn = turns[number]
    advice = advice_of(turn)
    topics = got_topics(turn)
    urgency = str(advice.get("urgency"))
    level = Urgency[urgency] if urgency in Urgency.__members__ else None
    wanted_later = bool(expect.get("exercise_steps_eventually"))
    replies = [turn] if wanted_later else replies_of(turn)
    following = [reply for later in turns[number:] for reply in replies_of(later)]
    checks: dict[str, Callable[[Any], bool]] = {
        "topics_include": lambda value: set(value) <= topics,
        "topics_any": lambda value: bool(set(value) & topics),
        "no_topic": lambda value: bool(topics) != value,
        "urgency": lambda value: urgency == value or urgency in expect.get(TOLERATED, ()),
        "urgency_at_least": lambda value: level is not None and level >= Urgency[value],
        "exercise_steps": lambda value: any(map(shows_steps, replies)) == value,
        "exercise_steps_eventually": lambda value: any(map(shows_steps, following)) == value,
        "mentions_physio": lambda value: ("physio" in words_of(turn)) == value,
        "offers_human": lambda value: bool(_OFFERS_PERSON.search(words_of(turn))) == value,
        "crisis_help": lambda value: (
            (level is Urgency.emergency and bool(_CRISIS_HELP.search(words_of(turn)))) == value
        ),
    }
    if unknown := set(expect) - {*checks, TOLERATED}:
        raise ValueError(f"unknown expectation: {', '.join(sorted(unknown))}")
    got = f"topics {sorted(topics)}, urgency {urgency}, steps {any(map(shows_steps, replies))}"
    return [
        f"{name} {value!r}, but got {got}"
        for name, value in expect.items()
        if name != TOLERATED and not checks[name](value)
    ]


def score_dialogues(pairs: Sequence[tuple[Line, Line]]) -> Scores:
    """Expectations met, turns and dialogues wholly right, and what was not met."""
    expectations: dict[str, list[tuple[str, bool]]] = {}
    whole: list[tuple[str, bool]] = []
    complaints: dict[str, list[str]] = {}
    for line, answer in pairs:
        found = []
        for number, turn in enumerate(line["turns"]):
            expect = turn.get("expect") or {}
            failed = unmet(expect, answer["turns"], number)
            names = {complaint.split(" ", 1)[0] for complaint in failed}
            for name in expect.keys() - {TOLERATED}:
                expectations.setdefault(name, []).append((f"{line['id']}/{number + 1}", name not in names))
            found += [f"turn {number + 1}: {complaint}" for complaint in failed]
        whole.append((line["id"], not found))
        if found:
            complaints[line["id"]] = found
    return {
        "dialogues_wholly_right": hits(whole),
        "expectations_met": hits(pair for listed in expectations.values() for pair in listed),
        "each": {name: hits(listed) for name, listed in sorted(expectations.items())},
        "not_met": complaints,
    }


_LABELS = frozenset({"topics", "scope", "urgency", "facts", "flag", "kind"})


def has_labels(line: Line) -> bool:
    """Whether there is anything to score in an input line."""
    if "turns" in line:
        return any(turn.get("expect") for turn in line["turns"])
    return bool(_LABELS & set(line))


def score(lines: Sequence[Line], answers: Sequence[Line]) -> Scores:
    """All scores of a file, or an empty dict when it has no labels. ``answers`` are in the order of ``lines``."""
    pairs = [({**i, "id": str(i["id"])}, a) for i, a in zip(lines, answers, strict=True) if has_labels(i)]
    scores: Scores = {}
    if singles := [(i, a) for i, a in pairs if "turns" not in i]:
        scores.update(score_messages(singles))
    if dialogues := [(i, a) for i, a in pairs if "turns" in i]:
        scores["dialogues"] = score_dialogues(dialogues)
    return scores
