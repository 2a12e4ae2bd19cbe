from collections.abc import Sequence
from dataclasses import replace

import pytest
from drawing_samples import (
    IMAGES,
    INT8,
    MS,
    PALETTE,
    SECOND,
    STATES,
    STUDY,
    board,
    folded,
    frame,
    machine_of,
    plain,
    prepared,
    reading_of,
    run,
    style_of,
)
from rich.style import Style
from rich.text import Text

from resnettui.core.axes import AXES, Axis
from resnettui.core.frame import frame_of
from resnettui.core.live_events import Chosen, Looked, Probed, Reset
from resnettui.core.ops import OpLedger
from resnettui.core.protocol import Samples
from resnettui.core.trial import InputSource, Member, Trial
from resnettui.tui.widgets.bars import EIGHTHS_UP, bar, columns
from resnettui.tui.widgets.configuration import PANEL_AXES, configuration_lines
from resnettui.tui.widgets.cores import cores_lines, cores_state
from resnettui.tui.widgets.kernels import kernels_lines, kernels_state
from resnettui.tui.widgets.latency import TALL, large_digits, latency_lines, latency_title
from resnettui.tui.widgets.operators import operators_lines
from resnettui.tui.widgets.panel import Draw
from resnettui.tui.widgets.scaling import HEADINGS, scaling_lines, scaling_state, variant
from resnettui.tui.widgets.status import status_lines
from resnettui.tui.widgets.words import wrapped

Drawn = Sequence[Text]

# Bars and digits.


@pytest.mark.parametrize(
    ("share", "width", "drawn"),
    [
        (0.0, 4, ""),
        (1.0, 4, "████"),
        (0.5, 4, "██"),
        (0.25, 2, "▌"),
        (1 / 32, 4, "▏"),
        (0.99, 10, "█████████▉"),
        (0.75, 1, "▊"),
        (-1.0, 4, ""),
        (2.0, 4, "████"),
        (0.5, 0, ""),
    ],
)
def test_a_bar_fills_its_share_to_an_eighth(share: float, width: int, drawn: str) -> None:
    assert bar(share, width) == drawn


@pytest.mark.parametrize("width", [1, 7, 20])
def test_a_bar_grows_with_its_share_and_never_beyond_its_width(width: int) -> None:
    lengths = [len(bar(n / 1000, width)) for n in range(1001)]
    assert lengths == sorted(lengths)
    assert (lengths[0], lengths[-1]) == (0, width)


@pytest.mark.parametrize(
    ("shares", "height", "drawn"),
    [
        ([0, 0.125, 0.25, 0.5, 0.875, 1], 1, [" ▁▂▄▇█"]),
        ([1, 0.5, 0.25, 0.75], 2, ["█  ▄", "██▄█"]),
        ([None, 0.0, 0.001, 1e-9], 1, ["  ▁▁"]),
        ([None, 0.001], 3, ["  ", "  ", " ▁"]),
        ([2.0, -1.0], 2, ["█ ", "█ "]),
        ([], 2, ["", ""]),
        ([1.0], 0, []),
    ],
)
def test_columns_stand_on_the_last_line(
    shares: list[float | None], height: int, drawn: list[str]
) -> None:
    assert columns(shares, height) == drawn


@pytest.mark.parametrize(
    ("number", "drawn"),
    [
        ("14.7", ["╺┓ ╻ ╻ ╺━┓", " ┃ ┗━┫   ┃", "╺┻╸  ╹•  ╹"]),
        ("203", ["╺━┓┏━┓╺━┓", "┏━┛┃ ┃ ━┫", "┗━╸┗━┛╺━┛"]),
    ],
)
def test_large_digits_are_three_lines(number: str, drawn: list[str]) -> None:
    assert large_digits(number) == drawn


def test_no_two_large_digits_look_alike() -> None:
    assert len({tuple(large_digits(digit)) for digit in "0123456789"}) == 10


# Every panel, in every state.

PANELS: dict[str, tuple[Draw, int]] = {
    "configuration": (configuration_lines, 26),
    "latency": (latency_lines, 26),
    "cores": (cores_lines, 28),
    "kernels": (kernels_lines, 28),
    "operators": (operators_lines, 28),
    "scaling": (scaling_lines, 36),
    "status": (status_lines, 38),
}
"""The drawing functions, and the least width that the layout gives them from 40 columns on."""

WIDEST = 120
NARROWEST = 20
HEIGHTS = (3, 8, 30)


def too_wide(draw: Draw, widths: range) -> dict[str, list[int]]:
    """Return state -> the widths at which some line is wider."""
    found = {
        state: [
            width
            for width in widths
            if any(
                line.cell_len > width
                for height in HEIGHTS
                for line in draw(frame(state), width, height, PALETTE)
            )
        ]
        for state in STATES
    }
    return {state: widths for state, widths in found.items() if widths}


