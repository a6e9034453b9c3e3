"""Words about coordinates that were typed or pasted."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    "coordinates-unreadable": marked("This is no place that can be read: {text}."),
    "latitude-out-of-range": marked("{value} is no latitude: it is beyond the pole. Latitudes go from -90 to 90."),
    "longitude-out-of-range": marked("{value} is no longitude. Longitudes go from -180 to 180."),
    "sixtieths-out-of-range": marked("{value} cannot be minutes or seconds: they stay below 60."),
    "coordinates-zero": marked("A place of exactly 0, 0 is what a receiver without a fix says; nobody was there."),
    "link-without-place": marked(
        "The link to {link} has no coordinates in it. Open it, and copy the coordinates that it shows."
    ),
    "link-system-unknown": marked("The link is written in the system {system}, which cannot be read."),
    "zone-unknown": marked("There is no zone {zone}: zones go from {least} to {most}."),
    "zone-missing": marked(
        "These look like an easting and a northing, but the zone is missing: write it before them, such as 43T."
    ),
    "band-disagrees": marked("The letter does not fit: {band} is not where the northing is, at latitude {latitude}."),
    "band-unknown": marked("UTM has no band {band}: bands are C to X, without I and O."),
    "grid-outside": marked("These numbers lie outside the area of {system}."),
    "grid-unknown": marked("These numbers lie in no grid that is known here. Write the name of the grid before them."),
    "mgrs-uneven": marked(
        "An MGRS reference has as many digits for the easting as for the northing, five each at most: {text} has not."
    ),
    "no-device": marked("{folder} is no receiver: it has no folder called Garmin. Name a file in it instead."),
    "mgrs-unknown": marked("There is no square {text} in MGRS."),
}
