"""What people say of the SMART office that receives our files: its lists, and how ours is called there."""

from __future__ import annotations

from db.office import LANGUAGE, TYPED, choice_fields, known_choices, known_mappings, label_field, roster
from db.officers import members
from db.reader import Reader
from db.store import Store
from ranger_app.domain.data_model import AttributeType, DataModel
from ranger_app.domain.office_mapping import MAPPED, Rules
from ranger_app.domain.smart_office import LISTS, PATROL_TYPES, Choice, Office, key_of_label, training_office
from ranger_app.domain.typed_text import is_whole_text, typed_text, whole_text
from ranger_app.errors import RangerAppError
from ranger_app.services.known_office import office_of as office_of
from ranger_app.services.models import office_model
from ranger_app.services.office_loading import LoadEmployees as LoadEmployees
from ranger_app.services.office_loading import LoadMetadata as LoadMetadata
from ranger_app.services.officers import person_named
from ranger_app.services.stations import WrongValueError


def office_rules(reader: Reader, office: Office) -> Rules:
    """How our words are called in the office: what people mapped, then what equal labels say."""
    told: dict[str, dict[str, str]] = {}
    for name, others in office.others.items():
        choices = office.choices(name)
        by_label: dict[tuple[str, str], str] = {}
        for key, one in choices.items():
            for item in one.labels.items():
                by_label.setdefault(item, key)
        for key, one in others.items():
            same = [by_label[item] for item in one.labels.items() if item in by_label]
            if same:
                told.setdefault(name, {})[key] = same[0]
    for mapping in known_mappings(reader):
        if mapping.theirs:
            told.setdefault(mapping.what, {})[mapping.ours] = mapping.theirs
    return Rules(told)


class ChoiceKnownError(RangerAppError):
    """The office's list has an entry of this key already."""

    code = "choice-known"


class ChoiceMissingError(RangerAppError):
    """The office's list has no entry of this key."""

    code = "choice-missing"


class OfficeLacksError(WrongValueError):
    """The office has no such thing that something of ours could be called."""

    code = "office-lacks"


class PersonUnknownError(WrongValueError):
    """Nobody here has this id, number or name."""

    code = "person-unknown"


class EmployeeUnknownError(PersonUnknownError):
    """The office has nobody of this id, number or name."""

    code = "office-person-unknown"


class MappedToItselfError(WrongValueError):
    """Something of ours is called by its own name in the office: there is nothing to map."""

    code = "mapping-to-itself"


class NotMappableError(WrongValueError):
    """Nothing of this kind can be called so."""

    code = "mapping-wrong"


class MappingMissingError(RangerAppError):
    """Nothing of ours is mapped so."""

    code = "mapping-missing"


class AddChoice:
    """One more entry of one of the office's lists, told by a person."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self, list_name: str, label: str, *, language: str = "", key: str = "", patrol_type: str = "", officer: str
    ) -> str:
        """Record the entry; return its key.

        Args:
            language: Of the label; the office's own when empty.
            key: SMART's key; made from the label when empty.
            patrol_type: Of a transport, one of ``PATROL_TYPES``.

        Raises:
            WrongValueError: No such list or kind of patrol, or no label. ChoiceKnownError: The office has that key.
        """
        reader = self._store.reader
        office = office_of(reader, self._store.station_id)
        _refuse_list(list_name)
        label = _label(label)
        if patrol_type and (patrol_type not in PATROL_TYPES or list_name != "transport"):
            raise WrongValueError(field="patrol-type", value=patrol_type)
        key = typed_text(key) or key_of_label(list_name, label)
        if key in office.choices(list_name):
            raise ChoiceKnownError(list=list_name, key=key)
        language = language or _default_language(self._store)
        made = Choice(key=key, labels={language: label}, patrol_type=patrol_type)
        fields = choice_fields(list_name, made, TYPED)
        known = next((one for one in known_choices(reader, list_name) if one.choice.key == key), None)
        with self._store.act(officer=officer) as change:
            if known is None:
                change.create("choice", fields)
            else:
                change.set("choice", known.id, fields)
        return key


class AddPerson:
    """One more person whom the office has, told by a person here."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, who: str, *, officer: str) -> str:
        """Add somebody under exactly the names and the employee id known here; return the id of the office's person.

        Args:
            who: An officer or a member by record id, employee id or ``Family, Given``.

        Raises:
            PersonUnknownError: Nobody here is told so.
        """
        who = _person(self._store.reader, who)
        person = members(self._store.reader)[who]
        told = {"source": TYPED, "is_active": True}
        is_member = self._store.reader.entry(who).kind == "member"
        with self._store.act(officer=officer) as change:
            if is_member:
                change.set("member", who, told)
                return who
            names = {"given_name": person.given_name, "family_name": person.family_name}
            return change.create("member", {**names, "employee_id": person.employee_id or None, **told})


