"""Whole panels, character by character: bars, columns, axes, curves and rooflines."""

import pytest
from drawing_samples import INT8, PALETTE, SECOND, board, folded, frame, run
from test_curve import curve
from test_operators_drawing import FRAMES
from test_sweep_drawing import HALF, swept

from resnettui.core.frame import Frame, frame_of
from resnettui.core.protocol import Samples
from resnettui.tui.widgets.cores import cores_lines
from resnettui.tui.widgets.curve import curve_lines
from resnettui.tui.widgets.latency import latency_lines
from resnettui.tui.widgets.op_parts import parts_lines
from resnettui.tui.widgets.op_table import table_lines
from resnettui.tui.widgets.operators import operators_lines
from resnettui.tui.widgets.panel import Draw
from resnettui.tui.widgets.roofline import roofline_lines
from resnettui.tui.widgets.scaling import scaling_lines
from resnettui.tui.widgets.sweep import progress_lines
from resnettui.tui.widgets.verdict import verdict_lines


def bell() -> Frame:
    """Return a sample that is easy to count: 1, 2, 4, 2, 1 passes a bin, for half a minute."""
    tenth_ns = 100_000
    taken = [80, *[81] * 2, *[82] * 4, *[83] * 2, 84]
    events = [*board(), *run(INT8, 8.2)[:8]]
    for second in range(30):
        slower = 8 if second == 20 else 0
        latencies = tuple((tenth + slower) * tenth_ns for tenth in taken)
        events.append(Samples(1, latencies, sum(latencies), (100 + second) * SECOND))
    return frame_of(folded(events))


PANELS: dict[str, tuple[Draw, Frame, int, int]] = {
    "latency": (latency_lines, bell(), 48, 20),
    "latency, low": (latency_lines, bell(), 48, 7),
    "cores": (cores_lines, frame("crew"), 30, 9),
    "operators": (operators_lines, frame("measuring"), 30, 9),
    "scaling": (scaling_lines, frame("study"), 96, 7),
    "scaling, narrow": (scaling_lines, frame("study"), 48, 4),
    "verdict": (verdict_lines, FRAMES["fused"], 76, 6),
    "table": (table_lines, FRAMES["fused"], 96, 9),
    "parts": (parts_lines, FRAMES["fused"], 48, 7),
    "parts, unfused": (parts_lines, FRAMES["unfused"], 48, 5),
    "roofline": (roofline_lines, FRAMES["fused"], 48, 12),
    "progress": (progress_lines, swept(HALF), 60, 6),
}
"""What draws, what is drawn, and the cells there are."""

