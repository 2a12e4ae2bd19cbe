"""What a machine withholds from a measurement: cores, time, memory, and what else runs on it."""

from collections.abc import Iterator

from resnettui.core.board import Board, Cluster
from resnettui.core.cpu_list import format_cpu_list
from resnettui.core.finding import Finding, Severity
from resnettui.core.machine import Machine

OTHER_LOAD_CORES = 0.1
"""Others that use more than this of a core are found: a pass meets them now and then."""
HEAVY_LOAD_CORES = 0.5
"""From here on a pass meets them most of the time."""
STOLEN_SHARE = 0.01
"""Of its time, that a guest has to miss before it is said."""
MEMORY_NEEDED_BYTES = 700 << 20
"""What a worker that checks ResNet50 in int8 against fp32 at batch 1 takes at its peak, about."""
SWAP_USED_SHARE = 0.05
"""Of the memory: less is what an idle program was moved to."""


def limit_findings(board: Board, machine: Machine) -> Iterator[Finding]:
    """Yield what cores, quotas, memory and other programs say."""
    yield from _other_load(board, machine)
    yield from _stolen(board)
    yield from _quota(board, machine)
    yield from _narrowed(board, machine)
    yield from _memory(board)
    yield from _swap(board)
    yield from _offline(board)
    yield from _little(board, machine)
    yield from _smt(board)
    yield from _numa(board)
    yield from _virtual(board)


def _other_load(board: Board, machine: Machine) -> Iterator[Finding]:
    used = board.load.cores
    if used is None or used < OTHER_LOAD_CORES:
        return
    named = [f"{p.name} ({p.cores:.2f})" for p in board.load.programs if p.cores >= used / 10]
    fact = f"other programs use {used:.2f} of {len(machine.cores_online) or 'the'} cores"
    fact += f": {', '.join(named)}" if named else "; none of them lasted, or may be seen"
    severity = Severity.CRITICAL if used >= HEAVY_LOAD_CORES else Severity.WARNING
    yield Finding(severity, "other load", fact, "end them, or wait, before you measure")


def _stolen(board: Board) -> Iterator[Finding]:
    if (stolen := board.load.stolen or 0.0) >= STOLEN_SHARE:
        fact = f"the host of this virtual machine keeps {stolen:.0%} of the time for itself"
        advice = "measure when the host is idle, or on a machine of its own"
        yield Finding(Severity.WARNING, "stolen time", fact, advice)


def _quota(board: Board, machine: Machine) -> Iterator[Finding]:
    quota, group = machine.quota_cores, board.group
    if quota is None or quota >= len(machine.cores_usable):
        return
    version = f"cgroup v{group.version}" if group.version else "the cgroup"
    fact = f"{version} gives {quota:.3g} of {len(machine.cores_usable)} cores' time"
    if group.throttled_periods and group.periods:
        fact += f", used up in {group.throttled_periods} of {group.periods} periods so far"
    threads = f"--threads {machine.cores_allowed}"
    advice = f"measure with {threads}: more are stopped within each period; or raise the quota"
    yield Finding(Severity.WARNING, "quota", fact, advice)


def _narrowed(board: Board, machine: Machine) -> Iterator[Finding]:
    online, usable = set(machine.cores_online), set(machine.cores_usable)
    in_cpuset = online & set(board.cpuset) or online
    whose = format_cpu_list(machine.cores_usable)
    fact = f"may run on {len(usable)} of {len(online)} cores only: {whose}"
    if in_cpuset < online:
        advice = "to use all, widen the container's or the slice's cpuset"
        yield Finding(Severity.WARNING, "cpuset", fact, advice)
    if usable < in_cpuset:
        advice = "to use all, start without taskset, numactl or a scheduler's binding"
        yield Finding(Severity.WARNING, "affinity", fact, advice)


