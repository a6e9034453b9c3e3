"""Reading other programs' map files in a process of its own: a file that crashes or stalls a library harms nobody.

The process tells in lines of JSON what it does; it is killed when a stop is asked for, and ends by itself when whoever
started it is gone. It asks no network: neither what a file points to nor grids of datums.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from ranger_app.errors import Fact, RangerAppError
from ranger_app.jobs import JobContext, Progress
from ranger_app.maps.errors import MapDamagedError, MapFileNameError, MapNeedsGisError, MapTooLargeError

SWITCH = "--map-worker"
"""First argument of a program that was packed into one folder, by which it starts as such a process."""

PACKAGES = "rasterio, pyogrio"
MOST_MEMORY_BYTES = 4 << 30
"""What the process may ask for, where the system can tell it so."""

_REFUSED = 3
_BETWEEN_REPORTS_S = 0.1
_MOST_MUTTERED_BYTES = 20_000
_NETWORK_DRIVERS = (
    "AmigoCloud", "CSW", "Carto", "DAAS", "EEDA", "EEDAI", "Elasticsearch", "GDALG", "GML", "GTI", "HTTP", "NGW",
    "OAPIF", "OGCAPI", "OGR_VRT", "PDF", "PLMOSAIC", "PLSCENES", "SQLite", "STACIT", "STACTA", "VRT", "WCS", "WFS",
    "WMS", "WMTS",
)  # fmt: skip
"""Drivers of GDAL that ask a network, or open whatever a file names."""

_ENVIRONMENT = {
    "PROJ_NETWORK": "OFF",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_SKIP": ",".join(_NETWORK_DRIVERS),
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_CACHEMAX": "128",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUTF8": "1",
}
"""Nothing is asked of a network, nothing is written beside the files that are read, and their names are UTF-8 whatever
the language of the system is."""


def run_worker(module: str, arguments: Sequence[str], *, file: str, context: JobContext) -> None:
    """Let ``ranger_app.maps.`` *module* work in a process of its own until it is done.

    Args:
        file: The name of the file in errors.
        context: Told what the process tells; a stop kills it.

    Raises:
        RangerAppError: What the process refused.
        MapDamagedError: A library died of the file.
        RuntimeError: Our own code in the process failed.
        Cancelled: A stop was asked for.
    """
    command = [sys.executable, SWITCH, module] if _is_packed() else [sys.executable, "-m", f"ranger_app.maps.{module}"]
    environment = {**os.environ, **_ENVIRONMENT}
    if not _is_packed():
        # The process has to find this very program, wherever it was started from.
        roots = [str(Path(__file__).resolve().parents[2]), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, roots))
    with (
        tempfile.TemporaryFile() as muttered,
        subprocess.Popen(
            [*command, *map(_as_passed_on, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=muttered,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        ) as process,
    ):
        last = _waited_for(process, context)
        process.wait()
        muttered.seek(0)
        words = muttered.read(_MOST_MUTTERED_BYTES).decode("utf-8", "replace")
    if "code" in last:
        raise error_from(str(last["code"]), dict(last["facts"]), file=file)
    if process.returncode == 1 and "Traceback" in words:
        raise RuntimeError(f"the worker for map files failed: {words}")
    if process.returncode != 0 or not last.get("finished"):
        raise MapDamagedError(file)


def _as_passed_on(argument: str) -> str | bytes:
    """An argument as the process understands it, which speaks UTF-8 where this one may know no letters but English."""
    return argument.encode("utf-8", "surrogateescape") if os.name == "posix" else argument


def _waited_for(process: subprocess.Popen[bytes], context: JobContext) -> dict[str, Any]:
    """Pass on what the process tells until it ends; the answer is what it told last."""
    last: dict[str, Any] = {}
    with contextlib.ExitStack() as stopped:
        stopped.callback(process.kill)
        with context.woken_by(process.kill):
            for last in _told(process.stdout):
                if "stage" in last:
                    context.step(int(last["done"]), last["total"], str(last["stage"]))
        if context.is_cancelled:
            context.step(0, None, str(last.get("stage", "")))
        stopped.pop_all()
    return last


def work(job: Callable[[Sequence[str], JobContext], None], arguments: Sequence[str]) -> int:
    """Do *job* as the process that :func:`run_worker` waits for; the answer is the exit code."""
    _end_with_whoever_started()
    _bound_memory()
    out = sys.stdout
    sys.stdout = sys.stderr
    try:
        job(arguments, _telling_context(out))
    except RangerAppError as error:
        _tell(out, code=error.code, facts=error.facts)
        return _REFUSED
    except ModuleNotFoundError as error:
        _tell(out, code=MapNeedsGisError.code, facts={"file": "", "packages": PACKAGES, "missing": error.name})
        return _REFUSED
    except UnicodeEncodeError:
        if _is_text(arguments[0]):
            raise
        _tell(out, code=MapFileNameError.code, facts={"file": Path(arguments[0]).name})
        return _REFUSED
    except MemoryError:
        _tell(out, code=MapTooLargeError.code, facts={"file": ""})
        return _REFUSED
    _tell(out, finished=True)
    return 0


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def error_from(code: str, facts: dict[str, Fact], *, file: str) -> RangerAppError:
    """The error that has *code*, as if it had been raised here."""
    from ranger_app.importers import containers, gpx_problems, safe_zip, tracks_problems  # noqa: F401 - their errors

    if not facts.get("file"):
        facts["file"] = file
    for kind in _below(RangerAppError):
        if kind.code == code:
            error = kind.__new__(kind)
            RangerAppError.__init__(error, **facts)
            return error
    return MapDamagedError(file)


def main(arguments: Sequence[str]) -> int:
    """Start as a worker inside a program that was packed into one folder: name of the module, then its arguments."""
    from ranger_app.maps import raster_worker, vector_worker

    modules = {"raster_worker": raster_worker.convert, "vector_worker": vector_worker.convert}
    if not arguments or arguments[0] not in modules:
        return 2
    return work(modules[arguments[0]], arguments[1:])


def _is_packed() -> bool:
    return bool(getattr(sys, "frozen", False))


def _below(kind: type[RangerAppError]) -> Iterator[type[RangerAppError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def _told(stream: IO[bytes] | None) -> Iterator[dict[str, Any]]:
    """What the process tells, line by line; what is no JSON was not told by us."""
    for line in stream or ():
        with contextlib.suppress(ValueError):
            told = json.loads(line)
            if isinstance(told, dict):
                yield told


def _tell(out: IO[str], **told: object) -> None:
    out.write(json.dumps(told) + "\n")
    out.flush()


def _telling_context(out: IO[str]) -> JobContext:
    last = 0.0

    def report(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _BETWEEN_REPORTS_S:
            last = now
            _tell(out, done=progress.done, total=progress.total, stage=progress.stage)

    return JobContext(report)


def _end_with_whoever_started() -> None:
    """Nobody who started this writes to it: its end is told by the end of what can be read."""

    def wait() -> None:
        while os.read(0, 1):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or most > MOST_MEMORY_BYTES:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, most))
