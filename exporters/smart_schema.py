"""Whether a file keeps to the schema that SMART ships for its kind and version."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from lxml import etree

from ranger_app.paths import resource

_NAMESPACE = re.compile(r"http://www\.smartconservationsoftware\.org/xml/(\d\.\d)/(patrol|independentincident)")
_SCHEMAS: Final = {"patrol": "SmartPatrol", "independentincident": "SmartIndependentIncident"}


def schema_errors(xml: bytes) -> tuple[str, ...]:
    """What the schema finds wrong with a document that we wrote, a sentence each; empty when it is valid.

    The sentences are the schema checker's own, in English, for the log.
    """
    # A day of 200,000 fixes is one attribute of 10 MB, which the parser takes only when told to.
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    name = etree.QName(root)
    found = _NAMESPACE.fullmatch(name.namespace or "")
    path = resource("smart", "xsd", f"{_SCHEMAS[found[2]]}-{found[1]}.xsd") if found is not None else None
    if path is None or not path.is_file():
        return (f"no schema for {name.text}",)
    schema = _schema(str(path))
    return () if schema.validate(root) else tuple(f"line {error.line}: {error.message}" for error in schema.error_log)


@cache
def _schema(path: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=path)
