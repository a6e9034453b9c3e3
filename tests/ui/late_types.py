"""Names Qt's types that are made only while maps are painted and photos are read; a program of its own.

Types stay made, so tests start this beside themselves: a folder for its files, and ``ready`` or ``unready``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

from PySide6 import QtCore, QtGui

from tests.ui.test_map_layers_twice import KINDS, painted
from tests.ui.test_map_painter import request
from ui.map_painter import painter
from ui.photo_list import thumbnail
from ui.qt_types import make_types


def made(*modules: ModuleType) -> set[str]:
    """Types of *modules* that exist by now, and what is named in them."""
    types = {name: one for module in modules for name, one in list(vars(module).items()) if isinstance(one, type)}
    inner = {
        f"{name}.{part}" for name, one in types.items() for part, kind in vars(one).items() if isinstance(kind, type)
    }
    return set(types) | inner


def main(folder: Path, *, is_ready: bool) -> set[str]:
    """What was made late."""
    if is_ready:
        make_types()
    before = made(QtCore, QtGui)
    for kind in KINDS:
        painted(kind, folder)
    png = painter().paint(request())
    painter().paint_pdf(request())
    assert not thumbnail(png, 96).isNull()
    return made(QtCore, QtGui) - before


if __name__ == "__main__":
    app = QtGui.QGuiApplication([])
    print(*sorted(main(Path(sys.argv[1]), is_ready=sys.argv[2] == "ready")))
