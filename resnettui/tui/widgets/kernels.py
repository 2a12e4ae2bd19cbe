"""The kernels panel: which kernels ran, which is why the latency is what it is."""

from rich.text import Text

from resnettui.core.kernels import convolution_kernels, is_reference, reorders
from resnettui.core.live import Frame
from resnettui.core.protocol import Prepared
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.fitting import fitting
from resnettui.tui.widgets.words import wrapped

LABEL_CELLS = 11


@fitting
def kernels_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw the convolutions' kernels, the reorders, and the check against fp32."""
    prepared = frame.snapshot.prepared
    if prepared is None:
        return [Text("read in the first pass", palette.dim)]
    lines = [Text("convolutions of one pass", palette.dim)]
    for kernel, calls in convolution_kernels(prepared.kernels).items():
        lines += _kernel(kernel, calls, width, palette)
    return [*lines, Text(), *_facts(prepared, frame, width, palette)]


def _kernel(kernel: str, calls: int, width: int, palette: Palette) -> list[Text]:
    """Draw a kernel in one line, or in two where its name and its instruction set are too long."""
    slow = is_reference(f"convolution {kernel}")
    hue = palette.warning if slow else palette.text
    count = f"{calls:>4} "
    if len(count) + len(kernel) <= width:
        return [Text.assemble((count, palette.strong), (kernel, hue))]
    name, _, isa = kernel.partition(":")
    return [
        Text.assemble((count, palette.strong), (name, hue)),
        Text(isa.rjust(width)[:width], palette.warning if slow else palette.dim),
    ]


def _facts(prepared: Prepared, frame: Frame, width: int, palette: Palette) -> list[Text]:
    count = reorders(prepared.kernels)
    check, warmup = prepared.check, frame.snapshot.warmup
    facts = {
        "reorders": f"{count} layout copies" if count else "none",
        "vs fp32": f"cosine {check.cosine:.5f}",
        "": f"max error {check.max_abs_error:.1g}",
        "warm-up": f"{warmup.iterations} passes" if warmup.iterations else "-",
        "input": f"{prepared.input.images} images" if prepared.input.images else "synthetic",
    }
    lines = [
        Text.assemble((name.ljust(LABEL_CELLS), palette.dim), (value, palette.text))
        for name, value in facts.items()
    ]
    if broken := prepared.input.unreadable:
        words = "file is no image" if broken == 1 else "files are no images"
        lines.append(Text(f"! {broken} {words}", palette.warning))
    for name in prepared.input.unreadable_names:
        lines += wrapped(f"! {name}", palette.warning, width)
    return lines
