"""What the server says: answers in JSON, pages in HTML, and refusals."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import Any

JSON = "application/json;charset=UTF-8"
XML = "application/xml;charset=UTF-8"
HTML = "text/html;charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, whole, before it goes over the wire."""

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class Refused(Exception):
    """The server says no, and nothing was changed, or only what the reason says."""

    def __init__(self, status: int, text: str, *, rule: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.rule = rule
        """The rule of the protocol that the client broke; empty when it broke none."""


def told(value: Any, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """*value* as JSON."""
    body = json.dumps(value, ensure_ascii=False).encode("utf-8")
    return Answer(status=status, body=body, content_type=JSON, headers=headers)


def error(status: int, text: str) -> Answer:
    """An error as the API tells it."""
    return told({"status": status, "error": text}, status=status)


def page(status: int, title: str, *, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """A page of the container or of a proxy, for eyes only."""
    text = f"<!doctype html><html><head><title>{html.escape(title)}</title></head><body><h1>{html.escape(title)}</h1>"
    return Answer(
        status=status, body=f"{text}</body></html>\n".encode(), content_type=HTML, headers=headers
    )  # fmt: skip


def not_signed_in() -> Answer:
    """The container's own 401: a page, not JSON."""
    return page(401, "HTTP Status 401 – Unauthorized", headers=(("WWW-Authenticate", 'Basic realm="SMART Connect"'),))
