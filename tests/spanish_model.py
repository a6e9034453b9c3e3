"""A made-up data model of a Spanish-speaking office, with an attribute of every type and every kind of rule."""

from __future__ import annotations

_NAMESPACE = "http://www.smartconservationsoftware.org/xml/1.2/datamodel"
_LIST = """
    <values key="lazo" isactive="true">{lazo}</values><values key="cepo" isactive="true">{cepo}</values>
    <values key="otro" isactive="false">{otro}</values>
"""


def _names(spanish: str, english: str = "") -> str:
    told = f'<names language_code="es_MX" value="{spanish}"/>'
    return told + (f'<names language_code="en" value="{english}"/>' if english else "")


_CHOICES = _LIST.format(lazo=_names("Lazo", "Snare"), cepo=_names("Cepo", "Jaw trap"), otro=_names("Otro", "Other"))
_TREE = (
    f'<tree key="felinos" isactive="true">{_names("Felinos", "Cats")}'
    f'<children key="onza" isactive="true">{_names("Onza", "Ocelot")}</children></tree>'
)
_ATTRIBUTES = (
    ("cantidad", "NUMERIC", "true", "<qa_minmax><MinValue>1</MinValue><MaxValue>50</MaxValue></qa_minmax>", ""),
    ("placa", "TEXT", "false", "<qa_regex>[A-Z]{3}-[0-9]{3}</qa_regex>", ""),
    ("trampa", "LIST", "false", "", _CHOICES),
    ("piezas", "MLIST", "false", "", _CHOICES),
    ("especie", "TREE", "false", "", _TREE),
    ("activo", "BOOLEAN", "false", "", ""),
    ("hallado", "DATE", "false", "", ""),
    ("hora", "TIME", "false", "", ""),
    ("ruta", "LINE", "false", "", ""),
    ("zona", "POLYGON", "false", "", ""),
)


def spanish_model() -> str:
    """The model as XML 1.2."""
    attributes = "".join(
        f'<attribute key="{key}" isrequired="{required}" type="{kind}">{rules}{_names("Atributo " + key)}{answers}'
        "</attribute>\n"
        for key, kind, required, rules, answers in _ATTRIBUTES
    )
    links = "".join(f'<attributes attributekey="{one[0]}" isactive="true" isroot="true"/>' for one in _ATTRIBUTES)
    return (
        f'<DataModel xmlns="{_NAMESPACE}"><languages><languages code="es_MX"/><languages code="en"/></languages>\n'
        f"<attributes>\n{attributes}</attributes>\n<categories>"
        f'<category key="caza" ismultiple="true" isactive="true">{_names("Caza furtiva", "Poaching")}'
        f'<category key="trampas" ismultiple="true" isactive="true">{_names("Trampas", "Traps")}{links}</category>'
        "</category></categories></DataModel>\n"
    )


LINE = "MANUAL_DRAW:AIAAAAIAAAACQFKgAAAAAABARJmZmZmZmgAAAAAAAAAAQFKgEGJN0vJARJmp++dsiwAAAAAAAAAA"
AREA = (
    "GPS_AUTO:AAAAAAMAAAABAAAABEBSgAAAAAAAQESZmZmZmZpAUoBBiTdLxkBEmZmZmZmaQFKAQYk3S8ZARJoAAAAAAEBSgAAAAAAAQESZmZmZmZo="
)

EVERYTHING = {
    "cantidad": 3.5, "placa": "ABC-123", "trampa": "lazo", "piezas": ["cepo", "lazo"], "especie": "felinos.onza.",
    "activo": False, "hallado": "2026-03-04", "hora": "09:15:00", "ruta": LINE, "zona": AREA,
}  # fmt: skip
"""A value of every type, each as the model asks for it."""
