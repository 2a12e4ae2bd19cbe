"""Triage as one JSON object."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from resnettui.core.board import Board, Cluster
from resnettui.core.finding import Finding
from resnettui.core.isa import features_of
from resnettui.core.machine import Build, Machine
from resnettui.report.record import machine_record

SCHEMA = 1
"""Raised when a field changes its meaning or goes; new fields do not raise it."""


def triage_record(
    board: Board, machine: Machine, build: Build | None, findings: Sequence[Finding]
) -> dict[str, Any]:
    """Return findings and facts as plain values; what could not be read is null or empty."""
    return {
        "schema": SCHEMA,
        "findings": [_finding(finding) for finding in findings],
        "machine": _machine(board, machine, build),
        "clusters": [_cluster(cluster) for cluster in board.clusters],
        "caches": [
            {**asdict(cache), "name": cache.name, "instances": len(cache.shared)}
            for cache in board.caches
        ],
        "numa": [asdict(node) for node in board.numa],
        "memory": asdict(board.memory),
        "temperatures": [asdict(sensor) for sensor in board.temperatures],
        "coolers": [asdict(cooler) for cooler in board.coolers],
        "throttling": asdict(board.throttling),
        "cgroup": asdict(board.group),
        "load": asdict(board.load),
        "torch": _torch(build),
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {**asdict(finding), "severity": finding.severity.name.lower()}


def _machine(board: Board, machine: Machine, build: Build | None) -> dict[str, Any]:
    return {
        **machine_record(machine, build),
        "caches": dict(machine.cache_bytes),
        "online": list(machine.cores_online),
        "usable": list(machine.cores_usable),
        "offline": list(board.offline),
        "affinity": list(board.affinity),
        "cpuset": list(board.cpuset),
        "quota_cores": machine.quota_cores,
        "features": {f.label: f.present(machine.isa) for f in features_of(machine.arch)},
        "threads_per_core": board.threads_per_core,
        "smt": board.smt or None,
        "virtual": board.virtual or None,
        "kernel": board.kernel or None,
    }


def _cluster(cluster: Cluster) -> dict[str, Any]:
    return {**asdict(cluster), "name": cluster.name or None}


def _torch(build: Build | None) -> dict[str, Any] | None:
    return asdict(build) if build else None
