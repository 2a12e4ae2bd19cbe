import random
import re
import sqlite3
import threading
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

import pytest
from store_samples import BARE, BUILD, ENTRIES, MACHINE, RESULT, entry, id_of

from resnettui.core.history import Entry, listed_of
from resnettui.core.platforms import Place
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError, UsageError
from resnettui.places import history_path
from resnettui.store import History, new_id, now


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "folder" / "history.sqlite") as opened:
        yield opened


@pytest.mark.parametrize("stored", ENTRIES.values(), ids=ENTRIES)
def test_an_entry_comes_back_as_it_was(stored: Entry, history: History) -> None:
    history.add(stored)
    history.close()
    with History.open(history.path) as again:
        assert again.entry(stored.id) == stored
        assert again.listed() == [listed_of(stored)]


@pytest.mark.parametrize(
    "full",
    [
        *(entry(failure="it failed"), MACHINE, BUILD, RESULT),
        *(RESULT.check, RESULT.input, RESULT.warmup, RESULT.members[0]),
    ],
    ids=lambda full: type(full).__name__,
)
def test_the_fullest_entry_leaves_no_field_at_its_default(full: Any) -> None:
    for field in fields(full):
        made = () if field.default_factory is MISSING else (field.default_factory(),)
        assert getattr(full, field.name) not in (field.default, *made), field.name


def test_entries_by_chance_come_back_as_they_were(history: History) -> None:
    chance = random.Random(7)
    stored = [_by_chance(chance, number) for number in range(60)]
    chance.shuffle(stored)
    for one in stored:
        history.add(one)
    assert [history.entry(one.id) for one in stored] == stored
    assert {one.id: one for one in history.listed()} == {s.id: listed_of(s) for s in stored}
    assert [one.at for one in history.listed()] == sorted(one.at for one in stored)


def _by_chance(chance: random.Random, number: int) -> Entry:
    latencies = tuple(chance.getrandbits(chance.randrange(1, 50)) for _ in range(number + 1))
    kernels = {f"convolution k{n}": chance.randrange(99) for n in range(chance.randrange(4))}
    check = replace(RESULT.check, cosine=chance.random(), top1=chance.choice((None, 0.1)))
    result = replace(
        RESULT,
        latencies_ns=latencies,
        wall_ns=chance.getrandbits(40),
        kernels=kernels,
        check=check,
        flags=dict.fromkeys(chance.sample(("noisy", "emulated", "throttled"), 2), "why"),
        members=RESULT.members[: chance.randrange(3)],
    )
    trial = Trial(threads=chance.randrange(1, 9), engine=chance.choice((None, "x86")))
    failed = chance.random() < 0.3
    return entry(
        number,
        trial=trial,
        build=chance.choice((None, BUILD)),
        result=None if failed else result,
        failure="it failed" if failed else "",
        sweep=chance.choice(("", id_of(9))),
        machine=replace(MACHINE, cpu=chance.choice((None, "Neoverse-N1"))),
    )


def test_latencies_are_compressed_little_endian_integers_of_64_bits(history: History) -> None:
    history.add(entry())
    with sqlite3.connect(history.path) as db:
        (blob,) = db.execute("SELECT latencies_ns FROM detail").fetchone()
    db.close()
    raw = zlib.decompress(blob)
    found = tuple(int.from_bytes(raw[i : i + 8], "little") for i in range(0, len(raw), 8))
    assert found == RESULT.latencies_ns
    assert array("q", found).itemsize == 8


def test_figures_are_columns_that_any_program_can_read(history: History) -> None:
    history.add(entry())
    with sqlite3.connect(history.path) as db:
        found = db.execute("SELECT latency_ns, throughput_img_s, passes, ops FROM trial").fetchone()
    db.close()
    assert found == (8_000_000.0, RESULT.throughput_img_s, 4096, 20)


def test_an_id_is_stored_once(history: History) -> None:
    history.add(entry(1))
    history.add(entry(1, tag="other", position=9))
    assert [listed.tag for listed in history.listed()] == ["Grüße"]
    assert history.entry(id_of(1)) == entry(1)


