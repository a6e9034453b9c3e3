"""The files inside a dossier, read without trusting what the PDF says about their sizes."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import Any

from ranger_app.domain.dossier_files import MANIFEST, DossierFileError, Manifest

LARGEST_ATTACHMENT = 256 * 1024 * 1024
"""No embedded file of ours comes near this many bytes; one that unpacks to more is an attack."""

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


def embedded_files(pdf: Any) -> dict[str, bytes]:
    """Name to content of every embedded file.

    Raises:
        UnreadablePdfError: The tree of names is broken, a name stands twice, or a file unpacks to more than
            :data:`LARGEST_ATTACHMENT`.
    """
    import pikepdf

    try:
        names = pdf.Root.get("/Names")
        tree = names.get("/EmbeddedFiles") if isinstance(names, pikepdf.Dictionary) else None
        if tree is None:
            return {}
        found: dict[str, bytes] = {}
        for key, specification in pikepdf.NameTree(tree).items():
            name = str(key)
            if name in found:
                raise UnreadablePdfError(f"{name} is embedded twice")
            found[name] = _content(specification)
        return found
    except (pikepdf.PdfError, *OBJECT_ERRORS) as error:
        raise UnreadablePdfError(str(error)) from error


def _content(specification: Any) -> bytes:
    import pikepdf

    stream = specification.EF.get("/UF", specification.EF.get("/F"))
    raw = bytes(stream.read_raw_bytes())
    coding = stream.get("/Filter")
    if coding is None:
        return raw
    if coding != pikepdf.Name.FlateDecode or "/DecodeParms" in stream:
        raise UnreadablePdfError("an embedded file is coded in a way that we never use")
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(raw, LARGEST_ATTACHMENT)
    except zlib.error as error:
        raise UnreadablePdfError(str(error)) from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise UnreadablePdfError("an embedded file is cut off or too large")
    return content


def read_manifest(files: dict[str, bytes]) -> Manifest | None:
    """The manifest among *files*; ``None`` when there is none that can be read."""
    try:
        return Manifest.decode(files[MANIFEST])
    except (KeyError, DossierFileError):
        return None


def first_difference(files: dict[str, bytes], manifest: Manifest) -> str:
    """Code and name of the first embedded file that is not as the manifest lists it; empty when all are."""
    listed = {file.name: file for file in manifest.files}
    for name, file in listed.items():
        if name not in files:
            return f"attachment-missing:{name}"
        content = files[name]
        if len(content) != file.byte_count or hashlib.sha256(content).hexdigest() != file.sha256:
            return f"attachment-changed:{name}"
    for name in sorted(files):
        if name not in listed and name != MANIFEST:
            return f"attachment-added:{name}"
    return ""