@pytest.mark.parametrize("name", PANELS)
def test_no_line_is_wider_than_the_layouts_panel(name: str) -> None:
    draw, least = PANELS[name]
    assert too_wide(draw, range(least, WIDEST + 1)) == {}


@pytest.mark.parametrize("name", PANELS)
def test_no_line_is_wider_than_a_panel_of_twenty_cells(name: str) -> None:
    draw, least = PANELS[name]
    assert too_wide(draw, range(NARROWEST, least)) == {}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", PANELS)
def test_every_panel_has_something_to_say_in_every_state(name: str, state: str) -> None:
    draw, least = PANELS[name]
    assert any(line.plain.strip() for line in draw(frame(state), least, 12, PALETTE))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", PANELS)
def test_drawing_the_same_frame_gives_the_same_lines(name: str, state: str) -> None:
    draw, least = PANELS[name]
    first, second = (draw(frame(state), least, 12, PALETTE) for _ in range(2))
    assert list(first) == list(second)


# Configuration.


def test_the_configuration_names_key_and_value_of_every_axis() -> None:
    assert plain(configuration_lines(frame("measuring"), 30, 10, PALETTE)) == [
        "    model         ‹ resnet50 ›",
        "  p precision         ‹ int8 ›",
        "  f fusion            ‹ full ›",
        "  m memory format     ‹ nhwc ›",
        "  b batch size           ‹ 1 ›",
        "▸ t threads              ‹ 2 ›",
        "  n processes            ‹ 1 ›",
        "  i pin               ‹ auto ›",
        "  e int8 engine    ‹ qnnpack ›",
        "  a math mode          ‹ n/a ›",
    ]


@pytest.mark.parametrize("selected", [axis.name for axis in PANEL_AXES])
def test_the_selected_axis_alone_stands_out(selected: str) -> None:
    drawn = configuration_lines(replace(frame("measuring"), selected=selected), 40, 10, PALETTE)
    labels = [axis.label for axis in AXES if axis.panel]
    accented = [
        axis.name
        for axis, label, line in zip(PANEL_AXES, labels, drawn, strict=True)
        if style_of(line, label).color == PALETTE.accent.color
    ]
    assert accented == [selected]
    assert [
        axis.name for axis, line in zip(PANEL_AXES, drawn, strict=True) if "▸" in line.plain
    ] == [selected]


@pytest.mark.parametrize("selected", [axis.name for axis in PANEL_AXES])
@pytest.mark.parametrize("height", [1, 3, 8])
def test_where_not_all_axes_fit_the_selected_one_does(selected: str, height: int) -> None:
    drawn = configuration_lines(replace(frame("measuring"), selected=selected), 40, height, PALETTE)
    assert len(drawn) == height
    assert [selected] == [
        axis.name
        for axis in AXES
        if any(line.plain.startswith("▸") and f" {axis.label} " in line.plain for line in drawn)
    ]


@pytest.mark.parametrize(
    ("trial", "engine", "mode"),
    [
        (Trial(), "‹ float ›", "‹ strict ›"),
        (Trial(math_mode="bf16"), "‹ float ›", "‹ bf16 ›"),
        (Trial(precision="bf16"), "‹ float ›", "‹ n/a ›"),
        (Trial(precision="int8"), "‹ auto ›", "‹ n/a ›"),
        (Trial(precision="int8", engine="onednn"), "‹ onednn ›", "‹ n/a ›"),
    ],
)
def test_the_engine_is_one_of_int8_and_the_math_mode_one_of_fp32_alone(
    trial: Trial, engine: str, mode: str
) -> None:
    drawn = plain(configuration_lines(frame_of(folded([Chosen(1, trial)])), 40, 10, PALETTE))
    assert [line.split("  ")[-1].strip() for line in drawn[-2:]] == [engine, mode]


@pytest.mark.parametrize(
    ("width", "word"), [(30, "‹ nhwc ›"), (33, "‹ nhwc ›"), (40, "‹ channels_last ›")]
)
def test_a_value_is_written_out_where_there_is_room(width: int, word: str) -> None:
    (line,) = [
        text
        for text in plain(configuration_lines(frame("measuring"), width, 8, PALETTE))
        if "memory format" in text
    ]
    assert line.endswith(word)
    assert len(line) == width


@pytest.mark.parametrize(
    ("fragment", "action"),
    [
        ("threads", "screen.select('threads')"),
        ("‹", "screen.step('threads', -1)"),
        ("2", "screen.step('threads', 1)"),
        ("›", "screen.step('threads', 1)"),
    ],
)
def test_labels_and_arrows_can_be_clicked(fragment: str, action: str) -> None:
    drawn = configuration_lines(frame("measuring"), 40, 8, PALETTE)
    (line,) = [line for line in drawn if "threads" in line.plain]
    assert style_of(line, fragment).meta == {"@click": action}


def test_the_border_says_that_passes_of_several_processes_are_pooled() -> None:
    assert latency_title(frame("crew")) == "one pass of 1 image, closed loop, 2 processes"


