"""Words for keys that a dossier prints; what is not listed prints as the key itself, never as nothing."""

from __future__ import annotations

from ranger_app.i18n import marked

CLASSIFICATIONS = {
    "public": marked("Public"),
    "service": marked("For service use"),
    "restricted": marked("Restricted"),
}

LANGUAGES = {"en": marked("English"), "ru": marked("Russian"), "ur": marked("Urdu")}

ROLES = {
    "ranger": marked("Ranger"),
    "community_ranger": marked("Community ranger"),
    "inspector": marked("Inspector"),
    "station_head": marked("Head of station"),
    "viewer": marked("Reader"),
}

POSITION_SOURCES = {
    "gps": marked("satellite receiver"),
    "photo": marked("position in the photo"),
    "track": marked("from the track, by time"),
    "map": marked("read off the map"),
    "stated": marked("stated by a person"),
}

TRANSPORTS = {
    "foot": marked("On foot"),
    "horse": marked("On horseback"),
    "vehicle": marked("By vehicle"),
    "motorcycle": marked("By motorcycle"),
    "boat": marked("By boat"),
    "ski": marked("On skis"),
}

AUDIENCES = {
    "station": marked("Records of the station"),
    "case": marked("Records of the case"),
}

MADE_UP = marked("Made-up sample")

GAPS = {
    "no-position": marked("No position was recorded."),
    "no-time": marked("No time was recorded."),
    "incomplete-record": marked("The record is not complete: fields that it needs are empty."),
    "clock-unset": marked("The clock of the device was not set."),
    "clock-differs": marked("The clock of the device differed from satellite time by more than five minutes."),
    "ends-before-it-begins": marked("Its end is told to be before its beginning."),
    "late-entry": marked("Written down later than the day after it happened."),
    "late-change": marked("Changed after an earlier revision was sealed."),
    "photo-without-time": marked("The camera wrote no time into this photo."),
    "photo-without-position": marked("No position is known for this photo."),
    "photo-without-picture": marked("This photo could not be printed; its original is kept."),
    "track-lost": marked(
        "Parts of its tracks were missing or damaged in the station: maps and the GPX file hold the rest alone."
    ),
    "untimed-track": marked("The track has no times."),
    "assumed": marked("What is marked as assumed was stated by nobody."),
    "waypoint-untimed": marked("The time of some waypoints is not known."),
    "ends-before-beginning": marked("It ended before it began."),
    "found-before-it-happened": marked("It was found before it happened."),
    "reported-before-it-happened": marked("It was reported before it happened."),
    "seen-alive-after-found": marked("The animals were last seen alive after they were found."),
    "suspects-counted-but-unknown": marked("No suspect is known, and yet suspects are counted."),
    "not-on-its-patrol": marked("It happened, and was found, on none of the days of its patrol."),
    "no-custody": marked("No custody entry was recorded for this exhibit."),
    "no-exhibits": marked("No exhibits were recorded."),
    "not-witnessed": marked("No other laptop and no headquarters has countersigned these checkpoints yet."),
    "single-officer": marked("Nobody but the officer who sealed it has reviewed this dossier."),
}