DRAWN = {
    "latency": """
┏━┓ ╺━┓┏━┓  ms median  p90 8.40   min 8.00
┣━┫ ┏━┛┃ ┃  122 img/s  p95 8.40   max 9.20
┗━┛•┗━╸┗━┛  n 300      p99 9.00   IQR 2 %
! reference kernel: 17 calls ran a plain loop:
convolution gemm_s8u8s32:ref
        ██
        ██
        ██
        ██
        ██
    ██  ██  ██
    ██  ██  ██
▄▄  ██  ██  ██  ▄▄
██  ██  ██  ██  ██
██  ██  ██  ██  ██              ▁▁  ▁▁  ▃▃  ▁▁▁▁
╵8.00           ╵8.40           ╵8.80       9.20

last 60 s  8.20 to 9.00 ms
                                        █
                        ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂█▂▂▂▂▂▂▂
""",
    "latency, low": """
8.20 ms   122 img/s   n 300
p90 8.40  p95 8.40  p99 9.00
! reference kernel: 17 calls ran a plain loop: …
        ██
    ▄▄  ██  ▄▄
▆▆  ██  ██  ██  ▆▆              ▁▁  ▁▁  ▁▁  ▁▁▁▁
╵8.00           ╵8.40           ╵8.80       9.20
""",
    "cores": """
 0 ─────────────   0 % 2.6 GHz
 1 ████▍────────  33 % 2.6 GHz
 2 ████████▋────  67 % 2.6 GHz
 3 █████████████ 100 % 2.6 GHz
2 workers 1.98 cores
medians 10.0 to 11.0 ms
cores           ms     MiB
0             10.0     256
1             11.0     512
""",
    "operators": """
160 → 41 + 33 fused (= 74)
none █████████████████████████
now  ██████▓▓▓▓▓

                      none now
batch_norm              53   ·
conv2d                  53  20
relu                    33   ·
and 7 more kinds
""",
    "scaling": """
                                    cores latency ms    img/s  speedup  efficiency fused benefit
  int8 unfused nhwc b1 qnnpack !        1        585     1.70    1.00×       100 %         1.38×
  int8 unfused nhwc b1 qnnpack !        4        202     4.91    2.89×        72 %         1.75×
  int8 unfused nhwc b1 qnnpack !        8        134     7.43    4.37×        55 %         2.13×
  int8 fused nhwc b1 qnnpack !          1        423     2.35    1.00×       100 %         1.38×
  int8 fused nhwc b1 qnnpack !          4        116     8.59    3.65×        91 %         1.75×
▸ int8 fused nhwc b1 qnnpack !          8       62.7     15.8    6.74×        84 %         2.13×
""",
    "scaling, narrow": """
                  cores      ms   img/s  speedup
  int8 fused q… !     1     423    2.35    1.00×
  int8 fused q… !     4     116    8.59    3.65×
▸ int8 fused q… !     8    62.7    15.8    6.74×
""",
    "verdict": """
COMPUTE-BOUND  93 % near compute roof  9.24 ms, with the profiler 1.05×
73 % of compute, 11 % of memory roof  1.42× its least time
unfused   14.5 ms  compute-bound   █████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒░
fused     9.70 ms  compute-bound   █████████████████████████▓░
! 1 call ran a reference kernel
█ compute 93 %  ▓ memory 2 %  ░ between 5 %
""",
    "table": """
                      calls  unfused ms      ms  share  GFLOP/s  compute   memory  FLOP/B     MB
  whole pass              4        14.5    9.70  100 %      140   70 % ▴   10 %      67.7   20.0
▸ conv2d                  1        9.00    4.00   41 %      150   75 % ▴   10 %      75.0   8.00
  conv2d_relu             2           -    5.00   52 %      150   75 % ▴   10 %      75.0   10.0
  batch_norm              2        3.00       ·      ·        ·        ·        ·       ·      ·
  reorder                 1        1.00       ·      ·        ·        ·        ·       ·      ·
  relu                    1        0.80       ·      ·        ·        ·        ·       ·      ·
  linear                  1        0.20    0.20    2 %     20.0   10 %     50 % ▴    2.00   2.00
bound by compute  GB/s 2.00  1 convolution brgconv:sve_512
""",
    "parts": """
                   unfused       ms
conv2d                9.00     9.00  ▀▀▀▀▀▀▀▀▀▀▀
batch_norm            3.00        ·  ▀▀▀▀
reorder               1.00        ·  ▀
relu                  0.80        ·  ▀
linear                0.20     0.20  ▀
between operators     0.50     0.50  ▀
""",
    "parts, unfused": """
                        ms
stem                  2.00  ███▍
layer1                11.8  ████████████████████
head                  0.20  ▍
between operators     0.50  ▉
""",
    "roofline": """
GFLOP/s against FLOP per byte
      │
   200│                    ⡠⠔⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒
      │                 ⣀⠔⠉          conv2d ◉
   100│              ⣀⠔⠊
      │           ⢀⠤⠊
      │        ⢀⠤⠊⠁
      │     ⢀⡠⠒⠁
      │   ⡠⠒⠁   • linear
      │⡠⠔⠉
           1               10                100
• 2 %  ● 10 %  ◉ 25 % of the pass
""",
    "progress": """
██████████████████████████████──────────────────────────────
2 of 4   elapsed 1:10   left 0:50
fp32 unfused nhwc b1 on 2 cores
measuring, 40 passes
fastest    50.0 ms  fp32 fused nhwc b1 on 1 core
most    20.0 img/s  fp32 fused nhwc b1 on 1 core
""",
}

CURVE = """
img/s against threads
  40.0│                            ⣀⣠⠔⠖■
      │                      ⢀⣀⠤⠒⢊⠉⠂
      │                 ⣀⡠⠔⠒⠉⡁⠠ ⠁     ⢀●
      │           ⣀⡠⠤⠒⠊■  ⡀⠐  ⢀⣀⡠⠤⠔⠒⠊⠉⠁
      │     ⢀⣀⠤⠔⠊⠉  ⢀ ⣄●⡨⠤⠔⠒⠊⠉⠁
      │■⠤⠔⠒⠉⠁⣀⣠⠤⠤⠔⠒⠓⠉⠉
      │●⠔⠒⠋⠉⠉
      │
     0│
       1               2               4
■ fp32 fused   ● fp32 unfused
"""


def drawn(name: str) -> list[str]:
    draw, shown, width, height = PANELS[name]
    return [line.plain.rstrip() for line in draw(shown, width, height, PALETTE)]


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_is_drawn_character_by_character(name: str) -> None:
    assert drawn(name) == DRAWN[name].strip("\n").split("\n")


def test_a_curve_is_drawn_character_by_character() -> None:
    curves = [
        curve("threads", {1: 10, 2: 18, 4: 28}),
        curve("threads", {1: 14, 2: 26, 4: 40}, fusion="full"),
    ]
    lines = curve_lines(curves, ["fp32 unfused", "fp32 fused"], 40, 12, PALETTE)
    assert [line.plain.rstrip() for line in lines] == CURVE.strip("\n").split("\n")
