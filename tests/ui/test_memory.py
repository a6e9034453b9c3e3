"""Memory that was needed for a moment goes back to the system."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json, sys
from ui import memory

def held():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

memory.keep_little()
before = held()
pieces = [bytearray(2_000_000) for _ in range(50)] + [bytearray(5_000) for _ in range(20_000)]
last = bytearray(5_000)
full = held()
del pieces
memory.give_back()
print(json.dumps([before, full, held()]))
"""


def test_giving_back_does_no_harm_anywhere() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from ui.memory import give_back; give_back(); give_back()"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc holds on to what was freed")
def test_what_was_freed_is_not_held() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)

    before, full, after = json.loads(done.stdout)
    assert full > before + 150
    assert after < before + 30
