"""What SafetyFirstRulePolicy takes for granted about the trained rules."""

from __future__ import annotations

import json
import tarfile

from evaluation.stack import PROJECT


def test_every_rule_that_follows_a_message_goes_by_its_intent(trained_model: str) -> None:
    with tarfile.open(PROJECT / trained_model) as archive:
        [member] = [name for name in archive.getnames() if name.endswith("/rule_policy.json")]
        file = archive.extractfile(member)
        assert file is not None
        lookup = json.load(file)["lookup"]
    keys = [*lookup["rules"], *lookup["rules_for_loop_unhappy_path"]]
    assert len(keys) > 50
    for state in (json.loads(key)[-1] for key in keys):
        assert "text" not in state.get("user", {})
        if state.get("prev_action", {}).get("action_name", "action_listen") == "action_listen":
            assert state["user"]["intent"]
