"""Answers to the study's statements in words, as plain values and as Markdown."""

from collections.abc import Sequence
from typing import Any

from resnettui.core.claims import NOISE, Case, Figure, Finding, Verdict
from resnettui.core.statements import Answer
from resnettui.core.trial import Trial
from resnettui.report.figures import percent, ratio, significant

SCHEMA = 1
"""Raised when a field changes its meaning or goes; new fields do not raise it."""

NOISE_TEXT = (
    f"Only ResNet50 at 224 pixels is asked; differences within {100 * NOISE:.0f} % decide nothing."
)


def record(answers: Sequence[Answer], platform: str, torch: str, suffix: str) -> dict[str, Any]:
    """Return the answers of a platform as plain values; `suffix` ends each command."""
    return {
        "schema": SCHEMA,
        "platform": platform,
        "torch": torch or None,
        "claims": [_record(answer, suffix) for answer in answers],
    }


def _record(answer: Answer, suffix: str) -> dict[str, Any]:
    finding = answer.finding
    return {
        "name": answer.statement.name,
        "statement": answer.statement.words,
        "verdict": finding.verdict.value,
        "reason": finding.impossible or None,
        "cases": [
            {
                "trial": case.trial.as_dict(),
                "holds": case.holds,
                "disturbed": list(case.disturbed),
                "figures": {figure.name: round(figure.value, 4) for figure in case.figures},
            }
            for case in finding.cases
        ],
        "command": command(answer, suffix) or None,
    }


def markdown(answers: Sequence[Answer], heading: str, suffix: str) -> str:
    """Return the answers as a Markdown table under a heading."""
    lines = [
        f"# {heading}",
        "",
        "| statement | verdict | figures | measured by |",
        "|---|---|---|---|",
    ]
    for answer in answers:
        told = "<br>".join(figure_lines(answer.finding))
        words, verdict = answer.statement.words, answer.finding.verdict.value
        measured_by = f"`{wanted}`" if (wanted := command(answer, suffix)) else "-"
        lines.append(f"| {words} | {verdict} | {told} | {measured_by} |")
    return "\n".join([*lines, "", NOISE_TEXT, ""])


def command(answer: Answer, suffix: str) -> str:
    """Return the command that measures what an answer needs; "" where there can be none."""
    if answer.finding.impossible:
        return ""
    return f"resnettui sweep --study {answer.statement.study}{suffix}"


def figure_lines(finding: Finding, most: int | None = None) -> list[str]:
    """Return what an answer rests on, a line per case, `most` of them; and why there is none."""
    marked = not finding.impossible
    lines = [case_text(case, marked) for case in finding.cases[:most]]
    if more := len(finding.cases) - len(lines):
        lines.append(f"and {more} more")
    if finding.verdict is Verdict.PARTLY:
        decided = [case.holds for case in finding.cases if case.holds is not None]
        lines.insert(0, f"in {sum(decided)} of {len(decided)} cases")
    return [finding.impossible, *lines] if finding.impossible else lines


def case_text(case: Case, marked: bool = True) -> str:
    """Return a case in one line, marked where it decides nothing, and with flags of its trials."""
    figures = ", ".join(map(figure_text, case.figures))
    doubt = " (decides nothing)" if marked and case.holds is None else ""
    flags = f" ! {', '.join(case.disturbed)}" if case.disturbed else ""
    return f"{variant_text(case.trial)}: {figures}{doubt}{flags}"


def variant_text(trial: Trial) -> str:
    """Return what tells a case from the others of its statement, e.g. "int8 fused, 2 threads"."""
    engine = f" {trial.engine}" if trial.engine else ""
    fused = "fused" if trial.fusion == "full" else "unfused"
    count, word = trial.threads, "thread"
    if trial.processes > 1:
        count, word = trial.processes, "processe"
    return f"{trial.precision}{engine} {fused}, {count} {word}{'' if count == 1 else 's'}"


def figure_text(figure: Figure) -> str:
    """Return a figure with its name."""
    match figure.kind:
        case "ratio":
            return f"{figure.name} {ratio(figure.value)}"
        case "share":
            return f"{figure.name} {percent(figure.value)}"
        case "count":
            return f"{figure.name} {figure.value:.0f}"
    return f"{figure.name} {significant(figure.value)}"
