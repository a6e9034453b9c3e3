"""The files inside a dossier, read without trusting what the PDF says about their sizes."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ranger_app.domain.dossier_files import MANIFEST, DossierFileError, Manifest

LARGEST_ATTACHMENT = 1024**3
"""No file that leaves has more bytes; one that unpacks to more is an attack."""

LARGEST_READ = 64 * 1024**2
"""Most bytes of an embedded file that are taken into memory as a whole: the manifest and the proofs need far less."""

PIECE = 1024**2
"""Bytes that are unpacked at a time."""

OBJECT_ERRORS = (AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What pikepdf raises, beside its own error, when an object of a broken file is not of the kind that it should be."""

PDF_SEARCHED = 1024
"""Bytes at the beginning of a file among which a PDF's header may stand."""


class UnreadablePdfError(Exception):
    """A file that strict readers do not follow as a PDF; the message says where."""


def open_strictly(path: Path) -> Any:
    """The PDF at *path*, without repairing what is broken.

    Raises:
        UnreadablePdfError: It is no PDF, damaged, or encrypted.
    """
    import pikepdf

    with path.open("rb") as file:
        if b"%PDF-" not in file.read(PDF_SEARCHED):
            raise UnreadablePdfError("no PDF header")
    try:
        return pikepdf.open(path, attempt_recovery=False, suppress_warnings=True)
    except (pikepdf.PdfError, pikepdf.PasswordError, *OBJECT_ERRORS) as error:
        raise UnreadablePdfError(str(error)) from error


class EmbeddedFiles(Mapping[str, bytes]):
    """Name to content of the files embedded in a PDF; unpacked when asked for, and never further than allowed."""

    def __init__(self, packed: dict[str, tuple[bytes, bool]]) -> None:
        """Keep the files as they stand in the PDF, each with whether it is packed."""
        self._packed = packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def __getitem__(self, name: str) -> bytes:
        """The content of the file *name*.

        Raises:
            UnreadablePdfError: It is cut off, or longer than :data:`LARGEST_READ`.
        """
        return b"".join(self._pieces(name, LARGEST_READ))

    def digest(self, name: str) -> tuple[str, int]:
        """SHA-256 in hex and length of the file *name*, however long it is up to :data:`LARGEST_ATTACHMENT`.

        Raises:
            UnreadablePdfError: It is cut off, or longer.
        """
        digest, length = hashlib.sha256(), 0
        for piece in self._pieces(name, LARGEST_ATTACHMENT):
            digest.update(piece)
            length += len(piece)
        return digest.hexdigest(), length

    def _pieces(self, name: str, limit: int) -> Iterator[bytes]:
        raw, is_packed = self._packed[name]
        if not is_packed:
            yield raw
            return
        unpacker, length = zlib.decompressobj(), 0
        while not unpacker.eof:
            try:
                piece = unpacker.decompress(raw, PIECE)
            except zlib.error as error:
                raise UnreadablePdfError(f"{name}: {error}") from error
            raw, length = unpacker.unconsumed_tail, length + len(piece)
            if length > limit or not (piece or unpacker.eof):
                raise UnreadablePdfError(f"{name} is cut off or too large")
            yield piece


def embedded_files(pdf: Any) -> EmbeddedFiles:
    """The files embedded in *pdf*.

    Raises:
        UnreadablePdfError: The tree of names is broken, a name stands twice, or a file is coded as ours never are.
    """
    import pikepdf

    try:
        names = pdf.Root.get("/Names")
        tree = names.get("/EmbeddedFiles") if isinstance(names, pikepdf.Dictionary) else None
        found: dict[str, tuple[bytes, bool]] = {}
        for key, specification in () if tree is None else pikepdf.NameTree(tree).items():
            name = str(key)
            if name in found:
                raise UnreadablePdfError(f"{name} is embedded twice")
            found[name] = _packed(specification)
        return EmbeddedFiles(found)
    except (pikepdf.PdfError, *OBJECT_ERRORS) as error:
        raise UnreadablePdfError(str(error)) from error


def _packed(specification: Any) -> tuple[bytes, bool]:
    """The bytes of an embedded file as they stand, and whether they are packed."""
    import pikepdf

    stream = specification.EF.get("/UF", specification.EF.get("/F"))
    coding = stream.get("/Filter")
    if coding is not None and (coding != pikepdf.Name.FlateDecode or "/DecodeParms" in stream):
        raise UnreadablePdfError("an embedded file is coded in a way that we never use")
    return bytes(stream.read_raw_bytes()), coding is not None


def read_manifest(files: Mapping[str, bytes]) -> Manifest | None:
    """The manifest among *files*; ``None`` when there is none that can be read."""
    try:
        return Manifest.decode(files[MANIFEST])
    except (KeyError, DossierFileError):
        return None


def first_difference(files: EmbeddedFiles, manifest: Manifest) -> str:
    """Code and name of the first embedded file that is not as the manifest lists it; empty when all are."""
    listed = {file.name: file for file in manifest.files}
    for name, file in listed.items():
        if name not in files:
            return f"attachment-missing:{name}"
        if files.digest(name) != (file.sha256, file.byte_count):
            return f"attachment-changed:{name}"
    for name in sorted(files):
        if name not in listed and name != MANIFEST:
            return f"attachment-added:{name}"
    return ""
