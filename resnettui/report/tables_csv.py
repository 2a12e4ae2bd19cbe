"""Tables as one CSV, for spreadsheets and data frames: a line per row, raw values."""

import csv
import io
from collections.abc import Iterable

from resnettui.core.table import Cell, Table
from resnettui.report.figures import cell


def render(tables: Iterable[Table]) -> str:
    """Return a header and every row, with its table's name and what was held fixed beside it.

    The columns are those of all tables; a cell that a table has not is empty.
    """
    lines = [line for table in tables for line in _lines(table)]
    names = dict.fromkeys(name for line in lines for name in line)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(names), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def _lines(table: Table) -> Iterable[dict[str, Cell]]:
    for row in table.rows:
        values = {
            column.name: cell(column, value) if isinstance(value, tuple) else value
            for column, value in zip(table.columns, row, strict=True)
        }
        yield {"table": table.name, **table.fixed, **values}
