"""The program's client of SMART Connect, impatient enough for tests; and what an error could show to anybody."""

from __future__ import annotations

import traceback

from ranger_app.sync.smart_connect import Connect
from tests.smart_connect import RANGER, StandIn, User


def client(server: StandIn, user: User = RANGER, *, pin: str = "") -> Connect:
    """A client of *server* as *user*."""
    return Connect(server.address, user.name, user.password, pin=pin, begin_s=2, patience_s=2)


def everything_in(error: BaseException) -> list[str]:
    """What an error and its causes could ever show."""
    said = ["".join(traceback.format_exception(error))]
    ahead: list[BaseException | None] = [error]
    while ahead:
        one = ahead.pop()
        if one is not None:
            request = getattr(one, "request", None)
            said += [repr(one), repr(vars(one)), repr(request and dict(request.headers))]
            ahead += [one.__cause__, one.__context__]
    return said
