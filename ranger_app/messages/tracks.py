"""Words about GPX files and what is in them."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    # Refused as a whole
    "file-refused": marked("{file} cannot be taken as a track."),
    "file-unreadable": marked("{file} cannot be read: {reason}."),
    "file-not-regular": marked("{file} is no file but a pipe, a socket or a device; it was not opened."),
    "file-too-big": marked("{file} is larger than {most_mb} MB and was not read."),
    "booklet-no-place": marked("The row has no place: no time that the track knows, no coordinates, no waypoint."),
    "file-changed": marked("{file} changed while it was being read. Nothing of it is stored; try again."),
    "gpx-not-gpx": marked("{file} is not a GPX file, and no other file of tracks that is known here."),
    "gpx-has-entities": marked(
        "{file} declares XML entities, which no GPS receiver writes and attackers use; it was not read."
    ),
    "gpx-encoding-unknown": marked("{file} says it is written in the encoding {encoding}, which cannot be read."),
    "gpx-is-empty": marked("{file} is empty."),
    "gpx-is-gzip": marked("{file} is a gzip file. Unpack it first."),
    "gpx-is-bzip2": marked("{file} is a bzip2 file. Unpack it first."),
    "gpx-is-xz": marked("{file} is an xz file. Unpack it first."),
    "gpx-is-zip": marked("{file} is a zip or KMZ file. Unpack it first."),
    "gpx-is-7z": marked("{file} is a 7-Zip archive. Unpack it first."),
    "gpx-is-tar": marked("{file} is a tar archive. Unpack it first."),
    "gpx-is-jpeg": marked("{file} is a photo. Add it to an incident instead."),
    "gpx-is-picture": marked("{file} is a picture, not a GPX file."),
    "gpx-is-html": marked("{file} is a web page, not a GPX file; the download may have failed."),
    "file-is-fit": marked("{file} is a Garmin FIT file. Export the track as GPX."),
    "file-is-kml": marked("{file} is a KML file. Export the track as GPX."),
    "file-is-tcx": marked("{file} is a Garmin TCX file. Export the track as GPX."),
    "file-is-nmea": marked("{file} is an NMEA log. Convert it to GPX."),
    "no-tracks-found": marked("There is no track file in {folder}; files of other kinds there: {ignored}."),
    # Known in other bytes
    "fixes-known": marked(
        "All of it is here already, from {repeats}: fixes: {points}, waypoints: {waypoints}. It was not stored again."
    ),
    "fixes-partly-known": marked(
        "A part of it is here already, from {repeats}: fixes: {points}, waypoints: {waypoints}."
        " Only the rest was added."
    ),
    "waypoints-repeated": marked("Waypoints that stand in it once more were taken once: {count}."),
    "track-beside": marked(
        "{track} was recorded while another device was on: it is kept and drawn beside it, and not counted twice."
    ),
    # The file
    "gpx-holds-nothing": marked("The file holds no track and no waypoint that can be used."),
    "gpx-has-doctype": marked("The file names a document type, which was not opened ({where})."),
    "gpx-wrong-encoding": marked(
        "Some letters are not in the encoding the file claims and were replaced, the first at {where}."
    ),
    "gpx-truncated": marked("The file breaks off at {where}; what stands before was read."),
    "gpx-ill-formed": marked("The file is damaged at {where} ({reason}); what stands before was read."),
    "gpx-junk-after-end": marked("After the end of the GPX, at {where}, something else follows that was not read."),
    "gpx-too-deep": marked("Elements are nested too deep at {where}; what stands before was read."),
    "gpx-token-too-long": marked("A tag is far too long at {where}; what stands before was read."),
    "route-left-out": marked("Routes are plans, not tracks, and were left out: {count}, with {points} points in all."),
    "track-empty": marked("Tracks without a usable fix were left out: {count}, the first is {where}."),
    "too-many-tracks": marked(
        "The file holds more than {most} tracks; the fixes of {count} more were added to the last one."
    ),
    "too-many-waypoints": marked("The file holds more than {most} waypoints; {count} were left out from {where} on."),
    "text-cut": marked("Texts longer than {most} characters were cut: {count}, the first at {where}."),
    # Positions and heights
    "position-missing": marked("Points without a latitude or longitude were left out: {count}, the first at {where}."),
    "position-unreadable": marked(
        "Points whose position is no number ({value}) were left out: {count}, the first at {where}."
    ),
    "position-out-of-range": marked(
        "Positions that are not on the Earth ({value}) cannot be used: {count}, the first at {where}."
    ),
    "fix-at-zero-zero": marked(
        "Positions of exactly 0, 0 were kept: {count}, the first at {where}. The receiver probably had no fix."
    ),
    "fix-outside-segment": marked("Points outside a segment were taken into the track: {count}, the first at {where}."),
    "fix-out-of-place": marked("Track points where GPX has none were left out: {count}, the first at {where}."),
    "elevation-unreadable": marked(
        "Heights that are no number ({value}) were left out: {count}, the first at {where}."
    ),
    "elevation-out-of-range": marked(
        "Heights no patrol can have ({value} m) were left out: {count}, the first at {where}."
    ),
    "jump": marked("Jumps at impossible speed: {count}, the first to {where} ({speed_km_h} km/h)."),
    # Times
    "fix-without-time": marked("Fixes without a time: {count}, the first at {where}."),
    "waypoint-without-time": marked("Waypoints without a time: {count}, the first at {where}."),
    "waypoint-timed-by-track": marked(
        "Waypoints without a time took that of the nearest point of the track: {count}, the first at {where}."
    ),
    "day-not-given": marked(
        "The file has times of its own, so what has none in it was not given the day. Import it alone to give it one."
    ),
    "csv-read-otherwise": marked(
        "This table is here already, read with other columns or times. Read as told now, {count} of its fixes would be"
        " new; nothing was changed. To read it anew, undo that import or take its patrol back first."
    ),
    "restored-twice": marked(
        "The same fixes came in again meanwhile and stand in the patrol {patrol} too: {count}."
        " Take one of the two back, or they count twice."
    ),
    "day-replaced": marked("What has no times in this file had the day {before}; it has the day {day} now."),
    "day-refused": marked("The day {day} cannot be that of a track; it has to lie between {first} and {last}."),
    "time-unreadable": marked("Times that cannot be read ({value}) were left out: {count}, the first at {where}."),
    "time-implausible": marked(
        "Times that no receiver can have seen ({value}) were left out: {count}, the first at {where}."
    ),
    "time-in-future": marked(
        "Times are ahead of this laptop's clock ({value}): {count}, the first at {where}. One of the clocks is wrong; "
        "the times were kept."
    ),
    "time-week-rollover": marked(
        "Times {weeks} weeks too early ({value}): {count}, the first at {where}. The receiver counted its weeks from "
        "the start again; {meant} is meant. The times were kept; correct its clock."
    ),
    "time-without-zone": marked("Times without a zone ({value}) were taken as UTC: {count}, the first at {where}."),
    "time-leap-second": marked("Leap seconds ({value}) were taken as the second after: {count}, the first at {where}."),
    "time-goes-back": marked("The time goes back: {count}, the first at {where}."),
    "gap": marked("Silences that start a new part: {count}, the first before {where} ({minutes} minutes)."),
}
