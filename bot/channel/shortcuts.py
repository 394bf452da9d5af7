"""Shortcuts through Rasa: the same results with less work a message, found with a profiler (docs/bench.md).

- An action's answer is checked by a validator that is made once. Rasa makes one for each answer and checks the
  schema itself against the schema of schemas each time: a third of a turn.
- The class of an event is looked up. Rasa searches all subclasses for each event it reads.
- A slot is copied by its attributes. Rasa copies every slot of the domain several times a turn, by way of pickling.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jsonschema import ValidationError, validators
from jsonschema.exceptions import best_match
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.utils.common import all_subclasses


@lru_cache(maxsize=1)
def _action_answers() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def validate_action_result(action: RemoteAction, result: Any) -> bool:
    """True when ``result`` is what an action server may answer. Raises ``jsonschema.ValidationError``."""
    error: ValidationError | None = best_match(_action_answers().iter_errors(result))
    if error is not None:
        raise error
    return True


@lru_cache(maxsize=1)
def _event_classes() -> dict[str, type[Event]]:
    classes: dict[str, type[Event]] = {}
    for kind in all_subclasses(Event):
        classes.setdefault(kind.type_name, kind)
    return classes


def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """The class of the events named ``type_name``. Raises ValueError as Rasa does."""
    return _event_classes().get(type_name) or _rasas_way(type_name, default)


def copy_slot(slot: Slot) -> Slot:
    """A shallow copy of ``slot``."""
    copied = object.__new__(type(slot))
    copied.__dict__.update(slot.__dict__)
    return copied


_rasas_way = Event.resolve_by_type


def take_shortcuts() -> None:
    """Puts the shortcuts in place, for this process."""
    RemoteAction._validate_action_result = validate_action_result
    Event.resolve_by_type = staticmethod(resolve_by_type)
    Slot.__copy__ = copy_slot
