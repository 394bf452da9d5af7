"""Commands of the review pages: ``scripts/review help``."""

from __future__ import annotations

import os
import sys

from bot.settings import SettingsError


def main() -> int:
    """Runs one command; a wrong setting is named without a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.review.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["scripts/review", *sys.argv[1:]])
    except SettingsError as error:
        print(f"Cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
