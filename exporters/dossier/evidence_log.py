"""Sections K, M and R: exhibits with their custody, the photo log, and the patrols that the case rests on."""

from __future__ import annotations

import datetime as dt

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from exporters.dossier.desk import Desk, headed, together
from exporters.dossier.fonts import named
from exporters.dossier.paper import CELL_FONT, WIDTH
from exporters.dossier.pictures import photo
from exporters.dossier.prose import grouped, prose
from exporters.dossier.texts import POSITION_SOURCES, TRANSPORTS
from ranger_app.domain.dossier import DossierPhoto
from ranger_app.domain.records import Attachment, Exhibit, Leg, Member, Patrol, TrackEdit
from ranger_app.i18n import marked
from ranger_app.messages.track_edits import say_track_edit

PHOTO_BOX = (84 * mm, 63 * mm)


def exhibits(desk: Desk) -> list[Flowable]:
    """Each exhibit with its seal and every hand it went through."""
    heading = desk.section("K", marked("Exhibits and custody"))
    if not desk.content.case.exhibits:
        return [*heading, desk.text(desk.words.say("None recorded."))]
    story: list[Flowable] = []
    for exhibit in desk.content.case.exhibits:
        story += _exhibit(desk, exhibit)
    return headed(heading, story)


def _exhibit(desk: Desk, exhibit: Exhibit) -> list[Flowable]:
    words = desk.words
    rows = [
        (words.say("Description"), exhibit.description),
        (words.say("Quantity"), exhibit.quantity),
        (words.say("Seal number"), exhibit.seal or words.say("none")),
        (words.say("Found at"), exhibit.found_at),
    ]
    top = together([desk.strong(words.say("Exhibit {number}", number=exhibit.number)), *desk.lines(rows)])
    story: list[Flowable] = [top, Spacer(1, 2 * mm)]
    if not exhibit.custody:
        return [*story, desk.text(words.say("No custody entry was recorded for this exhibit.")), Spacer(1, 3 * mm)]
    links = [
        [
            desk.quiet(words.moment(entry.at)),
            desk.quiet(entry.action),
            desk.quiet(entry.by),
            desk.quiet(entry.to),
            desk.quiet(entry.place),
            desk.quiet(entry.seal),
        ]
        for entry in exhibit.custody
    ]
    head = (
        words.say("When"),
        words.say("Purpose"),
        words.say("From whom"),
        words.say("To whom"),
        words.say("Place"),
        words.say("Seal number"),
    )
    widths = (34 * mm, 24 * mm, 30 * mm, 30 * mm, WIDTH - 140 * mm, 22 * mm)
    return [*story, desk.grid(head, links, widths), Spacer(1, 4 * mm)]


def photo_log(desk: Desk) -> list[Flowable]:
    """Each photo with what is known of it; the originals stay at the station."""
    words = desk.words
    heading = desk.section("M", marked("Photo log"))
    if not desk.content.photos:
        return [*heading, desk.text(words.say("None recorded."))]
    note = desk.quiet(
        words.say(
            "Printed are reduced copies. The SHA-256 is that of the original, which is kept at the station unchanged."
        )
    )
    first, *rest = (_photo(desk, entry) for entry in desk.content.photos)
    story: list[Flowable] = [together([note, Spacer(1, 2 * mm), first]), Spacer(1, 4 * mm)]
    for one in rest:
        story += [one, Spacer(1, 4 * mm)]
    return headed(heading, story)


def _photo(desk: Desk, entry: DossierPhoto) -> Flowable:
    attachment, words = entry.attachment, desk.words
    picture: Flowable
    if entry.derivative_path is None:
        picture = desk.text(words.say("This photo could not be printed; its original is kept."))
    else:
        picture = photo(entry.derivative_path, attachment.derivative_sha256, attachment.name, PHOTO_BOX)
    half = len(attachment.sha256) // 2
    said: list[Flowable] = [
        desk.strong(f"{desk.photo_numbers[attachment.id]}   {named(attachment.name)}"),
        *(prose(f"{label}: {value}", desk.styles.small) for label, value in _photo_facts(desk, entry) if value),
        prose(words.say("SHA-256 of the original:"), desk.styles.small),
        prose(grouped(attachment.sha256[:half]), desk.styles.digest),
        prose(grouped(attachment.sha256[half:]), desk.styles.digest),
    ]
    layout = [
        CELL_FONT,
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, 0), 0),
        ("RIGHTPADDING", (1, 0), (1, 0), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
    ]
    width = PHOTO_BOX[0] + 4 * mm
    return Table([[picture, said]], colWidths=[width, WIDTH - width], style=layout, hAlign="LEFT")


