from dataclasses import replace

from operator_samples import FUSED_PROFILE, ROOF, UNFUSED

from resnettui.core.kernels import NO_EFFECT
from resnettui.core.live import Snapshot
from resnettui.core.op_rows import BETWEEN, GROUPS, UNEVEN
from resnettui.core.op_view import SORTED_BY, OpView
from resnettui.core.outcome import Outcome
from resnettui.core.profiling import Profiling
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.trial import Trial

PLAIN = Trial(threads=2)
FUSED = Trial(threads=2, fusion="full")
PEAKS = (ROOF.compute, ROOF.memory)
KNOWN = Snapshot(trial=FUSED, profiles={PLAIN: UNFUSED, FUSED: FUSED_PROFILE}, peaks=PEAKS)
REST = [BETWEEN]


def view(snapshot: Snapshot = KNOWN) -> OpView:
    return OpView().at(snapshot, Profiling())


def labels(found: OpView) -> list[str]:
    return [line.label for line in found.lines]


def test_nothing_is_derived_before_there_is_a_profile() -> None:
    found = view(Snapshot(trial=PLAIN))
    assert (found.lines, found.parts, found.whole, found.verdict) == ((), (), None, None)
    assert found.line is None
    assert found.moved(1).selected == 0
    assert found.grouped().lines == ()


def test_an_unfused_pass_has_its_rows_alone_and_what_is_between_them() -> None:
    found = view(replace(KNOWN, trial=PLAIN))
    assert labels(found) == ["conv2d", "batch_norm", "relu", "reorder", *REST]
    assert all(line.unfused is None for line in found.lines)
    assert sum(line.row.time_ns for line in found.lines if line.row) == UNFUSED.profiled_ns
    assert [line.label for line in found.parts] == ["layer1", "layer2", *REST]


def test_uneven_passes_are_a_row_where_they_are_some_of_the_pass() -> None:
    uneven = replace(UNFUSED, profiled_ns=1.2 * UNFUSED.profiled_ns)
    found = view(replace(KNOWN, trial=PLAIN, profiles={PLAIN: uneven}))
    assert labels(found)[-2:] == [BETWEEN, UNEVEN]
    assert found.parts[-1].label == UNEVEN


def test_what_fusion_took_stands_beside_the_fused_rows() -> None:
    found = view()
    taken = {line.label for line in found.lines if line.row is None}
    assert taken == {"conv2d", "batch_norm", "relu", "reorder"}
    parts = {line.label: line for line in found.parts}
    conv = parts["conv2d"]
    assert conv.row is not None
    assert conv.unfused is not None
    assert (conv.unfused.time_ns, conv.row.time_ns) == (1000, 1000)
    assert parts["batch_norm"].row is None
    assert parts["batch_norm"].either.time_ns == 800


def test_the_fused_pass_is_shown_alone_until_the_unfused_one_is_known() -> None:
    alone = view(replace(KNOWN, profiles={FUSED: FUSED_PROFILE}))
    assert labels(alone) == ["conv2d_relu", *REST]
    assert alone.at(KNOWN, Profiling()).unfused is UNFUSED


def test_there_is_a_verdict_of_both_where_the_roof_is_known() -> None:
    found = view()
    assert found.verdict is not None
    assert found.unfused_verdict is not None
    assert found.verdict.bound == "compute"
    without = view(replace(KNOWN, peaks=()))
    assert (without.verdict, without.unfused_verdict) == (None, None)
    assert labels(without) == labels(found)


def test_several_processes_show_the_profile_of_one() -> None:
    found = view(replace(KNOWN, trial=replace(PLAIN, processes=3)))
    assert (found.trial, found.processes) == (PLAIN, 3)
    assert found.profile is UNFUSED


def test_grouping_and_order_go_around() -> None:
    found = view()
    by, sort = [], []
    for _ in GROUPS:
        by.append(found.by)
        found = found.grouped()
    for _ in SORTED_BY:
        sort.append(found.sort)
        found = found.sorted()
    assert (by, sort) == (list(GROUPS), list(SORTED_BY))
    assert labels(found) == labels(view())


def test_the_parts_are_what_the_table_is_not() -> None:
    found = view(replace(KNOWN, trial=PLAIN)).grouped()
    assert found.by == "stage"
    assert found.parts[0].label == "conv2d"


def test_the_selected_line_stays_inside_and_begins_anew_with_another_order() -> None:
    found = view().moved(100)
    assert found.selected == len(found.lines) - 1
    assert found.line is found.lines[-1]
    assert found.sorted().selected == 0
    assert found.grouped().selected == 0
    fewer = found.at(replace(KNOWN, profiles={FUSED: FUSED_PROFILE}), Profiling())
    assert fewer.selected == len(fewer.lines) - 1


def test_the_same_snapshot_derives_nothing_anew() -> None:
    found = view()
    assert found.at(KNOWN, Profiling()) == found
    assert found.at(KNOWN, Profiling()).lines is found.lines
    other = found.at(replace(KNOWN, passes=7), Profiling(jobs=()))
    assert other.lines is found.lines


def test_an_operator_stands_under_the_roof_of_what_its_kernels_computed_in() -> None:
    trial = Trial(math_mode="bf16")
    peaks = tuple(
        Peak(kind, 1, per_s, "x")
        for kind, per_s in (("fp32", 1e11), ("bf16", 4e11), (MEMORY, 1e10))
    )

    def kind(isa: str) -> str | None:
        kernel = f"convolution brgconv:{isa} fpmath:bf16"
        calls = tuple(replace(call, kernel=kernel) for call in UNFUSED.calls)
        profiles = {trial: replace(UNFUSED, calls=calls)}
        found = view(Snapshot(trial=trial, profiles=profiles, peaks=peaks))
        return found.roof.compute.kind if found.roof else None

    assert (kind("avx512_core"), kind("avx10_1_512_amx")) == ("fp32", "bf16")


def test_a_math_mode_that_is_flagged_stands_under_the_roof_of_fp32() -> None:
    trial = Trial(math_mode="bf16")
    kinds = ("fp32", "bf16", MEMORY)
    outcome = Outcome(trial, 1e6, 1.0, flags={NO_EFFECT: "why"})
    peaks = tuple(Peak(kind, 1, 1e11, "x") for kind in kinds)
    found = view(Snapshot(trial=trial, outcomes={trial: outcome}, peaks=peaks))
    assert found.roof is not None
    assert found.roof.compute.kind == "fp32"
