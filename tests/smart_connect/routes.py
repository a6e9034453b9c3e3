"""Which call does what, who may make it, and since which version it is there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from tests.smart_connect import queries, reading, writing
from tests.smart_connect.answers import Answer, page
from tests.smart_connect.calls import Call, Work
from tests.smart_connect.people import session_of


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of call.

    Attributes:
        path: Below the context path; ``{name}`` stands for one part.
        permission: What the user needs; empty when being signed in is enough, ``anybody`` when nothing is.
        since: Version of SMART Connect that brought it.
        is_stream: Whether the body is worked on while it arrives; then other calls go on meanwhile.
    """

    method: str
    path: str
    work: Work
    permission: str = ""
    since: tuple[int, ...] = (4, 1)
    is_stream: bool = False

    def parts(self, path: str) -> dict[str, str] | None:
        """What *path* names; ``None`` when it is not of this kind."""
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path) + "/?", path)
        return found.groupdict() if found else None


ANYBODY = "anybody"


def home(call: Call) -> Answer:
    """The page that begins a session."""
    session = session_of(call.cookies)
    if call.office.accounts.has_session(session):
        return page(200, "SMART Connect")
    return page(200, "SMART Connect: sign in", headers=(_cookie(call, call.office.accounts.new_session()),))


def sign_in(call: Call) -> Answer:
    """The form of the page; a wrong password is answered with a page and 200 all the same."""
    form = parse_qs(call.body.all().decode("utf-8", "replace"), keep_blank_values=True)
    name, password = form.get("j_username", [""])[0], form.get("j_password", [""])[0]
    session = session_of(call.cookies)
    if not call.office.accounts.has_session(session):
        return page(408, "The session is over")
    user = call.office.accounts.checked(name, password)
    if user is None:
        return page(200, "SMART Connect: the name or the password is wrong")
    session = call.office.accounts.new_session(user.name, instead_of=session)
    return page(303, "See other", headers=(_cookie(call, session), ("Location", f"{call.base}/connect/home")))


def _cookie(call: Call, session: str) -> tuple[str, str]:
    path = "/" + call.base.partition("://")[2].partition("/")[2]
    return "Set-Cookie", f"JSESSIONID={session}; Path={path}; HttpOnly"


ROUTES = (
    Route("GET", "/connect/home", home, ANYBODY),
    Route("POST", "/j_security_check", sign_in, ANYBODY),
    Route("GET", "/api/info", reading.info, "", (7, 5, 3)),
    Route("GET", "/api/conservationarea", reading.areas, "viewca"),
    Route("GET", "/api/metadata/datamodel/{area}", reading.data_model, "viewca", (7, 0)),
    Route("GET", "/api/metadata/datamodel/{area}/info", reading.data_model_info, "viewca", (7, 5, 7)),
    Route("GET", "/api/metadata/patrol/{area}", reading.patrol_metadata, "viewca", (7, 0, 2)),
    Route("GET", "/api/metadata/incident/{area}", reading.incident_metadata, "viewca", (8, 1)),
    Route("GET", "/api/metadata/configurablemodel", reading.configurable_models, "viewca", (7, 5, 7)),
    Route("GET", "/api/metadata/configurablemodel/{model}", reading.configurable_model, "viewca", (7, 4)),
    Route("GET", "/api/query", reading.saved_queries),
    Route(
        "GET", "/api/query/custom/patrol", reading.custom(queries.patrols, queries.OF_PATROLS), "customquery", (7, 5),
    ),
    Route(
        "GET", "/api/query/custom/waypoint/patrol",
        reading.custom(queries.patrol_waypoints, queries.OF_PATROLS + queries.OF_INCIDENTS), "customquery", (7, 5),
    ),
    Route(
        "GET", "/api/query/custom/waypoint/incident", reading.custom(queries.incidents, queries.OF_INCIDENTS),
        "customquery", (7, 5),
    ),
    Route(
        "GET", "/api/query/custom/waypoint", reading.custom(queries.waypoints, queries.OF_INCIDENTS),
        "customquery", (7, 5),
    ),
    Route(
        "GET", "/api/query/custom/track/patrol",
        reading.custom(queries.tracks, queries.OF_PATROLS, as_collection=True), "customquery", (7, 5),
    ),
    Route("POST", "/api/dataqueue/items", writing.announce, "adddataqueue"),
    Route("GET", "/api/dataqueue/detailedItems", writing.queue_items, "viewdataqueue"),
    Route("GET", "/api/dataqueue/items/{item}", writing.queue_item, "viewdataqueue"),
    Route("DELETE", "/api/dataqueue/items/{item}", writing.delete_item, "deletedataqueue"),
    Route("GET", "/api/uploader/{upload}", writing.upload_state, "adddataqueue"),
    Route("PUT", "/api/uploader/{upload}", writing.upload, "adddataqueue", is_stream=True),
    Route("POST", "/api/uploader/{upload}", writing.upload_form, "adddataqueue", is_stream=True),
    Route("POST", "/api/data/{area}", writing.direct, "updateca", (7, 0)),
    Route("GET", "/api/connectalert/alertTypes", writing.alert_types, "viewca"),
    Route("POST", "/api/connectalert/{alert}", writing.alert, "createalerts"),
)  # fmt: skip


def route_of(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The kind of a call and what its path names; ``None`` when the server knows no such call."""
    for route in ROUTES:
        parts = route.parts(path) if route.method == method else None
        if parts is not None:
            return route, parts
    return None