class RenameChoice:
    """An entry of one of the office's lists is labelled otherwise there."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, list_name: str, key: str, label: str, *, language: str = "", officer: str) -> bool:
        """Set the label in one language, the office's own when empty; return whether that was a change.

        Raises:
            WrongValueError: No such list, or no label. ChoiceMissingError: Nobody told of an entry of this key.
        """
        reader = self._store.reader
        _refuse_list(list_name)
        label = _label(label)
        language = language or _default_language(self._store)
        known = next((one for one in known_choices(reader, list_name) if one.choice.key == key), None)
        training = training_office().choices(list_name).get(key)
        if known is None and training is None:
            raise ChoiceMissingError(list=list_name, key=key)
        with self._store.act(officer=officer) as change:
            if known is not None:
                return change.set("choice", known.id, {label_field(language): label})
            assert training is not None
            if training.labels.get(language) == label:
                return False
            made = Choice(key=key, labels={**training.labels, language: label}, patrol_type=training.patrol_type)
            change.create("choice", choice_fields(list_name, made, TYPED))
        return True


class SetMapping:
    """Something of ours is called otherwise in the office; or is so no more."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, what: str, ours: str, theirs: str, *, officer: str) -> str:
        """Map *ours* to *theirs*; return the id of the mapping.

        Args:
            what: One of ``MAPPED``. Options are told as ``attribute/key``, people by record id, employee id or
                ``Family, Given``.
            theirs: What the office has.

        Raises:
            NotMappableError: There is no such kind of thing, or none is called *ours*.
            PersonUnknownError: Nobody here is called so, or nobody of the office.
            OfficeLacksError: The office has nothing of the name *theirs*. MappedToItselfError: That is its name here.
        """
        if what not in MAPPED:
            raise NotMappableError(what=what, value=whole_text(ours))
        ours = self._ours(what, ours)
        theirs = self._theirs(what, theirs)
        if ours == theirs:
            raise MappedToItselfError(what=what, value=theirs)
        known = self._known(what, ours)
        with self._store.act(officer=officer) as change:
            if known:
                change.set("mapping", known, {"theirs": theirs})
                return known
            return change.create("mapping", {"what": what, "ours": ours, "theirs": theirs})

    def clear(self, what: str, ours: str, *, officer: str) -> None:
        """Take the mapping away.

        Raises:
            MappingMissingError: There is none.
        """
        ours = self._ours(what, ours) if what in MAPPED else ours
        known = self._known(what, ours, in_use=True)
        if not known:
            raise MappingMissingError(what=what, ours=ours)
        with self._store.act(officer=officer) as change:
            change.set("mapping", known, {"theirs": None})

    def _known(self, what: str, ours: str, *, in_use: bool = False) -> str:
        found = (one for one in known_mappings(self._store.reader) if (one.what, one.ours) == (what, ours))
        return next((one.id for one in found if one.theirs or not in_use), "")

    def _ours(self, what: str, ours: str) -> str:
        if what == "member":
            return _person(self._store.reader, ours)
        if not ours or not is_whole_text(ours) or (what == "option" and not all(ours.partition("/"))):
            raise NotMappableError(what=what, value=whole_text(ours))
        return ours

    def _theirs(self, what: str, theirs: str) -> str:
        reader, station = self._store.reader, self._store.station_id
        if what == "member":
            return _person(reader, theirs, roster_only=True)
        office = office_of(reader, station)
        if what in LISTS:
            is_had = theirs in office.choices(what)
        else:
            is_had = _model_has(office_model(reader, self._store.blobs, station), what, theirs)
        if what == "option" and not is_had:
            name, _, option = theirs.partition("/")
            custom = office.choices("patrol_attribute").get(name)
            is_had = custom is not None and option in custom.options
        if not is_had:
            raise OfficeLacksError(what=what, value=whole_text(theirs))
        return theirs


def _model_has(model: DataModel, what: str, key: str) -> bool:
    if what == "category":
        return model.category(key) is not None
    if what == "attribute":
        return model.attribute(key) is not None
    name, _, option = key.partition("/")
    attribute = model.attribute(name)
    if attribute is None or not option:
        return False
    return (attribute.node if attribute.type is AttributeType.TREE else attribute.item)(option) is not None


def _person(reader: Reader, told: str, *, roster_only: bool = False) -> str:
    """Record id of a person told by record id, employee id or ``Family, Given``."""
    people = {one.id: one for one in roster(reader)} if roster_only else members(reader)
    if told in people:
        return told
    found = [one.id for one in people.values() if told and told in (one.employee_id, one.name)]
    named = person_named(reader, told) if told else None
    if not found and named is not None and named.id in people:
        found = [named.id]
    if not found:
        raise (EmployeeUnknownError if roster_only else PersonUnknownError)(value=whole_text(told))
    return min(found)


def _default_language(store: Store) -> str:
    """The area's default language: as the office told it, else the first of its data model."""
    told = store.reader.entry(store.station_id, "setting").values.get(LANGUAGE)
    return str(told) if told else office_model(store.reader, store.blobs, store.station_id).languages[0]


def _refuse_list(list_name: str) -> None:
    if list_name not in LISTS:
        raise WrongValueError(field="list", value=list_name)


def _label(label: str) -> str:
    told = typed_text(label)
    if not told or not is_whole_text(label):
        raise WrongValueError(field="label", value=whole_text(label))
    return told
