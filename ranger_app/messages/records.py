"""Words about records, their documents, photos and data models."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    # Records
    "record-missing": marked("There is no such record here: {id}."),
    "patrol-missing": marked("There is no patrol {id} here."),
    "record-taken-back": marked("The record {id} ({kind}) was withdrawn. Bring it back before you change it."),
    "not-taken-back": marked("The record {id} ({kind}) was not withdrawn; there is nothing to bring back."),
    "change-refused": marked("That is too long, or holds signs that cannot be kept ({reason}). Nothing was stored."),
    "reason-missing": marked("Withdrawing a record needs a reason; it stands in the history."),
    "kind-fixed": marked("Records of the kind {kind} are never withdrawn."),
    "kind-unknown": marked("There is no form for incidents of the kind {kind}."),
    "undo-refused": marked("The last act cannot be taken back: {reason}."),
    # Documents
    "document-refused": marked("Places where the document does not fit its form: {count}. Nothing was stored."),
    "document-not-an-object": marked("Fields with names are needed here."),
    "document-kind": marked("The document says that it is of the kind {value}, and {kind} was asked for."),
    "document-key-unknown": marked("The document has no place for {key}."),
    "field-unknown": marked("This form has no field {field}."),
    "field-type": marked("{value} cannot stand in {field}."),
    "field-below-minimum": marked("{field} is {value}, and must be at least {limit}."),
    "field-above-maximum": marked("{field} is {value}, and must be at most {limit}."),
    "field-option-unknown": marked("{field} has no answer {value}."),
    "field-not-a-date": marked("{value} cannot stand in {field}: a day is written like 2026-03-04."),
    "field-not-a-moment": marked(
        "{value} cannot stand in {field}: a moment is written like 2026-03-04T09:15:42+06:00."
    ),
    "field-without-offset": marked("{field} is {value}, which lacks its offset from UTC, such as +06:00 at the end."),
    "position-zero": marked(
        "A position of exactly 0, 0 is what a receiver without a fix says. Leave it out and give the reason."
    ),
    "attribute-required": marked("The data model asks for {field} in every observation of {category}."),
    "attribute-pattern": marked("{field} is {value}, and the data model asks for the form {pattern}."),
    "text-signs-left-out": marked("Signs that no page and no file can show were left out of the text."),
    "attribute-key": marked("{value} cannot be the key of an attribute or of an answer."),
    "day-reversed": marked("A day cannot end at {end} that begins at {start}."),
    "number-taken": marked("Another patrol has the number {value}."),
    "part-unknown": marked("This patrol has no leg or waypoint with the id {value}."),
    "split-no-time": marked("{value} is no moment with its offset, and no waypoint of this patrol that has a time."),
    "split-outside": marked("No leg has something before {value} and something after it; there is nothing to split."),
    "split-several": marked("Several legs were walked at {value}. Say which of them is split."),
    "leg-last": marked("A patrol keeps at least one leg."),
    # Plans
    "plan-unknown": marked("There is no plan {value} here."),
    "plan-reason-missing": marked("A plan that is cancelled or was not carried out needs a reason."),
    "list-key-unknown": marked(
        "The {fields} “{value}” stands in none of the lists here; it was taken as it is. Look whether it is misspelt."
    ),
    "plan-empty": marked("A plan needs a name or a day."),
    "plan-over": marked("The plan {plan} is done or was called off. Open it again before a patrol is begun with it."),
    "number-too-long": marked("The number has {length} characters, and may have {most} at most."),
    "plan-number-taken": marked("Another plan has the number {value}."),
    # Answers that do not fit each other
    "ends-before-beginning": marked("It ended before it began."),
    "found-before-it-happened": marked("It was found before it happened."),
    "reported-before-it-happened": marked("It was reported before it happened."),
    "seen-alive-after-found": marked("The animals were last seen alive after they were found."),
    "suspects-counted-but-unknown": marked("No suspect is known, and yet suspects are counted."),
    "not-on-its-patrol": marked("It happened, and was found, on none of the days of its patrol."),
    # Photos
    "photo-not-a-photo": marked("{file} is not a photo that can be read, and was not stored."),
    "photo-too-large": marked("{file} has more pixels or bytes than is safe to open, and was not stored."),
    "photo-cut-off": marked("{file} is damaged: only a part of the picture can be shown. The file is kept as it is."),
    "photo-undecodable": marked("{file} is damaged: the picture cannot be shown. The file is kept as it is."),
    # Data models
    "model-not-a-model": marked("{file} is not a SMART data model: {reason}."),
    "model-too-large": marked("{file} is larger than any data model (limit {limit})."),
    "model-doctype": marked("{file} declares a document type, which no data model needs; it was not read."),
    "model-clash": marked("The attribute {key} is {ours} here and {theirs} in the other data model."),
    "model-languages-missing": marked("The data model names no language."),
    "model-version-unknown": marked(
        "The data model is of version {version}, which is not known; it was read all the same."
    ),
    "model-root-prefixed": marked("The root element has the prefix {prefix}; it was read all the same."),
    "model-name-missing": marked("Something has no name."),
    "model-name-empty": marked("A name is empty in {language}, the first language of the data model."),
    "model-name-twice": marked("Something has two names in one language; the last one is shown."),
    "model-bounds-crossed": marked("No number is at least {least} and at most {most}; both limits stay as they are."),
    "model-flag-wrong": marked("{name} is {value}, which is neither true nor false; it counts as not said."),
    "model-name-illegal": marked(
        "The name {name} is none that SMART takes: letters, digits, spaces and - : _ & ' < > , ( ) . # ; /, at most"
        " 1,024."
    ),
    "model-broken": marked(
        "{file} breaks rules of SMART, which would refuse the whole data model: {count}. Nothing was taken."
    ),
    "model-key-duplicate": marked("The key {key} stands there more than once; it has to be the only one of its kind."),
    "model-key-illegal": marked(
        "The key {key} is none that SMART takes: a small letter, then a-z, 0-9 and _, at most 128 signs, and no word of"
        " its queries such as and, or, not."
    ),
    "model-key-long": marked("A key has {length} signs; SMART takes 128."),
    "model-type-unknown": marked("Attributes of the type {type} are not known to SMART."),
    "model-bound-wrong": marked("The limit {value} is no number and was left out."),
    "model-too-deep": marked("There is more below level {level} than any data model has."),
    "model-link-broken": marked("The attribute {key} is used there and defined nowhere."),
    "model-link-twice": marked("The attribute {key} is named twice there; the first one counts."),
    "model-unknown": marked("This station has no data model {name}."),
    "model-unwritable": marked("The data model has keys that SMART refuses: {count}. Nothing was written."),
    "model-type-newer": marked("The attribute {key} is {type}, which SMART knows from {since} on."),
    # Zip files
    "zip-damaged": marked("{file} is a zip file that is damaged or locked; it cannot be read."),
    "zip-too-large": marked("{file} is a zip file that holds or unpacks to too much ({entry}); it was not read."),
    "zip-unsafe": marked("{file} is a zip file with an unsafe, doubled or locked entry ({entry}); it was not read."),
}