def test_a_place_in_a_sweep_is_stored_once(history: History) -> None:
    history.add(entry(1, position=3))
    history.add(entry(2, position=3))
    history.add(entry(3, position=3, sweep="cd" * 16))
    history.add(entry(4, position=3, sweep=""))
    history.add(entry(5, position=3, sweep=""))
    assert [listed.id for listed in history.listed()] == [id_of(n) for n in (1, 3, 4, 5)]


def test_adding_many_tells_which_were_not_there(history: History) -> None:
    assert history.add_all([entry(1), entry(2)]) == {id_of(1), id_of(2)}
    assert history.add_all([entry(2), entry(3), entry(3)]) == {id_of(3)}
    assert len(history.listed()) == 3


def test_lists_read_no_raw_latencies(history: History) -> None:
    history.add(entry())
    with sqlite3.connect(history.path) as db:
        db.execute("UPDATE detail SET body = 'gone', latencies_ns = 'gone'")
    db.close()
    assert history.listed() == [listed_of(entry())]


def test_an_id_may_be_shortened_while_it_names_one(history: History) -> None:
    first, second = replace(BARE, id="abc" + "0" * 29), replace(BARE, id="abd" + "0" * 29)
    history.add_all([first, second])
    assert history.entry("abc") == first
    assert history.entry("ABD0") == second
    assert history.entry(second.id) == second


@pytest.mark.parametrize(
    ("prefix", "reason"),
    [
        ("ab", "several trials begin with ab"),
        ("c", "no trial c in the history"),
        ("abc" + "0" * 30, "no trial"),
        ("", "'' is no id of a trial"),
        ("%", "'%' is no id of a trial"),
        ("live", "'live' is no id of a trial"),
    ],
)
def test_an_id_that_names_none_or_several_is_bad_usage(
    prefix: str, reason: str, history: History
) -> None:
    history.add_all([replace(BARE, id="abc" + "0" * 29), replace(BARE, id="abd" + "0" * 29)])
    for ask in (history.entry, history.full_id, lambda p: history.tag(p, "x")):
        with pytest.raises(UsageError) as error:
            ask(prefix)
        assert reason in error.value.reason
        assert error.value.hint
    with pytest.raises(UsageError):
        history.delete(["abc", prefix])
    assert len(history.listed()) == 2


def test_a_tag_is_given_and_taken_away(history: History) -> None:
    history.add_all([entry(1), entry(2)])
    history.tag(id_of(1), "before")
    assert [listed.tag for listed in history.listed()] == ["before", "Grüße"]
    assert history.entry(id_of(1)) == entry(1, tag="before")
    history.tag(id_of(1), "")
    assert history.entry(id_of(1)).tag == ""


def test_what_is_deleted_is_gone_with_its_details(history: History) -> None:
    history.add_all([entry(1), entry(2), entry(3)])
    assert history.delete([id_of(1), id_of(3), id_of(3)]) == 2
    assert [listed.id for listed in history.listed()] == [id_of(2)]
    with sqlite3.connect(history.path) as db:
        assert db.execute("SELECT count(*) FROM detail").fetchone() == (1,)
    db.close()


def test_entries_come_in_the_order_asked_for(history: History) -> None:
    history.add_all([entry(1), entry(2)])
    found = history.entries([id_of(2), id_of(7), id_of(1)])
    assert [one.id for one in found] == [id_of(2), id_of(1)]


def test_a_sweep_is_resumed_where_it_broke_off(history: History) -> None:
    assert history.unfinished_sweep() is None
    old, new = history.begin_sweep('{"a": 1}'), history.begin_sweep('{"b": 2}')
    assert history.unfinished_sweep() == (new, '{"b": 2}')
    assert history.sweep_plan(old[:12]) == (old, '{"a": 1}')
    history.finish_sweep(new)
    assert history.unfinished_sweep() == (old, '{"a": 1}')
    history.finish_sweep(old)
    assert history.unfinished_sweep() is None
    with pytest.raises(UsageError, match="no sweep ffff") as error:
        history.sweep_plan("ffff")
    assert error.value.hint == "resnettui history show ID tells the sweep of a trial"


