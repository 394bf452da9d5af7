"""Actions that fail with what was said in their hands: started in place of ``actions.actions`` by a test."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

import actions

assert actions.__doc__  # as actions.actions does, it brings what keeps logs free of words


class Advise(Action):
    """Fails with the visitor's words in the message of the error."""

    def name(self) -> str:
        return "action_advise"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        raise ValueError(tracker.latest_message["text"])
