"""What can be wrong with a GPX file: refusals of the whole, and a list of what could not be taken as it stands."""

from __future__ import annotations

from ranger_app.errors import Fact, RangerAppError
from ranger_app.importers.sniff import FileKind
from ranger_app.problem import Problem

LONGEST_FACT = 60
"""Longer values from a file are cut in messages."""


class FileRefusedError(RangerAppError):
    """A file is not what it was given as; nothing was read from it."""

    code = "file-refused"

    def __init__(self, file: str, **facts: Fact) -> None:
        super().__init__(file=file, **facts)


class FileNotRegularError(FileRefusedError):
    """What was given is a pipe, a socket or a device: reading it could last for ever."""

    code = "file-not-regular"


class FileUnreadableError(FileRefusedError):
    """The disk does not give the file."""

    code = "file-unreadable"


class FileTooBigError(FileRefusedError):
    """A file is larger than any receiver writes."""

    code = "file-too-big"


class GpxNotGpxError(FileRefusedError):
    """The content is not GPX, nor anything else that was recognised."""

    code = "gpx-not-gpx"


class GpxHasEntitiesError(FileRefusedError):
    """The file declares entities or a document type of its own, which GPX never needs and attackers do."""

    code = "gpx-has-entities"


class GpxEncodingUnknownError(FileRefusedError):
    """The file says it is written in an encoding that cannot be read."""

    code = "gpx-encoding-unknown"


class GpxIsEmptyError(FileRefusedError):
    """The file has no content; a full card or a dead battery leaves such files."""

    code = "gpx-is-empty"


class GpxIsGzipError(FileRefusedError):
    """The content is gzip: the track may be inside."""

    code = "gpx-is-gzip"


class GpxIsBzip2Error(FileRefusedError):
    """The content is bzip2."""

    code = "gpx-is-bzip2"


class GpxIsXzError(FileRefusedError):
    """The content is xz."""

    code = "gpx-is-xz"


class GpxIsZipError(FileRefusedError):
    """The content is a zip archive, which KMZ files are too."""

    code = "gpx-is-zip"


class GpxIs7zError(FileRefusedError):
    """The content is a 7-Zip archive."""

    code = "gpx-is-7z"


class GpxIsTarError(FileRefusedError):
    """The content is a tar archive."""

    code = "gpx-is-tar"


class GpxIsJpegError(FileRefusedError):
    """The content is a photo."""

    code = "gpx-is-jpeg"


class GpxIsPictureError(FileRefusedError):
    """The content is a picture in another format than JPEG."""

    code = "gpx-is-picture"


class GpxIsHtmlError(FileRefusedError):
    """The content is a web page, as a failed download leaves it."""

    code = "gpx-is-html"


class FileIsFitError(FileRefusedError):
    """The content is Garmin FIT."""

    code = "file-is-fit"


class FileIsKmlError(FileRefusedError):
    """The content is KML."""

    code = "file-is-kml"


class FileIsTcxError(FileRefusedError):
    """The content is Garmin TCX."""

    code = "file-is-tcx"


class FileIsNmeaError(FileRefusedError):
    """The content is an NMEA log of a receiver."""

    code = "file-is-nmea"


REFUSALS: dict[FileKind, type[FileRefusedError]] = {
    FileKind.EMPTY: GpxIsEmptyError,
    FileKind.GZIP: GpxIsGzipError,
    FileKind.BZIP2: GpxIsBzip2Error,
    FileKind.XZ: GpxIsXzError,
    FileKind.ZIP: GpxIsZipError,
    FileKind.SEVEN_ZIP: GpxIs7zError,
    FileKind.TAR: GpxIsTarError,
    FileKind.JPEG: GpxIsJpegError,
    FileKind.PNG: GpxIsPictureError,
    FileKind.HEIF: GpxIsPictureError,
    FileKind.HTML: GpxIsHtmlError,
    FileKind.FIT: FileIsFitError,
    FileKind.KML: FileIsKmlError,
    FileKind.TCX: FileIsTcxError,
    FileKind.NMEA: FileIsNmeaError,
    FileKind.PICTURE: GpxIsPictureError,
    FileKind.RAR: GpxNotGpxError,
    FileKind.VIDEO: GpxNotGpxError,
    FileKind.OFFICE: GpxNotGpxError,
    FileKind.CSV: GpxNotGpxError,
    FileKind.PDF: GpxNotGpxError,
    FileKind.SQLITE: GpxNotGpxError,
    FileKind.JSON: GpxNotGpxError,
    FileKind.OTHER_XML: GpxNotGpxError,
    FileKind.UNKNOWN: GpxNotGpxError,
}
"""How a file of each kind is refused where GPX was wanted."""


class ProblemList:
    """Collects problems of one file: like ones become one row with a count, the first place and the first facts."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._rows: dict[str, tuple[str, dict[str, Fact]]] = {}
        self._counts: dict[str, int] = {}

    def note(self, code: str, where: str, *, count: int = 1, **facts: Fact) -> None:
        """Add *count* occurrences of one problem, the first of them at *where*."""
        if code not in self._rows:
            self._rows[code] = where, {name: _short(fact) for name, fact in facts.items()}
        self._counts[code] = self._counts.get(code, 0) + count

    def rows(self) -> tuple[Problem, ...]:
        """One problem a kind, in the order first met."""
        return tuple(
            Problem(code=code, where=where, file=self._file, count=self._counts[code], facts=facts)
            for code, (where, facts) in self._rows.items()
        )


class FixProblems:
    """Problems of points or waypoints, which may be found in any order and are told in one that depends on nothing.

    Args:
        what: "point" or "waypoint", to say where something is.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._rows: dict[str, tuple[int, dict[str, Fact]]] = {}
        self._counts: dict[str, int] = {}

    @property
    def what(self) -> str:
        return self._what

    def note(self, code: str, number: int, *, count: int = 1, **facts: Fact) -> None:
        """Add *count* occurrences of one problem, the first of them at the point of this *number*."""
        if code not in self._rows or number < self._rows[code][0]:
            self._rows[code] = number, facts
        self._counts[code] = self._counts.get(code, 0) + count

    def tell(self, problems: ProblemList) -> None:
        """Note all of them among the problems of the file."""
        for code in sorted(self._rows, key=_ORDER.index):
            number, facts = self._rows[code]
            problems.note(code, f"{self._what} {number}", count=self._counts[code], **facts)


_ORDER = (
    "position-unreadable",
    "position-out-of-range",
    "position-missing",
    "elevation-unreadable",
    "elevation-out-of-range",
    "fix-without-time",
    "waypoint-without-time",
    "time-unreadable",
    "time-implausible",
    "time-without-zone",
    "time-leap-second",
    "fix-at-zero-zero",
)


def _short(fact: Fact) -> Fact:
    if isinstance(fact, str) and len(fact) > LONGEST_FACT:
        return fact[: LONGEST_FACT - 1] + "…"
    return fact
