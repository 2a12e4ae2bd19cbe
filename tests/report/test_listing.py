from dataclasses import replace
from typing import Any

import pytest
from report_samples import BUILD, MACHINE, RESULT
from rich.console import Console

from resnettui.core.history import Entry, Listed, listed_of
from resnettui.core.trial import Trial
from resnettui.report.listing import id_digits, listing, printable, stored_record
from resnettui.report.record import record
from resnettui.report.stored import stored_page

MEASURED = Entry(
    id="0123456789abcdef" * 2,
    at="2026-11-24T05:30:16Z",
    source="run",
    trial=RESULT.trial,
    machine=MACHINE,
    build=BUILD,
    result=RESULT,
    tag="before",
    sweep="ab" * 16,
    position=3,
    facts={"kernel": "6.8.0", "governor": "performance"},
)
FAILED = Entry("f" * 32, "2026-11-24T05:31:00Z", "live", Trial(), MACHINE, failure="was killed")


def listed(**changes: Any) -> Listed:
    return replace(listed_of(MEASURED), **changes)


def shown(entry: Entry) -> str:
    console = Console(width=100, record=True, file=None, color_system=None)
    with console.capture() as captured:
        console.print(stored_page(entry))
    return captured.get()


def test_what_differs_has_a_column_and_what_all_share_stands_above() -> None:
    other = replace(RESULT.trial, threads=16, fusion="none")
    first, second = listed(), listed(id="1" * 32, at="2026-11-24T05:31:00Z", trial=other)
    assert listing([first, second]) == [
        "2 trials · AMD EPYC 9655, 2 cores · source run · resnet50 · precision int8"
        " · channels_last · batch size 2 · processes 1 · int8 engine x86 · image size 224 · before",
        "id        when (UTC)        fusion  threads  median ms  img/s    n",
        "01234567  2026-11-24 05:30  full          2       8.06    240  120  ! noisy",
        "11111111  2026-11-24 05:31  none         16       8.06    240  120  ! noisy",
    ]


def test_a_failed_trial_is_listed_with_its_reason() -> None:
    lines = listing([listed(), listed_of(FAILED)])
    assert lines[-1].endswith("-      -    -  failed: was killed")
    assert "before" in lines[-2]
    assert "before" not in lines[-1]


def test_one_trial_is_counted_in_the_singular_and_none_has_no_table() -> None:
    assert listing([listed()])[0].startswith("1 trial · ")
    assert listing([]) == []


def test_ids_are_as_long_as_they_must_be() -> None:
    assert id_digits(["0" * 32, "1" * 32]) == 8
    assert id_digits(["0" * 32, "0" * 9 + "1" * 23]) == 10
    assert id_digits(["0" * 32]) == 8


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain words  kept", "plain words  kept"),
        ("two\nlines\tand tabs", "two lines and tabs"),
        ("\x1b[31mred\x07", "[31mred"),
        ("Grüße ☃", "Grüße ☃"),
    ],
)
def test_nothing_that_a_terminal_obeys_is_printed(text: str, line: str) -> None:
    assert printable(text) == line
    assert "\x1b" not in "".join(listing([listed(failure=text), listed(tag=text)]))


def test_a_stored_trial_is_what_run_printed_and_what_the_history_knows() -> None:
    found = stored_record(MEASURED)
    about = {
        "id": MEASURED.id,
        "at": MEASURED.at,
        "source": "run",
        "tag": "before",
        "failure": "",
        "sweep": MEASURED.sweep,
        "position": 3,
        "facts": dict(MEASURED.facts),
    }
    assert found == {**about, **record(RESULT, MACHINE, BUILD)}


def test_a_failed_trial_has_no_figures_in_json() -> None:
    found = stored_record(FAILED)
    assert found["failure"] == "was killed"
    assert found["trial"] == Trial().as_dict()
    assert found["schema"] == 1
    assert found["machine"]["cpu"] == "AMD EPYC 9655"
    assert found["machine"]["torch"] is None
    assert found["machine"]["engines"] == []
    assert "latency_ms" not in found


def test_the_page_of_a_trial_says_when_and_what_it_measured() -> None:
    text = shown(MEASURED)
    for words in (MEASURED.id, MEASURED.at, "tag before", "place 3", "governor performance"):
        assert words in text.replace("\n", " ")
    assert "8.06" in text
    assert "! noisy: the middle half spreads" in text
    assert "failed" not in text


def test_the_page_of_a_failed_trial_says_why() -> None:
    text = shown(FAILED)
    assert "✗ failed: was killed" in text
    assert "resnet50 · fp32 · fusion none" in text
    assert "2 of 4 cores" in text


def test_the_page_of_a_trial_that_broke_off_says_both() -> None:
    text = shown(replace(MEASURED, failure="the worker died"))
    assert "✗ failed: the worker died" in text
    assert "8.06" in text
