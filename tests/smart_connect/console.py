"""A stand-in by hand: what an office sees while it tries the program."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from tests.smart_connect.data_queue import ItemStatus, Outcome, QueueItem
from tests.smart_connect.server import StandIn

HELP = "list | accept NAME | warn NAME TEXT | refuse NAME TEXT | requests | breaches | restart | unlock NAME | quit"


def talk(server: StandIn, lines: Iterable[str]) -> None:
    """Do what the *lines* say, one command each, until ``quit`` or their end."""
    _say(HELP)
    for line in lines:
        command, _, rest = line.strip().partition(" ")
        if command == "quit":
            return
        try:
            _do(server, command, rest.strip())
        except (KeyError, ValueError) as error:
            _say(f"no: {error}")


def _do(server: StandIn, command: str, rest: str) -> None:
    name, _, text = rest.partition(" ")
    match command:
        case "list":
            for item in server.queue.items:
                _say(_line(item))
        case "accept":
            _say(_line(server.queue.process(name)))
        case "warn":
            _say(_line(server.queue.process(name, Outcome(status=ItemStatus.COMPLETE_WARN, message=text))))
        case "refuse":
            _say(_line(server.queue.process(name, Outcome(status=ItemStatus.ERROR, message=text))))
        case "requests":
            for seen in server.ledger.requests:
                fault = f" {seen.fault.kind.value}" if seen.fault is not None else ""
                _say(f"{seen.number} {seen.method} {seen.path} {seen.status or '-'} {seen.received_bytes} B{fault}")
        case "breaches":
            for breach in server.ledger.breaches:
                _say(f"{breach.request} {breach.rule}: {breach.text}")
        case "restart":
            server.restart(down_s=1.0)
            _say("restarted")
        case "unlock":
            server.office.accounts.unlock(name)
            server.a_person_asked()
        case _:
            _say(HELP)


def _line(item: QueueItem) -> str:
    return (
        f"{item.name} {item.type} {item.status.value} {item.current_size}/{item.expected_size} {item.message}".rstrip()
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
