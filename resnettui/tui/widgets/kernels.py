"""The kernels panel: which kernels ran, which is why the latency is what it is."""

from rich.text import Text

from resnettui.core.frame import Frame
from resnettui.core.kernels import convolution_kernels, is_reference, reorders
from resnettui.core.live import Phase
from resnettui.core.protocol import Prepared
from resnettui.report.accuracy import sqnr_text
from resnettui.report.figures import percent
from resnettui.tui.palette import Palette
from resnettui.tui.widgets.fitting import fitting
from resnettui.tui.widgets.words import wrapped

LABEL_CELLS = 11


@fitting
def kernels_lines(frame: Frame, width: int, height: int, palette: Palette) -> list[Text]:
    """Draw the convolutions' kernels, the reorders, and how near the outputs are to fp32's."""
    prepared = frame.snapshot.prepared
    if prepared is None:
        failed = frame.snapshot.phase is Phase.FAILED
        told = "read in the first pass" + ("; it failed before that" if failed else "")
        return wrapped(told, palette.dim, width)
    lines = [Text("convolutions of one pass", palette.dim)]
    for kernel, calls in convolution_kernels(prepared.kernels).items():
        lines += _kernel(kernel, calls, width, palette)
    return [*lines, Text(), *_facts(prepared, frame, width, palette)]


def kernels_state(frame: Frame) -> str:
    """Return the state in the panel's border: agreement is worth what the weights are."""
    prepared = frame.snapshot.prepared
    return f"weights: {prepared.input.weights}" if prepared else ""


def _kernel(kernel: str, calls: int, width: int, palette: Palette) -> list[Text]:
    """Draw a kernel in one line, or in two where its name and its instruction set are too long."""
    slow = is_reference(f"convolution {kernel}")
    hue = palette.warning if slow else palette.text
    count = f"{'!' if slow else ' '}{calls:>3} "
    if len(count) + len(kernel) <= width:
        return [Text.assemble((count, palette.strong), (kernel, hue))]
    name, _, isa = kernel.partition(":")
    return [
        Text.assemble((count, palette.strong), (name, hue)),
        Text(isa.rjust(width)[:width], palette.warning if slow else palette.dim),
    ]


def _facts(prepared: Prepared, frame: Frame, width: int, palette: Palette) -> list[Text]:
    count = reorders(prepared.kernels)
    check, warmup, source = prepared.check, frame.snapshot.warmup, prepared.input
    top1 = {} if check.top1 is None else {"top-1": f"{percent(check.top1)} of {check.images}"}
    facts = {
        "reorders": f"{count} layout {'copy' if count == 1 else 'copies'}" if count else "none",
        "SQNR": sqnr_text(check),
        "agreement": f"{percent(check.agreement)} of {check.images}" if check.images else "-",
        **top1,
        "warm-up": f"{warmup.iterations} passes" if warmup.iterations else "-",
        "input": f"{source.images} images" if source.images else "synthetic",
    }
    lines = [
        Text.assemble((name.ljust(LABEL_CELLS), palette.dim), (value, palette.text))
        for name, value in facts.items()
    ]
    if broken := source.unreadable:
        words = "is no image" if broken == 1 else "are no images"
        lines.append(Text(f"! {broken} {words}", palette.warning))
    for name in source.unreadable_names:
        lines += wrapped(f"! {name}", palette.warning, width)
    return lines
