"""What the check says when its question is still open: in other words, thanks for something else, or that it needs an answer."""

from __future__ import annotations

from dataclasses import dataclass

from bot.advice.advise import contact_in_words
from bot.advice.content import Content
from bot.advice.reply import Turn

#: Answers in a row that the check cannot use: then choices are pointed out, then a person.
UNUSABLE_BEFORE_CHOICES = 2
UNUSABLE_BEFORE_PERSON = 3


@dataclass(frozen=True)
class Aside:
    """Said before the question is put again (``text``, or nothing), with the unusable answers so far; ``leaves`` ends the check."""

    text: str | None
    tries: int
    leaves: bool = False


def still_open(turn: Turn, asked: str, tries: int, content: Content) -> Aside:
    """What to say to a message that neither answers ``asked`` nor asks for something else."""
    words = content.wording["check"]
    if "leave_check" in turn.matters:
        return Aside(words["left"], 0, leaves=True)
    if "explain" in turn.matters:
        return Aside(words["explain"][asked], tries)
    if "which_unit" in turn.matters:
        return Aside(words["unit"], tries)
    if "go_on" in turn.matters:
        return Aside(None, tries)
    told = [fact for fact in turn.new_facts if fact != asked]
    if told:
        return Aside(words["whose" if told == ["for_relative"] and asked == "under_16" else "noted"], tries)
    tries += 1
    if tries >= UNUSABLE_BEFORE_PERSON:
        return Aside(content.wording["offer_person"].format(contact=contact_in_words(content)), 0)
    return Aside(words["choices" if tries >= UNUSABLE_BEFORE_CHOICES else "again"], tries)
