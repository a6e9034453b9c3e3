"""What the core needs from above, handed in by ``__main__``."""

from __future__ import annotations

from ranger_app.domain.map_request import MapPainter, MapRequest, Mark

__all__ = ["MapPainter", "MapRequest", "Mark"]
