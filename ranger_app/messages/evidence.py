"""Words about cases, dossiers and their verification."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    # Cases and dossiers
    "case-empty": marked("The case {case} names no incident, so there is nothing to seal."),
    "case-incomplete": marked(
        "The case {case} cannot be sealed: the incident {incident} still needs {missing}. A draft can be printed."
    ),
    "incident-incomplete": marked("The incident {incident} still needs {missing}."),
    "dossier-faulty": marked(
        "The dossier breaks rules of PDF/A ({count}, the first: {fault}) and is not given out. Nothing was sealed."
    ),
    "dossier-kept": marked("The sealed dossier that lay there is kept as {file}."),
    "dossier-tracks-lost": marked(
        "The dossier was made without what is missing or damaged of the tracks of {records}; it says so on the maps and"
        " among its known gaps. Check the station."
    ),
    "dossier-photo-changed": marked("The photo {name} is not what was kept; the dossier was not made."),
    "glyph-missing": marked(
        "No font of the dossier has the sign {character} ({codepoint} {name}) of “{text}”. It stands in: {where}."
    ),
    "redaction-not-yet": marked("This version cannot black out names ({profile}). No dossier was made."),
    "seal-missing": marked("There is no finished dossier of the seal {seal} here."),
    # Verification
    "not-verifiable": marked("{folder} is neither a station nor a dossier."),
    "not-a-pdf": marked("The file is no PDF."),
    "pdf-unreadable": marked("The file cannot be followed to its end; it is damaged."),
    "manifest-missing": marked("The list of what belongs to the dossier is missing."),
    "attachment-missing": marked("The embedded file {where} is missing."),
    "attachment-changed": marked("The embedded file {where} is not the one that was sealed."),
    "attachment-added": marked("The embedded file {where} was added."),
    "checkpoint-missing": marked("The checkpoint of {where} is missing."),
    "checkpoint-unreadable": marked("The checkpoint of {where} cannot be read."),
    "checkpoint-root-differs": marked("The checkpoint of {where} does not have the root that was sealed."),
    "checkpoint-signature-wrong": marked("The signature of the checkpoint of {where} is false."),
    "change-header-wrong": marked("The change {where} is not the one that its name says."),
    "change-payload-differs": marked("The content of the change {where} is not what was written down."),
    "change-misplaced": marked("The change {where} stands in another place of its log than it says."),
    "change-not-under-checkpoint": marked("The change {where} does not belong under the checkpoint."),
    "proofs-missing": marked("The proofs that tie the dossier to the journal are missing."),
    "proofs-unreadable": marked("The proofs that tie the dossier to the journal cannot be read."),
    "signature-missing": marked("Nobody signed it."),
    "signature-wrong": marked("The signature does not fit the content."),
    "signature-added": marked("Another signature was added later."),
    "signature-not-acceptable": marked("The signature allows changes, or is none that we make."),
    "signature-place-changed": marked("Beside the signature itself, something was written into its place."),
    "revision-added": marked("Something was added after the signature."),
    "file-hash-differs": marked("The journal of this station does not know this very file."),
    "change-not-in-journal": marked("The dossier proves a change that is not in this journal."),
}
