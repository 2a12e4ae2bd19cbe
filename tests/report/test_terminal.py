from dataclasses import replace
from io import StringIO

import pytest
from report_samples import BUILD, IMAGES, MACHINE, MS, PAIR, RESULT, TRIAL
from rich.console import Console

from resnettui.core.axes import AXES, Axis
from resnettui.core.machine import Machine
from resnettui.core.stats import summarise
from resnettui.core.surroundings import Surroundings
from resnettui.core.trial import InputSource, Member, ThreadCounts, Trial, TrialResult, WarmUp
from resnettui.report.terminal import (
    facts,
    input_text,
    machine_line,
    percentile_text,
    result_page,
    title,
)


def page(result: TrialResult, width: int = 120) -> str:
    """Return what `run` prints at this width, without colour."""
    out = StringIO()
    Console(file=out, width=width, color_system=None).print(result_page(result, MACHINE, BUILD))
    return out.getvalue()


@pytest.mark.parametrize(
    ("n", "percentile", "text"),
    [
        (120, 99, "- (120/299)"),
        (298, 99, "- (298/299)"),
        (299, 99, "8.00"),
        (58, 95, "- (58/59)"),
        (59, 95, "8.00"),
        (1, 90, "- (1/29)"),
        (29, 90, "8.00"),
    ],
)
def test_a_percentile_is_a_number_or_what_it_lacks(n: int, percentile: int, text: str) -> None:
    assert percentile_text(summarise([8 * MS] * n), percentile) == text


@pytest.mark.parametrize(
    ("trial", "text"),
    [
        (Trial(), "resnet50 · fp32 · fusion none · channels_last · batch 1 · 1 thread"),
        (
            TRIAL,
            "resnet50 · int8 · fusion full · channels_last · batch 2 · 2 threads · engine x86",
        ),
        (
            Trial(threads=2, processes=3),
            "resnet50 · fp32 · fusion none · channels_last · batch 1 · 3 processes of 2 threads",
        ),
        (
            Trial(image_size=64),
            "resnet50 · fp32 · fusion none · channels_last · batch 1 · 1 thread · 64 px",
        ),
        (
            Trial(threads=2, pin="0,3"),
            "resnet50 · fp32 · fusion none · channels_last · batch 1 · 2 threads · pin 0,3",
        ),
    ],
)
def test_the_title_is_the_configuration(trial: Trial, text: str) -> None:
    assert title(trial) == text


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.name)
def test_titles_tell_every_axis(axis: Axis) -> None:
    other = Trial().with_value(axis.name, axis.domain.step(getattr(Trial(), axis.name), 1))
    assert title(Trial()) != title(other)


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        (MACHINE, "AMD EPYC 9655"),
        (replace(MACHINE, board="Raspberry Pi 4"), "Raspberry Pi 4, AMD EPYC 9655"),
        (replace(MACHINE, name="garage"), "garage · AMD EPYC 9655"),
        (replace(MACHINE, cpu=None, board="Raspberry Pi 4"), "Raspberry Pi 4"),
        (replace(MACHINE, cpu=None), "x86_64"),
    ],
)
def test_the_machine_goes_by_the_best_name_it_has(machine: Machine, name: str) -> None:
    assert machine_line(machine, BUILD) == f"{name} · 2 of 4 cores · torch 2.13.0 · AVX512"


def test_the_facts_explain_the_latency() -> None:
    assert facts(RESULT) == {
        "operators": "160 -> 41 + 33 fused (= 74 dispatched)",
        "kernels": "36 brgconv_1x1:avx512_core_vnni, 17 brg_conv_fwd:avx512_core_vnni",
        "reorders": "3",
        "check against fp32": "largest error 0.25, cosine 0.998750",
        "SQNR": "27.9 dB",
        "agreement with fp32": "95 % of 64 images (random weights: this says little)",
        "top-1": "- (random weights)",
        "weights": "random",
        "warm-up": "12 passes",
    }