# Cores.


def test_few_cores_have_a_bar_each() -> None:
    assert plain(cores_lines(frame("measuring"), 28, 8, PALETTE)) == [
        " 0 ───────────   0 % 2.6 GHz",
        " 1 ███▋───────  33 % 2.6 GHz",
        " 2 ███████▍───  67 % 2.6 GHz",
        " 3 ███████████ 100 % 2.6 GHz",
        "worker 1.98 cores",
    ]


def test_cores_name_their_cluster() -> None:
    drawn = plain(cores_lines(frame("clusters"), 40, 10, PALETTE))
    assert [text.split()[1] for text in (drawn[0], drawn[4])] == ["little", "mid"]


def test_the_bars_of_all_clusters_begin_in_one_column() -> None:
    drawn = plain(cores_lines(frame("clusters"), 40, 10, PALETTE))[1:8]
    assert len({min(text.index(sign) for sign in "█─" if sign in text) for text in drawn}) == 1


def test_only_the_usable_cores_are_drawn() -> None:
    machine = replace(machine_of(8), cores_usable=(2, 5), cores_allowed=2)
    state = frame_of(folded([Probed(machine), Looked(reading_of(8))]))
    drawn = plain(cores_lines(state, 30, 8, PALETTE))
    assert [text.split()[0] for text in drawn] == ["2", "5", "worker"]
    assert cores_state(state) == "2 of 8"


def cells(drawn: Drawn) -> list[str]:
    """Return what stands for the cores, line by line."""
    return [line.plain.split()[-1] for line in drawn[:-1]]


@pytest.mark.parametrize(
    ("cores", "width", "height"), [(64, 28, 6), (64, 36, 3), (256, 116, 4), (256, 28, 12)]
)
def test_many_cores_have_a_cell_each(cores: int, width: int, height: int) -> None:
    state = frame_of(folded(board(cores)))
    drawn = cores_lines(state, width, height, PALETTE)
    assert len(drawn) <= height
    assert sum(map(len, cells(drawn))) == cores
    assert "".join(cells(drawn)) == "".join(sorted("".join(cells(drawn))))
    assert set("".join(cells(drawn))) == set(EIGHTHS_UP[1:])
    assert drawn[-1].plain == "worker 1.98 cores"


def test_lines_of_cells_begin_with_their_first_core() -> None:
    drawn = plain(cores_lines(frame_of(folded(board(64))), 28, 6, PALETTE))
    assert [text.split()[0] for text in drawn] == ["0", "24", "48", "worker"]
    assert drawn[0] == " 0 " + "▁" * 12 + "▂" * 8 + "▃" * 4


@pytest.mark.parametrize(("cores", "width", "height"), [(64, 20, 4), (256, 28, 6)])
def test_no_core_is_lost_in_a_small_panel(cores: int, width: int, height: int) -> None:
    """The last core is the busiest: wherever it stands, its full cell must be there."""
    drawn = cores_lines(frame_of(folded(board(cores))), width, height, PALETTE)
    assert len(drawn) <= height
    assert "█" in "".join(plain(drawn))


def test_who_used_the_time_is_unknown_until_it_was_measured() -> None:
    reading = replace(reading_of(2), worker_cores=None)
    state = frame_of(folded([Probed(machine_of(2)), Looked(reading)]))
    assert cores_lines(state, 30, 8, PALETTE)[-1].plain == "worker - cores"


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            {"ran_s": 1.5, "waited_s": 0.5, "quota_stops": 0, "headroom_celsius": 30.0},
            ["! waits 25 % for a core"],
        ),
        ({"ran_s": 1.9, "waited_s": 0.05}, []),
        ({"quota_stops": 3}, ["! stopped by the quota, 3 ×"]),
        ({"headroom_celsius": 2.4}, ["! 2 °C below its limit"]),
        ({}, []),
    ],
)
def test_what_disturbs_the_workers_is_told_and_nothing_where_all_is_well(
    changes: dict[str, float], lines: list[str]
) -> None:
    reading = replace(reading_of(2), **changes)  # type: ignore[arg-type]
    state = frame_of(folded([Probed(machine_of(2)), Looked(reading)]))
    drawn = cores_lines(state, 28, 8, PALETTE)
    assert plain(drawn)[2:] == ["worker 1.98 cores", *lines]
    assert [line.style for line in drawn[3:]] == [PALETTE.warning] * len(lines)


def test_the_cores_that_a_worker_is_pinned_to_are_told() -> None:
    snapshot = replace(frame("measuring").snapshot, members=(Member(4711, (1, 3)),))
    drawn = plain(cores_lines(frame_of(snapshot), 28, 8, PALETTE))
    assert drawn[-1] == "worker 1.98 cores on 1,3"


