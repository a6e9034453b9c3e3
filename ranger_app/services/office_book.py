"""What a file names of its office becomes known: entries of lists and people, marked as seen in a file."""

from __future__ import annotations

from collections.abc import Mapping

from db.office import SEEN, KnownChoice, choice_fields, known_choices, label_field
from db.officers import members
from db.store import Store
from db.transaction import Transaction, new_id
from ranger_app.domain.smart_office import LISTS, Choice, key_of_label, training_office


class OfficeBook:
    """Finds what files name, and writes down what is new, inside one transaction.

    Attributes:
        is_look: Only look: what is new is answered, and neither written nor remembered.
    """

    def __init__(self, store: Store, transaction: Transaction) -> None:
        self._transaction = transaction
        self.is_look = False
        self._known: dict[str, list[KnownChoice]] = {name: [] for name in LISTS}
        for one in known_choices(store.reader):
            self._known.setdefault(one.list_name, []).append(one)
        people = sorted(members(store.reader).values(), key=lambda one: (not one.role, one.id))
        self._people: dict[tuple[str, str, str], str] = {}
        for person in people:
            self._people.setdefault((person.given_name, person.family_name, person.employee_id), person.id)

    def choice(self, list_name: str, labels: Mapping[str, str], key: str = "", patrol_type: str = "") -> str:
        """The key under which records name an entry of a list.

        Args:
            list_name: One of ``LISTS``.
            labels: Language code to what the file calls it.
            key: SMART's own key, where the file tells it; it is looked for before the labels.
            patrol_type: Of a transport, the kind of patrol that the file goes with it.
        """
        told = Choice(key=key, labels=dict(labels), patrol_type=patrol_type)
        found = self._by_key(list_name, told) if key else self._by_label(list_name, labels)
        if found:
            return found
        made = told._replace(key=key or self._new_key(list_name, labels))
        if not self.is_look:
            self._write(list_name, made)
        return made.key

    def person(self, given_name: str, family_name: str, employee_id: str) -> str:
        """Record id of the person of exactly these names and this employee id; a new member when nobody has them."""
        names = given_name, family_name, employee_id
        if names not in self._people and self.is_look:
            return new_id()
        if names not in self._people:
            values = {
                "given_name": given_name, "family_name": family_name, "employee_id": employee_id or None,
                "source": SEEN,
            }  # fmt: skip
            with self._transaction.change() as change:
                self._people[names] = change.create("member", values)
        return self._people[names]

    def _by_key(self, list_name: str, told: Choice) -> str:
        """The key when it is known; labels in languages that it has none in yet are added to an entry seen before."""
        for place, one in enumerate(self._known[list_name]):
            if one.choice.key != told.key:
                continue
            labels = {code: label for code, label in told.labels.items() if code not in one.choice.labels}
            if one.source == SEEN and labels and not self.is_look:
                self._add_labels(one.id, labels)
                known = one.choice._replace(labels={**one.choice.labels, **labels})
                self._known[list_name][place] = one._replace(choice=known)
            return told.key
        default = _training(list_name).get(told.key)
        return told.key if default is not None and told.labels.items() <= default.labels.items() else ""

    def _add_labels(self, record: str, labels: Mapping[str, str]) -> None:
        """Labels in languages that had none; nothing stood there, so the op needs no bases."""
        values = {label_field(code): label for code, label in labels.items()}
        with self._transaction.change() as change:
            # The record may have been made by this very transaction, which cannot look at it yet.
            change.ops.append({"act": "set", "kind": "choice", "record": record, "set": values})

    def _by_label(self, list_name: str, labels: Mapping[str, str]) -> str:
        stored = [one.choice for one in self._known[list_name]]
        own = {one.key for one in stored}
        defaults = (one for one in _training(list_name).values() if one.key not in own)
        return next((one.key for one in (*stored, *defaults) if one.labels.items() & labels.items()), "")

    def _new_key(self, list_name: str, labels: Mapping[str, str]) -> str:
        taken = {one.choice.key for one in self._known[list_name]} | _training(list_name).keys()
        stem = key_of_label(list_name, next((label for label in labels.values() if label.strip()), list_name))
        key, number = stem, 2
        while key in taken:
            key, number = f"{stem}_{number}", number + 1
        return key

    def _write(self, list_name: str, choice: Choice) -> None:
        with self._transaction.change() as change:
            record = change.create("choice", choice_fields(list_name, choice, SEEN))
        self._known[list_name].append(KnownChoice(record, list_name, choice, SEEN, True))


def _training(list_name: str) -> Mapping[str, Choice]:
    return training_office().choices(list_name)
