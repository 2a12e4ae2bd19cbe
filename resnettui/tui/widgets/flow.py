"""Parts of a line, side by side as far as there is room, and then below each other."""

from collections.abc import Iterable

from rich.text import Text


def flowed(parts: Iterable[Text], width: int, gap: str = "   ") -> list[Text]:
    """Return lines that hold whole parts, with a gap between two of them."""
    lines: list[Text] = []
    for part in parts:
        if lines and lines[-1].cell_len + len(gap) + part.cell_len <= width:
            lines[-1] = Text.assemble(lines[-1], gap, part)
        else:
            lines.append(part)
    return lines
