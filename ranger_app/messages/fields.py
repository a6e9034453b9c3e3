"""Words for stored fields, as histories and comparisons name them."""

from __future__ import annotations

from collections.abc import Iterable

from ranger_app.i18n import Words, marked

FIELDS = {
    "number": marked("Number"),
    "name": marked("Name"),
    "start": marked("First day"),
    "end": marked("Last day"),
    "timezone": marked("Time zone"),
    "mandate": marked("Mandate"),
    "transport": marked("Transport"),
    "leader": marked("Leader"),
    "members": marked("Members"),
    "team": marked("Team"),
    "station": marked("Station"),
    "objective": marked("Objective"),
    "comment": marked("Comment"),
    "armed": marked("Armed"),
    "title": marked("Title"),
    "incidents": marked("Incidents"),
    "latitude": marked("Latitude"),
    "longitude": marked("Longitude"),
    "elevation_m": marked("Height in metres"),
    "accuracy_m": marked("Accuracy in metres"),
    "position_source": marked("How the position is known"),
    "position_typed": marked("Position as it was typed"),
    "position_operation": marked("Operation to WGS 84"),
    "patrol": marked("Patrol"),
    "form_kind": marked("Form"),
    "no_position_reason": marked("Why there is no position"),
    "leg": marked("Leg"),
    "pilot": marked("Pilot"),
    "at": marked("Time"),
    "date": marked("Day"),
    "taken_at": marked("Time of the photo"),
    "camera": marked("Camera"),
    "category": marked("Category"),
    "observer": marked("Observer"),
    "sha256": marked("SHA-256"),
    "direction_deg": marked("Bearing in degrees"),
    "distance_m": marked("Distance in metres"),
    "rest_minutes": marked("Rest in minutes"),
    "day_start": marked("Beginning of the day"),
    "day_end": marked("End of the day"),
    "companion": marked("Beside another track"),
    "starts_on": marked("First day"),
    "ends_on": marked("Last day"),
    "route": marked("Planned way"),
    "state": marked("What became of it"),
    "reason": marked("Reason"),
    "patrols": marked("Patrols"),
    "hide": marked("Points left out"),
    "pause": marked("Pause"),
    "break": marked("Parts"),
    "day": marked("Another day"),
    "clock": marked("Corrected clock"),
    "flag_seen": marked("Flag let be"),
    "moved_because": marked("Why it was moved"),
    "camera_serial": marked("Serial number of the camera"),
    "device": marked("Device"),
    "position": marked("Position"),
    "summary": marked("Summary"),
    "occurred_at": marked("When it happened"),
}
"""Stored field to what people call it; forms have their own words for what they ask."""


def say_fields(words: Words, names: Iterable[str]) -> str:
    """Fields in the middle of a sentence; one without words stays as it is."""
    said = (words.say(FIELDS[name]) if name in FIELDS else name for name in names)
    return ", ".join(one[:1].lower() + one[1:] for one in said)
