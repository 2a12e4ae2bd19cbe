"""Bars and columns of block characters."""

from collections.abc import Sequence

EIGHTHS_ACROSS = " ▏▎▍▌▋▊▉█"
EIGHTHS_UP = " ▁▂▃▄▅▆▇█"


def bar(share: float, width: int) -> str:
    """Return a horizontal bar that fills a share of `width` cells, an eighth of a cell exactly."""
    eighths = round(min(1.0, max(0.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (EIGHTHS_ACROSS[rest] if rest else "")


def columns(shares: Sequence[float | None], height: int, cells: int = 1) -> list[str]:
    """Return `height` lines, top first, of one column per share, `cells` wide; None is left blank.

    Whatever is above 0 shows at least an eighth of a cell.
    """
    levels = [
        0 if share is None or share <= 0 else max(1, round(min(1.0, share) * height * 8))
        for share in shares
    ]
    blocks = [block * cells for block in EIGHTHS_UP]
    full, blank = blocks[8], blocks[0]
    lines = []
    for floor in range(8 * (height - 1), -1, -8):
        lines.append(
            "".join(
                full if level >= floor + 8 else blank if level <= floor else blocks[level - floor]
                for level in levels
            )
        )
    return lines
