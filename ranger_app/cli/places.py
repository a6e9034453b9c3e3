"""Where the station exchanges with others: places are told, listed, read, forgotten."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import Family
from ranger_app.domain.places import HOWS, KINDS, VERSIONS

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.domain.places import Place
    from ranger_app.problem import Problem
    from ranger_app.services.passwords import Passwords
    from ranger_app.services.places import Places
    from ranger_app.services.read_place import PlaceRead

PASSWORD = "RANGER_PLACE_PASSWORD"


@click.group(cls=Family)
def place() -> None:
    """Tell where the station exchanges with others, and read what is there."""


@place.command()
@click.argument("name")
@click.argument("url")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What is there; this version knows smart.")
@click.option("--user", default=None, help="Who signs in.")
@click.option("--area", default=None, metavar="UUID", help="The conservation area that the station sends to.")
@click.option(
    "--smart-version", type=click.Choice(VERSIONS), default=None,
    help="Of an office whose server does not say it, before 7.5.3.",
)  # fmt: skip
@click.option(
    "--pin", default=None, metavar="SHA256",
    help="Fingerprint of the server's own certificate, as the office read it to you; an empty one takes it away.",
)  # fmt: skip
@click.option(
    "--direct/--queue", "is_direct", default=None,
    help="Straight into the office's database (7.5 and later), or as files that a person there processes.",
)  # fmt: skip
@click.pass_obj
def add(
    desk: Desk, name: str, url: str, kind: str, user: str | None, area: str | None, smart_version: str | None,
    pin: str | None, is_direct: bool | None,
) -> Answer:  # fmt: skip
    """Add the place NAME at URL, or change it; what is not told stays as it was.

    The password is asked for on a terminal, or read from RANGER_PLACE_PASSWORD, and kept in this computer's key store.
    """
    from ranger_app.domain.places import PlaceKindLaterError
    from ranger_app.services.keep_place import KeepPlace
    from ranger_app.services.retry_item import retry_place

    if kind != "smart":
        raise PlaceKindLaterError(kind=kind)
    with desk.opened() as store:
        places, passwords = _tools(desk, store)
        made = _place_told(
            places, name, url, kind,
            {"user": user, "area": area, "version": smart_version, "pin": pin, "is_direct": is_direct},
        )  # fmt: skip
        kept = KeepPlace(places, passwords)(made, _password(desk, made) if made.user else None)
        retry_place(store, desk.home, made.name)
        is_missing = bool(made.user) and not passwords.has(made.name, made.user)
    notes = [desk.said("place-no-password", {"name": made.name})] if is_missing else []
    if kept == "file":
        notes.append(desk.said("place-password-in-file", {"name": made.name}))
    return Answer(
        document={"places": [_row(made)], "password_in": kept},
        text=made.name,
        notes=notes,
        code=ExitCode.NEEDS_A_LOOK if is_missing else ExitCode.DONE,
    )


@place.command("list")
@click.pass_obj
def everything(desk: Desk) -> Answer:
    """List the places that this laptop knows for the station."""
    with desk.opened() as store:
        places, _ = _tools(desk, store)
        known, problems = places.all(), places.problems()
    document = {"places": [_row(one) for one in known], "problems": [desk.problem_row(one) for one in problems]}
    rows = [(one.name, one.kind, one.url, one.user, one.told_version or one.version, _label(one)) for one in known]
    return _answer(desk, document, table(rows), problems)


@place.command()
@click.argument("name")
@click.pass_obj
def read(desk: Desk, name: str) -> Answer:
    """Read the areas, the data model and the lists of the office at NAME, to be used without a network."""
    from ranger_app.services.at_store import directly
    from ranger_app.services.read_place import ReadPlace

    with desk.opened() as store:
        places, passwords = _tools(desk, store)
        officer = desk.acting(store).id
        done = ReadPlace(directly(store), places, passwords)(name, officer=officer, context=desk.context)
    return _answer(desk, _read_row(desk, done), _read_text(desk, done), done.problems)


@place.command()
@click.argument("name")
@click.pass_obj
def remove(desk: Desk, name: str) -> Answer:
    """Forget the place NAME and its password; what was sent there stays known."""
    from ranger_app.services.keep_place import KeepPlace

    with desk.opened() as store:
        KeepPlace(*_tools(desk, store)).forget(name)
    return Answer(document={"name": name}, text=name)


def _tools(desk: Desk, store: Store) -> tuple[Places, Passwords]:
    from ranger_app.services.passwords import Passwords
    from ranger_app.services.places import Places

    return Places(desk.home, store.station_id), Passwords(desk.home, store.station_id, store.keys.device_seed)


def _place_told(places: Places, name: str, url: str, kind: str, told: Mapping[str, Any]) -> Place:
    """The place of this name with what is told now; what belongs to another server is not taken over."""
    from ranger_app.domain.places import Place, area_id, connect_address, pin_of, place_name, server_of, user_name

    name, address = place_name(name), connect_address(url)
    place = next((one for one in places.all() if one.name == name), Place(name=name, kind=kind, url=address, read={}))
    if server_of(place.url) != server_of(address):
        place = Place(name=name, kind=kind, url=address, user=place.user, how=place.how, read={})
    user = user_name(told["user"]) if told["user"] is not None else None
    changes: dict[str, Any] = {"url": address, "user": user, "version": told["version"]}
    changes["area"] = told["area"] and area_id(told["area"])
    changes["pin"] = told["pin"] and pin_of(told["pin"])
    changes["how"] = None if told["is_direct"] is None else HOWS[told["is_direct"]]
    return replace(place, **{field: value for field, value in changes.items() if value is not None})


def _password(desk: Desk, made: Place) -> str:
    """The password from the environment, else from whoever sits at the terminal; empty when nobody tells it."""
    told = os.environ.get(PASSWORD, "")
    if told or sys.stdin is None or not sys.stdin.isatty():
        return told
    question = desk.words.say(
        "Password of {user} at {name} (empty: the one that is known)", user=made.user, name=made.name
    )  # fmt: skip
    return str(click.prompt(question, default="", hide_input=True, show_default=False, err=True))


def _row(place: Place) -> dict[str, Any]:
    return {
        "name": place.name, "kind": place.kind, "url": place.url, "version": place.version or None,
        "told_version": place.told_version or None, "user": place.user or None, "area": place.area or None,
        "pin": place.pin or None, "how": place.how,
        "areas": [{"id": one.id, "label": one.label} for one in place.areas],
    }  # fmt: skip


def _label(place: Place) -> str:
    return next((one.label for one in place.areas if one.id == place.area), place.area)


def _read_row(desk: Desk, done: PlaceRead) -> dict[str, Any]:
    model = done.model
    told = {"id": model.id, "version": model.version, "categories": model.categories, "attributes": model.attributes,
            "languages": list(model.languages)} if model is not None else None  # fmt: skip
    return {
        "places": [_row(done.place)], "parts": done.parts, "model": told, "lists": dict(done.lists),
        "employees": done.employees, "incident_types": done.incident_types,
        "problems": [desk.problem_row(problem) for problem in done.problems],
    }  # fmt: skip


def _read_text(desk: Desk, done: PlaceRead) -> str:
    from ranger_app.messages.connect import PARTS, STATES

    say, place = desk.words.say, done.place
    rows = [(place.name, place.url, place.told_version or place.version)]
    rows += [("→" if one.id == place.area else "", one.label, one.id) for one in place.areas]
    rows += [("", say(PARTS[part]), say(STATES[state])) for part, state in done.parts.items()]
    return table(rows)


def _answer(desk: Desk, document: Mapping[str, object], text: str, problems: Sequence[Problem]) -> Answer:
    code = ExitCode.NEEDS_A_LOOK if problems else ExitCode.DONE
    return Answer(document=document, text=text, notes=[desk.say_problem(one) for one in problems], code=code)
