"""Write the lock files anew: one resolution for every platform and Python, told apart by what needs it.

Needs ``uv`` on the path or in ``.venv``; run it as ``python packaging/lock.py [--upgrade]``. Each file holds only
what the files before it do not, so that pip can be given any of them together with those before.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "core": [],
    "window": ["--extra", "window"],
    "gis": ["--extra", "gis"],
    "test": ["--group", "test"],
    "tools": ["--extra", "window", "--extra", "gis", "--group", "test", "--group", "tools"],
}
"""What each file adds, in the order in which they build on each other."""

FOREIGN_OVERRIDES = """\
numpy<2 ; python_version < "3.13"
numpy>=2.1 ; python_version >= "3.13"
"""
"""They ask for a NumPy that later Pythons have none of."""

APART = {"foreign": FOREIGN_OVERRIDES, "map-peers": ""}
"""What environments of their own hold, and what is overridden there: programs of others, by which tests check what we
write and read, and beside which benchmarks draw maps."""

HEADING = "# Written by packaging/lock.py; install with --require-hashes --only-binary :all:\n"


def compiled(arguments: list[str], known: str, upgrade: bool) -> str:
    """Ask uv for the closure of *arguments*, staying with the versions in *known*.

    Args:
        arguments: Which extras and groups of pyproject.toml to take.
        known: Text of a lock: a wish when nothing else is said, dropped when *upgrade*.
        upgrade: Whether to take the newest versions instead.
    """
    return resolved("pyproject.toml", arguments, "" if upgrade else known)


def resolved(source: str, arguments: list[str], known: str) -> str:
    """Ask uv for the closure of *source*, staying with the versions in *known*."""
    uv = shutil.which("uv") or str(ROOT / ".venv" / "bin" / "uv")
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder) / "lock.txt"
        lock.write_text(known, encoding="utf-8")
        command = [
            uv, "pip", "compile", source, *arguments, "--output-file", str(lock), "--quiet",
            "--universal", "--python-version", "3.11", "--generate-hashes", "--only-binary", ":all:",
            "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--no-emit-package", "pip",
            "--no-config",
        ]  # fmt: skip
        subprocess.run(command, cwd=ROOT, check=True)
        return lock.read_text(encoding="utf-8")


def lock_apart(name: str, overridden: str, upgrade: bool) -> None:
    """Write the lock of foreign programs, which shares nothing with the others."""
    lock = ROOT / "requirements" / f"{name}.lock"
    with tempfile.TemporaryDirectory() as folder:
        overrides = Path(folder) / "overrides.txt"
        overrides.write_text(overridden, encoding="utf-8")
        known = "" if upgrade or not lock.is_file() else lock.read_text(encoding="utf-8")
        found = requirements(resolved(str(lock.with_suffix(".in")), ["--override", str(overrides)], known))
    lock.write_text(HEADING + "\n".join(found) + "\n", encoding="utf-8")
    print(f"{lock.name}: {len(found)} packages")


def requirements(text: str) -> list[str]:
    """Split a lock into its requirements, each with its hashes."""
    return [block.rstrip() for block in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE) if block.strip()]


def main() -> None:
    """Resolve everything once, then write each file with what the earlier ones lack."""
    folder = ROOT / "requirements"
    locks = [folder / f"{name}.lock" for name in LOCKS]
    known = "".join(path.read_text(encoding="utf-8") for path in locks if path.is_file())
    everything = compiled(LOCKS["tools"], known, upgrade="--upgrade" in sys.argv)
    written: set[str] = set()
    for name, arguments in LOCKS.items():
        wanted = requirements(compiled(arguments, everything, upgrade=False))
        new = [block for block in wanted if block not in written]
        written.update(new)
        (folder / f"{name}.lock").write_text(HEADING + "\n".join(new) + "\n", encoding="utf-8")
        print(f"{name}.lock: {len(new)} packages")
    if missing := set(requirements(everything)) - written:
        raise SystemExit(f"Left out of every lock: {sorted(block.split()[0] for block in missing)}")
    for name, overridden in APART.items():
        lock_apart(name, overridden, upgrade="--upgrade" in sys.argv)


if __name__ == "__main__":
    main()