def test_several_processes_are_told_with_their_spread_and_memory() -> None:
    assert plain(cores_lines(frame("crew"), 28, 9, PALETTE))[4:] == [
        "2 workers 1.98 cores",
        "medians 10.0 to 11.0 ms",
        "cores           ms     MiB",
        "0             10.0     256",
        "1             11.0     512",
    ]


def test_where_processes_have_no_room_for_a_line_each_their_spread_stays() -> None:
    assert plain(cores_lines(frame("crew"), 28, 8, PALETTE))[4:] == [
        "2 workers 1.98 cores",
        "medians 10.0 to 11.0 ms",
    ]
    drawn = plain(cores_lines(frame("large crew"), 28, 8, PALETTE))
    assert drawn[-2:] == ["64 workers 1.98 cores", "medians 10.0 to 69.0 ms"]
    assert len(drawn) <= 8


# Operators.


def test_the_operators_are_told_before_and_after_fusion() -> None:
    head, before, after, empty, heading, *rows = plain(
        operators_lines(frame("measuring"), 40, 20, PALETTE)
    )
    assert head == "160 → 41 + 33 fused (= 74)"
    assert (before.split()[0], after.split()[0], empty) == ("none", "now", "")
    assert heading.split() == ["none", "now"]
    assert [row.split() for row in rows] == [
        ["batch_norm", "53", "·"],
        ["conv2d", "53", "20"],
        ["relu", "33", "·"],
        ["conv2d_relu", "·", "33"],
        ["add_relu", "16", "16"],
        *(
            [name, "1", "1"]
            for name in (
                *("adaptive_avg_pool", "dequantize", "linear"),
                *("max_pool", "quantize_per_tensor"),
            )
        ),
    ]
    assert {len(row) for row in (heading, *rows)} == {40}


def test_a_long_kind_leaves_its_counts_in_their_columns() -> None:
    kind = "custom::an_operator_with_quite_a_long_name"
    event = prepared(unfused=OpLedger({kind: 12345, "aten::relu": 1}), ops=OpLedger({kind: 7}))
    drawn = plain(operators_lines(frame_of(folded([Chosen(1, INT8), event])), 28, 20, PALETTE))
    assert {len(row) for row in drawn[4:]} == {28}
    assert "12345" in drawn[5]
    assert drawn[5].endswith(" 7")


def test_operators_have_the_hues_of_fusion() -> None:
    head, before, after, _, _, *rows = operators_lines(frame("measuring"), 40, 20, PALETTE)
    assert style_of(head, "160").color == PALETTE.unfused.color
    assert style_of(head, "33").color == PALETTE.fused.color
    assert style_of(before, "█").color == PALETTE.unfused.color
    (row,) = [row for row in rows if row.plain.startswith("conv2d_relu")]
    assert style_of(row, "conv2d_relu").color == PALETTE.fused.color
    spans = [str(span.style) for span in after.spans]
    assert spans.count(str(PALETTE.unfused)) == spans.count(str(PALETTE.fused)) == 1


@pytest.mark.parametrize("width", [28, 40, 76])
def test_the_bars_of_operators_share_one_scale(width: int) -> None:
    _, before, after, *_ = plain(operators_lines(frame("measuring"), width, 20, PALETTE))
    assert before.count("█") == width - 5
    assert after.count("█") == pytest.approx((width - 5) * 41 / 160, abs=1)
    assert after.count("▓") == pytest.approx((width - 5) * 33 / 160, abs=1)


def test_without_a_ledger_operators_say_what_is_waited_for() -> None:
    drawn = plain(operators_lines(frame("building"), 40, 20, PALETTE))
    assert drawn == ["counted before the warm-up", "building resnet50 int8 fused 1/2"]


def test_operators_without_room_are_counted() -> None:
    whole = plain(operators_lines(frame("measuring"), 40, 20, PALETTE))
    drawn = plain(operators_lines(frame("measuring"), 40, 9, PALETTE))
    assert drawn == [*whole[:8], f"and {len(whole) - 8} more kinds"]


def test_operators_of_an_empty_pass_are_drawn() -> None:
    nothing = prepared(ops=OpLedger(), unfused=OpLedger())
    state = frame_of(folded([Chosen(1, INT8), nothing]))
    assert plain(operators_lines(state, 40, 20, PALETTE))[0] == "0 → 0 + 0 fused (= 0)"


# Kernels.


def test_kernels_stand_with_their_calls_and_the_reference_kernel_in_warning() -> None:
    drawn = kernels_lines(frame("measuring"), 40, 20, PALETTE)
    assert plain(drawn)[:4] == [
        "convolutions of one pass",
        "  36 brgconv_1x1:avx512_core_vnni",
        "! 17 gemm_s8u8s32:ref",
        "",
    ]
    assert style_of(drawn[1], "brgconv").color == PALETTE.text.color
    assert style_of(drawn[2], "gemm").color == PALETTE.warning.color


