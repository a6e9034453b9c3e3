"""Words said to a reader: no global language, whole sentences with named facts.

English source sentences are the keys of the gettext catalogues in ``resources/locale``. A sentence that is not said
where it stands is wrapped in :func:`marked`, so that the catalogue's maker finds it.
"""

from __future__ import annotations

import datetime as dt
import gettext
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ranger_app.paths import resource

if TYPE_CHECKING:
    from babel import Locale

LANGUAGES = ("en", "ru")
"""Languages the program speaks so far; the first is that of the source."""

MAP_LANGUAGES = (*LANGUAGES, "ur")
"""Languages of maps on paper. Of those beyond :data:`LANGUAGES` only a map's words are known: they are never offered
for a window, a station or a dossier."""

_REGIONS = {"en": "en_GB"}
"""Whose manner of dates and numbers a language follows, where that is not its largest country's."""

_DECIMAL_MARKS = {"en": ".", "ru": ",", "ur": "."}
"""As Babel has them, which is slow to load: maps are drawn before anything else needs it."""

_TWO_STOPS = "\u202fг.."
"""What a Russian sentence with a day at its end would end with."""

RIGHT_TO_LEFT = frozenset({"ur"})


def marked(text: str) -> str:
    """Mark *text* for the catalogue and return it as it is."""
    return text


@lru_cache(maxsize=32)
def _catalogue(language: str, domain: str) -> gettext.NullTranslations:
    folder: Path = resource("locale")
    return gettext.translation(domain, folder, languages=[language], fallback=True)


class Words:
    """Says sentences, dates and numbers in one language to one reader.

    Args:
        language: A code of :data:`LANGUAGES`; an unknown one speaks English.
        timezone: Zone in which moments without an offset of their own are told; ``None`` keeps each moment's offset.
    """

    def __init__(self, language: str = "en", *, timezone: dt.tzinfo | None = None) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self._timezone = timezone

    @property
    def is_right_to_left(self) -> bool:
        return self.language in RIGHT_TO_LEFT

    def say(self, text: str, /, domain: str = "app", **facts: object) -> str:
        """*text* in the reader's language with *facts* put in; English when nobody translated it."""
        if not text:
            return ""
        said = text if self.language == "en" else _catalogue(self.language, domain).gettext(text)
        return self._told(said.format(**facts)) if facts else said

    def say_count(self, one: str, many: str, count: int, /, domain: str = "app", **facts: object) -> str:
        """The plural form that the language asks for; the sentence may use ``{count}``."""
        if self.language == "en":
            said = one if count == 1 else many
        else:
            said = _catalogue(self.language, domain).ngettext(one, many, count)
        return self._told(said.format(count=self.number(count), **facts))

    def _told(self, said: str) -> str:
        """*said* as it is written: in Russian the full stop of ``2026 г.`` ends the sentence too."""
        if self.language == "ru" and said.endswith(_TWO_STOPS):
            return said[:-1]
        return said

    @property
    def _locale(self) -> Locale:
        from babel import Locale

        return Locale.parse(_REGIONS.get(self.language, self.language))

    @property
    def decimal_mark(self) -> str:
        """What stands between whole numbers and the rest."""
        return _DECIMAL_MARKS[self.language]

    def number(self, value: float, digits: int = 0) -> str:
        """*value* with the reader's separators and exactly *digits* decimals."""
        if not digits and value == int(value) and abs(value) < 1000:
            return str(int(value))  # the same in every language spoken so far, and Babel is slow to load
        from babel.numbers import format_decimal

        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, format=pattern, locale=self._locale)

    def day(self, day: dt.date) -> str:
        """A calendar day, such as ``4 Mar 2026``."""
        from babel.dates import format_date

        return format_date(day, format="medium", locale=self._locale)

    def moment(self, moment: dt.datetime) -> str:
        """Day and time with the offset from UTC, such as ``4 Mar 2026, 09:15:42 +06:00``."""
        if self._timezone is not None:
            moment = moment.astimezone(self._timezone)
        offset = moment.strftime("%z")
        shown = f" {offset[:3]}:{offset[3:5]}" if offset else ""
        return f"{self.day(moment.date())}, {moment:%H:%M:%S}{shown}"


def words_of_maps(language: str) -> Words:
    """Words for a map on paper, also in a language of which nothing else is known."""
    words = Words(language)
    if language in MAP_LANGUAGES:
        words.language = language
    return words
