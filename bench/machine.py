"""What it ran on: kind of machine, versions, and how busy it was."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from glasstown.engine.run import default_threads

RELEASES = ("numpy", "numba", "llvmlite")


def kind() -> str:
    """Processor, cores and memory; no name of a host."""
    system = f"{platform.system()} {platform.machine()}"
    return f"{_processor()}, {default_threads()} cores, {_memory():.0f} GiB, {system}"


def versions() -> str:
    """Of Python and of what compiles and computes."""
    return ", ".join([f"Python {platform.python_version()}", *(f"{n} {version(n)}" for n in RELEASES)])


def today() -> str:
    """The date, UTC."""
    return datetime.now(UTC).date().isoformat()


def load() -> str:
    """How many others wanted the cores in the last minute."""
    return f"{os.getloadavg()[0]:.1f} tasks on {default_threads()} cores in the last minute"


def status(field: str, pid: str = "self") -> int:
    """Bytes of a field of /proc/PID/status, such as VmRSS (now) or VmHWM (peak)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise KeyError(field)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    facts = dict(line.split(":", 1) for line in lines if ":" in line)
    found = {key.strip(): value.strip() for key, value in facts.items()}
    return (
        f"{found.get('model name', 'unknown')} (family {found.get('cpu family')}, model {found.get('model')})"
    )


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
