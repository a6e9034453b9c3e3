"""``python -m tests.smart_connect --port 8080``: a stand-in that people can try the program against."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.smart_connect.areas import sample_area
from tests.smart_connect.certificates import Authority, Certificate, self_signed
from tests.smart_connect.console import talk
from tests.smart_connect.faults import Schedule
from tests.smart_connect.people import User
from tests.smart_connect.person import reads_files
from tests.smart_connect.server import StandIn

TLS = ("self-signed", "issued", "expired", "wrong-host")


def main() -> int:
    """Listen until told to stop."""
    asked = _asked()
    asked.keep.mkdir(parents=True, exist_ok=True)
    certificate = _certificate(asked.tls, asked.keep) if asked.tls else None
    schedule = Schedule(asked.faults, chance=asked.chance) if asked.faults is not None else None
    server = StandIn(
        areas=[sample_area(model=asked.model, label=asked.area)],
        users=[User(name=asked.user, password=asked.password)],
        version=asked.version, host=asked.host, port=asked.port, certificate=certificate, folder=asked.keep,
        person=reads_files(asked.version) if asked.process == "at-once" else None, schedule=schedule,
    )  # fmt: skip
    with server:
        sys.stdout.write(f"{server.address}\narea {server.area.label} {server.area.uuid}\nuser {asked.user}\n")
        sys.stdout.write(f"SMART Connect {asked.version}; what arrives is kept in {asked.keep}\n")
        if certificate is not None:
            sys.stdout.write(f"certificate sha256 {certificate.sha256}\n")
        try:
            talk(server, sys.stdin)
        except KeyboardInterrupt:
            return 0
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.smart_connect", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this computer only)")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--tls", choices=TLS, help="https with a certificate of this kind, made now")
    parser.add_argument("--version", default="8.1.3", help="of SMART Connect")
    parser.add_argument("--user", default="ranger")
    parser.add_argument("--password", default="ranger", help="only ever a made-up one")
    parser.add_argument("--area", default="Kichi-Naryn", help="name of the conservation area")
    parser.add_argument("--model", type=Path, help="data model XML (default: SMART's own)")
    parser.add_argument("--process", choices=("by-hand", "at-once"), default="by-hand", help="who opens what arrives")
    parser.add_argument("--faults", type=int, metavar="SEED", help="let things go wrong, drawn from this number")
    parser.add_argument("--chance", type=float, default=0.2, help="share of the requests that meet a fault")
    parser.add_argument("--keep", type=Path, help="folder for what arrives")
    asked = parser.parse_args()
    asked.keep = asked.keep or Path(tempfile.mkdtemp(prefix="smart-connect-"))
    return asked


def _certificate(kind: str, folder: Path) -> Certificate:
    if kind == "self-signed":
        return self_signed(folder)
    hosts = ("connect.example.org",) if kind == "wrong-host" else ("127.0.0.1", "localhost")
    authority = Authority(folder)
    sys.stdout.write(f"trust {authority.root}\n")
    return authority.issue(kind, hosts=hosts, is_expired=kind == "expired")


if __name__ == "__main__":
    sys.exit(main())
