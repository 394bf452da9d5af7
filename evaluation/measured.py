"""What the long measurements have found, kept in ``docs/measured.json``: the generated pages are made from it.

Each part is measured by a command of its own and says when, where and of which commit, and how much of the machine others used
meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.machine import commit, cores, machine_line, today
from evaluation.stack import PROJECT

FILE = PROJECT / "docs" / "measured.json"
#: What a part has found: numbers and short words only.
Found = dict[str, Any]


def _busy_seconds() -> float:
    """Processor time that all processes of this machine have used since it was started."""
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    user, nice, system, _idle, _wait, interrupt, soft = (int(value) for value in first[:7])
    return (user + nice + system + interrupt + soft) / os.sysconf("SC_CLK_TCK")


def _own_seconds() -> float:
    """Processor time of this process and of those it started that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def measured() -> dict[str, Found]:
    """Everything that is kept, by part."""
    kept: dict[str, Found] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return kept


def measure(part: Callable[[], Found]) -> Found:
    """Runs one part and adds when, where, of what, how long, and the share of the machine that others used meanwhile."""
    # before it: a long run may outlive what it measures
    measured_of = commit(PROJECT)
    begun, busy, own = time.perf_counter(), _busy_seconds(), _own_seconds()
    found = part()
    took = time.perf_counter() - begun
    others = (_busy_seconds() - busy) - (_own_seconds() - own)
    return {
        "day": today(),
        **({"commit": measured_of} if measured_of else {}),
        "machine": machine_line(),
        "seconds": round(took),
        "others": round(min(1.0, max(0.0, others / took / cores())), 2),
        **found,
    }


def keep(name: str, found: Found) -> None:
    """Writes one part into the file."""
    kept = {**measured(), name: found}
    FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def measure_parts(
    command: str, parts: Mapping[str, Callable[[], Found]], arguments: Sequence[str], prefix: str = ""
) -> None:
    """The parts that the command line names, or all: each is measured, printed, and kept under ``prefix`` and its name."""
    parser = argparse.ArgumentParser(prog=command)
    parser.add_argument("parts", nargs="*", default=list(parts), metavar="PART", help=", ".join(parts))
    for name in parser.parse_args(arguments).parts:
        found = measure(parts[name])
        print(name, found, flush=True)
        keep(f"{prefix}{name}", found)


def said_with(found: Found) -> str:
    """When and where a part was measured, and of which commit where that is known, as a sentence."""
    shared = (
        f" Others used {found['others']:.0%} of the machine meanwhile." if found["others"] >= 0.05 else ""
    )
    of = f", of commit {found['commit']}," if "commit" in found else ""
    return f"Measured {found['day']}{of} on {found['machine']}, in {found['seconds']:,} s.{shared}"


def percentile(times: Sequence[float], share: float) -> float:
    """The time that ``share`` of the turns stay within (nearest rank)."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
