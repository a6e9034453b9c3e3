"""Places and routes leave for a receiver that is plugged in, or for a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.desk import Desk
from ui.device_sheet import DeviceSheet, DeviceWanted
from ui.export_acts import ExportActs
from ui.import_devices import Device, devices

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.jobs import JobContext
    from ranger_app.services.export_to_device import PutOnDevice
    from ui.main_window import MainWindow
    from ui.store_thread import Sight, StoreJob


def put_on_device(wanted: DeviceWanted) -> StoreJob[PutOnDevice]:
    """Write what was asked for."""

    def work(store: Store, context: JobContext) -> PutOnDevice:
        from ranger_app.services.export_to_device import ExportToDevice

        told = wanted.leaving.ids(store.reader)
        return ExportToDevice(store)(
            wanted.out, patrols=told["patrols"], incidents=told["incidents"], plans=wanted.plans,
            longest_name=wanted.longest_name, is_ascii=wanted.is_ascii, context=context,
        )  # fmt: skip

    return work


def receivers(_sight: Sight, _context: JobContext) -> tuple[Device, ...]:
    """What is plugged in and takes GPX files; may wait for a slow drive."""
    from ranger_app.services.export_to_device import gpx_folder

    return tuple(one for one in devices() if gpx_folder(one.root) is not None)


class DeviceActs:
    """Ask, write, tell."""

    def __init__(self, desk: Desk, window: MainWindow, exports: ExportActs) -> None:
        self._desk = desk
        self._window = window
        self._words = desk.words
        self._exports = exports
        self.acts: dict[str, Callable[[], None]] = {"to_device": self.ask}

    def ask(self) -> None:
        """Ask what goes onto which receiver."""
        from db.plans import plans

        self._window.page.leave()
        marks = self._window.page.marked()
        routes = [
            (one.id, " · ".join(part for part in (one.number, one.name) if part))
            for one in plans(self._desk.reader)
            if len(one.route) > 1
        ]
        chosen = marks.rows[0].id if len(marks.rows) == 1 and marks.kind == "plan" else ""
        scopes = [one for one in self._exports.scopes(marks) if one.leaving.kinds or one.leaving.patrols or
                  one.leaving.incidents]  # fmt: skip
        sheet = DeviceSheet(self._words, scopes, routes, chosen_plan=chosen, on_wanted=self._put)
        self._window.ask(sheet)
        self._desk.ask(receivers, sheet.offer_devices, owner=sheet)

    def _put(self, wanted: DeviceWanted) -> None:
        self._desk.do(put_on_device(wanted), title=self._words.say("Putting onto the device"), on_done=self._tell)

    def _tell(self, done: PutOnDevice) -> None:
        words = self._words
        told = [
            words.say(
                "Put onto the device: waypoints {waypoints}, routes {routes}. File: {file}",
                waypoints=done.waypoints, routes=done.routes, file=str(done.file),
            )
        ]  # fmt: skip
        if done.split:
            names = ", ".join(done.split)
            told.append(words.say("A device takes 250 points in a route; these became several: {names}.", names=names))
        self._window.say("information", " ".join(told))
