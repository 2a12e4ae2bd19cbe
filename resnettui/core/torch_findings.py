"""What instruction sets and torch's own word say about a measurement."""

from collections.abc import Iterator

from resnettui.core.finding import Finding, Severity
from resnettui.core.flags import engine_flags
from resnettui.core.isa import DOT_PRODUCT, NATIVE_ISA, emulates
from resnettui.core.kernels import is_reference
from resnettui.core.machine import Build, Machine
from resnettui.core.trial import STRICT, Trial


def no_torch(reason: str, hint: str) -> Finding:
    """Return the finding that no worker came up, with its reason and what to do."""
    return Finding(Severity.CRITICAL, "no torch", reason, hint)


def isa_findings(machine: Machine) -> Iterator[Finding]:
    """Yield what the processor cannot do; nothing where it does not tell what it can."""
    isa = set(machine.isa)
    if not isa:
        return
    if not isa & set(DOT_PRODUCT):
        fact = "int8 needs several instructions for each sum of products: it may gain little"
        advice = "measure it: resnettui compare precision=fp32 precision=int8 --fusion full"
        yield Finding(Severity.WARNING, "no int8 dot product", fact, advice)
    if emulated := [name for name in NATIVE_ISA if emulates(name, isa)]:
        native = ["fp32", *(name for name in NATIVE_ISA if name not in emulated)]
        fact = f"no {' and no '.join(emulated)} arithmetic: emulated, or refused by torch"
        advice = f"choose {', '.join(native)} or int8, not {' or '.join(emulated)}"
        yield Finding(Severity.NOTE, "emulated", fact, advice)


def torch_findings(machine: Machine, build: Build) -> Iterator[Finding]:
    """Yield what a worker's torch says of itself."""
    yield from _engines(build)
    yield from _reference(build)
    yield from _threads(machine, build)
    yield from _math_mode(build)


def _engines(build: Build) -> Iterator[Finding]:
    if not build.engines:
        reasons = "; ".join(f"{name}: {why}" for name, why in build.unavailable_engines.items())
        fact = f"no quantized engine of this torch runs: int8 cannot be measured ({reasons})"
        yield Finding(Severity.WARNING, "no engine", fact, "install torch as PyPI has it")
        return
    for key, fact in engine_flags(Trial(engine=build.engines[0]), build).items():
        advice = f"resnettui takes {build.engines[0]}; do so in your own programs"
        yield Finding(Severity.WARNING, key, fact, advice)


def _reference(build: Build) -> Iterator[Finding]:
    slow = [e for e in build.engines if is_reference(build.engine_kernels.get(e, ""))]
    if not slow:
        return
    ran = ", ".join(f"{e} ({build.engine_kernels[e].partition(' ')[2]})" for e in slow)
    fact = f"int8 runs a plain loop on engine {ran}"
    fast = [engine for engine in build.engines if engine not in slow]
    advice = f"--engine {fast[0]}" if fast else "choose fp32 with --fusion full"
    yield Finding(Severity.WARNING, "reference kernel", fact, advice)


def _threads(machine: Machine, build: Build) -> Iterator[Finding]:
    if not build.openmp:
        fact = "this torch is built without OpenMP: it computes with one thread"
        yield Finding(Severity.WARNING, "no OpenMP", fact, "install torch as PyPI has it")
    elif (build.threads or 0) > machine.cores_allowed:
        fact = f"torch by itself takes {build.threads} threads; {machine.cores_allowed} can run"
        advice = f"OMP_NUM_THREADS={machine.cores_allowed} in your own programs; here --threads"
        yield Finding(Severity.NOTE, "torch threads", fact, advice)


def _math_mode(build: Build) -> Iterator[Finding]:
    if build.math_mode not in ("", STRICT):
        fact = f"the environment lets oneDNN compute fp32 in {build.math_mode}: not heeded here"
        advice = "--math-mode measures it; unset ..._DEFAULT_FPMATH_MODE for your own programs"
        yield Finding(Severity.NOTE, "math mode", fact, advice)
