"""A client of SMART Connect: one method a call, answers as plain values, every refusal an error with a code.

The protocol is that of SMART Connect 4.1 to 8.1 (docs/formats/smart-connect.md). HTTP Basic goes with every request.
"""

from __future__ import annotations

import io
import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit
from urllib.request import proxy_bypass

import requests
import urllib3

from ranger_app.domain.places import Area, Place, PlainHttpError, is_this_computer
from ranger_app.jobs import Cancelled
from ranger_app.sync.connect_errors import (
    AnswerLostError,
    ConnectError,
    MissingThereError,
    NotAllowedError,
    NotSmartError,
    RedirectedError,
    RefusedThereError,
    ServerFailedError,
    UnreachableError,
)
from ranger_app.sync.trust import certificate_error, hang_up, session_for

BEGIN_S: Final = 20.0
PATIENCE_S: Final = 60.0
LONGEST_S: Final = 900.0
"""A whole answer, however slowly it comes: a server that tells a byte a second keeps nobody for ever."""

LARGEST_ANSWER: Final = 64 << 20
"""Bytes; a data model of a whole country is a few megabytes."""

PIECE: Final = 64 << 10
LONGEST_WORDS: Final = 500
USABLE: Final = "DATA"
"""The only status of a conservation area to which anything can be sent (FORMATS 6.3)."""

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """How far the server is with a file.

    Attributes:
        status: Its own word: ``UPLOADING``, ``PROCESSING``, ``COMPLETE``, ``ERROR``, or one we do not know.
        has, wants: Bytes; ``wants`` is what was announced.
    """

    status: str
    has: int
    wants: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """A line of the server's data queue.

    Attributes:
        id: Of the item; ``work_item`` is that of its upload, empty in a list.
    """

    id: str
    name: str
    status: str
    message: str
    work_item: str = ""


