"""The command line: a contract, see docs; the same use cases as the window's."""

from __future__ import annotations

from ranger_app.cli.program import main

__all__ = ["main"]
