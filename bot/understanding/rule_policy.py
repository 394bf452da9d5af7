"""Rasa's RulePolicy, except that some intents break out of the guided check, and that no rule is for a message's words.

While a form is active, Rasa's RulePolicy runs the form before it looks at any rule, and the form asks
the action server. An emergency must not wait for either, so for the intents below the rules of
``data/rules.yml`` decide at once. (A form's ``ignored_intents`` does not help: it also keeps the
message's facts out of the slots.)

Rasa looks for the rules twice: by the words of the message, then by its intent. Each time it replays the conversation.
"""

from __future__ import annotations

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

#: Intents whose rule comes before an active form.
BEFORE_ANY_FORM = frozenset({"emergency", "urgent", "start_over", "talk_to_human"})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SafetyFirstRulePolicy(RulePolicy):
    """Rules first for :data:`BEFORE_ANY_FORM`, the active form first for all else."""

    @staticmethod
    def _find_action_from_loop_happy_path(
        tracker: DialogueStateTracker,
    ) -> tuple[str | None, str | None]:
        message = tracker.latest_message
        if message is not None and (message.intent or {}).get("name") in BEFORE_ANY_FORM:
            return None, None
        action, source = RulePolicy._find_action_from_loop_happy_path(tracker)
        return action, source

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input:
            return None, None, False
        action, source, returning = super()._find_action_from_rules(tracker, domain, False)
        return action, source, returning
