"""Words about files of tracks in formats other than GPX, and about what packs several into one."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    # Refused as a whole
    "file-is-picture": marked("{file} is a picture that holds no track."),
    "file-is-video": marked("{file} is a video or a sound; no track is read from it."),
    "file-is-html": marked("{file} is a web page; the download may have failed."),
    "file-is-pdf": marked("{file} is a PDF document; no track is read from it."),
    "file-is-database": marked("{file} is a database; no track is read from it."),
    "file-is-office": marked("{file} is an old office document. Save its table as CSV first."),
    "file-is-rar": marked("{file} is a RAR archive. Unpack it first."),
    "file-encoding-unknown": marked("{file} says it is written in the encoding {encoding}, which cannot be read."),
    "file-has-entities": marked(
        "{file} declares XML entities, which no GPS receiver writes and attackers use; it was not read."
    ),
    "packed-too-large": marked("{file} unpacks to more than {most_mb} MB and was not read."),
    "packed-in-packed": marked(
        "{file} is packed inside something packed and was not opened; unpack the outer one first."
    ),
    "archive-damaged": marked("{file} is a tar archive that is damaged; it cannot be read."),
    "archive-unsafe": marked("{file} is an archive with an unsafe entry ({entry}); it was not read."),
    "archive-too-large": marked("{file} is an archive that holds too much; it was not read."),
    "csv-mapping-needed": marked(
        "{file} is a table whose headings do not tell which column is what, or whether days or months come first. "
        "Say which columns hold the latitude, the longitude and the time."
    ),
    "csv-datum-unknown": marked(
        "{file} has its positions in the datum {datum}. Export them again with WGS 84, or they would lie elsewhere."
    ),
    "csv-zone-unknown": marked("{file} cannot be read with the time zone {zone}, which this computer does not know."),
    # The file
    "file-holds-nothing": marked("The file holds no track and no waypoint that can be used."),
    "file-truncated": marked("The file breaks off at {where}; what stands before was read."),
    "file-damaged": marked("The file is damaged at {where}; what stands before was read."),
    "file-ill-formed": marked("The file is damaged at {where} ({reason}); what stands before was read."),
    "file-has-doctype": marked("The file names a document type, which was not opened ({where})."),
    "file-wrong-encoding": marked(
        "Some letters are not in the encoding the file claims and were replaced, the first at {where}."
    ),
    "file-too-deep": marked("Elements are nested too deep at {where}; what stands before was read."),
    "file-token-too-long": marked("A tag is far too long at {where}; what stands before was read."),
    "area-left-out": marked("Areas are no tracks and were left out: {count}."),
    "link-left-out": marked("Links to other files were not followed: {count}."),
    "times-and-places-differ": marked(
        "A track has {times} times but {places} places; they were matched from its beginning, and places that "
        "are left have no time: {count}, the first is {where}."
    ),
    "heights-above-ground": marked(
        "Heights above the ground are no heights above the sea and were left out: {count}, the first in {where}."
    ),
    "heights-all-zero": marked(
        "Heights of tracks that are 0 everywhere were taken as none: {count}, the first in {where}."
    ),
    # NMEA
    "line-left-out": marked("Lines that are no sentences were left out: {count}, the first is {where}."),
    "sentence-damaged": marked(
        "Sentences whose checksum is wrong or missing were left out: {count}, the first is {where}."
    ),
    "sentence-unreadable": marked("Sentences that say nonsense were left out: {count}, the first is {where}."),
    "sentence-without-checksum": marked("Sentences without a checksum were taken: {count}, the first is {where}."),
    "log-without-date": marked("The log tells no date, so its fixes have no time."),
    "position-without-fix": marked(
        "Positions that the receiver itself calls no fix were left out: {count}, the first at {where}."
    ),
    # Tables and checksums
    "packed-damaged": marked("The packed file is damaged or breaks off; what could be unpacked was read."),
    "zeros-left-out": marked("Lines with zero bytes, as a power cut leaves them: {count}, the first is {where}."),
    "file-checksum-wrong": marked(
        "The file's own checksum at {where} does not fit its content: something in it was changed or damaged."
    ),
    "file-junk-after-end": marked("After the end, at {where}, something else follows that was not read."),
    "course-taken": marked(
        "The file is a course: a planned way, whose times may be made up. It was taken like a track ({where})."
    ),
}
