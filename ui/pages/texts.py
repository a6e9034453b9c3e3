"""Words that several pages say: transports, roles, verdicts, acts of a history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ranger_app.domain.smart_office import Office, training_office
from ranger_app.i18n import Words, marked

ROLE_WORDS = {
    "ranger": marked("Ranger"),
    "community_ranger": marked("Community ranger"),
    "inspector": marked("Inspector"),
    "station_head": marked("Head of station"),
    "viewer": marked("Viewer"),
}

LANGUAGE_WORDS = {
    "en": marked("English"),
    "ru": marked("Russian"),
}

LANGUAGE_NAMES = {"en": "English", "ru": "Русский"}
"""What each language of the window calls itself: who reads no other finds it."""

ACT_WORDS = {
    "create": marked("Recorded"),
    "set": marked("Changed"),
    "retract": marked("Withdrawn"),
    "reinstate": marked("Brought back"),
    "undo": marked("Undone"),
    "seal": marked("Sealed"),
    "hand_over": marked("Handed over"),
}

VERDICT_WORDS = {
    "verified": marked("Verified: the file is whole, the signature is good, and this station knows it."),
    "unknown_signer": marked("The file is whole, but nobody here knows who signed it."),
    "changed": marked("The file was changed after it was signed."),
    "damaged": marked("The file is damaged."),
    "unsigned": marked("The file carries no signature, as a draft does."),
}

STATION_VERDICT_WORDS = {
    "verified": marked("Verified: the journal and the files of this station are what they were."),
    "damaged": marked("The journal or the files of this station are not what they were."),
}

FACT_WORDS = {
    "intact": marked("Signed bytes are intact"),
    "whole_file_covered": marked("The signature covers the whole file"),
    "signer": marked("Signed by"),
    "signer_known": marked("The signer is known here"),
    "time_source": marked("The time comes from"),
    "file_hash_recorded": marked("The journal names this very file"),
    "in_journal": marked("The records are in the journal"),
    "checkpoint_seen_elsewhere": marked("The checkpoint was seen elsewhere"),
    "first_bad": marked("First thing that is wrong"),
    "case": marked("Case"),
    "revision": marked("Revision"),
    "sha256": marked("SHA-256"),
}

VALUE_WORDS = {
    "signer_clock": marked("the clock of the signer's computer"),
    "timestamp": marked("a time stamp from outside"),
}
"""Facts of a verification that are words of ours."""

_OFFICE_WORDS = (
    marked("Foot"),
    marked("Vehicle"),
    marked("Anti-poaching"),
    marked("Follow-up"),
    marked("Research and Monitoring"),
    marked("Surveillance"),
    marked("Community Team 1"),
    marked("Mobile Team 1"),
    marked("HQ"),
    marked("Patrol Station 1"),
    marked("Fixed Patrol Post 1"),
)
"""Words of SMART's training lists, for the catalogue."""


def list_label(words: Words, office: Office, which: str, key: str) -> str:
    """What an entry of one of the office's lists (``transport``) is called; the key where nobody knows."""
    if not key:
        return ""
    code, label = office.label(office.choices(which), key, words.language)
    return label if code == words.language else words.say(label)


def list_pairs(words: Words, office: Office, which: str) -> list[tuple[str, str]]:
    """Key and label of every entry of one of the office's lists, told or typed first, then those seen in files."""
    training = training_office().choices(which)
    seen = [key for key, one in office.others.get(which, {}).items() if training.get(key) is not one]
    return distinct([(key, list_label(words, office, which, key)) for key in (*office.choices(which), *seen)])


def distinct(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same pairs; labels that several have are told apart by their keys."""
    count = Counter(label for _, label in pairs)
    return [(key, label if count[label] == 1 else f"{label} ({key})") for key, label in pairs]


def fact_value(words: Words, value: object) -> str:
    """A fact of a verification in words."""
    if value is None:
        return words.say("cannot be known here")
    if isinstance(value, bool):
        return words.say("yes") if value else words.say("no")
    told = VALUE_WORDS.get(str(value))
    return words.say(told) if told is not None else str(value)


def answer_label(words: Words, kind: str, key: str) -> str:
    """What the form of an incident's kind calls an answer; a key of a line is ``animals.count_dead``."""
    from ranger_app.domain.forms import common_form, form_of_kind

    form = form_of_kind(kind)
    name, _, below = key.partition(".")
    line = form.line(name)
    if line is not None:
        inner = line.field(below)
        return f"{words.say(line.label)}: {words.say(inner.label)}" if inner is not None else words.say(line.label)
    found = form.field(key) or common_form().field(key)
    return words.say(found.label) if found is not None else key


def zone_names() -> list[str]:
    """The time zones that are named after a place, by name; UTC at the end."""
    from zoneinfo import available_timezones

    return [*sorted(one for one in available_timezones() if "/" in one and not one.startswith("Etc/")), "UTC"]
