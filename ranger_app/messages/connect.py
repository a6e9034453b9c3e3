"""Words about places and what travels there: what happened, what it means, what to do."""

from __future__ import annotations

from ranger_app.i18n import marked

TEXTS = {
    # Places as people tell them
    "place-wrong": marked("The place cannot be kept like this: {reason}."),
    "place-plain-http": marked(
        "The address http://{host} is not secure: everybody on the way could read the password. Nothing was kept or"
        " sent. Write https://, or ask the office for its secure address."
    ),
    "place-kind-later": marked("Places of the kind {kind} come with a later version; this one knows SMART Connect."),
    "place-none": marked("No place is known to which something could be sent. Add the office first."),
    "place-missing": marked("There is no place {name}."),
    "place-damaged": marked(
        "What is kept of the place {name} is damaged and left alone. Add the place again, or remove it."
    ),
    "places-unreadable": marked(
        "The places of this station cannot be read: {file}: {reason}. Nothing was written over it. Put that file aside,"
        " then add the places again."
    ),
    # Signing in
    "place-no-password": marked(
        "The password of {name} is not known on this computer, so nothing can be read from there or sent. Add the place"
        " again and tell the password."
    ),
    "place-password-in-file": marked(
        "This computer has no key store that keeps anything. The password of {name} is in a file of yours, encrypted"
        " with the station's own key: whoever can read both, your files and the station, can read it."
    ),
    "place-key-store-silent": marked(
        "The password of {name} is in this computer's key store, which does not answer. Unlock the key store and try"
        " again, or add the place again with its password."
    ),
    # Reading
    "place-area-not-there": marked(
        "{name} does not show the conservation area {area} to this user. Nothing was changed. It shows: {areas}. Choose"
        " one of them, or ask the office for the permission."
    ),
    "place-area-open": marked(
        "{name} has several conservation areas: {areas}. Choose the one of this station, then read again: until then"
        " nothing can be sent there."
    ),
    "place-without-areas": marked(
        "{name} shows no conservation area to this user, so nothing can be sent there. Ask the office for the"
        " permission to see its area (viewca)."
    ),
    "place-no-area": marked(
        "Nobody chose the conservation area at {name}, so the office would not know where to put it. Read the place, or"
        " choose the area."
    ),
    "place-version-unknown": marked(
        "{name} does not tell its version, as before 7.5.3, and nobody told it. Files can be sent; its data model and"
        " lists are not read. Ask the office which SMART it has and tell it here."
    ),
    "place-model-unread": marked(
        "The data model of {name} was not read; the one that is here goes on being used. Why, stands beside this."
    ),
    "place-lists-unread": marked(
        "Stations, teams, mandates, transports and people of {name} were not read; what is known of them stays. Why,"
        " stands beside this."
    ),
    "place-types-unread": marked(
        "The types of incidents of {name} were not read; what is known of them stays. Why, stands beside this."
    ),
    # The network and the server
    "connect-error": marked("{host} did not do what was asked. Nothing is lost; try again, or ask the office."),
    "connect-unreachable": marked(
        "{host} cannot be reached: there is no network, no server of this name, or nobody answers there. Nothing is"
        " lost, and what waits is tried again later. Check the network, and the address with the office."
    ),
    "connect-answer-lost": marked(
        "The connection to {host} broke before its answer was here. It may have done what was asked; that is found out"
        " before anything is sent again. Try again when the network is better."
    ),
    "connect-server-failed": marked(
        "{host}, or a machine before it, has a fault of its own ({status}). {words}Nothing is lost, and what waits is"
        " tried again later. If it stays so, tell the office."
    ),
    "connect-not-smart": marked(
        "What answers at {host} does not speak as SMART Connect does: it is the sign-in page of a network, another"
        " program, or a wrong address. Open any web page to sign in to the network; then compare the address with the"
        " office's."
    ),
    "connect-redirected": marked(
        "{host} points to another address, {to}. The password is not carried there. Ask the office which address is"
        " right, and change the place."
    ),
    "connect-not-allowed": marked(
        "{host} does not let us in (401). Either the name or the password is wrong, or this account may not do that."
        " {words}This is not tried again by itself, for accounts get locked that way. Put the password right, or ask"
        " the office for the permission, then try again."
    ),
    "connect-missing": marked(
        "{host} has no such call or no such thing (404). {words}Its SMART Connect is older, or the address is not that"
        " of SMART Connect, which often ends in /server. Compare it with the office's."
    ),
    "connect-refused": marked(
        "{host} understood, and refuses ({status}). {words}This is not sent again by itself. Put right what it says, or"
        " ask the office."
    ),
    # Who the server is
    "connect-not-secure": marked(
        "What listens at {host}, port {port}, does not speak https, so it cannot prove who it is. Nothing was said to"
        " it. Compare address and port with the office's."
    ),
    "connect-certificate": marked(
        "{host} cannot prove who it is ({reason}). Nothing was said to it. Ask the office. The fingerprint of the"
        " certificate that it shows: {fingerprint}."
    ),
    "connect-certificate-expired": marked(
        "The certificate of {host} has run out, or is not valid yet. Nothing was said to it. See first whether date and"
        " time of this laptop are right; when they are, the office has to renew the certificate. Its fingerprint:"
        " {fingerprint}."
    ),
    "connect-certificate-other-host": marked(
        "The certificate at {host} belongs to another server. Nothing was said to it. Compare the address with the"
        " office's; in a foreign network somebody may stand between. Its fingerprint: {fingerprint}."
    ),
    "connect-certificate-self-signed": marked(
        "Nobody but {host} itself vouches for its certificate. Nothing was said to it. Call the office and have them"
        " read the fingerprint of their certificate to you. Only when it is {fingerprint}, trust exactly this"
        " certificate."
    ),
    "connect-certificate-unknown-issuer": marked(
        "Nobody whom this computer knows vouches for the certificate of {host}. Nothing was said to it. Call the office"
        " and have them read the fingerprint of their certificate to you. Only when it is {fingerprint}, trust exactly"
        " this certificate."
    ),
    "connect-certificate-changed": marked(
        "{host} shows another certificate than the one that was trusted. Nothing was said to it. Either the office has"
        " a new one, or somebody stands between. Call the office and have them read its fingerprint to you. Only when"
        " it is {fingerprint}, trust exactly this certificate."
    ),
    # What waits to be sent
    "outbox-already": marked(
        "{number} waits in the outbox already. Send it, or take it out before you queue it again."
    ),
    "outbox-already-sent": marked(
        "The office has {number} as it stands. SMART would make a second one of it: send it again only when the office"
        " says that it is not there."
    ),
    "outbox-already-changed": marked(
        "The office has {number} as it was; it was changed here since. SMART makes a second one of a file instead of"
        " changing the first: have the office delete theirs, then send it again."
    ),
    "outbox-already-along": marked(
        "{number} travels with its patrol {patrol}, which is in the outbox or at the office. Alone it would be there"
        " twice."
    ),
    "outbox-not-ours": marked(
        "{number} is in the outbox of another laptop, which alone sends it: two that send would make two of it. Try it"
        " again there."
    ),
    "outbox-arrived": marked("The office has {number} already. To send what changed since, queue it again."),
    "outbox-on-its-way": marked(
        "{number} is on its way: the server has begun to take it, and only the next pass can say whether it has all."
        " Let it go; once it has arrived, the office alone can remove it."
    ),
    "outbox-moved": marked(
        "{number} was queued before this station was copied or restored, and another copy may have sent it. It does not"
        " leave by itself. Have it tried again when you know that the office does not have it."
    ),
    "outbox-file-gone": marked(
        "The file {name} is no longer in the station's outbox ({reason}). It was not sent, and the record is untouched."
        " Queue it again."
    ),
    "outbox-file-changed": marked(
        "The file {name} in the outbox is not what was queued: it was damaged or changed. It is not sent, and the"
        " record is untouched. Queue it again."
    ),
    "outbox-track-lost": marked(
        "{server} no longer knows the upload of {name} that had begun; whether it arrived, nobody can tell from here."
        " It is not sent again by itself, for there could be two of it. Ask the office; when they do not have it, have"
        " it tried again."
    ),
    "outbox-twin": marked(
        "{server} has a file of {number} that was not sent from here: {name}. Another copy of this station may have"
        " sent it. It is not sent again by itself. Ask the office; when theirs is something else, have it tried again."
    ),
    "outbox-no-place": marked(
        "{number} waits for the place {place}, which this laptop does not know any more. Add the place again, or take"
        " the item out."
    ),
    "outbox-upload-spoiled": marked(
        "{server} has more bytes of {name} than the file holds, and had once before. It will not be processed there."
        " Have it tried again; if it stays so, tell the office."
    ),
}

PARTS = {
    "data_model": marked("Data model"),
    "patrol_metadata": marked("Lists and people"),
    "incident_metadata": marked("Types of incidents"),
}
"""What is read from a place."""

STATES = {
    "new": marked("read"),
    "same": marked("unchanged"),
    "absent": marked("not in this version"),
    "failed": marked("not read"),
}
"""What became of it."""
