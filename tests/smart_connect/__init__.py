"""A stand-in for SMART Connect: a real server on loopback that says and refuses what SMART Connect does.

Tests begin one with ``with StandIn() as server``; offices with ``python -m tests.smart_connect --port 8080``. What it
holds to, and what it can be told to do wrong, stands in docs/formats/smart-connect-stand-in.md.
"""

from __future__ import annotations

from tests.smart_connect.areas import Area, AreaStatus, Employee, Entry, PatrolAttribute, Transport, sample_area
from tests.smart_connect.certificates import Authority, Certificate, self_signed
from tests.smart_connect.data_queue import DataQueue, ItemStatus, Outcome, Person, QueueItem, accepts_all
from tests.smart_connect.faults import EVERY_DAY, LOST_ANSWER, Fault, FaultKind, Faults, Schedule
from tests.smart_connect.people import PERMISSIONS, User
from tests.smart_connect.person import reads_files
from tests.smart_connect.seen import Breach, Ledger, Seen
from tests.smart_connect.server import RANGER, StandIn

__all__ = [
    "EVERY_DAY",
    "LOST_ANSWER",
    "PERMISSIONS",
    "RANGER",
    "Area",
    "AreaStatus",
    "Authority",
    "Breach",
    "Certificate",
    "DataQueue",
    "Employee",
    "Entry",
    "Fault",
    "FaultKind",
    "Faults",
    "ItemStatus",
    "Ledger",
    "Outcome",
    "PatrolAttribute",
    "Person",
    "QueueItem",
    "Schedule",
    "Seen",
    "StandIn",
    "Transport",
    "User",
    "accepts_all",
    "reads_files",
    "sample_area",
    "self_signed",
]
