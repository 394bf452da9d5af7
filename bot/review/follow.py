"""The follower: keeps the projection up with the tracker store until it is stopped."""

from __future__ import annotations

import logging
import signal
import threading
import time
from datetime import UTC, datetime
from types import FrameType

from django.db import close_old_connections, connections

from bot.review import erase, projection
from bot.review.models import Cursor
from bot.review.redaction import redact

logger = logging.getLogger(__name__)
#: Seconds between two looks when nothing is new.
PAUSE = 0.5
#: Seconds after which no event is expected to be committed behind a later one.
SETTLED = 10.0
#: Seconds between two looks for deleted conversations, and for erasures to finish.
SWEEP = 5.0


class Follower:
    """Reads, folds and tidies in a loop. ``stop`` ends it after the present batch."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._settled = 0
        self._recent: list[tuple[float, int]] = []
        self._swept = 0.0
        self._behind = False
        self._complaint = ""

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """As a signal's handler."""
        self._stopped.set()

    def run(self) -> None:
        """Until stopped. A database that is away is tried again, and named once in the log."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        # the id of each turn that the pages show, as it stands in the logs of the chat; nothing of what was said
        projection.logger.setLevel(logging.INFO)
        # reads its lists now, not when somebody is waiting
        redact("", datetime.now(UTC).date())
        while not self._stopped.is_set():
            try:
                busy = self.once()
                self._complaint = ""
            except Exception as error:
                # whatever it is, the next look may go well; the class only: the text could hold what was said
                busy = False
                said = str(error) if isinstance(error, projection.TrackerLost) else type(error).__name__
                if said != self._complaint:
                    self._complaint = said
                    logger.error("The conversations cannot be read yet; trying again (%s).", said)
                connections.close_all()
            if not busy:
                self._stopped.wait(PAUSE)

    def once(self) -> bool:
        """One look; whether there was so much that the next one should follow at once."""
        close_old_connections()
        read = projection.step()
        now = time.monotonic()
        last = Cursor.objects.values_list("last_event", flat=True).get(pk=1)
        self._recent.append((now, last))
        while self._recent and self._recent[0][0] < now - SETTLED:
            self._settled = self._recent.pop(0)[1]
        if last > self._settled and connections["tracker"].vendor == "postgresql":
            projection.settle(self._settled)
        if read == projection.BATCH:
            self._behind = True
        elif self._behind:
            self._behind = False
            projection.analyse()
        if read < projection.BATCH and now - self._swept > SWEEP:
            projection.sweep()
            erase.finish()
            self._swept = now
        return read == projection.BATCH


def age() -> float | None:
    """Seconds since the follower last looked, or None when it never did."""
    beat = Cursor.objects.filter(pk=1).values_list("beat", flat=True).first()
    return (datetime.now(UTC) - beat).total_seconds() if beat else None
