"""Sections S, T and U: who signs, what is attached, and how anybody can check that nothing was changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer, Table

from exporters.dossier.desk import Desk, Row, together
from exporters.dossier.fonts import named
from exporters.dossier.paper import CELL_FONT, RULE, WIDTH
from exporters.dossier.pictures import QrCode
from exporters.dossier.prose import grouped, prose
from exporters.dossier.texts import AUDIENCES, GAPS, ROLES
from ranger_app.domain.dossier import CheckpointText
from ranger_app.domain.dossier_files import ListedFile
from ranger_app.i18n import marked

SIGNERS = (
    marked("Prepared by"),
    marked("Reviewed by"),
    marked("Attesting witness 1"),
    marked("Attesting witness 2"),
    marked("Person concerned (signed or refused)"),
    marked("Received by"),
)
BOX_HEIGHT = 36 * mm
QR_SIZE = 42 * mm


def signatures(desk: Desk) -> list[Flowable]:
    """Boxes for ink; the digital signature stands in the file itself."""
    words = desk.words
    cells = [_signature_box(desk, number, who) for number, who in enumerate(SIGNERS)]
    rows = [cells[start : start + 2] for start in range(0, len(cells), 2)]
    box: list[tuple[Any, ...]] = [
        ("BOX", (0, 0), (0, -1), 0.75, RULE),
        ("BOX", (1, 0), (1, -1), 0.75, RULE),
        ("INNERGRID", (0, 0), (-1, -1), 0.75, RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        CELL_FONT,
    ]
    table = Table(rows, colWidths=[WIDTH / 2, WIDTH / 2], rowHeights=[BOX_HEIGHT] * len(rows), style=box, hAlign="LEFT")
    story = desk.section("S", marked("Signatures"))
    if desk.content.is_draft:
        note = words.say("A draft is not signed.")
    else:
        note = words.say("This file also carries a digital signature (PAdES); see section U.")
    return [KeepTogether([*story[1:], table, Spacer(1, 1 * mm), desk.quiet(note)])]


def _signature_box(desk: Desk, number: int, who: str) -> list[Flowable]:
    words, content = desk.words, desk.content
    blank = "." * 46
    name, post = blank, blank
    if number == 0:
        name = content.sealed_by.name
        post = words.say(ROLES[content.sealed_by.role]) if content.sealed_by.role in ROLES else blank
    lines = [
        words.say("Name: {name}", name=name),
        words.say("Post: {post}", post=post),
        words.say("Date, time, place: {blank}", blank="." * 28),
        words.say("Signature:"),
    ]
    return [desk.strong(words.say(who)), *(prose(line, desk.styles.small) for line in lines)]


def inventory(desk: Desk, files: Sequence[tuple[ListedFile, str]]) -> list[Flowable]:
    """Everything that belongs to the dossier: what is embedded, and the originals that stay at the station.

    Args:
        desk: Where it is written.
        files: Embedded files with their titles, in their order.
    """
    words = desk.words
    embedded = words.say("embedded in this file")
    kept = words.say("original, kept at the station")
    listed = [(file.name, title, file.byte_count, file.sha256, embedded) for file, title in files]
    listed += [
        (
            named(entry.attachment.name),
            words.say("Photo {number}", number=desk.photo_numbers[entry.attachment.id]),
            entry.attachment.byte_count,
            entry.attachment.sha256,
            kept,
        )
        for entry in desk.content.photos
    ]
    rows: list[Row] = [
        [
            desk.quiet(words.number(number)),
            [prose(name, desk.styles.small), prose(title, desk.styles.small)],
            desk.quiet(words.number(size)),
            [prose(grouped(digest[:32]), desk.styles.digest), prose(grouped(digest[32:]), desk.styles.digest)],
            desk.quiet(where),
        ]
        for number, (name, title, size, digest, where) in enumerate(listed, start=1)
    ]
    head = (words.say("No."), words.say("File"), words.say("Bytes"), "SHA-256", words.say("Where it is"))
    widths = (12 * mm, 50 * mm, 22 * mm, 58 * mm, WIDTH - 142 * mm)
    count = words.say("Files in this list: {count}.", count=words.number(len(listed)))
    heading = desk.section("T", marked("Inventory of attachments"))
    return [*heading, desk.quiet(count), Spacer(1, 1 * mm), desk.grid(head, rows, widths)]


def integrity(desk: Desk) -> list[Flowable]:
    """Section U: everything that somebody without our laptop needs to catch a change."""
    words, content = desk.words, desk.content
    story: list[Flowable] = [PageBreak(), *desk.section("U", marked("Integrity"))]
    half = len(desk.manifest_sha256) // 2
    manifest = f"{grouped(desk.manifest_sha256[:half])}\n{grouped(desk.manifest_sha256[half:])}"
    story += desk.lines([(words.say("SHA-256 of the manifest"), manifest)])
    if content.is_draft:
        story += [Spacer(1, 2 * mm), desk.text(words.say("A draft has no seal, no checkpoint and no signature."))]
    for audience, checkpoint in sorted(content.checkpoints.items(), reverse=True):
        story += [Spacer(1, 3 * mm), _checkpoint(desk, audience, checkpoint)]
    return [*story, *_signer(desk), *_how_to_verify(desk), *_gaps(desk)]


def _checkpoint(desk: Desk, audience: str, checkpoint: CheckpointText) -> Flowable:
    words, styles = desk.words, desk.styles
    title = words.say("Checkpoint: {audience}", audience=words.say(AUDIENCES.get(audience, audience)))
    facts = [
        (words.say("Root"), f"{grouped(checkpoint.root[:32])}\n{grouped(checkpoint.root[32:])}"),
        (words.say("Time"), words.moment(_in_zone(checkpoint.at, desk.content.sealed_at))),
        (words.say("Signing key"), grouped(checkpoint.key_id)),
        (words.say("Signature"), checkpoint.signature),
    ]
    said: list[Flowable] = [desk.strong(title)]
    for label, value in facts:
        said += [prose(label, styles.label), prose(value, styles.digest)]
    at = checkpoint.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    code = QrCode("\n".join((audience, checkpoint.root, at, checkpoint.key_id, checkpoint.signature)), QR_SIZE)
    layout = [CELL_FONT, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)]
    width = QR_SIZE + 2 * mm
    return Table([[said, code]], colWidths=[WIDTH - width, width], style=layout, hAlign="LEFT")


def _in_zone(moment: dt.datetime, model: dt.datetime) -> dt.datetime:
    return moment.astimezone(model.tzinfo)


def _signer(desk: Desk) -> list[Flowable]:
    if not desk.content.certificate_pem:
        return []
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    words = desk.words
    certificate = x509.load_pem_x509_certificate(desk.content.certificate_pem)
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    names = [str(part.value) for part in certificate.subject]
    rows = [
        (words.say("Certificate of"), named(", ".join(names))),
        (words.say("Serial number"), grouped(f"{certificate.serial_number:x}")),
        (words.say("Fingerprint (SHA-256)"), f"{grouped(fingerprint[:32])}\n{grouped(fingerprint[32:])}"),
        (words.say("Time source"), words.say("The clock of the signing laptop; no independent time stamp.")),
    ]
    title = desk.strong(words.say("Digital signature of this file"))
    return [Spacer(1, 3 * mm), together([title, *desk.lines(rows)])]


def _how_to_verify(desk: Desk) -> list[Flowable]:
    words = desk.words
    steps = (
        words.say(
            "1. Open this file with the program and choose Verify, or run: ranger-app verify FILE. "
            "No network is needed."
        ),
        words.say(
            "2. Compare the roots and the fingerprint on this page with those that reached you another way: an earlier "
            "paper dossier, headquarters, or another laptop that countersigned."
        ),
        words.say(
            "3. Compute the SHA-256 of each original that you are given and compare it with sections M and T. "
            "Any difference means that it is not the file described here."
        ),
    )
    note = words.say(
        "A valid signature shows that this file has not changed since it was signed. Whether a court accepts it "
        "depends on national law."
    )
    title = desk.strong(words.say("How to verify this dossier"))
    return [Spacer(1, 3 * mm), together([title, *(desk.text(step) for step in steps), desk.quiet(note)])]


def _gaps(desk: Desk) -> list[Flowable]:
    words = desk.words
    title = desk.strong(words.say("Known gaps"))
    if not desk.content.known_gaps:
        return [Spacer(1, 3 * mm), together([title, desk.text(words.say("No gaps are known."))])]
    said: list[Flowable] = []
    for gap in desk.content.known_gaps:
        sentence = words.say(GAPS.get(gap.code, gap.code))
        said.append(desk.text(f"• {named(gap.where)}: {sentence}" if gap.where else f"• {sentence}"))
    return [Spacer(1, 3 * mm), together([title, said[0]]), *said[1:]]