@pytest.mark.parametrize(
    ("kernel", "sign", "hue", "below"),
    [
        ("brgconv_1x1:avx512_core_vnni", " ", PALETTE.text, PALETTE.dim),
        ("some_convolution_by:ref_int8", "!", PALETTE.warning, PALETTE.warning),
    ],
)
def test_a_long_kernel_takes_two_lines(kernel: str, sign: str, hue: Style, below: Style) -> None:
    state = frame_of(folded([Chosen(1, INT8), prepared(kernels={f"convolution {kernel}": 36})]))
    drawn = kernels_lines(state, 28, 20, PALETTE)
    name, _, isa = kernel.partition(":")
    assert plain(drawn)[1:3] == [f"{sign} 36 {name}", isa.rjust(28)]
    assert (style_of(drawn[1], name), style_of(drawn[2], isa)) == (hue, below)


def test_the_facts_of_a_pass_are_told() -> None:
    reorders, *others = plain(kernels_lines(frame("measuring"), 60, 20, PALETTE))[4:]
    assert reorders.split()[:2] == ["reorders", "158"]
    assert [text.split() for text in others] == [
        ["SQNR", "27.9", "dB"],
        ["agreement", "95", "%", "of", "64"],
        ["warm-up", "12", "passes"],
        ["input", "12", "images"],
        ["!", "2", "are", "no", "images"],
        ["!", "a/long/path/to/a/file/of/text.txt", "(no", "image)"],
        ["!", "b.jpg", "(truncated)"],
    ]
    assert (
        len(
            {
                text.index(word)
                for text, word in zip(others, ("27.9", "95", "12", "12"), strict=False)
            }
        )
        == 1
    )


def test_top1_stands_among_the_facts_where_there_is_one() -> None:
    right = prepared()
    event = replace(right, check=replace(right.check, top1=0.75))
    state = frame_of(folded([Chosen(1, INT8), event]))
    assert "top-1      75 % of 64" in plain(kernels_lines(state, 28, 20, PALETTE))


@pytest.mark.parametrize(("state", "text"), [("measuring", "weights: random"), ("building", "")])
def test_the_border_of_the_kernels_tells_the_weights(state: str, text: str) -> None:
    assert kernels_state(frame(state)) == text


def test_what_there_is_none_of_is_said() -> None:
    event = prepared(kernels={"convolution fbgemm": 53}, source=InputSource())
    state = frame_of(folded([Chosen(1, INT8), event]))
    drawn = plain(kernels_lines(state, 60, 20, PALETTE))
    assert drawn[1] == "  53 fbgemm"
    assert drawn[3] == "reorders   none"
    assert drawn[-2:] == ["warm-up    -", "input      synthetic"]


def test_without_a_trace_kernels_say_when_it_comes() -> None:
    assert plain(kernels_lines(frame("building"), 28, 20, PALETTE)) == ["read in the first pass"]


def test_unreadable_files_are_counted_where_not_all_are_named() -> None:
    source = replace(IMAGES, unreadable=57)
    state = frame_of(folded([Chosen(1, INT8), prepared(source=source)]))
    assert "57" in "\n".join(plain(kernels_lines(state, 60, 40, PALETTE)))


# Latency.


def test_the_median_is_the_first_and_largest_thing() -> None:
    drawn = latency_lines(frame("measuring"), 60, 20, PALETTE)
    for line, digits in zip(drawn, large_digits("8.78"), strict=False):
        assert line.plain.startswith(digits)
        assert style_of(line, digits.split()[0]).bold
    assert drawn[0].plain.removeprefix(large_digits("8.78")[0]).split("  ")[1] == "ms median"


def test_the_figures_stand_beside_the_median() -> None:
    drawn = plain(latency_lines(frame("measuring"), 76, 20, PALETTE))[:3]
    for line, figures in zip(
        drawn,
        [
            ("ms median", "p90 8.92", "min 8.60"),
            ("113 img/s", "p95 8.94", "max 26.3"),
            ("n 299", "p99 8.96", "IQR 2 %"),
        ],
        strict=True,
    ):
        assert [figure for figure in figures if figure not in line] == []


@pytest.mark.parametrize(
    ("passes", "words"),
    [
        (28, ("p90 - (28/29)", "p95 - (28/59)", "p99 - (28/299)")),
        (120, ("p90 8.92", "p95 8.94", "p99 - (120/299)")),
    ],
)
@pytest.mark.parametrize("width", [26, 34, 80])
@pytest.mark.parametrize("height", [TALL - 1, TALL])
def test_a_percentile_is_a_number_or_what_it_lacks(
    passes: int, words: Sequence[str], width: int, height: int
) -> None:
    state = frame_of(folded(run(INT8, 8.78, passes)))
    text = "\n".join(plain(latency_lines(state, width, height, PALETTE)))
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(("height", "large"), [(TALL - 1, False), (TALL, True)])
def test_the_median_is_large_where_there_is_height(height: int, large: bool) -> None:
    drawn = plain(latency_lines(frame("measuring"), 60, height, PALETTE))
    assert drawn[0].startswith(large_digits("8.78")[0]) is large
    assert drawn[0].startswith("8.78 ms") is not large


