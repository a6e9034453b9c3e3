"""Made-up data models as text, in the spellings that real files of all versions use and mix."""

from __future__ import annotations

from random import Random
from xml.sax.saxutils import quoteattr

TYPES = {
    "1.0": ("NUMERIC", "TEXT", "LIST", "TREE", "BOOLEAN", "DATE", "MLIST"),
    "1.1": ("NUMERIC", "TEXT", "LIST", "TREE", "BOOLEAN", "DATE", "MLIST", "LINE", "POLYGON"),
    "1.2": ("NUMERIC", "TEXT", "LIST", "TREE", "BOOLEAN", "DATE", "MLIST", "LINE", "POLYGON", "TIME"),
}
LANGUAGES = ("en", "en_CA", "es_MX", "ka", "ru", "mn", "tg", "ky", "zh_CN", "prs")
WORDS = ("Snare", "Trap & wire", "Капкан", "ხაფანგი", "Хавх", "Año nuevo", "<2 years", "Pallas's cat", "دام", "(6)")
AGGREGATIONS = ("avg", "max", "min", "stddev_samp", "sum", "var_samp")


class MadeUpModel:
    """One model, different for each *seed*."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.version = self._random.choice(tuple(TYPES))
        self.languages = self._random.sample(LANGUAGES, self._random.randint(1, 3))
        self._keys: list[str] = []
        self._has_icons = self.version != "1.0" and self._maybe(0.5)

    def xml(self) -> str:
        attributes = "".join(self._attribute() for _ in range(self._random.randint(0, 12)))
        categories = "".join(self._category(key, 0, ()) for key in self._some_keys(0, 5))
        name = "language" if self.version == "1.0" or self._maybe(0.2) else "languages"
        languages = "".join(f"<{name} code={quoteattr(code)}/>" for code in self.languages)
        top = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        if self._maybe(0.3):
            top += '<?xml-stylesheet type="text/xsl" href="smart.xslt"?>\n<!-- made up -->\n'
        namespace = f"http://www.smartconservationsoftware.org/xml/{self.version}/datamodel"
        icons = '<icons key="i" issystem="true"><icons iconset="black" file="i.svg"/>' + self._names() + "</icons>"
        return (
            f'{top}<DataModel xmlns="{namespace}">\n<languages>{languages}</languages>\n'
            f"<attributes>{attributes}</attributes>\n<categories>{categories}</categories>"
            f"{icons if self._has_icons else ''}</DataModel>\n"
        )

    def _maybe(self, chance: float) -> bool:
        return self._random.random() < chance

    def _some_keys(self, least: int, most: int) -> list[str]:
        letters = "abcdefghijklmnopqrstuvwxyz"
        keys = {
            self._random.choice(letters)
            + "".join(self._random.choices(letters + "0123456789_", k=self._random.randint(0, 9)))
            for _ in range(self._random.randint(least, most))
        }
        return sorted(keys - {"and", "or", "not"}, key=lambda _: self._random.random())

    def _names(self) -> str:
        codes = self._random.sample(self.languages, self._random.randint(1, len(self.languages)))
        return "".join(
            f"<names language_code={quoteattr(code)} value={quoteattr(self._random.choice(WORDS))}/>" for code in codes
        )

    def _active(self) -> str:
        return f'isactive="{"false" if self._maybe(0.2) else "true"}"' + (' iconkey="i"' if self._has_icons else "")

    def _attribute(self) -> str:
        (key,) = self._some_keys(1, 1) or ["x"]
        if key in self._keys:
            return ""
        self._keys.append(key)
        kind = self._random.choice(TYPES[self.version])
        rules = ""
        if kind == "NUMERIC":
            rules = "".join(f'<aggregations aggregation="{one}"/>' for one in AGGREGATIONS if self._maybe(0.5))
            rules += "<qa_minmax><MinValue>0.0</MinValue></qa_minmax>" if self._maybe(0.5) else ""
        elif kind == "TEXT":
            rules = "<qa_regex>[a-z]*</qa_regex>" if self._maybe(0.3) else ""
        options = ""
        if kind in {"LIST", "MLIST"}:
            options = "".join(
                f'<values key="{one}" {self._active()}>{self._names()}</values>' for one in self._some_keys(0, 8)
            )
        elif kind == "TREE":
            options = "".join(self._node("tree", one, 0) for one in self._some_keys(0, 4))
        required = "true" if self._maybe(0.2) else "false"
        inside = f"{rules}{self._names()}{options}"
        return f'<attribute type="{kind}" isrequired="{required}" key="{key}">{inside}</attribute>\n'

    def _node(self, tag: str, key: str, level: int) -> str:
        below = self._some_keys(0, 4) if level < 5 else []
        children = "".join(self._node("children", one, level + 1) for one in below)
        return f'<{tag} {self._active()} key="{key}">{self._names()}{children}</{tag}>'

    def _category(self, key: str, level: int, inherited: tuple[str, ...]) -> str:
        left = [one for one in self._keys if one not in inherited]
        own = self._random.sample(left, self._random.randint(0, min(3, len(left))))
        tag = "attribute" if self.version == "1.0" else "attributes"
        links = "".join(
            f'<{tag} isactive="{self._mostly()}" attributekey="{one}"{self._root(one, inherited)}/>'
            for one in ((*inherited, *own) if self.version == "1.2" else own)
        )
        below = self._some_keys(0, 3) if level < 3 else []
        children = "".join(self._category(one, level + 1, (*inherited, *own)) for one in below)
        return f'<category ismultiple="true" {self._active()} key="{key}">{self._names()}{links}{children}</category>\n'

    def _mostly(self) -> str:
        return "false" if self._maybe(0.1) else "true"

    def _root(self, key: str, inherited: tuple[str, ...]) -> str:
        return f' isroot="{"false" if key in inherited else "true"}"' if self.version == "1.2" else ""
