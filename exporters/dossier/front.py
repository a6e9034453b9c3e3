"""Section A: what this document is, in whose hands it belongs, and the digest that the rest hangs on."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from exporters.dossier.desk import Desk
from exporters.dossier.paper import CELL_FONT, WIDTH
from exporters.dossier.pictures import QrCode
from exporters.dossier.prose import grouped, prose
from exporters.dossier.texts import CLASSIFICATIONS, LANGUAGES
from ranger_app.i18n import marked

QR_SIZE = 38 * mm
SUMMARY = 160
"""Characters of an incident's summary that stand on the cover."""


def cover(desk: Desk) -> list[Flowable]:
    """Title, control lines, manifest digest with its QR code, and what the dossier holds."""
    content, words, styles = desk.content, desk.words, desk.styles
    story: list[Flowable] = [
        prose(" · ".join(part for part in (content.station.area_name, content.station.name) if part), styles.subtitle),
        Spacer(1, 8 * mm),
        desk.titled(words.say("Case dossier"), styles.title, level=0),
        prose(content.case.number, styles.title),
        prose(content.case.title, styles.subtitle),
    ]
    if content.is_draft:
        story += [
            Spacer(1, 2 * mm),
            prose(words.say("DRAFT: not sealed, not signed, not evidence. It may change at any time."), styles.warning),
        ]
    story += [Spacer(1, 4 * mm), *desk.section("A", marked("Cover and control")), *desk.lines(_control(desk))]
    story += [Spacer(1, 6 * mm), _manifest(desk), Spacer(1, 4 * mm)]
    return [*story, *_contents(desk)]


def _control(desk: Desk) -> list[tuple[str, str]]:
    content, words = desk.content, desk.words
    languages = [content.language, content.second_language]
    sealed = (words.say("Sealed at"), words.say("Sealed by"))
    if content.is_draft:
        sealed = (words.say("Made at"), words.say("Made by"))
    return [
        (words.say("Case number"), content.case.number),
        (words.say("Revision"), words.number(content.revision)),
        (words.say("Classification"), words.say(CLASSIFICATIONS[content.classification])),
        (words.say("Status"), words.say("Draft") if content.is_draft else words.say("Sealed")),
        (words.say("Station"), content.station.name),
        (words.say("Protected area"), content.station.area_name or content.station.area_id),
        (words.say("Language"), ", ".join(words.say(LANGUAGES.get(code, code)) for code in languages if code)),
        (sealed[0], words.moment(content.sealed_at)),
        (sealed[1], content.sealed_by.name),
        (words.say("Seal identifier"), "" if content.is_draft else content.seal_id),
        (words.say("Program"), f"ranger-app {content.program_version}"),
    ]


def _manifest(desk: Desk) -> Flowable:
    """The manifest's digest in letters and as a QR code, side by side."""
    words, styles, content = desk.words, desk.styles, desk.content
    code = QrCode(f"ranger-dossier-v1 {content.case.number} {content.revision} {desk.manifest_sha256}", QR_SIZE)
    half = len(desk.manifest_sha256) // 2
    said = [
        prose(words.say("SHA-256 of the manifest"), styles.label),
        prose(grouped(desk.manifest_sha256[:half]), styles.body),
        prose(grouped(desk.manifest_sha256[half:]), styles.body),
        Spacer(1, 2 * mm),
        prose(
            words.say(
                "The manifest is embedded in this file. It lists every embedded file and every original with its "
                "SHA-256, so this one number stands for all of them."
            ),
            styles.small,
        ),
    ]
    padding = [CELL_FONT, ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (0, 0), 0)]
    return Table([[said, code]], colWidths=[WIDTH - QR_SIZE - 4 * mm, QR_SIZE + 4 * mm], style=padding, hAlign="LEFT")


def _beginning(text: str) -> str:
    """The first words of *text*; an ellipsis says that more follows on the incident's own page."""
    told = " ".join(text.split())
    if len(told) <= SUMMARY:
        return told
    return told[:SUMMARY].rsplit(maxsplit=1)[0] + "…"


def _contents(desk: Desk) -> list[Flowable]:
    content, words = desk.content, desk.words
    rows = [
        [
            desk.text(incident.number),
            desk.text(content.account_of(incident).title),
            desk.text(_beginning(incident.summary)),
        ]
        for incident in content.incidents
    ]
    if not rows:
        return []
    head = (words.say("Incident"), words.say("Kind"), words.say("Summary"))
    return [desk.grid(head, rows, (44 * mm, 44 * mm, WIDTH - 88 * mm))]
