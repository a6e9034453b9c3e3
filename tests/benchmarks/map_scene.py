"""What all maps show while they are measured: the same window, place, zoom and steps."""

from __future__ import annotations

WIDTH_PX, HEIGHT_PX = 1200, 800
MIDDLE = (75.9, 41.4)
ZOOM = 10.0
STEP_DEG = 0.011
"""A pan: eight pixels."""

FRAMES = 30
BACKGROUND, LINE = "#F5F2E8", "#B0006D"
MARKER_COUNT = 20_000
MARKER_PX = 12
TILES, MARKERS = "tiles", "markers"
"""What is shown; a number is the folder of a station with so many tracks."""
OPEN = "open"
"""The map is asked for in a program that stands open, and not from the command."""
