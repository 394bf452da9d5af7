"""Responses inside the Rasa server: emergencies and urgent cases from ``content/``, without the action server.

Rasa calls ``generate`` for every ``utter_…`` of the domain. ``utter_emergency`` and ``utter_urgent``
become the flag's own reply; every response carries the ``advice`` object of the chat API. Should
anything fail, the static text of the domain is said.
"""

from __future__ import annotations

import copy
import logging
from datetime import UTC, datetime
from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.advice.advise import advise
from bot.advice.content import content
from bot.advice.turn_builder import build_turn
from bot.privacy.errors import where

logger = logging.getLogger(__name__)
#: Responses whose text is made from the content.
FROM_CONTENT = frozenset({"utter_emergency", "utter_urgent"})


class ContentResponses(TemplatedNaturalLanguageGenerator):
    """Rasa's template responses, with the safety replies filled in from the content."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """The response to ``utter_action`` with ``advice`` and, for safety replies, ``messages``."""
        # not filled in by Rasa: its placeholders would take the braces of a button's payload for slots,
        # and log every slot when they are not
        response: dict[str, Any] | None = copy.deepcopy(
            self._random_response_for(utter_action, output_channel, tracker.current_slot_values())
        )
        if response is None or tracker.latest_message is None:
            return response
        try:
            parse_data = tracker.latest_message.parse_data or {}
            metadata = tracker.latest_message.metadata or {}
            turn = build_turn(
                tracker.current_slot_values(),
                parse_data,
                content(),
                datetime.now(UTC),
                str(metadata.get("model_id") or ""),
            )
            reply = advise(turn, content())
            advice = dict(reply.advice)
            if utter_action in FROM_CONTENT:
                response["text"] = reply.text
                response["messages"] = [
                    {"text": m.text, "card": dict(m.card) if m.card else None} for m in reply.messages
                ]
                response["buttons"] = [
                    {"title": c.title, "payload": c.payload} for m in reply.messages for c in m.choices
                ]
            else:
                advice.update(topics=[], scope=None, exercises=[], sources=[])
            response["advice"] = advice
        except Exception as error:
            logger.error(
                "The reply for %s could not be made; the static text is said.\n%s",
                utter_action,
                where(error),
            )
        return response
