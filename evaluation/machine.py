"""What a measurement was taken on: date, cores, memory and processor, and nothing that names the machine."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path


def cores() -> int:
    """The processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_gib() -> float:
    """Memory of the machine, or of the container when that has less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.exists() and (text := limit.read_text(encoding="ascii").strip()).isdigit():
        total = min(total, int(text))
    return float(total / 2**30)


def processor() -> str:
    """The processor's model name."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def machine_line() -> str:
    """Cores, memory and processor in one line."""
    count = cores()
    return f"{count} core{'s' if count != 1 else ''}, {memory_gib():.0f} GiB memory, {processor()}"


def commit(project: Path) -> str | None:
    """What was measured: the commit, and whether anything but docs/ differs from it; None where there is no repository."""

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["git", "-C", str(project), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    try:
        head = git("rev-parse", "--short=7", "HEAD")
        if head.returncode:
            return None
        changed = git("diff", "--quiet", "HEAD", "--", ".", ":!docs").returncode
    except FileNotFoundError:
        return None
    return head.stdout.strip() + (" with changes" if changed else "")


def today() -> str:
    """The date, as YYYY-MM-DD (UTC)."""
    return datetime.now(UTC).date().isoformat()
