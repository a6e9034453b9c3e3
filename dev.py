"""The one door for people who work on the Ranger App: ``python3 dev.py demo`` and ``python3 dev.py test``.

Standard library only, and Python 3.11 or later. Each command sets up what it needs and does nothing twice:
the environment in ``.venv`` with exactly the packages of ``requirements/``, and on Debian, when root, system packages.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
WINDOWS = sys.platform == "win32"
FULL = ROOT / ".venv"
"""The environment for everything."""
CORE = ROOT / ".venv-core"
"""The environment in which PySide6 cannot be imported, because it is not there."""

FOREIGN = ROOT / ".venv-foreign"
"""The environment of programs of others, which read what we write; nothing of ours is in it."""

MAP_PEERS = ROOT / "build" / "map-peers"
"""The environment of maps of others, beside which benchmarks draw ours; nothing of ours is in it."""

LOCKS = {
    FULL: ("core", "window", "gis", "test", "tools"), CORE: ("core", "gis", "test"), FOREIGN: ("foreign",),
    MAP_PEERS: ("map-peers",),
}  # fmt: skip
"""Which of the lock files each environment holds."""

QT_LIBRARIES = (
    "libgl1", "libegl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1", "libglib2.0-0", "libexpat1",
    "libxcb-cursor0", "libxkbcommon-x11-0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0",
)  # fmt: skip
"""Debian packages without which Qt does not load, or not on a real screen; rasterio brings no libexpat1."""
SCREEN_FOR_TESTS = ("xvfb", "xauth")
PACKAGING = ("binutils", f"libpython{sys.version_info[0]}.{sys.version_info[1]}")
"""Debian packages that PyInstaller looks into libraries with, and Python as a library; Debian's own lacks that."""

CORE_TESTS = ("unit", "properties", "stores", "hostile", "golden")
"""Folders of tests that never need a window; they run where there is none to import."""
COVERED = ("ranger_app/domain", "db", "ranger_app/importers", "exporters", "ranger_app/evidence")
"""Folders of which at least :data:`LEAST_COVERED` percent, branches included, must be reached by the core's tests.

Counting makes a test take twice as long. Those of chance, of hostile files, of many repetitions and of whole acts are
not counted (``no_cover``): what is reached by nothing else is hardly tested.
"""
LEAST_COVERED = 90.0
AT_ONCE = ("-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal")
"""How many tests run beside each other: some wait, so that there is room for one more than there are cores."""

DEMO = ROOT / "build" / "demo"


class Stopped(Exception):
    """A step failed; what it printed says why."""


