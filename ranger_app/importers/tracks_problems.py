"""How files are refused where any kind of track file was wanted, and limits that all readers share."""

from __future__ import annotations

from ranger_app.importers.gpx_problems import (
    REFUSALS,
    FileRefusedError,
    GpxNotGpxError,
)
from ranger_app.importers.sniff import FileKind

STAGE = "reading-tracks"
"""What a job says while a file is read; the unit is bytes."""


class FileIsPictureError(FileRefusedError):
    """The content is a picture in another format than JPEG."""

    code = "file-is-picture"


class FileIsVideoError(FileRefusedError):
    """The content is a video or a sound."""

    code = "file-is-video"


class FileIsHtmlError(FileRefusedError):
    """The content is a web page, as a failed download leaves it."""

    code = "file-is-html"


class FileIsPdfError(FileRefusedError):
    """The content is a document to be printed."""

    code = "file-is-pdf"


class FileIsDatabaseError(FileRefusedError):
    """The content is an SQLite database."""

    code = "file-is-database"


class FileIsOfficeError(FileRefusedError):
    """The content is a document of an office program of before 2007."""

    code = "file-is-office"


class FileIsRarError(FileRefusedError):
    """The content is a RAR archive."""

    code = "file-is-rar"


class FileTextUnknownError(FileRefusedError):
    """The encoding that a file or a mapping names cannot be read."""

    code = "file-encoding-unknown"


class FileHasEntitiesError(FileRefusedError):
    """The file declares entities or a document type of its own, which no receiver does and attackers do."""

    code = "file-has-entities"


REFUSALS_OF_TRACKS: dict[FileKind, type[FileRefusedError]] = {
    **dict.fromkeys(FileKind, GpxNotGpxError),
    **{
        kind: REFUSALS[kind]
        for kind in (FileKind.EMPTY, FileKind.GZIP, FileKind.BZIP2, FileKind.XZ, FileKind.ZIP, FileKind.SEVEN_ZIP,
                     FileKind.TAR, FileKind.JPEG)
    },
    FileKind.RAR: FileIsRarError,
    FileKind.PNG: FileIsPictureError,
    FileKind.HEIF: FileIsPictureError,
    FileKind.PICTURE: FileIsPictureError,
    FileKind.VIDEO: FileIsVideoError,
    FileKind.HTML: FileIsHtmlError,
    FileKind.PDF: FileIsPdfError,
    FileKind.SQLITE: FileIsDatabaseError,
    FileKind.OFFICE: FileIsOfficeError,
}  # fmt: skip
"""How a file of each kind is refused where a track file of any format was wanted."""