def test_a_warm_up_that_did_not_settle_is_told() -> None:
    result = replace(RESULT, warmup=WarmUp(100, False))
    assert facts(result)["warm-up"] == "100 passes, not settled"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (InputSource(12), "12 images"),
        (InputSource(12, 1, ("a.txt (no image)",)), "12 images; 1 no images: a.txt (no image)"),
        (IMAGES, "12 images; 3 no images: a.txt (no image), b.jpg (truncated), ..."),
        (InputSource(64, files=1000, looked_at=1000), "64 images"),
        (
            InputSource(64, files=50000, looked_at=1000),
            "64 images, 1000 of 50000 files looked at",
        ),
    ],
)
def test_images_are_counted_and_the_unreadable_named(source: InputSource, text: str) -> None:
    result = replace(RESULT, input=source)
    assert facts(result)["input"] == text
    assert input_text(source) == text


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ((Member(1, threads=ThreadCounts(2, 2, 1)),), "asked for 2, torch 2, OpenMP 2, computed 1"),
        (
            (Member(1, (0, 3), threads=ThreadCounts(2, None, 2)),),
            "asked for 2, torch 2, computed 2, on cores 0,3",
        ),
        (
            (
                Member(1, (1,), threads=ThreadCounts(2, 2, 1)),
                Member(2, (2,), threads=ThreadCounts(2, 2, 2)),
            ),
            "asked for 2, torch 2, OpenMP 2, computed 1-2, on cores 1-2",
        ),
        ((Member(1, (1,), threads=ThreadCounts(busy=2)),), "asked for 2, computed 2, on core 1"),
        ((Member(1),), None),
        ((), None),
    ],
)
def test_threads_are_those_asked_for_and_those_that_computed(
    members: tuple[Member, ...], text: str | None
) -> None:
    assert facts(replace(RESULT, members=members)).get("threads") == text


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Surroundings(), None),
        (Surroundings(waited_share=0.0012), "waited 0.1 % for a core"),
        (
            Surroundings(
                *(1_800_000_000, 2_400_000_000, 84.5, 0.5, "hot", 0.254, 12.4),
                quota_stops=3,
            ),
            "1.80 to 2.40 GHz · 84 °C · waited 25.4 % for a core · 12 involuntary switches/s"
            " · 3 stops by the quota",
        ),
        (Surroundings(2_596_000_000, 2_597_000_000, quota_stops=0), "2.60 GHz"),
    ],
)
def test_surroundings_are_what_the_sensors_told(found: Surroundings, text: str | None) -> None:
    assert facts(RESULT.beside(found)).get("surroundings") == text


def test_synthetic_input_is_no_fact() -> None:
    assert "input" not in facts(RESULT)


def test_the_page_holds_every_figure() -> None:
    text = page(RESULT)
    for expected in (
        *(title(TRIAL), "AMD EPYC 9655 · 2 of 4 cores"),
        *("p50", "p90", "p95", "p99", "8.06", "8.11", "- (120/299)", "240", "img/s"),
        *facts(RESULT).values(),
        "! noisy: the middle half spreads over 12% of the median",
    ):
        assert expected in text


PROCESSES = ("4711  0  61  8.06  122  320", "4712  any  59  8.50  118  -")


@pytest.mark.parametrize("width", [40, 80])
def test_each_of_several_processes_has_a_row(width: int) -> None:
    lines = page(replace(RESULT, members=PAIR), width).splitlines()
    rows = ["  ".join(line.split()) for line in lines]
    assert [row for row in PROCESSES if row not in rows] == []
    assert max(len(line) for line in lines) <= width


def test_a_single_process_has_no_table_of_its_own() -> None:
    assert "pid" not in page(replace(RESULT, members=PAIR[:1]))


def test_a_quiet_page_has_no_warning() -> None:
    assert "!" not in page(replace(RESULT, flags={}))


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_of_the_page_is_wider_than_the_terminal(width: int) -> None:
    assert max(len(line) for line in page(RESULT, width).splitlines()) <= width


@pytest.mark.parametrize("width", [40, 60, 76, 80, 120])
def test_no_figure_of_the_page_is_cut(width: int) -> None:
    text = page(RESULT, width)
    assert [f for f in ("8.06", "8.11", "- (120/299)", "8.12", "240") if f not in text] == []


def test_brackets_in_a_flag_are_not_taken_for_markup() -> None:
    assert "! noisy: [red]so" in page(replace(RESULT, flags={"noisy": "[red]so"}))


@pytest.mark.parametrize("name", ["[bold]a[/bold].txt", "[/x].txt"])
def test_brackets_in_a_file_name_are_not_taken_for_markup(name: str) -> None:
    assert name in page(replace(RESULT, input=InputSource(1, 1, (name,))))
