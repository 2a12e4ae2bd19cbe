"""The operators of a pass as CSV: a line per row of the table, raw values."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from resnettui.report.operators import OpPage
from resnettui.report.operators_record import operator_records


def operators_csv(page: OpPage) -> str:
    """Return a header and every row, those of the unfused profile behind those of the fused one.

    The columns are those of the JSON of `ops`, times in ms; kernels stand with their calls.
    """
    lines = list(_lines(page))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]) if lines else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def _lines(page: OpPage) -> Iterator[dict[str, Any]]:
    for one in filter(None, (page, page.unfused_page())):
        for row in operator_records(one):
            kernels = {name: _counted(row[name]) for name in ("kernels", "reference_kernels")}
            yield {"fusion": one.trial.fusion, **row, **kernels}


def _counted(kernels: Mapping[str, int] | list[str]) -> str:
    if isinstance(kernels, list):
        return "; ".join(kernels)
    return "; ".join(f"{calls} {name}" for name, calls in kernels.items())
