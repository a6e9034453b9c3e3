"""Which editor a field gets."""

from __future__ import annotations

import datetime as dt

from ranger_app.domain.forms import Field, FieldType
from ranger_app.i18n import Words
from ui.forms.choices import BooleanEditor, ChoiceEditor, ChoicesEditor
from ui.forms.editors import DateEditor, Editor, LineEditor, LongTextEditor, MomentEditor, NumberEditor
from ui.forms.position import PositionEditor


def make_editor(field: Field, words: Words, zone: dt.tzinfo = dt.UTC, notation: str = "dd") -> Editor:
    """The editor for *field*; *zone* is the station's, for moments; *notation* that in which places are shown."""
    match field.type:
        case FieldType.LONG_TEXT:
            return LongTextEditor(field, words)
        case FieldType.INTEGER | FieldType.DECIMAL:
            return NumberEditor(field, words)
        case FieldType.BOOLEAN:
            return BooleanEditor(field, words)
        case FieldType.DATE:
            return DateEditor(field, words)
        case FieldType.DATETIME:
            return MomentEditor(field, words, zone)
        case FieldType.CHOICE | FieldType.PATROL:
            return ChoiceEditor(field, words)
        case FieldType.CHOICES:
            return ChoicesEditor(field, words)
        case FieldType.POSITION:
            return PositionEditor(field, words, notation)
        case _:
            return LineEditor(field, words)
