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
        "{file} does not fit on the station's disk: it takes {needed_mb} MB, and {free_mb} MB are free. Make room, or"
        " use the map from where it is."
    ),
    "map-needs-gis": marked(
        "{file} can only be read with the libraries for scanned maps and layers, which are not installed here."
    ),
    "map-name-taken": marked("There is a map called {name} already. Choose another name."),
    "map-name-unknown": marked("There is no map called {name}."),
    # Noticed
    "map-list-damaged": marked(
        "The list of maps could not be read. It was begun anew with the files in the station's folder of maps, and is"
        " kept beside it when something is changed; maps that lie elsewhere have to be added again."
    ),
    # Stages
    "map-opening": marked("Looking at the map"),
    "map-copying": marked("Copying the map"),
    "map-packing": marked("Putting the tiles into one file"),
    "map-indexing": marked("Making an index of the tiles"),
}
