"""Words for places in files and records: importers and checks name them by a kind and a number or key."""

from __future__ import annotations

from ranger_app.i18n import Words, marked

PLACES = {
    "line": marked("line {name}"),
    "byte": marked("byte {name}"),
    "track": marked("track {name}"),
    "route": marked("route {name}"),
    "point": marked("point {name}"),
    "shape": marked("shape {name}"),
    "waypoint": marked("waypoint {name}"),
    "leg": marked("leg {name}"),
    "observation": marked("observation {name}"),
    "category": marked("category {name}"),
    "attribute": marked("attribute {name}"),
    "answer": marked("answer {name}"),
    "station": marked("station {name}"),
    "officer": marked("officer {name}"),
    "case": marked("case {name}"),
    "incident": marked("incident {name}"),
    "patrol": marked("patrol {name}"),
    "field": marked("field {name}"),
    "attachment": marked("file {name}"),
}
"""First word of a place to its sentence."""


def say_place(words: Words, where: str) -> str:
    """A place such as ``waypoint 3, observation 1`` in the reader's language; as it is where its kind is not known."""
    return ", ".join(_said(words, part) for part in where.split(", "))


def _said(words: Words, part: str) -> str:
    kind, _, name = part.partition(" ")
    text = PLACES.get(kind)
    return words.say(text, name=name) if text and name else part
