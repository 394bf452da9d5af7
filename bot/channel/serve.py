"""Starts ``rasa run`` without what this model never uses: TensorFlow and the plotting of Rasa's test reports.

Rasa's server imports every component it knows, also those that no pipeline names. Without them the process needs less
memory and starts sooner. The few modules that would pull them in are replaced by empty ones before Rasa is loaded;
TensorFlow itself is then refused, so that no other way leads to it. Should ``config.yml`` name a component that is
not known to do without, everything is loaded as Rasa does it.
"""

from __future__ import annotations

import sys
from types import ModuleType

from ruamel.yaml import YAML

from bot.settings import PROJECT

CONFIG = PROJECT / "config.yml"
#: What the modules that are left out are asked for when Rasa is loaded.
LEFT_OUT = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
    "rasa.engine.recipes.default_components": ("DEFAULT_COMPONENTS",),
    "rasa.graph_components.validators.default_recipe_validator": ("DefaultV1RecipeValidator",),
    "rasa.core.test": ("test",),
    "rasa.nlu.test": ("CVEvaluationResult",),
}
#: Components of Rasa's own that do without; all of this project's do.
DO_WITHOUT = frozenset({"MemoizationPolicy", "RulePolicy"})


def leave_out() -> bool:
    """Replaces the modules in ``LEFT_OUT``; False, and nothing is replaced, when the configuration may need them."""
    config = YAML(typ="safe", pure=True).load(CONFIG)
    names = {part["name"] for kind in ("pipeline", "policies") for part in config[kind]}
    if not all(name in DO_WITHOUT or name.startswith("bot.") for name in names):
        return False
    for name, asked in LEFT_OUT.items():
        sys.modules[name] = empty = ModuleType(name)
        for attribute in asked:
            setattr(empty, attribute, type(attribute, (), {}))
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
    return True


def main() -> None:
    """``rasa run`` with the arguments of the command line."""
    leave_out()
    from rasa.__main__ import main as rasa

    sys.argv = ["rasa", "run", *sys.argv[1:]]
    rasa()


if __name__ == "__main__":
    main()