def test_a_deleted_trial_leaves_its_place_in_the_sweep_free(history: History) -> None:
    sweep = history.begin_sweep("{}")
    history.add(entry(1, sweep=sweep, position=3))
    history.delete([id_of(1)])
    history.add(entry(2, sweep=sweep, position=3))
    assert [listed.id for listed in history.listed()] == [id_of(2)]


def test_threads_share_a_history(history: History) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 10):
            history.add(entry(number))

    threads = [threading.Thread(target=write, args=(first,)) for first in (10, 20, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [listed.id for listed in history.listed()] == [id_of(n) for n in range(10, 40)]


def test_ids_and_times_have_their_form() -> None:
    assert len({new_id() for _ in range(100)}) == 100
    assert all(re.fullmatch("[0-9a-f]{32}", new_id()) for _ in range(3))
    assert len(now()) == len("2026-11-24T05:30:16Z")
    assert now()[10] + now()[-1] == "TZ"


def test_the_users_history_is_in_his_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert history_path() == Path("/data/resnettui/history.sqlite")


def test_several_programs_may_make_the_same_file_at_once(tmp_path: Path) -> None:
    troubles: list[HistoryError] = []

    def open_one(path: Path, together: threading.Barrier) -> None:
        together.wait()
        try:
            History.open(path).close()
        except HistoryError as error:
            troubles.append(error)

    for number in range(40):
        together = threading.Barrier(4)
        path = tmp_path / f"{number}.sqlite"
        opening = [threading.Thread(target=open_one, args=(path, together)) for _ in range(4)]
        for thread in opening:
            thread.start()
        for thread in opening:
            thread.join()
    assert [str(trouble) for trouble in troubles] == []


HERE = Place("Cortex-A72, 4 cores", "rock-1", "2.9.1")
PEAKS = (Peak("fp32", 4, 3e10, "convolution"), Peak(MEMORY, 4, 4e9, "triad"))


def test_peaks_are_kept_for_each_machine_and_torch(history: History) -> None:
    assert history.peaks(HERE) == ()
    history.keep_peaks(HERE, PEAKS)
    assert set(history.peaks(HERE)) == set(PEAKS)
    for other in ({"platform": "x"}, {"host": "rock-2"}, {"torch": "2.13.0"}):
        assert history.peaks(replace(HERE, **other)) == ()


def test_of_each_kind_and_number_of_threads_the_highest_peak_stays(history: History) -> None:
    fp32, memory = PEAKS
    history.keep_peaks(HERE, PEAKS)
    higher, on_one = replace(fp32, per_s=4e10, by="mm"), replace(fp32, threads=1)
    history.keep_peaks(HERE, [higher, on_one, replace(memory, per_s=1e9)])
    assert set(history.peaks(HERE)) == {higher, on_one, memory}
    with sqlite3.connect(history.path) as db:
        times = db.execute("SELECT DISTINCT at FROM peak").fetchall()
    db.close()
    assert all(at <= now() for (at,) in times)


def test_a_machine_is_named_in_the_list_and_in_the_details_of_its_trials(history: History) -> None:
    history.add_all([entry(1), entry(2)])
    history.name_machine([id_of(1)], "attic")
    named, other = history.listed()
    assert named.platform.startswith("attic")
    assert history.entry(id_of(1)) == replace(entry(1), machine=replace(MACHINE, name="attic"))
    assert (other.platform, history.entry(id_of(2))) == (listed_of(entry(2)).platform, entry(2))


def test_a_machine_may_have_any_name(history: History) -> None:
    odd = replace(HERE, platform="b\udcff, 1 core")
    history.keep_peaks(odd, PEAKS)
    assert set(history.peaks(odd)) == set(PEAKS)