@pytest.mark.parametrize(("fusion", "hue"), [("none", PALETTE.unfused), ("full", PALETTE.fused)])
def test_the_median_has_the_hue_of_its_fusion(fusion: str, hue: Style) -> None:
    state = frame_of(folded(run(replace(INT8, fusion=fusion), 8.78)))
    assert style_of(latency_lines(state, 60, 20, PALETTE)[0], "┏").color == hue.color


def test_a_flag_is_told_with_its_reason_in_warning() -> None:
    drawn = latency_lines(frame("measuring"), 90, 20, PALETTE)
    (line,) = [line for line in drawn if line.plain.startswith("!")]
    assert line.plain.startswith("! reference kernel: 17 calls ran a plain loop: conv")
    assert style_of(line, "!") == PALETTE.warning


def test_a_long_reason_goes_on_in_a_second_line_where_there_is_room_for_it() -> None:
    tall = plain(latency_lines(frame("measuring"), 50, 20, PALETTE))
    assert tall[3].startswith("! reference kernel: 17 calls")
    assert any(map(str.isalpha, tall[4]))
    low = plain(latency_lines(frame("measuring"), 50, 12, PALETTE))
    assert low[3].endswith(" …")
    assert not tall[3].endswith("…")


def test_every_flag_is_told() -> None:
    text = "\n".join(plain(latency_lines(frame("slow"), 110, 20, PALETTE)))
    for flag in ("not settled", "oversubscribed", "emulated", "reference kernel"):
        assert f"! {flag}" in text


def block_rows(drawn: Drawn) -> list[str]:
    """Return the lines that hold nothing but columns."""
    return [text for text in plain(drawn) if text.strip() and not set(text) - set(EIGHTHS_UP)]


@pytest.mark.parametrize(("width", "height"), [(60, 18), (76, 30), (30, 14), (40, 60)])
def test_spare_height_goes_to_the_histogram(width: int, height: int) -> None:
    drawn = latency_lines(frame("measuring"), width, height, PALETTE)
    assert len(drawn) == height
    assert len(block_rows(drawn)) > height - 12


def test_the_bin_of_the_median_stands_out() -> None:
    drawn = latency_lines(frame("measuring"), 60, 20, PALETTE)
    at = next(i for i, line in enumerate(drawn) if "╵" in line.plain)
    bottom = drawn[at - 1]
    bright = [span for span in bottom.spans if span.style == PALETTE.strong]
    assert [(span.end - span.start) for span in bright] == [2]
    assert "█" in bottom.plain[bright[0].start : bright[0].end]


def test_the_axis_begins_at_the_minimum_and_counts_what_lies_beyond() -> None:
    drawn = plain(latency_lines(frame("measuring"), 60, 20, PALETTE))
    (axis,) = [text for text in drawn if "╵" in text]
    assert axis.startswith("╵8.60")
    assert axis.endswith(" +1")
    assert len(axis) == 60


def test_the_last_minute_stands_below() -> None:
    events = [
        *run(INT8, 8.0)[:8],
        Samples(1, (8 * MS,) * 9, 72 * MS, 100 * SECOND),
        Samples(1, (16 * MS,) * 9, 144 * MS, 130 * SECOND),
    ]
    drawn = plain(latency_lines(frame_of(folded(events)), 60, 20, PALETTE))
    (at,) = [i for i, text in enumerate(drawn) if text.startswith("last 60 s")]
    assert drawn[at].split() == ["last", "60", "s", "8.00", "to", "16.0", "ms"]
    assert [text.rstrip()[-1] for text in drawn[at + 1 :]] == ["█", "█"]
    assert drawn[at + 2][29] != " "


@pytest.mark.parametrize(
    ("batch_size", "title"),
    [(1, "one pass of 1 image, closed loop"), (8, "one pass of 8 images, closed loop")],
)
def test_the_border_says_what_was_measured(batch_size: int, title: str) -> None:
    assert latency_title(frame_of(folded([Chosen(1, Trial(batch_size=batch_size))]))) == title


# Waiting and failing.


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("nothing known", "waiting for the first pass"),
        ("starting", "starting the worker"),
        ("importing", "importing torch, some seconds the first time"),
        ("building", "building resnet50 int8 fused 1/2"),
        ("warming up", "warming up, pass 12, 9.00 ms"),
    ],
)
def test_waiting_says_what_for(state: str, words: str) -> None:
    drawn = plain(latency_lines(frame(state), 90, 12, PALETTE))
    said = [text for text in drawn if text.strip()]
    assert said[0].strip() == words
    assert said[1].strip().startswith("resnet50 · ")
    for text in said:
        left = len(text) - len(text.lstrip())
        assert left == (90 - len(text.strip())) // 2


