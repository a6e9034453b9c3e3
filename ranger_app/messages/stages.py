"""Words about what a long job is doing."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    "reading-files": marked("Reading files"),
    "looking-for-files": marked("Looking for files"),
    "reading-gpx": marked("Reading GPX"),
    "reading-photos": marked("Reading photos"),
    "reading-tracks": marked("Reading tracks"),
    "counting": marked("Counting"),
    "reading-records": marked("Reading records"),
    "keeping-originals": marked("Keeping the original files"),
    "storing-patrols": marked("Storing patrols"),
    "checking-smart": marked("Looking at what SMART would do"),
    "writing-smart": marked("Writing SMART files"),
    "dossier-collecting": marked("Collecting the records"),
    "dossier-printing": marked("Printing the pages"),
    "dossier-signing": marked("Signing"),
    "deriving": marked("Making the tables from the journal"),
    "merging": marked("Taking in changes"),
    "checking": marked("Checking the journal"),
    "checking-blobs": marked("Checking photos and files"),
    "place-asking": marked("Asking the office's server"),
    "place-reading": marked("Reading what the office has"),
    "sending": marked("Sending"),
    "taking-back": marked("Taking back"),
    "searching": marked("Searching"),
}