def _photo_facts(desk: Desk, entry: DossierPhoto) -> list[tuple[str, str]]:
    attachment, words = entry.attachment, desk.words
    return [
        *_photo_times(desk, attachment),
        (words.say("Position"), _photo_position(desk, attachment)),
        (words.say("Camera"), named(attachment.camera)),
        (words.say("Size"), _size(desk, attachment)),
        (words.say("Incident"), entry.incident_number),
        (words.say("Waypoint"), entry.waypoint),
    ]


def _photo_times(desk: Desk, attachment: Attachment) -> list[tuple[str, str]]:
    """What the camera wrote; where its clock was corrected, the corrected time and by how much too."""
    words, taken, shift_s = desk.words, attachment.taken_at, attachment.clock_shift_s
    if taken is None or not shift_s:
        return [(words.say("Camera time"), desk.moment(taken))]
    corrected = words.say("{moment} ({seconds} s)", moment=desk.moment(taken), seconds=f"{shift_s:+g}")
    return [
        (words.say("Camera time"), desk.moment(taken - dt.timedelta(seconds=shift_s))),
        (words.say("Corrected time"), corrected),
    ]


def _photo_position(desk: Desk, attachment: Attachment) -> str:
    if attachment.position is None:
        return desk.words.say("not recorded")
    said = desk.position(attachment.position)
    source = attachment.position_source
    if source and source != attachment.position.source.value and source in POSITION_SOURCES:
        said += f" ({desk.words.say(POSITION_SOURCES[source])})"
    return said


def _size(desk: Desk, attachment: Attachment) -> str:
    words = desk.words
    size = words.say("{count} bytes", count=words.number(attachment.byte_count))
    return f"{attachment.width_px} × {attachment.height_px} px, {size}" if attachment.width_px else size


def links(desk: Desk) -> list[Flowable]:
    """The patrols behind the case: who, when, how far, and the files that were recorded."""
    words = desk.words
    heading = desk.section("R", marked("Links: patrols and tracks"))
    if not desk.content.patrols:
        return [*heading, desk.text(words.say("None recorded."))]
    story: list[Flowable] = []
    for patrol in desk.content.patrols:
        story += _patrol(desk, patrol)
    return headed(heading, story)


def _patrol(desk: Desk, patrol: Patrol) -> list[Flowable]:
    words = desk.words
    days = [words.day(day) for day in (patrol.start, patrol.end) if day is not None]
    rows = [
        (words.say("Days"), " – ".join(dict.fromkeys(days)) or words.say("not recorded")),
        (words.say("Distance"), words.say("{km} km", km=words.number(patrol.distance_m / 1000, 2))),
        (words.say("Track points"), words.number(patrol.points)),
        *((words.say("Leg {number}", number=leg.number), _leg(desk, leg)) for leg in patrol.legs),
        *((words.say("Edited"), _edit(desk, one)) for leg in patrol.legs for one in leg.edits),
        *((words.say("File"), f"{named(file.name)}  SHA-256 {grouped(file.sha256)}") for file in patrol.attachments),
    ]
    title = words.say("Patrol {number}", number=patrol.number)
    return [together([desk.strong(title), *desk.lines(rows)]), Spacer(1, 3 * mm)]


def _edit(desk: Desk, one: TrackEdit) -> str:
    """How a track is told otherwise than it was recorded."""
    day = desk.words.day(dt.date.fromisoformat(one.value)) if one.what == "day" else ""
    return say_track_edit(
        desk.words, one.what, track=named(one.track), first=one.first, last=one.last, value=one.value,
        reason=one.reason, day=day,
    )  # fmt: skip


def _leg(desk: Desk, leg: Leg) -> str:
    words = desk.words
    known = TRANSPORTS.get(leg.transport)
    transport = words.say(known) if known else leg.transport
    if transport and "transport" in leg.assumed:
        transport = words.say("{value} (assumed)", value=transport)
    return "; ".join(part for part in (transport, *(_name(desk, leg, member) for member in leg.members)) if part)


def _name(desk: Desk, leg: Leg, member: Member) -> str:
    words = desk.words
    if member.id == leg.leader:
        is_assumed = "leader" in leg.assumed
        said = marked("{name} (leader, assumed)") if is_assumed else marked("{name} (leader)")
        return words.say(said, name=member.name)
    return words.say("{value} (assumed)", value=member.name) if "members" in leg.assumed else member.name