def main() -> int:
    """Read the command, set up, do it; the answer is the exit code."""
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        print(f"The Ranger App runs on Python 3.11, 3.12 and 3.13; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    parser = argparse.ArgumentParser(prog="dev.py", description="Set up, run and test the Ranger App.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, act in COMMANDS.items():
        commands.add_parser(name, help=(act.__doc__ or "").splitlines()[0], add_help=False)
    chosen, rest = parser.parse_known_args()
    try:
        COMMANDS[chosen.command](rest)
    except Stopped as stop:
        print(f"dev.py {chosen.command}: {stop}", file=sys.stderr)
        return 1
    return 0


# What a person asks for


def setup(_rest: Sequence[str] = ()) -> None:
    """Make everything ready: system libraries, environment, locked packages."""
    require_system_packages()
    require_environment(FULL)


def demo(_rest: Sequence[str]) -> None:
    """Do the main job on sample data in build/demo, then open the window where there is a screen."""
    setup()
    shutil.rmtree(DEMO, ignore_errors=True)
    run([python(FULL), "-m", "ranger_app", "demo", str(DEMO)])
    if has_screen():
        station = next(DEMO.rglob("journal.db")).parent
        run([python(FULL), "-m", "ranger_app", "--station", str(station)])


def start(rest: Sequence[str]) -> None:
    """Start the program; arguments go to it as they are."""
    setup()
    run([python(FULL), "-m", "ranger_app", *rest])


def test(rest: Sequence[str]) -> None:
    """Run every check and every test, or the tests named; nothing may fail."""
    setup()
    os.environ["QT_QPA_PLATFORM"] = "xcb" if shutil.which("Xvfb") else "offscreen"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the tests start the program many times
    if rest:
        require_environment(FOREIGN)
        run([python(FULL), "-m", "pytest", *rest])
        return
    with ThreadPoolExecutor() as beside:
        others = [beside.submit(require_environment, folder) for folder in (CORE, FOREIGN)]
        failed = failed_checks()
    for other in others:
        other.result()
    core_tests = [f"tests/{name}" for name in CORE_TESTS]
    counted = [*(f"--cov={folder}" for folder in COVERED), "--cov-report=", "-m", "not no_cover"]
    for what, environment, asked in (
        ("the core's tests, where PySide6 is not installed", CORE, [*counted, *core_tests]),
        ("the core's tests that are not counted", CORE, ["-m", "no_cover", *core_tests]),
        ("the window's tests and those of the house", FULL, [f"--ignore={name}" for name in core_tests] + ["tests"]),
    ):
        print(f"\n== {what[0].upper()}{what[1:]}", flush=True)
        if not succeeds([python(environment), "-m", "pytest", "-q", *AT_ONCE, *asked]):
            failed.append(what)
    failed += under_covered()
    if failed:
        raise Stopped("failed: " + ", ".join(failed))


def check(_rest: Sequence[str] = ()) -> None:
    """Run ruff, mypy strict and the layers' contracts over everything."""
    setup()
    if failed := failed_checks():
        raise Stopped("failed: " + ", ".join(failed))


def bench(rest: Sequence[str]) -> None:
    """Measure us, the peers and the limits side by side; writes docs/benchmarks.md."""
    setup()
    require_environment(MAP_PEERS)
    run([*screen(), python(FULL), "-m", "tests.benchmarks", *rest])


def pictures(rest: Sequence[str]) -> None:
    """Write every screen of the window as PNG into build/pictures."""
    setup()
    run([*screen(), python(FULL), "-m", "tests.pictures", *(rest or [str(ROOT / "build" / "pictures")])])


def package(_rest: Sequence[str]) -> None:
    """Build the program as a folder that needs no Python, in build/package, and let it test itself."""
    require_system_packages(PACKAGING if sys.base_prefix == "/usr" else PACKAGING[:1])
    setup()
    build = ROOT / "build"
    run([
        python(FULL), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--distpath", str(build / "package"),
        "--workpath", str(build / "pyinstaller"), "packaging/ranger-app.spec",
    ])  # fmt: skip
    run([str(build / "package" / "ranger-app" / ("ranger-app.exe" if WINDOWS else "ranger-app")), "self-test"])


COMMANDS: dict[str, Callable[[Sequence[str]], None]] = {
    "setup": setup, "demo": demo, "run": start, "test": test, "check": check,
    "bench": bench, "pictures": pictures, "package": package,
}  # fmt: skip


# What setting up takes


def require_system_packages(more: Sequence[str] = ()) -> None:
    """Install what Debian lacks when root, *more* too; name it otherwise. On other systems there is nothing to ask."""
    if not shutil.which("dpkg-query"):
        return
    here = installed_debian_packages()
    needed = [] if importlib.util.find_spec("ensurepip") else ["python3-venv"]
    needed += [name for name in (*QT_LIBRARIES, *more) if name not in here]
    wished = [name for name in SCREEN_FOR_TESTS if name not in here]
    if os.geteuid() == 0 and (needed or wished):
        print(f"Installing system packages: {' '.join(needed + wished)}", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *needed, *wished]
        if subprocess.run(install, env=quiet, stdout=subprocess.DEVNULL, check=False).returncode != 0:
            raise Stopped("apt-get could not install these packages")
    elif needed:
        raise Stopped(f"this machine lacks packages; ask for: apt-get install {' '.join(needed + wished)}")


def installed_debian_packages() -> set[str]:
    """Names of installed packages, and the names they stand in for (``libglib2.0-0t64`` for ``libglib2.0-0``)."""
    form = "${db:Status-Status}\t${Package}, ${Provides}\n"
    told = subprocess.run(["dpkg-query", "-W", "-f", form], capture_output=True, text=True, check=True).stdout
    rows = [line.partition("\t")[2] for line in told.splitlines() if line.startswith("installed\t")]
    return {name.split()[0] for row in rows for name in row.split(",") if name.strip()}


def require_environment(folder: Path) -> None:
    """Make the environment in *folder* hold its locked packages, and this project unless it is foreign."""
    locks = [ROOT / "requirements" / f"{name}.lock" for name in LOCKS[folder]]
    sources = [*locks, ROOT / "pyproject.toml"]
    wanted = hashlib.sha256(b"\0".join([sys.version.encode(), *(path.read_bytes() for path in sources)])).hexdigest()
    stamp = folder / "ranger-app-ready"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted and succeeds([python(folder), "-c", ""]):
        return
    print(f"Setting up {folder.name} with {' and '.join(LOCKS[folder])} packages; a minute or two.", flush=True)
    if folder == CORE:
        share_packages(folder, [("ranger-app", True), *(one for lock in locks for one in locked_names(lock))])
    else:
        install_packages(folder, locks)
    stamp.write_text(wanted, encoding="utf-8")


def install_packages(folder: Path, locks: Sequence[Path]) -> None:
    """Fetch the packages of *locks* into the environment in *folder*, made where it is not there."""
    if not (Path(python(folder)).exists() and same_python(folder)):
        run([sys.executable, "-m", "venv", "--clear", str(folder)])
    pip = [python(folder), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    pip += ["--no-compile"] if folder in {FOREIGN, MAP_PEERS} else []  # of theirs little is ever imported
    wheels = ["--require-hashes", "--only-binary", ":all:", *(word for lock in locks for word in ("-r", str(lock)))]
    if folder in {FOREIGN, MAP_PEERS}:
        run([*pip, "--no-deps", *wheels])
    else:
        run([*pip, *wheels])
        run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])


