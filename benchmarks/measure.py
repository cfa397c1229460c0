"""What a command costs: CPU seconds of the process and what it waited for, and peak memory."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What one run took: CPU seconds of all its threads and children, and peak memory.

    The peak is that of the largest single process.
    """

    cpu: float
    megabytes: float


def run(command: Sequence[object], *, quiet: bool = False) -> Cost:
    """Runs a command and measures it; `quiet` throws its output away.

    Raises:
        SystemExit: it failed; its own message is above.
    """
    out = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen([str(part) for part in command], stdout=out)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command[:4]))} left with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
