"""Tables as one JSON object: raw values, by the names of their columns."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from resnettui.core.table import Table

SCHEMA = 1
"""Raised when a field changes its meaning or goes; new fields do not raise it."""


def render(tables: Iterable[Table]) -> str:
    """Return {"schema": 1, "tables": [...]}; shares are 0 to 1, a missing value is null."""
    plain = {"schema": SCHEMA, "tables": [_plain(table) for table in tables]}
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _plain(table: Table) -> dict[str, Any]:
    names = [column.name for column in table.columns]
    return {
        "name": table.name,
        "title": table.title,
        "fixed": dict(table.fixed),
        "columns": [
            {"name": column.name, "heading": column.heading, "kind": column.kind}
            for column in table.columns
        ],
        "rows": [dict(zip(names, row, strict=True)) for row in table.rows],
        "knee": asdict(table.knee) if table.knee else None,
        "footnotes": list(table.footnotes),
    }
