"""One call on its way through the server: who makes it, what it says, what it is about."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from tests.smart_connect.answers import Answer, Refused
from tests.smart_connect.areas import Area, AreaStatus, uuid_from
from tests.smart_connect.body import Body
from tests.smart_connect.data_queue import QueueItem
from tests.smart_connect.office import Office
from tests.smart_connect.people import User
from tests.smart_connect.seen import Ledger, Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request whose head was read.

    Attributes:
        cookies: The Cookie header, which is not written down.
        base: Address of the server as it believes it is called, with the context path.
        parts: What the path names.
        user: Who makes it; ``None`` only where anybody may.
    """

    office: Office
    ledger: Ledger
    seen: Seen
    body: Body
    cookies: str
    base: str
    parts: dict[str, str]
    user: User | None

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.seen.query, keep_blank_values=True)

    def header(self, name: str) -> str:
        return self.seen.headers.get(name, "")

    def breach(self, rule: str, text: str) -> None:
        """Write down that the client broke *rule*."""
        self.ledger.breach(self.seen, rule, text)

    @property
    def signed_in(self) -> User:
        """Who makes the call."""
        assert self.user is not None, "only calls that anybody may make have no user"
        return self.user

    def areas(self) -> list[Area]:
        """The areas that the user may see."""
        return [area for area in self.office.areas.values() if self.signed_in.sees(area.uuid)]

    def area(self, told: object, *, to_change: bool = False, status: int = 404) -> Area:
        """The area of this id; refused when there is none, or none of the user's."""
        uuid = uuid_from(told)
        area = next((one for one in self.areas() if one.uuid == uuid), None)
        if area is None:
            raise Refused(status, f"there is no conservation area {told}", rule="area-unknown")
        if area.status is AreaStatus.CCAA and to_change:
            raise Refused(400, f"{area.label} is a cross-conservation-area analysis", rule="area-not-data")
        if area.status is not AreaStatus.DATA:
            self.breach("area-not-data", f"{area.label} is {area.status.value}")
        return area

    def item(self, name: str) -> QueueItem:
        """The queue's item that the path names, by its own id (``item``) or its upload's (``upload``)."""
        uuid = uuid_from(self.parts[name])
        for item in self.office.queue.items:
            if uuid == (item.work_item if name == "upload" else item.uuid) and self.signed_in.sees(item.area.uuid):
                return item
        raise Refused(404, f"there is no {name} {self.parts[name]}")

    def json(self) -> dict[str, Any]:
        """The body as one JSON object."""
        if self.header("content-type").partition(";")[0].strip().casefold() != "application/json":
            raise Refused(415, "the content type is not application/json", rule="content-type")
        try:
            told = json.loads(self.body.all())
        except ValueError as error:
            raise Refused(400, f"not JSON: {error}", rule="data-invalid") from error
        if not isinstance(told, dict):
            raise Refused(400, "not a JSON object", rule="data-invalid")
        return told


def uuid_with_dashes(told: object) -> UUID | None:
    """An id as JSON bodies need it, 36 characters; ``None`` otherwise."""
    return uuid_from(told) if isinstance(told, str) and len(told) == 36 else None


Work = Callable[[Call], Answer]
