"""Puts a dossier together: embedded files first, then the pages that print their digests, then PDF/A."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reportlab import rl_config
from reportlab.platypus import Flowable

from exporters.dossier import DossierFile
from exporters.dossier.closing import integrity, inventory, signatures
from exporters.dossier.desk import Desk
from exporters.dossier.embedded import Enclosure, enclosure
from exporters.dossier.evidence_log import exhibits, links, photo_log
from exporters.dossier.finish import About, finish
from exporters.dossier.fonts import GlyphMissingError
from exporters.dossier.front import cover
from exporters.dossier.incident_pages import incident_pages
from exporters.dossier.paper import DossierDocument, Foot, styles
from exporters.dossier.texts import CLASSIFICATIONS, MADE_UP
from exporters.dossier.whereabouts import where_written
from exporters.safe_write import replacing
from ranger_app.domain.dossier import DossierContent
from ranger_app.domain.map_request import MapPainter
from ranger_app.i18n import Words


def build_dossier(
    content: DossierContent, *, painter: MapPainter, words: Words, out: Path, second_words: Words | None
) -> DossierFile:
    """See :func:`exporters.dossier.build`."""
    try:
        return _built(content, painter=painter, words=words, out=out, second_words=second_words)
    except GlyphMissingError as error:
        raise GlyphMissingError(error.character, error.text, where_written(content, error.character)) from error


def _built(
    content: DossierContent, *, painter: MapPainter, words: Words, out: Path, second_words: Words | None
) -> DossierFile:
    enclosed = enclosure(content, words)
    desk = Desk(
        content=content,
        words=words,
        second_words=second_words,
        styles=styles(),
        painter=painter,
        manifest_sha256=enclosed.manifest_sha256,
        photo_numbers={photo.attachment.id: f"P-{number:02}" for number, photo in enumerate(content.photos, start=1)},
    )
    title = words.say("Dossier of case {number}", number=content.case.number)
    about = About(
        title=title,
        author=content.sealed_by.name,
        subject=content.case.title,
        language=words.language,
        program_version=content.program_version,
        at=content.sealed_at,
    )
    with tempfile.TemporaryFile() as pages_file, _binary_streams():
        document = DossierDocument(pages_file, _foot(desk), language=words.language, title=title)
        pages = document.write(_story(desk, enclosed))
        pages_file.seek(0)
        with replacing(out) as finished:
            finish(pages_file, finished, about=about, files=enclosed.files)
    return DossierFile(path=out, pages=pages, manifest_sha256=enclosed.manifest_sha256)


def _story(desk: Desk, enclosed: Enclosure) -> list[Flowable]:
    from reportlab.platypus import PageBreak

    story: list[Flowable] = [*cover(desk), PageBreak()]
    for incident in desk.content.incidents:
        story += incident_pages(desk, incident)
    story += desk.chapter(desk.words.say("Evidence and links"))
    story += [*exhibits(desk), *photo_log(desk), *links(desk)]
    story += desk.chapter(desk.words.say("Signatures and integrity"))
    return [*story, *signatures(desk), *inventory(desk, enclosed.listed), *integrity(desk)]


def _foot(desk: Desk) -> Foot:
    content, words = desk.content, desk.words
    return Foot(
        left=words.say("Case {number}, revision {revision}", number=content.case.number, revision=content.revision),
        middle=words.say(CLASSIFICATIONS[content.classification]),
        page_of=words.say("Page {page} of {pages}"),
        head=words.say(MADE_UP) if content.is_made_up else "",
        draft=words.say("DRAFT") if content.is_draft else "",
    )


@contextmanager
def _binary_streams() -> Iterator[None]:
    """Streams as bytes, not as ASCII letters that take a quarter more; reportlab has one switch for all documents."""
    before = rl_config.useA85
    rl_config.useA85 = 0
    try:
        yield
    finally:
        rl_config.useA85 = before