def share_packages(folder: Path, names: Sequence[tuple[str, bool]]) -> None:
    """Make the environment in *folder* anew, with those packages of :data:`FULL`: the same files, not copies of them.

    Commands are left out: they start the interpreter of :data:`FULL`.

    Args:
        names: Of packages, each with whether it has to be there.
    """
    run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)])
    here, there = (Path(sysconfig.get_path("purelib", "venv", {"base": str(one)})) for one in (FULL, folder))
    packages = {plain_name(one.name): one for one in importlib.metadata.distributions(path=[str(here)]) if one.name}
    for name, is_needed in names:
        files = packages[name].files if name in packages else None
        if files is None and is_needed:
            raise Stopped(f"{FULL.name} lacks {name}, or its list of files; remove {FULL.name} and try again")
        for file in files or ():
            if ".." not in file.parts and (here / file).exists():
                target = there / file
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    link_or_copy(here / file, target)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file another name, or where the file system has one name a file, make it twice."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def locked_names(lock: Path) -> list[tuple[str, bool]]:
    """The packages in a lock file, each with whether every system needs it."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [(plain_name(line.partition("==")[0]), ";" not in line) for line in lines if "==" in line.partition(" ")[0]]


def plain_name(name: str) -> str:
    """A package's name as all its spellings are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def same_python(folder: Path) -> bool:
    """Whether the environment in *folder* works and is of the Python version that runs now."""
    ask = [python(folder), "-c", "import sys, pip; print(sys.version_info[:2])"]
    told = subprocess.run(ask, capture_output=True, text=True, check=False).stdout
    return told.strip() == str(tuple(sys.version_info[:2]))


# Small things


def python(folder: Path) -> str:
    """The interpreter of the environment in *folder*."""
    return str(folder / "Scripts" / "python.exe" if WINDOWS else folder / "bin" / "python")


def has_screen() -> bool:
    """Whether a person could see a window here."""
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in {"offscreen", "minimal"}:
        return False
    return WINDOWS or sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def screen() -> list[str]:
    """What to put before a command that opens windows nobody needs to see."""
    if shutil.which("xvfb-run") and shutil.which("xauth"):
        os.environ.pop("WAYLAND_DISPLAY", None)
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        return ["xvfb-run", "-a", "-s", "-screen 0 1366x768x24"]
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return []


def failed_checks() -> list[str]:
    """Run every checking tool; the answer names those that found something."""
    failed = []
    for command in ("ruff check .", "ruff format --check .", "mypy", "lint-imports --no-logo"):
        print(f"== {command}", flush=True)
        tool, *arguments = command.split()
        if not succeeds([str(Path(python(FULL)).with_name(tool)), *arguments]):
            failed.append(command)
    return failed


def under_covered() -> list[str]:
    """Print how much of each folder the tests reached; the answer names those that fall short."""
    short = []
    print("\n== Reached by tests, branches included", flush=True)
    for folder in COVERED:
        ask = [python(FULL), "-m", "coverage", "report", "--format=total", "--precision=1", f"--include={folder}/*"]
        told = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        reached = float(told) if told.replace(".", "", 1).isdigit() else 0.0
        print(f"{folder:24} {reached:5.1f} %", flush=True)
        if reached < LEAST_COVERED:
            short.append(f"coverage of {folder}")
    return short


def succeeds(command: Sequence[str]) -> bool:
    """Run *command* in the project's folder and see whether it did well."""
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def run(command: Sequence[str]) -> None:
    """Run *command* in the project's folder; stop when it fails."""
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code != 0:
        raise Stopped(f"{Path(command[0]).name} {' '.join(command[1:4])} ended with exit code {code}")


if __name__ == "__main__":
    sys.exit(main())
