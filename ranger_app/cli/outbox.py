"""What goes to the office: one pass over it, what waits, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ranger_app.cli.answers import Answer, ExitCode, table
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import Act, Family
from ranger_app.errors import RangerAppError

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.domain.outbox import Item
    from ranger_app.domain.places import Place
    from ranger_app.services.outbox import Shown
    from ranger_app.services.queue_smart import Queued


@click.command(cls=Act)
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option(
    "--queue", "records", multiple=True, metavar="PATROL_OR_INCIDENT_ID", help="Put it into the outbox first."
)
@click.option("--force", is_flag=True, help="Queue although SMART would drop something, or has it already.")
@click.pass_obj
def sync(desk: Desk, names: tuple[str, ...], records: tuple[str, ...], force: bool) -> Answer:
    """Send what is due and hear what became of it; places that are named do not wait for their time."""
    from ranger_app.domain.outbox import State
    from ranger_app.services.at_store import directly
    from ranger_app.services.outbox import shown_items
    from ranger_app.services.passwords import Passwords
    from ranger_app.services.places import Places
    from ranger_app.services.queue_smart import Queued, QueueSmart
    from ranger_app.services.sync_places import SyncPlaces, told_again, without_place

    with desk.opened() as store:
        officer = desk.acting(store).id
        known = Places(desk.home, store.station_id)
        places = [known.get(name) for name in dict.fromkeys(names)] or list(known.all())
        queued, asked_for = Queued(), set(names)
        if records:
            place = _only_place(desk, places)
            asked_for.add(place.name)
            queued = QueueSmart(store)(place, records, force=force, officer=officer, context=desk.context)
        passwords = Passwords(desk.home, store.station_id, store.keys.device_seed)
        synced = SyncPlaces(directly(store), folder=store.folder, home=desk.home, passwords=passwords)(
            [place for place in places if place.kind == "smart"], named=asked_for, officer=officer, context=desk.context
        )
        lost = without_place(shown_items(store, desk.home), known.all())
        refused = [item for item in synced.heard if item.outcome == State.REFUSED]
    failed = [*queued.refused, *synced.failed]
    failed += [
        (one.item.id, told_again("outbox-no-place", {"number": one.item.number, "place": one.item.place}))
        for one in lost
    ]
    lossy = [finding for findings in queued.lossy for finding in findings.lossy]
    document = {
        "queued": [_row(item) for item in queued.items],
        "sent": [_row(item) for item in synced.sent],
        "received": [{**_row(item), "state": item.outcome, "answer": _answer(desk, item)} for item in synced.heard],
        "waiting": [_row(item) for item in synced.waiting],
        "failed": [_failure(desk, identity, error) for identity, error in failed],
        "lossy": [{"record": one.record_id, "where": one.where, "code": one.code,
                   "text": desk.sentence(one.code, {"where": one.where, **one.facts})} for one in lossy],
    }  # fmt: skip
    notes = [line for _, error in failed for line in _lines(desk, error)]
    notes += [f"[{one.code}] {desk.sentence(one.code, {'where': one.where, **one.facts})}" for one in lossy]
    return Answer(
        document=document, text=_told(desk, synced.sent, synced.heard, synced.waiting), notes=notes,
        code=_exit_code(queued, did=bool(synced.sent or synced.heard), failed=bool(failed or lossy or refused)),
    )  # fmt: skip


def _only_place(desk: Desk, places: list[Place]) -> Place:
    """Where records are queued: the place that was named, or the only one that there is."""
    from ranger_app.domain.places import NoPlaceError

    found = [place for place in places if place.kind == "smart"]
    if not found:
        raise NoPlaceError
    if len(found) > 1:
        raise click.UsageError(desk.words.say("There are several places: name the one to which it is to go."))
    return found[0]


def _exit_code(queued: Queued, *, did: bool, failed: bool) -> ExitCode:
    if queued.refused and not queued.items and not did:
        return ExitCode.REFUSED
    return ExitCode.NEEDS_A_LOOK if failed else ExitCode.DONE


def _lines(desk: Desk, error: RangerAppError) -> list[str]:
    """The error, and the findings of a preflight that stand behind it."""
    from ranger_app.services.queue_smart import PreflightLossyError

    lines = desk.error_lines(error)
    if isinstance(error, PreflightLossyError):
        found = error.findings.fatal or error.findings.lossy
        lines += [f"[{one.code}] {desk.sentence(one.code, {'where': one.where, **one.facts})}" for one in found]
    return lines


def _failure(desk: Desk, identity: str, error: RangerAppError) -> dict[str, Any]:
    return {"id": identity, "code": error.code, "text": " ".join(_lines(desk, error)[:1]).partition("] ")[2]}


def _told(desk: Desk, sent: list[Item], heard: list[Item], waiting: list[Item]) -> str:
    say = desk.words.say
    both = {item.id for item in heard}
    rows = [(say("sent"), item.number, item.place, "") for item in sent if item.id not in both]
    rows += [(_state_words(desk, item.outcome), item.number, item.place, _answer(desk, item) or "") for item in heard]
    rows += [(say("waiting"), item.number, item.place, "") for item in waiting]
    return table(rows)


def _row(item: Item) -> dict[str, Any]:
    return {
        "id": item.id, "kind": item.record_kind, "record": item.record, "number": item.number, "place": item.place,
        "name": item.name, "sha256": item.sha256, "size": item.size,
    }  # fmt: skip


@click.group(cls=Family)
def outbox() -> None:
    """See what goes to the office, and have it tried again."""


@outbox.command("list")
@click.pass_obj
def everything(desk: Desk) -> Answer:
    """List every item: what waits, what arrived, what was refused and why."""
    from ranger_app.services.outbox import shown_items

    with desk.opened() as store:
        shown = shown_items(store, desk.home)
        document = {"items": [_shown_row(desk, store, one) for one in shown]}
    rows = [
        (
            one.item.id[:8], one.item.number, one.item.place, _state_words(desk, one.state.value),
            _last_error(desk, one) or _answer(desk, one.item) or "",
        )
        for one in shown
    ]  # fmt: skip
    return Answer(document=document, text=table(rows))


@outbox.command()
@click.argument("item", metavar="ID")
@click.pass_obj
def retry(desk: Desk, item: str) -> Answer:
    """Have an item tried again at the next pass, whatever went wrong with it before."""
    from ranger_app.services.retry_item import RetryItem

    with desk.opened() as store:
        officer = desk.acting(store).id
        found = RetryItem(store, desk.home)(_whole_id(store, item), officer=officer, context=desk.context)
    return Answer(document={"item": _row(found)}, text=f"{found.id[:8]}  {found.number}")


@outbox.command()
@click.argument("item", metavar="ID")
@click.option("--reason", required=True, help="Why it is not to be sent.")
@click.pass_obj
def withdraw(desk: Desk, item: str, reason: str) -> Answer:
    """Take an item out before it was sent; its history stays."""
    from ranger_app.services.withdraw_item import WithdrawItem

    with desk.opened() as store:
        officer = desk.acting(store).id
        found = WithdrawItem(store, desk.home)(_whole_id(store, item), reason, officer=officer)
    return Answer(document={"item": _row(found)}, text=f"{found.id[:8]}  {found.number}")


def _whole_id(store: Store, told: str) -> str:
    """The item whose id begins so, when there is only one; *told* itself otherwise."""
    from db.outbox import items

    found = [one.id for one in items(store.reader) if len(told) >= 6 and one.id.startswith(told.lower())]
    return found[0] if len(found) == 1 else told


def _shown_row(desk: Desk, store: Store, one: Shown) -> dict[str, Any]:
    from zoneinfo import ZoneInfo

    from ranger_app.domain.clock import moment_at
    from ranger_app.services.stations import station_of

    zone = ZoneInfo(station_of(store).timezone)
    answered = one.item.answered_at
    return {
        **_row(one.item), "state": one.state.value, "attempts": one.attempts.count + one.at_place.count,
        "last_error": _last_error(desk, one) or None, "answer": _answer(desk, one.item), "is_ours": one.is_ours,
        "is_changed": one.is_changed, "is_sealed": one.is_sealed,
        "queued_at": moment_at(one.item.queued_at, zone).isoformat(),
        "answered_at": moment_at(answered, zone).isoformat() if answered else None,
    }  # fmt: skip


def _last_error(desk: Desk, one: Shown) -> str:
    tried = one.attempts if one.attempts.code else one.at_place
    if not tried.code or one.item.outcome:
        return ""
    return desk.sentence(tried.code, {"number": one.item.number, "name": one.item.place, **tried.facts})


def _answer(desk: Desk, item: Item) -> str | None:
    """What the office said, and what is to be said where nothing was heard."""
    from ranger_app.messages.answers import say_answer

    return say_answer(desk.words, item.answer) or None


def _state_words(desk: Desk, state: str) -> str:
    say = desk.words.say
    return {
        "waiting": say("waiting"), "sending": say("sending"), "sent": say("sent"), "accepted": say("accepted"),
        "refused": say("refused"), "failed": say("failed"),
    }.get(state, state)  # fmt: skip
