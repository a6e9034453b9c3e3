"""Words about what goes straight into the office's database, and about what a server answered to it."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    "direct-not-taken": marked(
        "{name} takes patrols straight into its database only from SMART Connect 7.5 on, and it is {version}. Send"
        " through its data queue: change the place."
    ),
    "direct-once": marked(
        "{number} went, or is going, straight into the office's database, which takes nothing twice. What changed since"
        " can be changed there by the office, or sent as a file through the data queue, which makes a second one."
    ),
    "direct-file-broken": marked(
        "The file {file} in the outbox is not one of transactions. It is not sent, and the record is untouched. Queue"
        " it again."
    ),
    "direct-legs-untold": marked(
        "{server} has a part of {name}, and does not say which of its legs. Nothing is sent again by itself, for there"
        " could be two of one. Ask the office which legs it has; the others can be sent as a file."
    ),
    "direct-server-broke": marked(
        "The server broke down over {number}, and has nothing of this part of it. {words}It is not tried again by"
        " itself. Tell the office, or send it through the data queue."
    ),
    # In the place of an answer
    "direct-unheard": marked(
        "The server has it, but its answer was lost: whether it dropped something of it, only the office can see."
    ),
    "direct-part": marked(
        "The office has {steps} of its {count} legs. Once the reason is mended, queue it again: what is there already"
        " is not sent twice."
    ),
    # What cannot be sent so
    "direct-pilot-missing": marked(
        "The office asks for a pilot with the transport {key}, and SMART Connect refuses the leg without one."
    ),
    "direct-leader-missing": marked("The leg has no leader among its members, and SMART Connect refuses it without."),
    "direct-leader-unknown": marked(
        "The office's server has not told an id of the leader {person} ({employee}), and refuses a leg without. Read"
        " the place again, or match the leader to somebody whom the office has."
    ),
    "direct-no-position": marked(
        "Nobody knows where the leg was: it has neither track nor waypoint, and SMART Connect refuses that. Send it"
        " through the data queue."
    ),
    "direct-too-large": marked(
        "Photos and files are {size} MB together; more than {most} MB cannot travel in one piece. Send it through the"
        " data queue, which goes on where it stopped."
    ),
    "direct-track-long": marked(
        "The track has {points} points; told with {kept} it would be wrong by up to {off} m. Send it through the data"
        " queue, which takes all of it."
    ),
    # What would be lost
    "direct-track-thinned": marked(
        "Only {kept} of the {points} points of the track go; the line is elsewhere by {off} m at the most. The data"
        " queue takes all of them."
    ),
    "direct-track-breaks": marked(
        "The track is broken {count} times, and goes to the office as one line: what lies between is counted as walked."
        " The data queue keeps the breaks."
    ),
    "direct-clock-back": marked(
        "The clocks were set back on the way; times of that hour are told later than they were. The data queue keeps"
        " them."
    ),
    "direct-day-empty": marked(
        "Nothing is known of where the patrol was on {date}, so the day is not told. The data queue takes it."
    ),
    "direct-day-times": marked(
        "When the day {date} began and ended cannot be told: the office sees the first and the last place of that day."
        " The data queue tells both."
    ),
    "direct-rest": marked("The rest of {minutes} minutes on {date} cannot be told. The data queue tells it."),
    "direct-member-unknown": marked(
        "The office's server has not told an id of {person} ({employee}); this member is left out. Read the place"
        " again, or match the member to somebody whom the office has."
    ),
    "direct-observer-unknown": marked(
        "The office's server has not told an id of {person} ({employee}); the observer is left out."
    ),
    "direct-station-uuid": marked(
        "The office's server has not told an id of the station {key}; the station is left empty. Read the place again."
    ),
    "direct-attribute-reserved": marked(
        "The office's patrol attribute {attribute} has the name of something else there, and is left out."
    ),
    "direct-incident-kind": marked("The kind of incident {type} cannot be told; it is sent as {instead}."),
    "direct-shape-parts": marked(
        "The value of {attribute} is a shape of several parts, or cannot be read, and is left out."
    ),
    "smart-incident-gone": marked(
        "Incident {number} has gone to the office by itself; it is not told again with its patrol."
    ),
}
