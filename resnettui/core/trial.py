"""A Trial is what to measure; a TrialResult is what came out."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property

from resnettui.core.axes import AXES, AXIS, Value
from resnettui.core.intervals import Interval, interval_of_passes
from resnettui.core.ops import OpLedger
from resnettui.core.stats import Summary, summarise
from resnettui.core.surroundings import Surroundings

STRICT = "strict"
"""The math mode in which fp32 is computed as fp32."""


@dataclass(frozen=True)
class Trial:
    """One configuration of one model: a value on every axis of AXES."""

    model: str = "resnet50"
    precision: str = "fp32"
    fusion: str = "none"
    memory_format: str = "channels_last"
    batch_size: int = 1
    threads: int = 1
    processes: int = 1
    pin: str | None = None
    """Where the threads are kept, in the words of core.placing, or a list of cores; None: one
    process runs where the kernel likes, several are spread."""
    engine: str | None = None
    """The quantized engine; None for the float precisions, or while the choice is the worker's."""
    math_mode: str = STRICT
    """What oneDNN may compute in on fp32 tensors; strict for the other precisions."""
    image_size: int = 224

    def with_value(self, name: str, value: Value | None) -> "Trial":
        """Return this trial with another value on the axis `name`."""
        return replace(self, **{name: value})  # type: ignore[arg-type]

    def stepped(self, name: str, direction: int, engines: tuple[str, ...] = ()) -> "Trial":
        """Return this trial one step along the axis `name`; engines walk over those that run.

        Along an idle axis there is no step.
        """
        if name in self.idle:
            return self
        if name != "engine":
            current = getattr(self, name)
            return self.with_value(name, AXIS[name].domain.step(current, direction))
        if not engines:
            return self
        at = engines.index(self.engine) if self.engine in engines else 0
        return self.with_value(name, engines[(at + direction) % len(engines)])

    @property
    def idle(self) -> tuple[str, ...]:
        """The axes without a meaning for this precision."""
        return tuple(axis.name for axis in AXES if axis.precision not in ("", self.precision))

    def with_idle_reset(self) -> "Trial":
        """Return this trial with its idle axes at their defaults."""
        return replace(self, **{name: AXIS[name].default for name in self.idle})  # type: ignore[arg-type]

    def resolved(self, engines: tuple[str, ...]) -> "Trial":
        """Return the trial as it can be measured: idle axes at rest, a running engine for int8."""
        trial = self.with_idle_reset()
        if trial.precision != "int8":
            return trial
        return replace(trial, engine=trial.engine or next(iter(engines), None))

    @property
    def arithmetic(self) -> str:
        """The precision whose arithmetic it may use, whatever its tensors are."""
        return self.precision if self.math_mode == STRICT else self.math_mode

    @property
    def cores(self) -> int:
        """The cores this configuration keeps busy: threads x processes."""
        return self.threads * self.processes

    def as_dict(self) -> dict[str, Value | None]:
        """Return the trial as plain values, in the order of the fields."""
        return asdict(self)


@dataclass(frozen=True)
class WarmUp:
    """How the passes before the sample went."""

    iterations: int = 0
    settled: bool = False
    """The rolling median stopped moving before the cap was reached."""


@dataclass(frozen=True, slots=True)
class Check:
    """A variant's output against the same model in fp32, unfused, on the same input."""

    max_abs_error: float
    cosine: float
    sqnr_db: float | None = None
    """Signal to quantization noise: 10 log10 of the power of fp32's logits over the error's.

    None where there is no error at all."""
    agreement: float | None = None
    """Share of the images whose most likely class is fp32's."""
    top1: float | None = None
    """Share of the images whose most likely class is the right one; None without labels."""
    images: int = 0
    """Images these shares were counted on; 0 where none were."""


RANDOM, IMAGENET = "random", "imagenet"
"""The weights that have a name; all others are those of a file."""

SYNTHETIC, IMAGES = "synthetic", "images"
"""What the input is made of."""


@dataclass(frozen=True)
class InputSource:
    """Where the input came from."""

    images: int = 0
    """Decoded images that are cycled through; 0 for synthetic input."""
    unreadable: int = 0
    """Files and folders below the folder that give no image: wrong, broken or empty ones."""
    unreadable_names: tuple[str, ...] = ()
    """The first of them, each with its reason."""
    weights: str = RANDOM
    """What the model's weights are: random, imagenet, or the name of a file."""
    files: int = 0
    """Files below the folder."""
    looked_at: int = 0
    """Files that were opened; fewer than there are where the folder is large."""
    unlabelled: str = ""
    """Why the images have no class of ImageNet; "" where they have one, or there are none."""

    @property
    def kind(self) -> str:
        """SYNTHETIC or IMAGES."""
        return IMAGES if self.images else SYNTHETIC

    @property
    def no_top1(self) -> str:
        """Why there can be no top-1 accuracy; "" where there can."""
        if self.weights == RANDOM:
            return "random weights"
        return self.unlabelled if self.images else "synthetic input"


