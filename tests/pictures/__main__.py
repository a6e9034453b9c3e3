"""``python -m tests.pictures OUTDIR`` writes every screen as PNG."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.pictures.gallery import take
from ui.application import OBJECTS_BETWEEN_COLLECTIONS
from ui.garbage import Collector


def main() -> int:
    """Write the pictures and say each."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "build/pictures")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    collector = Collector(OBJECTS_BETWEEN_COLLECTIONS)
    collector.begin()
    with tempfile.TemporaryDirectory(prefix="ranger-pictures-") as folder:
        for path in take(out, Path(folder)):
            print(path)
    collector.stop()
    app.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
