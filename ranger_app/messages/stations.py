"""Words about stations, their files, the people there, and the program itself."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    # The program
    "error": marked("Something is not as it should be; nothing was changed."),
    "cancelled": marked("Stopped, as you asked. Nothing of the unfinished step is stored."),
    "internal-error": marked("The program has a fault ({error}). Nothing was half stored. The details are in {log}."),
    "answer-not-written": marked("It is done, but the answer could not be written: {reason}."),
    "system-refused": marked("The system does not allow that: {file}: {reason}."),
    "foreign-folder": marked(
        "The folder {name} is taken from {found} instead of {expected}. Start the program from its own installation."
    ),
    "definition-wrong": marked(
        "A file of the program is not as it should be: {file}, {where}: {reason}. Install again."
    ),
    "no-display": marked("There is no screen for a window. Use a command; --help lists them."),
    "no-window": marked("PySide6 is not installed, and with it neither the window nor the maps of dossiers."),
    "self-test-failed": marked("{part} does not do what it must."),
    # Files
    "file-not-written": marked("{path} could not be written: {reason}."),
    "file-of-a-station": marked("{path} belongs to a station, and its records would be lost. Choose another place."),
    "file-too-large": marked(
        "{path} would be larger than {largest_bytes} bytes, more than any file that leaves may have."
    ),
    "json-unreadable": marked("{file} cannot be read: {reason}."),
    "json-too-large": marked("{file} is larger than {most_mb} MB and was not read."),
    "json-not-utf8": marked("{file} is not UTF-8 text: byte {place} belongs to no letter."),
    "json-ill-formed": marked("{file} is not JSON that can be read in only one way: {reason}."),
    "json-not-an-object": marked("{file} is JSON, but not an object with fields."),
    # Opening a station
    "encryption-not-yet": marked(
        "This version keeps stations unencrypted only. Say --unencrypted when the laptop itself is protected."
    ),
    "station-exists": marked("{folder} is not empty. Choose an empty folder for a new station."),
    "disk-failing": marked(
        "The disk cannot be read or written: {reason}. Nothing of this was stored. Copy the station to another disk"
        " soon."
    ),
    "disk-full": marked("The disk is full: nothing of this was stored. Make room, then try again."),
    "draft-beside": marked(
        "What was typed is kept as a draft in another folder of this computer, and goes into the station when it can."
    ),
    "clock-behind": marked(
        "This computer's clock says {now}, but the last record was written at {last}. Put the clock right before you"
        " write: the times of records are evidence."
    ),
    "station-folder-gone": marked(
        "The station's folder {folder} is not there any more: nothing of this was stored. Put the stick back, or the"
        " folder where it was, and try again."
    ),
    "station-gone": marked(
        "The station that was open last is not in {folder}. Was the folder moved, or is a stick not plugged in? Open it"
        " from where it is now; a new station would not know its records."
    ),
    "station-missing": marked("There is no station in {folder}."),
    "station-unreadable": marked(
        "{file} of the station cannot be opened: {reason}. It is damaged, or belongs to another station."
    ),
    "station-locked": marked("The station in {folder} is open already, by {holder}. Close it there first."),
    "station-read-only": marked("The station in {folder} can only be read here: nothing can be written there."),
    "station-full": marked(
        "The disk of the station in {folder} is full: the station can only be read, and nothing can be changed. Make"
        " room, then open it again."
    ),
    "station-not-readable": marked("The system does not let the station in {folder} be read: {reason}."),
    "station-no-room": marked(
        "The disk is full, so that the station in {folder} cannot even be read. Make room, then open it again."
    ),
    "station-trouble": marked(
        "The database of the station in {folder} failed: {reason}. The last act may not be stored."
    ),
    "area-id-wrong": marked("{value} cannot be the area's short id: it takes letters, digits, - and ., at most 32."),
    "wrong-value": marked("{value} cannot be the {field}."),
    "officer-unknown": marked("Nobody at this station has the id {id}. The command officer list tells who works here."),
    # What opening noticed
    "derived-missing": marked(
        "The tables (derived.db) were missing and were made anew from the journal. Nothing is lost."
    ),
    "derived-outdated": marked("The tables were of an earlier version and were made anew from the journal."),
    "derived-unreadable": marked(
        "The tables (derived.db) could not be read and were made anew from the journal. Nothing is lost."
    ),
    "derived-doubtful": marked(
        "The machine went down while the station was open. To be sure, its tables (derived.db) were made anew from the "
        "journal. Nothing is lost."
    ),
    "derived-rebuilt": marked(
        "The tables did not belong to this journal and were made anew from its {changes} changes."
    ),
    "derived-caught-up": marked("The last {changes} changes were stored, but not yet in the tables; now they are."),
    "station-moved": marked(
        "This station was copied, moved or restored. What is written from now on stands in a new log."
    ),
    # Alarms and checks
    "change-unreadable": marked("The change {change} cannot be read. It is kept and passed on as it is."),
    "log-forked": marked("The log {log} goes on in two ways after {previous}: a copied station was written in twice."),
    "custody-forked": marked("The custody of the exhibit {exhibit} goes on in two ways."),
    "sealed-apart": marked("The record {record} was sealed on two laptops that did not know of each other."),
    "station-damaged": marked("Places where something is not what it was: {count}. The first: {first}."),
    "blob-missing": marked("The file with SHA-256 {digest} is not in this station, or is damaged."),
    "track-chunk-damaged": marked("Stored fixes of a track are damaged: {reason}."),
    "wkb-unreadable": marked("The geometry of the track cannot be read at byte {byte}."),
}
