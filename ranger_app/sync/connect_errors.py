"""What can go wrong with a SMART Connect: which errors pass by themselves, and which need a person."""

from __future__ import annotations

from typing import ClassVar

from ranger_app.errors import RangerAppError


class ConnectError(RangerAppError):
    """The server was not reached, or did not do what was asked.

    Attributes:
        is_passing: Whether trying again later, without anybody's help, makes sense.
        may_be_done: Whether the server may have done what was asked, only the answer was lost.
    """

    code = "connect-error"
    is_passing: ClassVar[bool] = True
    may_be_done: ClassVar[bool] = False


class UnreachableError(ConnectError):
    """No connection: no network, no such name, nobody listening, too slow to begin with."""

    code = "connect-unreachable"


class AnswerLostError(ConnectError):
    """The connection broke after something was sent."""

    code = "connect-answer-lost"
    may_be_done = True


class ServerFailedError(ConnectError):
    """The server, or a machine before it, answers with a fault of its own (5xx)."""

    code = "connect-server-failed"
    may_be_done = True


class NotSmartError(ConnectError):
    """What answered does not speak as SMART Connect does: a proxy's page, another program, a wrong address."""

    code = "connect-not-smart"
    may_be_done = True


class RedirectedError(ConnectError):
    """The server points to another address; the password is not carried there."""

    code = "connect-redirected"
    is_passing = False


class NotAllowedError(ConnectError):
    """401: the password is wrong, or the account may not do this. Never tried again by itself: accounts get locked."""

    code = "connect-not-allowed"
    is_passing = False


class MissingThereError(ConnectError):
    """404: this server has no such call or no such thing."""

    code = "connect-missing"
    is_passing = False


class RefusedThereError(ConnectError):
    """The server understood and said no, in its own words."""

    code = "connect-refused"
    is_passing = False


class NotSecureError(ConnectError):
    """What listens there does not speak TLS; nothing was said to it."""

    code = "connect-not-secure"
    is_passing = False


class CertificateError(ConnectError):
    """The server cannot prove who it is; nothing was said to it.

    ``facts["fingerprint"]`` is the SHA-256 of the certificate that it showed, empty when that could not be read.
    """

    code = "connect-certificate"
    is_passing = False


class CertificateExpiredError(CertificateError):
    """It has run out, or is not valid yet; a wrong clock of this laptop looks the same."""

    code = "connect-certificate-expired"


class CertificateOtherHostError(CertificateError):
    """It is another server's."""

    code = "connect-certificate-other-host"


class CertificateSelfSignedError(CertificateError):
    """Nobody vouches for it but itself, and it is not pinned."""

    code = "connect-certificate-self-signed"


class CertificateUnknownIssuerError(CertificateError):
    """Somebody unknown vouches for it."""

    code = "connect-certificate-unknown-issuer"


class CertificateChangedError(CertificateError):
    """It is not the one that was pinned."""

    code = "connect-certificate-changed"