@pytest.mark.parametrize(
    "events", [[], [*run(INT8, 8.78)[8:], Reset()]], ids=["first", "after a reset"]
)
def test_the_first_pass_is_what_is_waited_for(events: list[Reset | Samples]) -> None:
    state = frame_of(folded([*run(INT8, 8.78)[:8], *events]))
    drawn = plain(latency_lines(state, 90, 12, PALETTE))
    assert "waiting for the first pass" in "\n".join(drawn)


def test_a_failure_is_told_whole_with_what_to_do() -> None:
    drawn = latency_lines(frame("failed"), 40, 12, PALETTE)
    assert plain(drawn) == [
        "",
        "This configuration was not measured.",
        "",
        "resnet50 bf16 fused: mkldnn: bf16 is not",
        "supported here",
        "",
        "try fusion none, or fp32",
        "",
        "Any other value tries again.",
    ]
    assert style_of(drawn[1], "This") == PALETTE.error
    assert style_of(drawn[6], "try") == PALETTE.accent


@pytest.mark.parametrize("width", [26, 40, 76])
def test_no_word_of_a_failure_is_lost(width: int) -> None:
    text = "".join(plain(latency_lines(frame("lost"), width, 60, PALETTE))).replace(" ", "")
    assert "theworkerwaskilled:" + "x" * 200 in text
    assert "chooseasmallerbatchsize" in text


def test_a_final_failure_does_not_promise_another_try() -> None:
    assert "tries again" not in "\n".join(plain(latency_lines(frame("lost"), 60, 60, PALETTE)))


@pytest.mark.parametrize("width", [20, 33, 120])
def test_wrapping_keeps_every_word_inside_the_width(width: int) -> None:
    words = " ".join(f"word{n}" for n in range(50))
    lines = plain(wrapped(words, PALETTE.text, width))
    assert " ".join(lines) == words
    assert max(map(len, lines)) <= width


# Scaling.


def test_the_scaling_table_is_that_of_the_study() -> None:
    drawn = plain(scaling_lines(frame("study"), 116, 20, PALETTE))
    assert len(drawn) == 1 + len(STUDY)
    figures = [
        [word for word in text.replace(" %", "%").split() if word[0].isdigit()][-6:]
        for text in drawn[1:]
    ]
    assert figures == [
        ["1", "585", "1.70", "1.00×", "100%", "1.38×"],
        ["4", "202", "4.91", "2.89×", "72%", "1.75×"],
        ["8", "134", "7.43", "4.37×", "55%", "2.13×"],
        ["1", "423", "2.35", "1.00×", "100%", "1.38×"],
        ["4", "116", "8.59", "3.65×", "91%", "1.75×"],
        ["8", "62.7", "15.8", "6.74×", "84%", "2.13×"],
    ]


def test_the_cores_of_several_processes_are_processes_times_threads() -> None:
    (row,) = plain(scaling_lines(frame("crew"), 116, 20, PALETTE))[1:]
    assert "2×1" in row.split()


def test_the_current_row_is_marked_and_rows_have_the_hues_of_fusion() -> None:
    drawn = scaling_lines(frame("study"), 116, 20, PALETTE)[1:]
    assert ["▸" in line.plain for line in drawn] == [False] * 5 + [True]
    hues = [style_of(line, "int8").color for line in drawn]
    assert hues == [PALETTE.unfused.color] * 3 + [PALETTE.fused.color] * 3
    assert style_of(drawn[0], "!") == PALETTE.warning


@pytest.mark.parametrize("width", [60, 76, 96, 116])
def test_the_figures_of_all_rows_end_in_the_same_columns(width: int) -> None:
    heading, *rows = plain(scaling_lines(frame("study"), width, 20, PALETTE))
    ends = {tuple(i for i, sign in enumerate(text) if sign == "×") for text in rows}
    assert len(ends) == 1
    assert {len(text) for text in (heading, *rows)} == {width}


@pytest.mark.parametrize("height", [2, 3, 4, 6])
@pytest.mark.parametrize("current", range(6))
def test_the_current_row_is_seen_however_low_the_panel(height: int, current: int) -> None:
    trials = [replace(INT8, fusion=fusion, threads=threads) for fusion, threads in STUDY]
    state = folded([Chosen(99, trials[current])], STATES["study"])
    state = folded(run(trials[current], 50.0, run_id=99)[1:], state)
    drawn = plain(scaling_lines(frame_of(state), 116, height, PALETTE))
    assert len(drawn) == height
    assert sum("▸" in text for text in drawn) == 1
    assert "latency ms" in drawn[0]


@pytest.mark.parametrize(
    "width",
    [96, 116],
)
def test_the_headings_are_whole_from_a_hundred_columns_on(width: int) -> None:
    heading = scaling_lines(frame("study"), width, 20, PALETTE)[0].plain
    assert "".join(heading.split()) == "".join(HEADINGS).replace(" ", "")


