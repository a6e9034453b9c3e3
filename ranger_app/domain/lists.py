"""Lists that forms choose from, and the taxa they name; both are shipped data with one strict reader each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ranger_app.domain.definitions import Table, definition
from ranger_app.paths import resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a list.

    Attributes:
        key: What is stored.
        label: English source word.
        taxon: Id of the taxon it stands for, empty when it is none.
    """

    key: str
    label: str
    help: str = ""
    taxon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionList:
    """A list of answers in display order."""

    id: str
    source: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonName:
    """What a taxon is called in one language.

    Attributes:
        is_draft: Nobody has checked it against a source yet: not for print.
    """

    language: str
    text: str
    is_draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonStatus:
    """How one authority lists a taxon.

    Attributes:
        authority: ``CMS``, ``CITES`` or ``IUCN``.
        value: As printed by the source (``I``, ``VU``).
        is_draft: Nobody has checked it against a source yet: not for print.
    """

    authority: str
    value: str
    note: str = ""
    is_draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxon:
    """A species or subspecies that records name.

    Attributes:
        scientific: The name by which it is found in an office's tree.
        smart: Its hkey in SMART's species tree, empty when that has none.
        source: Where names and statuses were read.
        as_of: The date of that source, as precisely as it is known (``2025-10``).
        is_draft: All of it is general knowledge that nobody has checked yet.
    """

    id: str
    scientific: str
    synonyms: tuple[str, ...] = ()
    smart: str = ""
    names: tuple[TaxonName, ...] = ()
    statuses: tuple[TaxonStatus, ...] = ()
    source: str = ""
    as_of: str = ""
    is_draft: bool = False

    def name(self, language: str) -> str:
        """The name for a reader of *language*, else the English, else the scientific one."""
        told = {name.language: name.text for name in self.names}
        return told.get(language) or told.get("en") or self.scientific


def read_option_list(path: Path) -> OptionList:
    """Read one file of ``resources/lists``.

    Raises:
        DefinitionError: A key is missing, unknown or of another type.
    """
    table = definition(path)
    found = OptionList(
        id=table.word("id"),
        source=table.text("source"),
        options=tuple(option_from_table(entry) for entry in table.tables("options")),
    )
    table.done()
    if found.id != path.stem:
        raise table.wrong(f"id {found.id} is not the file's name")
    keys = [option.key for option in found.options]
    if not keys or len(set(keys)) != len(keys):
        raise table.wrong("no options, or one key twice")
    return found


def option_from_table(entry: Table) -> Option:
    """Read one ``{ key, label, help, taxon }``."""
    option = Option(
        key=entry.word("key"),
        label=entry.text("label"),
        help=entry.text("help", ""),
        taxon=entry.word("taxon", ""),
    )
    entry.done()
    return option


def read_taxa(path: Path) -> tuple[Taxon, ...]:
    """Read one file of ``resources/species``.

    Raises:
        DefinitionError: A key is missing, unknown or of another type.
    """
    table = definition(path)
    table.word("id")
    source, as_of = table.text("source"), table.text("as_of")
    taxa = tuple(_taxon(entry, source, as_of) for entry in table.tables("taxa"))
    table.done()
    return taxa


def _taxon(entry: Table, source: str, as_of: str) -> Taxon:
    taxon = Taxon(
        id=entry.word("id"),
        scientific=entry.text("scientific"),
        synonyms=entry.texts("synonyms"),
        smart=entry.text("smart", ""),
        names=tuple(_name(name) for name in entry.tables("names")),
        statuses=tuple(_status(status) for status in entry.tables("statuses")),
        source=entry.text("source", source),
        as_of=entry.text("as_of", as_of),
        is_draft=entry.flag("draft", False),
    )
    entry.done()
    return taxon


def _name(entry: Table) -> TaxonName:
    name = TaxonName(language=entry.word("language"), text=entry.text("text"), is_draft=entry.flag("draft", False))
    entry.done()
    return name


def _status(entry: Table) -> TaxonStatus:
    status = TaxonStatus(
        authority=entry.text("authority"),
        value=entry.text("value"),
        note=entry.text("note", ""),
        is_draft=entry.flag("draft", False),
    )
    entry.done()
    return status


@cache
def option_list(list_id: str) -> OptionList:
    """The shipped list of this id."""
    return read_option_list(resource("lists", f"{list_id}.toml"))


def option_lists() -> tuple[OptionList, ...]:
    """All shipped lists, by id."""
    return tuple(option_list(path.stem) for path in sorted(resource("lists").glob("*.toml")))


@cache
def taxa_of(pack: str) -> tuple[Taxon, ...]:
    """The taxa of one shipped file, in display order."""
    return read_taxa(resource("species", f"{pack}.toml"))


@cache
def _all_taxa() -> dict[str, Taxon]:
    paths = sorted(resource("species").glob("*.toml"))
    return {taxon.id: taxon for path in paths for taxon in taxa_of(path.stem)}


def taxa() -> tuple[Taxon, ...]:
    """All shipped taxa."""
    return tuple(_all_taxa().values())


def taxon(taxon_id: str) -> Taxon | None:
    """The shipped taxon of this id; ``None`` when there is none."""
    return _all_taxa().get(taxon_id)
