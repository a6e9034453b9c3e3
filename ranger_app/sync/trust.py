"""Whom a connection trusts: the usual authorities, or the one certificate that a person has pinned.

There is no way to trust nobody in particular. What goes wrong is found before the first byte of a request.
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
import ssl
from typing import Any, Final
from urllib.request import getproxies
from weakref import ref

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from ranger_app.sync.connect_errors import (
    CertificateChangedError,
    CertificateError,
    CertificateExpiredError,
    CertificateOtherHostError,
    CertificateSelfSignedError,
    CertificateUnknownIssuerError,
    ConnectError,
    NotSecureError,
)

LOOK_S: Final = 10.0
BLOCK: Final = 128 << 10
WRONG: Final[dict[int, type[CertificateError]]] = {
    9: CertificateExpiredError,
    10: CertificateExpiredError,
    18: CertificateSelfSignedError,
    19: CertificateSelfSignedError,
    2: CertificateUnknownIssuerError,
    20: CertificateUnknownIssuerError,
    21: CertificateUnknownIssuerError,
    62: CertificateOtherHostError,
    64: CertificateOtherHostError,
}
"""OpenSSL's verification codes (``X509_V_ERR_…`` in its x509_vfy.h): 9 and 10 not yet valid and expired, 18 and 19
self-signed alone and in a chain, 2, 20 and 21 an issuer that is not at hand, 62 and 64 another name or address."""

NO_TLS: Final = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"})
"""OpenSSL's reasons for an answer that is no TLS at all."""


class Roomy(HTTPAdapter):
    """Reads a file that it sends in pieces which do not keep an old laptop busy."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more, blocksize=BLOCK)
        self._open: list[ref[HTTPConnection]] = []
        self.poolmanager.pool_classes_by_scheme = _pools(self._open)

    def proxy_manager_for(self, *args: Any, **more: Any) -> Any:
        manager = super().proxy_manager_for(*args, **more)
        manager.pool_classes_by_scheme = _pools(self._open)
        return manager

    def hang_up(self) -> None:
        """End every connection at once; whoever waits for an answer hears of it. May be called from any thread."""
        for known in tuple(self._open):
            connected = getattr(known(), "sock", None)
            if isinstance(connected, socket.socket):
                with contextlib.suppress(OSError):  # it has ended by itself
                    socket.socket.shutdown(connected, socket.SHUT_RDWR)


class Pinned(Roomy):
    """Speaks to a server that shows exactly the certificate with this SHA-256, whoever signed it and until when."""

    def __init__(self, pin: str) -> None:
        self._pin = pin
        super().__init__()

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave the pool as it was made; the fingerprint decides."""

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """What every pool of connections is made with, behind a proxy too."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"cert_reqs": "CERT_NONE", "assert_hostname": False, "assert_fingerprint": self._pin}


def certificate_error(error: BaseException, host: str, port: int, *, is_direct: bool) -> ConnectError:
    """The error that says what was wrong with the certificate of ``host:port``, or that it has none.

    Args:
        is_direct: No proxy stands between, so that the certificate can be looked at once more for its fingerprint.
    """
    if any(isinstance(cause, ssl.SSLError) and cause.reason in NO_TLS for cause in _causes(error)):
        return NotSecureError(host=host, port=port)
    fingerprint = shown_fingerprint(host, port) if is_direct else ""
    facts = {"host": host, "fingerprint": fingerprint}
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return WRONG.get(cause.verify_code, CertificateError)(**facts, reason=cause.verify_message)
        if "ingerprint" in str(cause):
            return CertificateChangedError(**facts)
    return CertificateError(**facts, reason=type(error).__name__)


def shown_fingerprint(host: str, port: int) -> str:
    """SHA-256 of the certificate that a server shows; empty when it shows none. Nothing else is said to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), LOOK_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            shown = secured.getpeercert(binary_form=True)
    except (OSError, ValueError):
        return ""
    return hashlib.sha256(shown).hexdigest() if shown else ""


def session_for(pin: str) -> requests.Session:
    """A session that takes nothing from the surroundings: no netrc, no other bundle of authorities."""
    session = requests.Session()
    session.trust_env = False
    session.proxies.update({name: url for name, url in getproxies().items() if name != "no"})
    session.mount("http://", Roomy())
    session.mount("https://", Pinned(pin) if pin else Roomy())
    return session


def hang_up(session: requests.Session) -> None:
    """End every connection of a session at once, from any thread."""
    for adapter in session.adapters.values():
        if isinstance(adapter, Roomy):
            adapter.hang_up()


def _pools(opened: list[ref[HTTPConnection]]) -> dict[str, type[HTTPConnectionPool]]:
    """Pools whose connections are remembered while they live."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            opened.append(ref(self))
            super().connect()

    class Secured(HTTPSConnection):
        def connect(self) -> None:
            opened.append(ref(self))
            super().connect()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecuredPool(HTTPSConnectionPool):
        ConnectionCls = Secured

    return {"http": PlainPool, "https": SecuredPool}


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    ahead: list[object] = [error]
    while ahead:
        one = ahead.pop(0)
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            ahead += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return found