@dataclass(frozen=True)
class ThreadCounts:
    """How many threads compute in a process; None where it is not told."""

    torch: int | None = None
    """What torch splits an operator into, and pthreadpool (qnnpack) with it."""
    openmp: int | None = None
    """What the OpenMP runtime that torch calls would start at most."""
    busy: int | None = None
    """Those that really had CPU time during the warm-up."""


@dataclass(frozen=True)
class Member:
    """One worker process of a trial."""

    pid: int
    cores: tuple[int, ...] = ()
    """The cores all its threads are pinned to, as /proc told; () where they are not."""
    passes: int = 0
    median_ns: float = 0.0
    throughput_img_s: float = 0.0
    """Over the wall time up to the end of its own last pass."""
    memory_bytes: int | None = None
    """Resident memory after the warm-up."""
    not_pinned: str = ""
    """Why its threads are not pinned as they should be; "" where they are, or need not."""
    threads: ThreadCounts = field(default_factory=ThreadCounts)


@dataclass(frozen=True)
class TrialResult:
    """What one trial measured. Raw latencies are kept; every figure derives from them."""

    trial: Trial
    latencies_ns: Sequence[int]
    """One forward pass of one batch each, in the order measured; pooled over the processes."""
    wall_ns: int
    """From the start of the first to the end of the last pass of the sample."""
    warmup: WarmUp
    check: Check
    ops: OpLedger
    unfused: OpLedger
    kernels: Mapping[str, int]
    """Calls in one pass by kernel, "primitive implementation"."""
    passes: int
    """Passes measured within wall_ns; more than the latencies where only the latest are kept."""
    flags: Mapping[str, str] = field(default_factory=dict)
    """Why the number is to be taken with care: flag -> reason."""
    input: InputSource = field(default_factory=InputSource)
    members: tuple[Member, ...] = ()
    """The worker processes, each with its share of the passes."""
    surroundings: Surroundings = field(default_factory=Surroundings)
    flop: int | None = None
    """Operations of one pass of one process; a multiply and add counts as two."""
    moved_bytes: int | None = None
    """The least that one pass must move: weights, inputs and outputs of every operator."""

    @cached_property
    def ordered_ns(self) -> tuple[int, ...]:
        """The latencies, ascending."""
        return tuple(sorted(self.latencies_ns))

    @cached_property
    def summary(self) -> Summary:
        """The statistics of the latencies, in ns."""
        return summarise(self.ordered_ns)

    @cached_property
    def median_interval(self) -> Interval | None:
        """What holds the median with 95 % confidence, in ns; None where there are few passes."""
        return interval_of_passes(self.latencies_ns, self.ordered_ns)

    def flagged(self, flags: Mapping[str, str]) -> "TrialResult":
        """Return the result with flags; its statistics are not derived a second time."""
        return self._derived(replace(self, flags=flags))

    def with_members(self, members: tuple[Member, ...]) -> "TrialResult":
        """Return the result with its processes; its statistics are not derived a second time."""
        return self._derived(replace(self, members=members))

    def beside(self, surroundings: Surroundings) -> "TrialResult":
        """Return the result with what the sensors said while it was measured."""
        return self._derived(replace(self, surroundings=surroundings))

    def packed(self) -> "TrialResult":
        """Return the result with 8 bytes for each latency, without statistics, for many to wait."""
        return replace(self, latencies_ns=array("q", self.latencies_ns))

    @property
    def pinned_cores(self) -> tuple[int, ...]:
        """The cores that its processes are pinned to; () where one of them may run anywhere."""
        if not all(member.cores for member in self.members):
            return ()
        return tuple(sorted({core for member in self.members for core in member.cores}))

    def _derived(self, other: "TrialResult") -> "TrialResult":
        other.__dict__.update(ordered_ns=self.ordered_ns, summary=self.summary)
        return other

    @property
    def throughput_img_s(self) -> float:
        """Images per second of wall time; of several processes the sum of theirs."""
        if self.members:
            return sum(member.throughput_img_s for member in self.members)
        return throughput_img_s(self.trial, self.passes, self.wall_ns)

    @property
    def passes_per_s(self) -> float:
        """Passes per second of wall time, of all processes together."""
        return self.throughput_img_s / self.trial.batch_size


def throughput_img_s(trial: Trial, passes: int, wall_ns: int) -> float:
    """Return images per second of wall time; 0 before there is any."""
    return trial.batch_size * passes * 1e9 / wall_ns if wall_ns else 0.0