def _memory(board: Board) -> Iterator[Finding]:
    left = board.memory.available_bytes
    if left is None or left >= MEMORY_NEEDED_BYTES:
        return
    limit, total = board.memory.limit_bytes, board.memory.total_bytes
    of = f" of the cgroup's {_mib(limit)}" if limit and limit < (total or limit + 1) else ""
    fact = f"{_mib(left)}{of} are left; ResNet50 takes about {_mib(MEMORY_NEEDED_BYTES)} to check"
    advice = "end other programs, or measure --model resnet18, and small batches"
    yield Finding(Severity.WARNING, "memory", fact, advice)


def _swap(board: Board) -> Iterator[Finding]:
    used, total = board.memory.swap_used_bytes, board.memory.total_bytes
    if used and total and used > SWAP_USED_SHARE * total:
        fact = f"{_mib(used)} are swapped out: what is needed again comes back during a pass"
        yield Finding(
            Severity.WARNING, "swap", fact, "end other programs; sudo swapoff -a if all fits"
        )


def _mib(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:.0f} MiB"


def _offline(board: Board) -> Iterator[Finding]:
    # Where hardware threads are switched off, their numbers are offline on purpose.
    if not board.offline or board.smt in ("off", "forceoff"):
        return
    cores = "core" if len(board.offline) == 1 else "cores"
    fact = f"{cores} {format_cpu_list(board.offline)} switched off"
    first = f"/sys/devices/system/cpu/cpu{board.offline[0]}/online"
    advice = f"echo 1 | sudo tee {first}, or another power mode (nvpmodel)"
    yield Finding(Severity.WARNING, "offline core", fact, advice)


def _little(board: Board, machine: Machine) -> Iterator[Finding]:
    usable = set(machine.cores_usable)
    weak = [c for c in board.clusters[1:] if usable & set(c.cores)]
    if not weak:
        return
    strong = sorted(usable & set(board.clusters[0].cores))
    fact = f"{', '.join(_of_cluster(c, usable) for c in weak)} of {len(usable)} usable"
    if not strong:
        yield Finding(
            *(Severity.WARNING, "little cores", f"{fact}: none of the strongest kind"),
            "let it use the big cores: taskset, or the cpuset",
        )
        return
    threads = f"{len(strong)} thread{'s' * (len(strong) > 1)}"
    advice = f"--pin {board.clusters[0].name}, with {threads} at most"
    fact += ": with a thread on one of these the others wait for it"
    yield Finding(Severity.WARNING, "little cores", fact, advice)


def _of_cluster(cluster: Cluster, usable: set[int]) -> str:
    count = len(usable & set(cluster.cores))
    known = [cluster.kind or "", _ghz(cluster.clock.highest_hz)]
    words = ", ".join(word for word in known if word)
    cores = "core" if count == 1 else "cores"
    return f"{count} {cluster.name} {cores}" + (f" ({words})" if words else "")


def _ghz(hz: int | None) -> str:
    return f"{hz / 1e9:.2f} GHz" if hz else ""


def _smt(board: Board) -> Iterator[Finding]:
    threads = board.threads_per_core or 1
    online = sum(len(cluster.cores) for cluster in board.clusters)
    if threads > 1 and online:
        fact = f"{threads} hardware threads share each core: {online} for {online // threads}"
        advice = f"begin with {online // threads} threads, and see whether more gain anything"
        yield Finding(Severity.NOTE, "smt", fact, advice)


def _numa(board: Board) -> Iterator[Finding]:
    nodes = [node for node in board.numa if node.cores]
    if len(nodes) > 1:
        fact = f"{len(nodes)} NUMA nodes: memory of another node is farther away"
        first = nodes[0].id
        advice = (
            f"numactl --cpunodebind={first} --membind={first} resnettui ..., one node at a time"
        )
        yield Finding(Severity.NOTE, "numa", fact, advice)


def _virtual(board: Board) -> Iterator[Finding]:
    if board.virtual:
        host = "a hypervisor" if board.virtual == "virtual" else board.virtual
        fact = f"a guest of {host}: its neighbours can slow it down unseen"
        advice = "compare in turns (resnettui compare), and measure again at another time"
        yield Finding(Severity.NOTE, "virtual machine", fact, advice)
