"""Words about map files."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    # Refused
    "map-file-refused": marked("{file} was not taken as a map."),
    "map-not-a-map": marked("{file} is no map that can be shown here: {reason}."),
    "map-damaged": marked("{file} is damaged: {reason}."),
    "map-vector-tiles": marked(
        "{file} holds vector tiles, which are not drawn here. Take the map as tiles of pictures: PNG, JPEG or WebP."
    ),
    "map-other-projection": marked(
        "{file} is in the projection {projection}, and everything on it would lie in a wrong place. Make the map again"
        " in Web Mercator (EPSG:3857)."
    ),
    "map-file-missing": marked(
        "{file} is not there. Was a stick pulled out, or the file moved? Put it back, or add the map from where it is"
        " now."
    ),
    "map-too-large": marked("{file} holds more, or claims to hold more, than can be taken."),
    "map-no-room": marked(
        "{file} does not fit on the station's disk: {free_mb} MB are free, and {kept_mb} MB have to stay free for"
        " records. Make room, or use the map from where it is."
    ),
    "map-not-written": marked(
        "{file} was not taken in: nothing can be written into {folder} now ({told}). The file itself may be whole."
    ),
    "map-needs-gis": marked(
        "{file} can only be read with libraries that are not installed here: {packages}. Install them as"
        " requirements/gis.lock names them, then add the map again."
    ),
    "map-part-missing": marked(
        "{file} cannot be read without {part}, which has to lie beside it. Copy all files of that name together."
    ),
    "map-datum-unknown": marked("Where {file} lies is not sure: {reason}. Choose one: {choices}."),
    "map-no-place": marked(
        "{file} is a picture that does not say where on Earth it lies. Export it with its coordinate system as GeoTIFF,"
        " or calibrate it in OziExplorer."
    ),
    "map-outside": marked(
        "By the coordinate system that it names, {projection}, {file} lies where no map is drawn here: beyond 85"
        " degrees of latitude, or nowhere on Earth. See whether that is its system."
    ),
    "map-own-file": marked(
        "{file} lies in the station's own folder of maps, and can only be used from elsewhere. Add it as a"
        " copy, or move it out first."
    ),
    "map-calibration-wrong": marked(
        "The places by which {file} was calibrated do not fit each other or its picture. Calibrate it again."
    ),
    "map-picture-not-read": marked(
        "The picture {file} is in a format that is not read here. Save it as TIFF, PNG or JPEG."
    ),
    "map-file-name": marked("The name of {file} holds signs that are no letters. Rename the file, then add it again."),
    "map-name-taken": marked("There is a map called {name} already. Choose another name."),
    "map-there-already": marked(
        "{file} is there already: it is the map {name}. To have it twice, add it under another name."
    ),
    "map-name-unknown": marked("There is no map called {name}."),
    # Not printed
    "map-bounds-wrong": marked("The bounds {bounds} are no piece of land that a map can show."),
    "map-bounds-number": marked("{bounds} are no bounds: west, south, east and north are four numbers in degrees."),
    "map-bounds-outside": marked(
        "The bounds {bounds} reach beyond what a map can show: longitudes -180 to 180, latitudes -85 to 85."
    ),
    "map-bounds-reversed": marked(
        "The bounds {bounds} are the wrong way round. Name west, south, east, north; a map across the 180th meridian"
        " cannot be printed."
    ),
    "map-bounds-tiny": marked("The bounds {bounds} are less than a metre wide or high."),
    "map-dpi-wrong": marked("A map can be printed with {least} to {most} dots per inch here, not with {dpi}."),
    "map-not-shown": marked("The map {file} could not be read while the sheet was painted, and is not on it."),
    "map-format-unknown": marked("{file}: a map is written as one of {endings}."),
    "map-shows-nothing": marked("Nothing with a place was chosen, and no bounds were named: there is nothing to show."),
    # Noticed
    "map-list-damaged": marked(
        "The list of maps could not be read. It was begun anew with the files in the station's folder of maps, and is"
        " kept beside it when something is changed; maps that lie elsewhere have to be added again."
    ),
    "map-file-unlisted": marked(
        "{name} ({size_mb} MB) lies in the station's folder of maps and is not shown. Add it, or delete it."
    ),
    # While it is drawn
    "tile-source-unreadable": marked(
        "{name} could not be read while the map was drawn: was a stick taken out? The rest of the map is drawn."
    ),
    "tile-damaged": marked("{name} has tiles that are damaged. What is coarser, or nothing, is shown in their place."),
    "layer-too-dense": marked("{name} has more to draw here than a map can show. Look closer to see all of it."),
    "map-too-detailed": marked(
        "{name} is too detailed for this scale: a dashed frame shows where it lies. Print a smaller piece of land, or a"
        " larger sheet."
    ),
    "map-records-away": marked(
        "Outside the named bounds, and on the map only where the sheet reaches farther: {records}."
    ),
    "map-records-placeless": marked("Without a place, and not on the map: {records}."),
    "map-no-conflicts": marked("No livestock conflict is known within these bounds: the map shows none."),
    "map-grid-away": marked("The grid {grid} does not reach this land. Degrees are drawn in its place."),
    "map-list-unread": marked("The list of the station's maps cannot be read now ({told}). No own map is on the map."),
    "map-tracks-unread": marked(
        "Tracks of these patrols are on the map with gaps or not at all, because parts of them are missing or damaged"
        " in this station: {records}. Check the station."
    ),
    "map-tracks-left": marked(
        "There are more tracks on this land than one sheet shows: the latest {most} are on it; left out: {count}."
        " Choose fewer days or a smaller piece of land."
    ),
    "map-effort-unread": marked(
        "The patrol effort on the map was counted without what is missing or damaged in this station; tracks that are"
        " not counted or only in part: {count}."
    ),
    # In layers
    "map-feature-without-place": marked("A shape has no place, and is left out."),
    "map-feature-outside": marked("A shape lies nowhere on Earth, and is left out."),
    "map-feature-unreadable": marked("A shape cannot be read, and is left out."),
    "map-words-damaged": marked("Some of its words hold bytes that are no letters; a sign stands in their place."),
    "map-area-flat": marked("An area has fewer than three corners, and is left out."),
    "map-place-unreadable": marked("A place has no latitude and longitude that can be read, and is left out."),
    "map-pictures-left-out": marked("Pictures that it lays on the ground are not shown."),
    "map-field-left-out": marked("There are too many fields: {field} is left out."),
    "map-table-missing": marked("{part} is missing: the shapes have no names and no other fields."),
    "map-projection-assumed": marked("It does not tell its coordinate system; its numbers are taken for WGS 84."),
    # Stages
    "reading-map-layer": marked("Reading the layer"),
    "converting-map": marked("Making tiles of the map"),
    "map-reading": marked("Reading what the map shows"),
    "map-painting": marked("Painting the map"),
    "map-writing": marked("Writing the map"),
    "map-opening": marked("Looking at the map"),
    "map-copying": marked("Copying the map"),
    "map-packing": marked("Putting the tiles into one file"),
    "map-indexing": marked("Making an index of the tiles"),
}