class Connect:
    """One SMART Connect server, spoken to as one user.

    Args:
        base: Base address without a slash at the end.
        pin: SHA-256 of the server's certificate, or empty for the usual authorities.
        begin_s, patience_s: Seconds to wait for a connection, and for an answer.
        longest_s: Seconds until a whole answer has to be here.

    Every call raises :class:`ConnectError`; a base address in plain http that is not this computer, `PlainHttpError`.
    """

    def __init__(
        self, base: str, user: str, password: str, *, pin: str = "", begin_s: float = BEGIN_S,
        patience_s: float = PATIENCE_S, longest_s: float = LONGEST_S,
    ) -> None:  # fmt: skip
        self.base = base
        self._longest_s = longest_s
        self._is_over = False
        self._session = session_for(pin)
        self._timeout = (begin_s, patience_s)
        # A block of what is sent has to leave within the time that a connection may take to begin.
        self._slow = (max(begin_s, patience_s), patience_s)
        parts = urlsplit(base)
        self.host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme != "https" and not is_this_computer(self.host):
            raise PlainHttpError(host=self.host)
        if is_this_computer(self.host) or proxy_bypass(self.host):
            self._session.proxies.clear()
        # As bytes: requests would write a text in Latin-1, and SMART reads UTF-8.
        self._session.auth = requests.auth.HTTPBasicAuth(user.encode(), password.encode()) if user else None
        self._session.headers.update({"Accept": "application/json, application/xml", "User-Agent": "ranger-app"})

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def hang_up(self) -> None:
        """End what runs, from another thread: it is `Cancelled` soon, and so is every call after it."""
        self._is_over = True
        hang_up(self._session)

    def __enter__(self) -> Connect:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Reading

    def info(self) -> Mapping[str, Any]:
        """What the server says of itself (7.5.3 and later)."""
        return self._object("GET", "/api/info")

    def areas(self) -> tuple[Area, ...]:
        """The conservation areas that this user may see and send to."""
        told = self._list("/api/conservationarea", query={"includeSpatialBoundaries": "false"})
        found = [one for one in told if str(one.get("status", USABLE)) == USABLE]
        return tuple(Area(id=_id(one.get("uuid"), self.host), label=str(one.get("label") or "")) for one in found)

    def data_model_changed(self, area: str) -> str:
        """When the data model changed last, in the server's words (7.5.7 and later)."""
        return str(self._object("GET", f"/api/metadata/datamodel/{area}/info").get("last_modified") or "")

    def data_model(self, area: str) -> bytes:
        """The data model, as XML."""
        content, kind = self._content("GET", f"/api/metadata/datamodel/{area}")
        if "xml" not in kind and not content.lstrip().startswith(b"<?xml"):
            raise NotSmartError(host=self.host)
        return content

    def patrol_metadata(self, area: str) -> bytes:
        """Stations, teams, mandates, transports and people, as JSON."""
        return self._json_bytes(f"/api/metadata/patrol/{area}")

    def incident_metadata(self, area: str) -> bytes:
        """Types of incidents, as JSON (8.1 and later)."""
        return self._json_bytes(f"/api/metadata/incident/{area}")

    def patrols(self, **one_filter: str) -> list[Mapping[str, Any]]:
        """Patrols by exactly one of ``client_patrol_uuid``, ``patrol_uuid`` or ``patrol_id`` (7.5 and later)."""
        return self._list("/api/query/custom/patrol", query=one_filter)

    def incidents(self, **one_filter: str) -> list[Mapping[str, Any]]:
        """Waypoints of incidents by one filter, such as ``client_incident_uuid`` (7.5 and later)."""
        return self._list("/api/query/custom/waypoint/incident", query=one_filter)

    # The data queue

    def announce(self, area: str, kind: str, name: str, size: int) -> str:
        """Ask for a place for a file; the answer is the id of the upload."""
        response = self._ask(
            "POST", "/api/dataqueue/items/", body=_ascii({"conservationArea": area, "type": kind, "name": name}),
            headers={"X-Upload-Content-Length": str(size), "Content-Type": "application/json"},
        )  # fmt: skip
        # Only the last part: the host is what the server takes itself for, which may be nobody's.
        place = urlsplit(response.headers.get("Location", "")).path.rstrip("/").rpartition("/")[2]
        response.close()
        return _id(place, self.host)

    def upload_state(self, work_item: str) -> Upload:
        """How much of a file the server has."""
        told = self._object("GET", f"/api/uploader/{work_item}")
        try:
            return Upload(
                status=str(told["status"]), has=int(told["current_size"]), wants=int(told["expected_size"]),
                message=str(told.get("message") or ""),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise NotSmartError(host=self.host) from error

    def put(self, work_item: str, path: Path, *, start: int, size: int, tell: Tell) -> None:
        """Send the bytes of a file from *start* on; *tell* hears how many have left, and may raise to stop."""
        with _Rest(path, start, size, tell) as rest:
            self._ask(
                "PUT", f"/api/uploader/{work_item}", body=rest, timeout=self._slow,
                headers={"Content-Type": "application/octet-stream"},
            ).close()  # fmt: skip

    def queue(self, area: str) -> tuple[QueueLine, ...]:
        """The data queue of an area, newest first, whatever became of its items."""
        told = self._list("/api/dataqueue/detailedItems", query={"cafilter": area})
        return tuple(_queued(one, self.host) for one in told)

    def queued(self, item: str) -> QueueLine:
        """One item of the queue, with the id of its upload."""
        return _queued(self._object("GET", f"/api/dataqueue/items/{item}"), self.host)

    # Straight into the database

    def post_data(self, area: str, features: Mapping[str, Any]) -> tuple[str, ...]:
        """Send one transaction of features (7.5 and later); the answer are the server's warnings."""
        return self._post(area, io.BytesIO(_ascii(features)))

    def post_file(self, area: str, path: Path, *, start: int, stop: int, tell: Tell) -> tuple[str, ...]:
        """The same for a transaction that stands in a file; *tell* hears how far it is, and may raise to stop."""
        with _Rest(path, start, stop, tell) as rest:
            return self._post(area, rest)

    def _post(self, area: str, body: object) -> tuple[str, ...]:
        told = self._object(
            "POST", f"/api/data/{area}", body=body, timeout=self._slow, headers={"Content-Type": "application/json"}
        )
        warnings = told.get("warnings") or []
        return tuple(str(one) for one in (warnings if isinstance(warnings, list) else [warnings]))

    # Asking

    def _json_bytes(self, path: str) -> bytes:
        content, _ = self._content("GET", path)
        _loads(content, self.host)
        return content

    def _object(self, method: str, path: str, **more: Any) -> Mapping[str, Any]:
        told = _loads(self._content(method, path, **more)[0], self.host)
        if not isinstance(told, dict):
            raise NotSmartError(host=self.host)
        return told

    def _list(self, path: str, **more: Any) -> list[Mapping[str, Any]]:
        told = _loads(self._content("GET", path, **more)[0], self.host)
        if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
            raise NotSmartError(host=self.host)
        return told

    def _content(self, method: str, path: str, **more: Any) -> tuple[bytes, str]:
        watch = threading.Timer(self._longest_s, hang_up, (self._session,))
        watch.daemon = True
        watch.start()
        try:
            response = self._ask(method, path, **more)
            content = self._read(response)
        finally:
            watch.cancel()
        if not content:  # a connection that ends within the head looks like an answer without a body
            raise AnswerLostError(host=self.host)
        return content, response.headers.get("Content-Type", "").lower()

    def _read(self, response: requests.Response) -> bytes:
        pieces, length = [], 0
        try:
            for piece in response.iter_content(PIECE):
                pieces.append(piece)
                length += len(piece)
                if length > LARGEST_ANSWER:
                    raise NotSmartError(host=self.host)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise AnswerLostError(host=self.host) from _without_request(error)
        finally:
            response.close()
        # An answer that was cut within its head passes for a whole one: without a length nobody can tell.
        announced = response.headers.get("Content-Length", "")
        is_told = announced.isdigit() or "Transfer-Encoding" in response.headers
        is_short = announced.isdigit() and length < int(announced) and "Content-Encoding" not in response.headers
        if not is_told or is_short:
            raise AnswerLostError(host=self.host)
        return b"".join(pieces)

    def _ask(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None,
        headers: Mapping[str, str] | None = None, timeout: tuple[float, float] | None = None,
    ) -> requests.Response:  # fmt: skip
        """Ask, and have what is not 2xx raised as an error."""
        if self._is_over:
            raise Cancelled(stage="sending")
        try:
            response = self._session.request(
                method, self.base + quote(path, safe="/"), params=dict(query or {}), data=body,  # type: ignore[arg-type]
                headers=dict(headers or {}), timeout=timeout or self._timeout, allow_redirects=False, stream=True,
            )  # fmt: skip
        except requests.exceptions.SSLError as error:
            raise self._tls_error(error) from _without_request(error)
        except (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError) as error:
            raise UnreachableError(host=self.host) from _without_request(error)
        except requests.exceptions.ConnectionError as error:
            never_left = isinstance(_reason(error), urllib3.exceptions.NewConnectionError)
            raise (UnreachableError if never_left else AnswerLostError)(host=self.host) from _without_request(error)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise AnswerLostError(host=self.host) from _without_request(error)
        if not 200 <= response.status_code < 300:
            refusal = self._refusal(response)
            del response  # whoever keeps the error would keep the connection open with it
            raise refusal
        return response

    def _tls_error(self, error: requests.exceptions.SSLError) -> ConnectError:
        if "EOF" in str(error) or "reset" in str(error):
            return AnswerLostError(host=self.host)
        return certificate_error(error, self.host, self._port, is_direct=not self._session.proxies)

    def _refusal(self, response: requests.Response) -> ConnectError:
        status = response.status_code
        words = self._words(response)
        if status == 401:
            return NotAllowedError(host=self.host, words=words)
        if status == 404:
            return MissingThereError(host=self.host, words=words)
        if 300 <= status < 400:
            return RedirectedError(host=self.host, to=urlsplit(response.headers.get("Location", "")).netloc)
        if status >= 500 or status in (408, 425, 429):
            return ServerFailedError(host=self.host, status=status, words=words)
        return RefusedThereError(host=self.host, status=status, words=words)

    def _words(self, response: requests.Response) -> str:
        """What the server says about its refusal, if it says it as SMART does; a page of HTML is nobody's words."""
        try:
            told = json.loads(self._read(response))
        except (ValueError, RecursionError, ConnectError):
            return ""
        words = told.get("error") or told.get("message") if isinstance(told, dict) else None
        return " ".join(str(words or "").split())[:LONGEST_WORDS]


class _Rest:
    """The bytes of a file from a place on, as something that can be read once and knows its length."""

    def __init__(self, path: Path, start: int, size: int, tell: Tell) -> None:
        self._stream = path.open("rb")
        self._stream.seek(start)
        self._left = size - start
        self._sent = start
        self._tell = tell

    def __enter__(self) -> _Rest:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __len__(self) -> int:
        return self._left

    def read(self, most: int = -1) -> bytes:
        """The next piece, no larger than asked for: each has to leave within the client's patience."""
        piece = self._stream.read(min(self._left, max(most, 0) or PIECE))
        self._left -= len(piece)
        self._sent += len(piece)
        self._tell(self._sent)
        return piece


def _ascii(told: Mapping[str, Any]) -> bytes:
    """JSON in ASCII alone: the server reads it in whatever character set its machine has (FORMATS 6.5)."""
    return json.dumps(told, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")


def _loads(content: bytes, host: str) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotSmartError(host=host) from error


def _without_request(error: Exception) -> Exception:
    """*error* without the request that it carries, in whose head the password stands."""
    if isinstance(error, requests.RequestException):
        error.request = error.response = None
    return error


def _id(told: object, host: str) -> str:
    """A UUID with dashes; answers have both forms."""
    try:
        return str(uuid.UUID(str(told)))
    except ValueError as error:
        raise NotSmartError(host=host) from error


def _queued(told: Mapping[str, Any], host: str) -> QueueLine:
    return QueueLine(
        id=_id(told.get("uuid"), host), name=str(told.get("name") or ""), status=str(told.get("status") or ""),
        message=str(told.get("statusMessage") or ""),
        work_item=_id(told["workItem"], host) if told.get("workItem") else "",
    )  # fmt: skip


def _reason(error: requests.exceptions.ConnectionError) -> object:
    inner = error.args[0] if error.args else None
    return getattr(inner, "reason", inner)


def connected(place: Place, password: str) -> Connect:
    """A client of a place."""
    return Connect(place.url, place.user, password, pin=place.pin)
