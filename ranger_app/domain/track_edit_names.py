"""How the fields of edits begin, for lists that need no more of them than their names."""

HIDE, PAUSE, BREAK, DAY, CLOCK = "hide/", "pause/", "break/", "day/", "clock/"

FAMILIES = (HIDE, PAUSE, BREAK, DAY, CLOCK)