@pytest.mark.parametrize(
    "width",
    [
        96,
        116,
    ],
)
def test_the_names_of_configurations_are_whole_from_a_hundred_columns_on(width: int) -> None:
    _, *rows = plain(scaling_lines(frame("study"), width, 20, PALETTE))
    names = [variant(row.trial) for row in frame("study").scaling]
    assert [name for name, row in zip(names, rows, strict=True) if name not in row] == []


@pytest.mark.parametrize("width", [36, 40, 46])
def test_figures_do_not_touch_on_a_narrow_terminal(width: int) -> None:
    _, *rows = plain(scaling_lines(frame("study"), width, 20, PALETTE))
    assert "585" in rows[0].split()
    assert "202" in rows[1].split()


@pytest.mark.parametrize(
    ("trial", "words"),
    [
        (Trial(), "fp32 unfused nhwc b1"),
        (INT8, "int8 fused nhwc b1 qnnpack"),
        (Trial(model="resnet18", memory_format="contiguous"), "resnet18 fp32 unfused nchw b1"),
    ],
)
def test_a_configuration_has_a_short_name(trial: Trial, words: str) -> None:
    assert variant(trial) == words


IN_THE_NAME = [axis for axis in AXES if axis.name not in ("threads", "processes")]
"""The others stand in the column of cores."""


@pytest.mark.parametrize("axis", IN_THE_NAME, ids=lambda axis: axis.name)
def test_configurations_that_differ_have_different_names(axis: Axis) -> None:
    other = Trial().with_value(axis.name, axis.domain.step(getattr(Trial(), axis.name), 1))
    assert variant(Trial()) != variant(other)


def test_an_empty_table_says_what_fills_it() -> None:
    (line,) = plain(scaling_lines(frame("building"), 116, 20, PALETTE))
    assert "t and T" in line


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("building", "0 configurations"),
        ("measuring", "1 configuration"),
        ("study", "6 configurations"),
    ],
)
def test_the_border_counts_the_configurations(state: str, words: str) -> None:
    assert scaling_state(frame(state)) == words


# Status.


def test_the_status_is_the_machine_and_the_phase() -> None:
    (line,) = status_lines(frame("measuring"), 120, 1, PALETTE)
    left = "resnettui Neoverse-N1 · 4 of 4 cores · asimddp · torch 2.9.1 · 51 °C · 2.60 GHz"
    right = "ui 0.8 %  ● measuring"
    assert line.plain == left + " " * (120 - len(left) - len(right)) + right


@pytest.mark.parametrize("width", [38, 60, 100])
@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ("nothing known", "○ idle"),
        ("starting", "◌ starting"),
        ("building", "◌ building"),
        ("warming up", "◔ warming up"),
        ("measuring", "● measuring"),
        ("failed", "✗ failed"),
    ],
)
def test_the_phase_stands_at_the_end_at_any_width(width: int, state: str, phase: str) -> None:
    (line,) = status_lines(frame(state), width, 1, PALETTE)
    assert line.plain.endswith(f" %  {phase}")
    assert line.cell_len == width


def test_a_pause_is_told_with_what_goes_on_behind_it() -> None:
    (line,) = status_lines(replace(frame("measuring"), paused=True), 100, 1, PALETTE)
    assert line.plain.endswith("‖ paused, measuring")


def test_a_failure_and_throttling_have_the_colours_of_flags() -> None:
    (failed,) = status_lines(frame("failed"), 100, 1, PALETTE)
    assert style_of(failed, "✗") == PALETTE.error
    (throttled,) = status_lines(frame("clusters"), 160, 1, PALETTE)
    assert "! thermal limit: cooling device at 3" in throttled.plain
    assert style_of(throttled, "!") == PALETTE.warning


@pytest.mark.parametrize("width", [38, 60, 100])
def test_throttling_has_room_in_the_first_line_and_is_told_only_where_it_is(width: int) -> None:
    (throttled,) = status_lines(frame("clusters"), width, 1, PALETTE)
    assert style_of(throttled, "! t") == PALETTE.warning
    assert throttled.cell_len == width
    (calm,) = status_lines(frame("measuring"), width, 1, PALETTE)
    assert "!" not in calm.plain


def test_what_the_sensors_do_not_tell_is_left_out() -> None:
    silent = replace(reading_of(4), temperature_celsius=None, clock_hz={}, ui_cores=None)
    state = frame_of(folded([Probed(machine_of(4)), Looked(silent)]))
    (line,) = status_lines(state, 80, 1, PALETTE)
    assert line.plain.startswith("resnettui Neoverse-N1 · 4 of 4 cores · asimddp  ")
    assert line.plain.endswith("ui - %  ○ idle")


def test_before_the_machine_is_known_no_core_is_counted() -> None:
    (line,) = status_lines(frame("nothing known"), 100, 1, PALETTE)
    assert "reading the machine" in line.plain
    assert "of 0 cores" not in line.plain
