"""Why a file was refused, where one code has several reasons: a reason is a key, its facts are the error's."""

from __future__ import annotations

from ranger_app.i18n import marked

REASONS = {
    "is-empty": marked("it is empty"),
    "is-data-model": marked("it is a data model, which is taken in with Station › Import data model"),
    "is-patrol": marked("it is a SMART patrol, which is taken in with Import SMART files"),
    "is-incident": marked("it is a SMART incident, which is taken in with Import SMART files"),
    "is-track": marked("it is a GPX file, which is taken in with Import tracks"),
    "not-xml": marked("it is no XML, or is damaged, at line {line}"),
    "ends-early": marked("the file ends early, at line {line}: the rest of it is cut off"),
    "no-xml-in-zip": marked("there is no XML file at the top of the zip"),
    "namespace-missing": marked("in line {line}, {name} does not stand in SMART's namespace"),
    "namespace-unknown": marked("in line {line}, {name} stands in the namespace {namespace}, which is not SMART's"),
    "root-unknown": marked("in line {line}, it begins with {name}"),
    "columns-missing": marked("these columns are missing: {columns}"),
    "columns-order": marked("its columns stand in another order than SMART's: {columns}"),
    "columns-count": marked("it has {count} columns, and SMART's list has nine: {columns}"),
    "json-broken": marked("the JSON is damaged at line {line}, column {column}"),
    "json-not-text": marked("it is no UTF-8 text"),
    "json-without-lists": marked("it has neither patrolMetadata nor patrolLegMetadata"),
    "json-without-types": marked("it has no incidentTypes"),
    "place-unreadable": marked("a field of it is missing or wrong"),
    "place-name-wrong": marked("its name is empty, longer than 60 letters, or holds signs that nobody can see"),
    "place-address-wrong": marked("{name} is no web address such as https://connect.example.org/server"),
    "place-address-has-user": marked("a name or password stands in the address; tell them apart from it"),
    "place-area-wrong": marked("{name} is no UUID of a conservation area"),
    "place-user-wrong": marked("a user's name holds no colon and nothing that cannot be seen"),
    "place-pin-wrong": marked("{name} is no SHA-256 fingerprint: that has 64 signs, 0 to 9 and a to f"),
    "map-unknown-content": marked("what it holds is not known"),
    "map-no-table": marked("it is a database without tiles of a map"),
    "map-without-tiles": marked("it holds no tiles"),
    "map-no-pictures": marked("its tiles are no pictures of the kinds PNG, JPEG or WebP"),
    "map-no-tile-folder": marked("a folder of tiles holds zoom/column/row.png"),
    "map-no-file": marked("it is neither a file nor a folder"),
    "map-too-slow": marked(
        "its tiles have no index, and finding each would take far too long; a copy in the station gets one"
    ),
    "map-zooms-wrong": marked("its tiles have numbers that no zoom has"),
    "map-layer-empty": marked("it holds no shape that has a place"),
    "map-layer-outside": marked(
        "none of its numbers are longitudes and latitudes; they may be metres of a grid that it does not name. Export"
        " it again in WGS 84 (EPSG:4326)"
    ),
    "map-kml-pictures": marked(
        "it only lays pictures on the ground, which are not shown from KML. Save them as GeoTIFF"
    ),
    "map-kmz-empty": marked("it is a zip with neither a KML nor a shapefile in it"),
    "map-heights-name": marked("the name of a file of heights has to tell where it lies, such as N41E074.hgt"),
    "map-part-of-shape": marked("it is a part of a shapefile. Add {part}, beside which it has to lie"),
    "map-datum-said": marked("of the datum of its numbers it says “{datum}”"),
    "map-datum-silent": marked("it does not say on which datum its numbers are"),
    "map-datum-other": marked("its numbers cannot be on {datum}"),
    "map-unreadable": marked("the system says {told}"),
    "map-content-wrong": marked("what it holds is not what it says"),
    "undo-sealed": marked(
        "a sealed dossier holds it, and a seal always stands. Correct a record by editing it, which stands beside what "
        "was sealed, and seal the case again"
    ),
    "undo-stands": marked("what was handed over, stated or sent always stands. Write down what is right as a new act"),
    "undo-changed": marked("somebody changed the record since. Edit it, or let them undo their act first"),
}
"""Key to its part of a sentence."""
