"""Words about what leaves for the SMART office, and what SMART would do with it."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    # The export as a whole
    "nothing-to-export": marked("There is no patrol and no incident to write."),
    "nothing-named": marked("Name the patrols, incidents or plans that shall go onto the receiver."),
    "nothing-for-device": marked(
        "What was named has no waypoint and no route of two places or more: there is nothing for a receiver."
    ),
    "one-file-one-record": marked("One file holds one record, and there are {count}. Name a folder instead."),
    "out-is-a-file": marked("{file} is a file; a folder is needed there."),
    "office-unreadable": marked("The office's lists cannot be read: {where} {why}."),
    "smart-version-unknown": marked("Files for SMART {version} cannot be written yet."),
    "smart-refused": marked(
        "SMART's import would fail on {number} ({finding}, {where}); {count} things must be mended first."
    ),
    "smart-fatal": marked("SMART's import would fail: {count} things must be mended first. Nothing was written."),
    "smart-lossy": marked(
        "SMART would drop something: {count} findings. Nothing was written; --force writes it all the same."
    ),
    # The office's lists
    "choice-known": marked("The office's list {list} has {key} already."),
    "choice-missing": marked("The office's list {list} has no {key}."),
    "employees-unreadable": marked("{file} is no list of employees: {reason}."),
    "employees-not-utf8": marked("{file} is not UTF-8 text. Save it again from the spreadsheet as “CSV UTF-8”."),
    "employee-columns": marked("The line has {columns} columns, and SMART's lists of employees have nine."),
    "employee-field": marked("The column {field} is missing or cannot be read: {value}."),
    "employee-twice": marked("The employee id {employee} stands there twice; the first counts."),
    "metadata-unreadable": marked("{file} cannot be read as lists of the office: {reason}."),
    "metadata-entry": marked("An entry of the office's lists cannot be taken ({what})."),
    "office-lacks": marked("The office has no {what} with the key {value}."),
    "person-unknown": marked("Nobody here has the id, the number or the name {value}."),
    "office-person-unknown": marked("Nobody in the office's lists has the id, the number or the name {value}."),
    "mapping-to-itself": marked("{value} is called so in the office too: there is nothing to map."),
    "mapping-wrong": marked("{value} cannot be mapped as {what}. Answers are told as attribute/answer."),
    "mapping-missing": marked("Nothing is mapped for {what} {ours}."),
    # What SMART cannot take
    "smart-attachment-missing": marked("The file {file} is missing; SMART would import the record without it."),
    "smart-incident-type-unknown": marked("SMART has no kind of incident {type}, and would refuse the file."),
    "smart-incident-without-moment": marked("The incident has no date and time, and SMART cannot take it without."),
    "smart-incident-without-position": marked("The incident has no position, and SMART cannot take it without."),
    "smart-leg-day-twice": marked("The leg has the day {date} twice."),
    "smart-leg-without-days": marked("The leg has no day, and SMART cannot take it without."),
    "smart-leg-without-members": marked("The leg has no members, and SMART cannot take it without."),
    "smart-mandate-missing": marked("The leg has no mandate, and SMART's format cannot do without."),
    "smart-mandate-unknown": marked("The office has no mandate {key}; SMART's import would fail."),
    "smart-number-missing": marked("The record has no number."),
    "smart-patrol-without-legs": marked("The patrol has no legs, and SMART cannot take it without."),
    "smart-timezone-unknown": marked(
        "There is no time zone {timezone}, so nobody knows the local times of the patrol."
    ),
    "smart-pilot-missing": marked("The office asks for a pilot with the transport {key}, and the leg names none."),
    "smart-companion-track": marked(
        "{track} ({points} fixes) was recorded by another device on the same way. The office gets the leader's track;"
        " this one stays here."
    ),
    "smart-track-twice": marked(
        "The same fixes stand on {other} too, because two laptops split it apart; SMART would count them twice. Join"
        " the legs, and split them once."
    ),
    "smart-assumed": marked("Nobody stated {fields}: what was assumed goes to SMART as if it had been said."),
    "smart-day-untimed": marked("Nobody knows when the day {date} began and ended; SMART gets midnight."),
    "smart-waypoint-untimed": marked(
        "Nobody knows at what time of {date} the waypoint was made; SMART gets the beginning of the day."
    ),
    "smart-waypoint-time-of-track": marked("Nobody noted the time of the waypoint; it is that of the nearest fix."),
    "smart-incident-apart": marked(
        "Incident {number} is linked to the patrol {patrol} but not in its file: it happened on none of its days, or "
        "nobody knows where or when."
    ),
    "smart-draft-waiting": marked(
        "Somebody left a form of this record unfinished on this computer: what is typed there is not in the file."
    ),
    "smart-required-empty": marked("The data model asks for {attribute} in {category}, and nobody said it."),
    "smart-track-untimed": marked("A track or a waypoint has no time; give it a day before it can go to SMART."),
    "smart-transport-missing": marked("The leg has no transport, and SMART cannot take it without."),
    "smart-transport-unknown": marked("The office has no transport {key}; SMART's import would fail."),
    "smart-value-unwritable": marked("The value of {attribute} would stop SMART's import."),
    "smart-waypoint-outside": marked("The waypoint's day {date} is no day of its leg."),
    # What SMART would drop or blur
    "smart-attachment-on-patrol": marked(
        "The file {file} belongs to the patrol as a whole; SMART's format has no place for it and it stays here."
    ),
    "smart-attribute-not-linked": marked(
        "The office's data model does not have the attribute {attribute} in {category}; SMART would drop the value."
    ),
    "smart-attribute-twice": marked(
        "Both {ours} and another value are called {attribute} in the office; SMART would drop the second."
    ),
    "smart-attribute-unknown": marked(
        "The office's data model has no attribute {attribute}; SMART would drop the value."
    ),
    "smart-category-blurred": marked(
        "The office's data model has no category {category}; it is written as {instead}. Not told there: {lost}."
    ),
    "smart-category-unknown": marked(
        "The office's data model has no category {category}; SMART would drop the whole observation."
    ),
    "smart-choice-unknown": marked(
        "The attribute {attribute} has no answer {choice} in the office's data model; SMART would drop the value."
    ),
    "smart-leader-not-member": marked("The leader is not among the members of the leg; SMART would show no leader."),
    "smart-member-differs": marked(
        "The office knows {person} ({employee}) under another name or number; SMART would take its own."
    ),
    "smart-member-unknown": marked("The office does not know {person} ({employee}); SMART would drop the member."),
    "smart-number-twice": marked("Another record has the number {number} too; SMART would ask which of them is meant."),
    "smart-observer-unknown": marked(
        "The office does not know {person} ({employee}) in exactly this way; SMART would drop the observer."
    ),
    "smart-offset-incomplete": marked("Only one of bearing and distance was measured; neither is written."),
    "smart-patrol-attribute-unknown": marked(
        "The office has no patrol attribute {attribute}; SMART would leave it out."
    ),
    "smart-pilot-not-member": marked("The pilot is not among the members of the leg; SMART would show no pilot."),
    "smart-station-unknown": marked("The office has no station {key}; SMART would leave the station empty."),
    "smart-team-unknown": marked("The office has no team {key}; SMART would leave the team empty."),
    "smart-text-too-long": marked("The text has {length} characters, and SMART keeps {longest}."),
    "smart-value-wrong-type": marked(
        "The attribute {attribute} is {type} in the office's data model, and the value is not; SMART would drop it."
    ),
    "text-not-xml": marked("Some characters cannot be written in XML; � will stand in their place."),
}
