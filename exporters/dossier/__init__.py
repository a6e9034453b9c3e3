"""The dossier as PDF/A-3b: a pure function of its content.

Nothing heavy is imported before :func:`build` is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ranger_app.domain.dossier import DossierContent
    from ranger_app.domain.map_request import MapPainter
    from ranger_app.i18n import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFile:
    """A dossier on disk, not signed yet.

    Attributes:
        manifest_sha256: Digest of the embedded manifest, as it is printed on the cover.
    """

    path: Path
    pages: int
    manifest_sha256: str


def build(
    content: DossierContent,
    *,
    painter: MapPainter,
    words: Words,
    out: Path,
    second_words: Words | None = None,
) -> DossierFile:
    """Write the unsigned dossier to *out*; equal content gives equal bytes.

    Args:
        content: Everything that is printed and embedded.
        painter: Paints the maps.
        words: Speak the dossier's language.
        out: Replaced as a whole, or left as it was when the dossier cannot be made.
        second_words: Speak the language in which headings are said once more.

    Raises:
        GlyphMissingError: A character that none of the bundled fonts can print.
        PhotoChangedError: A photo's derivative is not the one that its attachment names.
    """
    from exporters.dossier.builder import build_dossier

    return build_dossier(content, painter=painter, words=words, out=out, second_words=second_words)
