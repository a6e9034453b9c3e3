"""Words about files that come from a SMART office."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    # A file as a whole
    "smart-not-smart": marked("{file} is not a SMART patrol or incident file: {reason}."),
    "smart-xml-broken": marked("{file} is damaged at {where}: {reason}."),
    "smart-has-entities": marked("{file} declares entities or a document type, which no SMART file does. Not read."),
    "smart-encoding": marked("{file} is written in {encoding}; SMART writes UTF-8. Not read."),
    "smart-too-large": marked("{file} holds more than any patrol does. Not read."),
    "smart-version-unreadable": marked("{file} is of SMART's version {version}, which is not read here."),
    "smart-value-unreadable": marked("{file} cannot be read: at {where}, {name} says “{value}”."),
    # What is here already
    "smart-patrol-known": marked(
        "Patrol {number} is here already and says something else. --update takes what the file changed."
    ),
    "smart-incident-known": marked(
        "Incident {number} is here already and says something else. --update takes what the file changed."
    ),
    "smart-field-changed": marked("{number}: {field}: here “{here}”, in the file “{there}”."),
    "smart-field-kept": marked("{number}: {field} was changed here too: “{here}” stays, the file says “{there}”."),
    "smart-part-new": marked("{number}: this is new in the file."),
    "smart-part-gone": marked("{number}: this is not in the file any more."),
    "smart-part-changed": marked("{number}: this is another one in the file."),
    "smart-part-kept": marked("{number}: this was changed here and stays; the file has it no more, or another one."),
    "smart-part-away": marked("{number}: this was withdrawn here and stays so; the file has changed it."),
    # What was not taken as it stands
    "smart-part-unknown": marked("{name} is not known here; it stays in the original file only."),
    "smart-value-twice": marked("{name} stands there more than once; the first was taken."),
    "smart-value-assumed": marked(
        "{name} is missing or cannot be kept as it is; the nearest possible value was taken."
    ),
    "smart-key-unusable": marked("{name} is no key of a data model: its value was left out."),
    "smart-value-missing": marked("{name} says nothing and was left out."),
    "smart-time-offset": marked("{name} has an offset ({value}); the time on the clock was taken."),
    "smart-fix-time": marked("On {date} there are fixes whose time cannot be one; they are kept without: {count}."),
    "smart-day-twice": marked("The leg has the day {date} twice; both were joined."),
    "smart-person-twice": marked("The leg names a member twice."),
    "smart-role-twice": marked("Several people of the leg are marked {name}; the first was taken."),
    "smart-day-outside": marked(
        "The day {date} is outside the dates of its leg, and SMART would leave it out; here the leg reaches to it."
    ),
    "smart-days-unordered": marked("The days of a leg do not follow each other; they were put in order."),
    "smart-leg-outside": marked("A leg reaches beyond the dates of its patrol; here the patrol reaches as far."),
    "smart-group-empty": marked("A group holds no observation; it stays in the original file only."),
    "smart-position-zero": marked(
        "Waypoint {name} stands at 0, 0, where nobody was. It is kept, and not shown until it has a position."
    ),
    # What a version of the format cannot say
    "smart-patrol-type-blurred": marked("The kind of patrol {type} goes as that of its transport."),
    "smart-version-choices": marked(
        "Version {version} has one choice for {attribute}, and there are {count}; only {choice} goes."
    ),
    "smart-version-custom": marked("Version {version} has no place for the patrol's {attribute}."),
    "smart-version-geometry": marked("Version {version} has no lines and areas; {attribute} does not go."),
    "smart-version-groups": marked("Version {version} has no groups; the observations go together."),
    "smart-version-id": marked("Version {version} has whole numbers only: {id} goes as {number}."),
    "smart-version-kind": marked("Version {version} has no kinds of incidents; {type} does not go."),
    "smart-version-signature": marked("Version {version} has no kinds of signatures; {file} goes without."),
    "smart-file-unnamed": marked("The file {name} is in the package and named nowhere; it stays in the original only."),
    "smart-attachment-not-found": marked("The file {name} is named but not in the package."),
}
"""Code to its English sentence with named facts."""
