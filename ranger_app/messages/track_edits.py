"""Words about edits of tracks and about flags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ranger_app.i18n import Words, marked

if TYPE_CHECKING:
    from ranger_app.errors import Fact

TEXTS = {
    "track-range": marked("The track has {points} points; {first} to {last} are not all among them."),
    "track-edit-missing": marked("No such edit stands on this track: {field}."),
    "track-told-twice": marked(
        "Points {first} to {last} were moved to patrol {patrol} and would stand in two records. Join the two patrols "
        "or legs (patrol join), or undo the split."
    ),
    "clock-edit": marked(
        "The correction of a clock moved waypoints and photos too. Correct the clock by 0 seconds (clock correct "
        "--track {track} --shift 0), or undo the correction."
    ),
    "split-empty": marked("Nothing would be left on one side of point {index}."),
    "join-refused": marked("Joining takes two different patrols, or two different legs of one patrol."),
    "clock-unknown": marked("Nothing here was recorded by {name}."),
    "shift-refused": marked("A clock cannot be corrected by {seconds} seconds."),
    "flag-unknown": marked("The track has no such flag: {flag}."),
    "flag-missing": marked(
        "No flag {flag} stands on points {first} to {last} of this track; patrol flags lists those that do."
    ),
    "flag-reason-missing": marked("Letting a flag be needs a reason; it stands in the history."),
    "flag-zero-zero": marked("Positions of exactly 0, 0: {count}. The receiver had no fix."),
    "flag-no-fix": marked("Positions without a usable fix, by the receiver's own word: {count}."),
    "flag-frozen": marked("The very same position {count} times. The receiver may have lost the sky."),
    "flag-before-gps": marked("Times before GPS began ({value}): {count}."),
    "flag-week-rollover": marked(
        "Times {weeks} weeks too early ({value}): {count}. The receiver counted its weeks from the start again; "
        "{meant} is meant."
    ),
    "flag-future": marked("Times ahead of the day of the import ({value}): {count}."),
    "flag-time-back": marked("The time goes back by {seconds} s."),
    "flag-time-repeat": marked("{count} points at one time ({value}), up to {metres} m from each other."),
    "flag-gap": marked("Silence of {minutes} minutes over {metres} m."),
    "flag-spike": marked("A spike of {metres} m; fixes: {count}."),
    "flag-jump": marked("A jump of {metres} m at {speed_km_h} km/h."),
    "flag-stop": marked("A stop of {minutes} minutes within {metres} m."),
    "flag-two-places": marked("Two devices {metres} m apart for {minutes} minutes ({other})."),
    "flag-told-twice": marked("Points that patrol {other} tells too: {count}. Two laptops parted this track apart."),
    "flag-simulated": marked("{count} points that look drawn or simulated, not measured ({signs})."),
    "flag-photo-time": marked("{photo} was taken {metres} m away from the track of that time."),
    "flag-photo-time-shift": marked(
        "{photo} was taken {metres} m away from the track of that time; the camera's clock may be wrong by {shift_s} s."
    ),
    "flag-photo-time-elsewhere": marked(
        "{photo} was taken at a place of this track, but {shift_s} s before or after it was there; the camera's clock "
        "may be wrong."
    ),
    "flag-photo-time-waypoint": marked("{photo} was taken {minutes} minutes from the time of its waypoint."),
    "flag-more": marked("{count} more of this kind follow."),
}

SIGNS = {
    "speed": marked("constant speed"),
    "spacing": marked("constant spacing"),
    "straight": marked("no jitter"),
    "fractions": marked("the same fractions of a degree"),
    "elevation": marked("constant height"),
}

EDITS = {
    "hide": marked("{track}: points {first} to {last} are left out ({value})."),
    "pause": marked("{track}: a pause from point {first} to point {last} ({value})."),
    "cut": marked("{track}: a part begins at point {first}."),
    "join": marked("{track}: no part begins at point {first}."),
    "day": marked("{track}: points {first} to {last} belong to {value}."),
    "clock": marked("{track}: {value} s were added to every time ({reason})."),
}
"""What somebody did to a track; points are counted from 0, as on the command line and in the fields of edits."""

REASONS = {
    "split": marked("on another patrol"),
    "on another leg": marked("on another leg"),
    "spike": marked("spike"),
    "pause": marked("pause"),
    "trim": marked("before or after the patrol"),
}
"""Reasons that the program gives itself, as they are stored."""


def say_track_edit(
    words: Words, what: str, *, track: str, first: int, last: int, value: str = "", reason: str = "", day: str = ""
) -> str:
    """One edit of a track as a sentence.

    Args:
        first, last: Original fixes, counted from 0.
        day: The date of a ``day`` edit in the reader's way.
    """
    said = {name: words.say(REASONS[one]) if one in REASONS else one or "–" for name, one in
            (("value", day or value), ("reason", reason))}  # fmt: skip
    name = track or words.say("Track")
    return words.say(EDITS[what], track=name, first=first, last=last, **said)


def flag_code(kind: str, facts: Mapping[str, Fact]) -> str:
    """The code of the sentence for a flag of this *kind* with these facts."""
    if kind == "photo-time":
        if "minutes" in facts:
            return "flag-photo-time-waypoint"
        if "metres" not in facts:
            return "flag-photo-time-elsewhere"
        return "flag-photo-time-shift" if "shift_s" in facts else "flag-photo-time"
    return f"flag-{kind}"
