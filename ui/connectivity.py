"""What the system says of the network: whether there is one, and whether it costs money. A hint, and never a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkInformation


class Connectivity(QObject):
    """Hears from the system when the network comes back; where the system says nothing, it knows nothing.

    ``came_back`` says that trying makes sense again: a network is there, or it costs nothing any more.
    """

    came_back = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told = _information()
        if self._told is not None:
            self._told.reachabilityChanged.connect(lambda _: self.hear())
            self._told.isMeteredChanged.connect(lambda _: self.hear())
        self._before = (self.is_away, self.is_metered)

    @property
    def is_away(self) -> bool:
        """Whether the system says that there is no network at all."""
        if self._told is None:
            return False
        return self._told.reachability() == type(self._told).Reachability.Disconnected

    @property
    def is_metered(self) -> bool:
        """Whether the system says that the network costs money by the byte."""
        return self._told is not None and self._told.isMetered()

    def hear(self) -> None:
        """Something changed at the network."""
        before, self._before = self._before, (self.is_away, self.is_metered)
        if not self.is_away and self._before != before:
            self.came_back.emit()


def _information() -> QNetworkInformation | None:
    """What Qt knows of the network; ``None`` where the system has nothing that tells it."""
    try:
        from PySide6.QtNetwork import QNetworkInformation
    except ImportError:
        return None
    return QNetworkInformation.instance() if QNetworkInformation.loadDefaultBackend() else None
