"""Learning from what was said: similar unanswered and corrected messages together, as training data and tests."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.advice.vocabulary import SCOPES, intent_of_topic, topic_of_intent
from bot.review import words
from bot.review.judging import Correction
from bot.review.models import URGENCIES, Conversation, Judgement, Turn
from bot.review.words import URGENCY_WORDS

#: At most so many messages of each kind, corrected and unanswered, are grouped: the latest ones.
MOST = 1_000
#: Messages at least so alike (cosine of tf-idf over pieces of words) come into one group.
ALIKE = 0.35


@dataclass(frozen=True)
class Message:
    """A message to learn from."""

    ref: str
    number: int
    text: str
    redacted: bool
    understood: str
    outcome: str
    #: The topic and the urgency that it should have been, if a reviewer said so.
    should_be: str = ""
    tier: str = ""

    @property
    def wanted(self) -> str:
        """What it should have been, in words; empty when nobody said so."""
        parts = [words.topic(self.should_be) if self.should_be else "", URGENCY_WORDS.get(self.tier, "")]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Cluster:
    """Messages that are alike; the first one is the most typical."""

    messages: tuple[Message, ...]

    @property
    def should_be(self) -> list[str]:
        """What reviewers said they should have been."""
        return sorted({message.wanted for message in self.messages if message.wanted})


def corrections(kind: str) -> dict[tuple[str, int], str]:
    """What holds now of one kind of correction, by conversation and message."""
    latest = (
        Judgement.objects.filter(kind=kind)
        .values("ref", "turn")
        .annotate(last=Max("pk"))
        .values("last")
        .order_by()
    )
    rows = Judgement.objects.filter(pk__in=latest).exclude(value="").values_list("ref", "turn", "value")
    return {(ref, turn): value for ref, turn, value in rows if turn is not None}


def corrected() -> list[Message]:
    """Messages for which a reviewer said what they should have been, latest first."""
    topics, tiers = corrections("topic"), corrections("urgency")
    places = {*topics, *tiers}
    refs = sorted({ref for ref, _ in places})
    found: list[Turn] = []
    for start in range(0, len(refs), 500):
        some = Turn.objects.filter(conversation__ref__in=refs[start : start + 500]).exclude(text="")
        found += [
            turn
            for turn in some.select_related("conversation")
            if (turn.conversation.ref, turn.number) in places
        ]
    return [
        _message(turn, topics.get(place, ""), tiers.get(place, ""))
        for turn in sorted(found, key=lambda turn: -turn.event)
        for place in [(turn.conversation.ref, turn.number)]
    ]


def messages() -> list[Message]:
    """Messages that a reviewer corrected, then those that were not answered; latest first."""
    found = corrected()[:MOST]
    known = {(message.ref, message.number) for message in found}
    missed = Turn.objects.filter(outcome="unanswered", choice=False).exclude(text="").order_by("-event")
    more = [_message(turn) for turn in missed.select_related("conversation")[:MOST]]
    return found + [message for message in more if (message.ref, message.number) not in known]


def _message(turn: Turn, should_be: str = "", tier: str = "") -> Message:
    return Message(
        turn.conversation.ref,
        turn.number,
        turn.text,
        turn.redacted,
        turn.top,
        turn.outcome,
        should_be,
        tier,
    )


def clusters(found: Sequence[Message]) -> list[Cluster]:
    """The messages in groups of similar ones, biggest group first."""
    same: dict[str, list[Message]] = {}
    for message in found:
        same.setdefault(message.text.lower(), []).append(message)
    alike = list(same.values())
    made = [
        Cluster(tuple(message for place in group for message in alike[place]))
        for group in _groups(tuple(same))
    ]
    return sorted(made, key=lambda cluster: -len(cluster.messages))


#: The latest grouping and the digest of its texts: as long as nothing is new, nothing is worked out again.
#: Only a digest, so that no words outlive their erasure in memory.
_latest: tuple[bytes, list[list[int]]] = (b"", [])


def _groups(texts: tuple[str, ...]) -> list[list[int]]:
    """The places of similar texts, the most typical one of each group first."""
    global _latest
    digest = hashlib.sha256("\x00".join(texts).encode()).digest()
    if _latest[0] != digest:
        _latest = (digest, _alike(texts))
    return _latest[1]


def _alike(texts: tuple[str, ...]) -> list[list[int]]:
    if not texts:
        return []
    # takes a second and 100 MB to import: only where it is used
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        weights = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit_transform(
            texts
        )
    except ValueError:
        # nothing but signs shorter than a piece
        return [[place] for place in range(len(texts))]
    alike = (weights @ weights.T).tocsr()
    alike.data[alike.data < ALIKE] = 0
    alike.eliminate_zeros()
    starts = alike.indptr.tolist()
    near = [
        {*alike.indices[start:end].tolist(), place}
        for place, (start, end) in enumerate(itertools.pairwise(starts))
    ]
    left = set(range(len(texts)))
    made: list[list[int]] = []
    for place in sorted(range(len(texts)), key=lambda place: (-len(near[place]), place)):
        if place in left:
            members = sorted(near[place] & left - {place})
            left -= {place, *members}
            made.append([place, *members])
    return made


def nlu_yaml(found: Sequence[Message]) -> tuple[str, list[str]]:
    """Corrected messages as training data in Rasa's YAML, and the refs of the conversations they came from.

    Messages from which something was taken out are left out: a placeholder teaches nothing.
    """
    by_intent: dict[str, list[str]] = {}
    refs = []
    left_out = 0
    for message in found:
        if not message.should_be:
            continue
        if message.redacted:
            left_out += 1
            continue
        text = " ".join(message.text.split())
        examples = by_intent.setdefault(intent_of_topic(message.should_be), [])
        if text not in examples:
            examples.append(text)
            refs.append(message.ref)
    document = {
        "version": "3.1",
        "nlu": [
            {
                "intent": name,
                "examples": LiteralScalarString("".join(f"- {_example(text)}\n" for text in examples)),
            }
            for name, examples in sorted(by_intent.items())
        ],
    }
    out = io.StringIO()
    out.write("# Suggestions from reviewed conversations. Read each one, then move it to data/nlu.yml.\n")
    if left_out:
        out.write(f"# {left_out} more held names or numbers and were left out.\n")
    yaml = YAML()
    yaml.width = 10_000  # type: ignore[assignment]
    yaml.dump(document, out)
    return out.getvalue(), sorted(set(refs))


def _example(text: str) -> str:
    """A training example as plain words: Rasa reads brackets as an entity."""
    return " ".join(re.sub(r"[\[\](){}]", " ", text).split())


# ------------------------------------------------------------------ a conversation as a test


def conversation_test(conversation: Conversation, held: dict[int, Correction]) -> str:
    """A file for ``tests/conversations/``: what was said, and what should come of it.

    Where a reviewer corrected a message, the correction is expected; elsewhere what happened.
    """
    turns = list(conversation.turn_set.exclude(text="").order_by("number"))
    steps: list[str] = []
    names = {"urgency"}
    offered: list[str] = []
    for turn in turns:
        if turn.redacted:
            steps.append("    # names or numbers were taken out of this message")
        if turn.choice and turn.text in offered:
            names.add("press")
            steps.append(f"    reply = press(someone, reply, {_quoted(turn.text)})")
        else:
            steps.append(f"    reply = someone.say({_quoted(turn.text)})")
        correction = held.get(turn.number, Correction())
        tier = correction.urgency or ("" if turn.urgency is None else URGENCIES[turn.urgency])
        if tier:
            steps.append(f"    assert urgency(reply) is Urgency.{tier}")
        steps += _about(correction.topic, turn)
        offered = [title for reply in turn.replies for title in reply.get("choices") or []]
    first = turns[0].text if turns else "an empty conversation"
    name = re.sub(r"[^a-z0-9]+", "_", first.lower()).strip("_")[:60].strip("_") or "conversation"
    return "\n".join(
        [
            f'"""From a reviewed conversation ({conversation.ref}). Give it a sentence that says what must hold."""',
            "",
            "from __future__ import annotations",
            "",
            "from collections.abc import Callable",
            "",
            "from bot.advice.vocabulary import Urgency",
            "from evaluation.stack import Visitor",
            f"from tests.conversations.talk import {', '.join(sorted(names))}",
            "",
            "Visitors = Callable[[], Visitor]",
            "",
            "",
            f"def test_{name}(visitor: Visitors) -> None:",
            "    someone = visitor()",
            *steps,
            "",
        ]
    )


def _about(should_be: str, turn: Turn) -> list[str]:
    topic = topic_of_intent(intent_of_topic(should_be)) if should_be else None
    if topic:
        return [f'    assert "{topic}" in reply["advice"]["topics"]']
    if should_be in SCOPES:
        return [f'    assert reply["advice"]["scope"] == "{should_be}"']
    return [f'    assert "{name}" in reply["advice"]["topics"]' for name in turn.advice.get("topics") or []]


def _quoted(text: str) -> str:
    """As a Python string with double quotes."""
    # what cannot be seen is written as its number; a text cannot hide anything in the file
    parts = []
    for sign in text:
        if sign in '"\\':
            parts.append("\\" + sign)
        elif sign.isprintable():
            parts.append(sign)
        else:
            parts.append(f"\\U{ord(sign):08x}" if sign != "\n" else "\\n")
    return '"' + "".join(parts) + '"'
