"""What a piece of work used of the data: every change of that is noticed, and no other change."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from conftest import PRESS, DataCopy
from made_data import flow, made

import antq_analysis as aq
from antq_analysis.dataset.bundled import bundled
from antq_analysis.dataset.dataset import Dataset
from antq_analysis.dataset.usage import remembered, stale, watched

Work = Callable[[Dataset], object]
PRESS_OF_DIEN_BIEN, PRESS_OF_QUANG_BINH = "dienbientv-2020.02", "quangbinh-2020.02"


def used_by(work: Work, ds: Dataset) -> list[dict[str, object]]:
    with watched() as used:
        work(ds)
    return list(json.loads(json.dumps(list(used))))


def cells(folder: Path, area: str) -> str:
    """The code of the profile of an area, on the data of a folder."""
    notebook = nbformat.read(bundled("notebooks") / "01_province_profile.ipynb", as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return "\n".join([sources[0], f"area = {area!r}", *sources[1:]]).replace(
        "aq.load()", f"aq.load({str(folder)!r})"
    )


def more_of_quang_binh(data: DataCopy) -> None:
    """Let Quảng Bình report one more figure, printed in a source that was not there before."""
    sources, press = data.rows("sources.csv"), data.rows(PRESS)
    like = data.row_of("sources.csv", "quangbinh-2020") - 1
    data.write("sources.csv", [sources[0], ["quangbinh-2021", *sources[like][1:]], *sources[1:]])
    row = list(press[data.row_of(PRESS, PRESS_OF_QUANG_BINH) - 1])
    row[0], row[press[0].index("source_id")] = "quangbinh-2021.01", "quangbinh-2021"
    data.write(PRESS, [press[0], row, *press[1:]])


def without(key: str) -> Callable[[DataCopy], None]:
    def change(data: DataCopy) -> None:
        data.write(PRESS, [row for row in data.rows(PRESS) if row[0] != key])

    return change


def noted(key: str) -> Callable[[DataCopy], object]:
    return lambda data: data.set(PRESS, key, note_en="another note")


def twice(data: DataCopy) -> None:
    """Let Điện Biên report a figure a second time."""
    press = data.rows(PRESS)
    row = list(press[data.row_of(PRESS, PRESS_OF_DIEN_BIEN) - 1])
    data.write(PRESS, [*press, ["dienbientv-2020.99", *row[1:]]])


@pytest.fixture(scope="module")
def profile(
    tmp_path_factory: pytest.TempPathFactory, bundled_data: Path
) -> tuple[Path, list[dict[str, object]]]:
    """Run the cells of the profile of Điện Biên once: the folder of its data, and what it used of them."""
    folder = tmp_path_factory.mktemp("profile") / "data"
    shutil.copytree(bundled_data, folder)
    code = compile(cells(folder, "Điện Biên"), "profile", "exec")
    return folder, used_by(lambda _: exec(code, {}), aq.load(folder))


@pytest.mark.parametrize(
    ("change", "is_stale"),
    [
        (lambda data: None, False),
        (more_of_quang_binh, False),
        (noted(PRESS_OF_QUANG_BINH), False),
        (without(PRESS_OF_QUANG_BINH), False),
        (without("quangbinh-2020.09"), True),
        (noted(PRESS_OF_DIEN_BIEN), True),
        (without(PRESS_OF_DIEN_BIEN), True),
        (twice, True),
        (lambda data: data.set("sources.csv", "dienbientv-2020", title="Tên khác"), True),
        (lambda data: data.set("indicators.csv", "models", name_vi="tên khác"), True),
    ],
    ids=["nothing", "more elsewhere", "another elsewhere", "less elsewhere",
         "a subject that nobody reports any more", "another here", "less here",
         "more here", "its source", "a name"],
)  # fmt: skip
def test_the_profile_of_an_area_is_stale_only_where_its_own_figures_changed(profile, change, is_stale):
    folder, uses = profile
    data = DataCopy(folder)
    kept = {path: path.read_bytes() for path in folder.rglob("*.csv")}
    try:
        change(data)
        assert bool(stale(aq.load(folder), uses)) == is_stale
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


@pytest.mark.parametrize(
    ("work", "change"),
    [
        (lambda ds: ds.observations, twice),
        (len, twice),
        (list, twice),
        (repr, twice),
        (lambda ds: ds._repr_html_(), twice),
        (lambda ds: ds.select(areas="Điện Biên").observations, without(PRESS_OF_DIEN_BIEN)),
        (lambda ds: ds.select(concepts="propaganda_sessions", since=2014).observations,
         lambda data: data.set("indicators.csv", "sessions_legal_education", concept="models")),
        (lambda ds: ds.figure(PRESS_OF_DIEN_BIEN), noted(PRESS_OF_DIEN_BIEN)),
        (lambda ds: ds.figure(PRESS_OF_DIEN_BIEN), without(PRESS_OF_DIEN_BIEN)),
        (lambda ds: ds.source("quangbinh-2020"),
         lambda data: data.set("sources.csv", "quangbinh-2020", title="x")),
        (lambda ds: ds.sources(), more_of_quang_binh),
        (lambda ds: ds.area_id("dien bien"),
         lambda data: data.set("areas.csv", "VN-71", spellings="Điện Biên")),
        (lambda ds: ds.select(mandates="annual").distinct("ref_area"),
         lambda data: data.text(PRESS, lambda text: text.replace(",annual,", ",CT07-2014,"))),
        (lambda ds: ds.units(), lambda data: data.set("units.csv", "tip", name_en="hint")),
        (lambda ds: ds.ratio_parts(),
         lambda data: data.write("ratio_parts.csv", data.rows("ratio_parts.csv")[:-1])),
    ],
)  # fmt: skip
def test_whatever_was_handed_out_is_noticed_when_it_changes(data: DataCopy, work: Work, change) -> None:
    uses = used_by(work, aq.load(data.folder))
    assert stale(aq.load(data.folder), uses) == []
    change(data)
    assert stale(aq.load(data.folder), uses) != []
    assert all(use in uses for use in stale(aq.load(data.folder), uses))


def test_the_order_of_sources_is_part_of_what_is_cited(data: DataCopy) -> None:
    uses = used_by(lambda ds: ds.cited(["hoabinh-2024", "dienbientv-2020"]), aq.load(data.folder))
    more_of_quang_binh(data)
    assert stale(aq.load(data.folder), uses) == []
    rows = data.rows("sources.csv")
    data.write("sources.csv", [rows[0], *reversed(rows[1:])])
    assert stale(aq.load(data.folder), uses) == uses


def test_what_stands_in_a_column_does_not_depend_on_numbers(data: DataCopy) -> None:
    uses = used_by(lambda ds: ds.distinct("indicator"), aq.load(data.folder))
    twice(data)
    assert stale(aq.load(data.folder), uses) == []
    without(PRESS_OF_DIEN_BIEN)(data)
    data.set(PRESS, "dienbientv-2020.99", indicator="classes_guards", figure_printed="150 lớp")
    assert stale(aq.load(data.folder), uses) == uses


def test_the_same_selection_by_another_way_is_the_same_use() -> None:
    ds = aq.load()
    one = used_by(lambda ds: ds.select(areas=["Thanh Hoá", "VN-71"], since="2014-01-01").observations, ds)
    other = used_by(
        lambda ds: ds.select(since=2014, areas=("dien bien", "thanh hóa")).select().observations, ds
    )
    strict = used_by(
        lambda ds: ds.read_as("strict").select(since=2014, areas=["VN-21", "VN-71"]).observations, ds
    )
    assert one == other == strict
    assert used_by(lambda ds: ds.select(inferred_areas=True).observations, ds)[-1]["key"] == []


def test_a_name_that_is_gone_is_a_change(data: DataCopy) -> None:
    def empty(ds: Dataset) -> object:
        return ds.select(indicators="models", until=1999).observations

    uses = used_by(empty, aq.load(data.folder))
    data.write(PRESS, data.rows(PRESS)[:1])
    data.write("ratio_parts.csv", data.rows("ratio_parts.csv")[:1])
    assert stale(aq.load(data.folder), uses) == []
    data.write("indicators.csv", [row for row in data.rows("indicators.csv") if row[0] != "models"])
    assert stale(aq.load(data.folder), uses) == uses


def test_data_of_another_folder_or_of_none_can_not_be_relied_on(data: DataCopy) -> None:
    def work(ds: Dataset) -> object:
        return ds.observations

    (here,) = used_by(work, aq.load(data.folder))
    assert here["folder"] == str(data.folder.resolve())
    assert stale(aq.load(), [here]) == [here]
    (nowhere,) = used_by(work, made(flow("9 buổi", 2014, 2018)))
    assert nowhere["folder"] is None
    assert stale(aq.load(), [nowhere]) == [nowhere]
    assert stale(made(flow("9 buổi", 2014, 2018)), [nowhere]) == [nowhere]


def test_watches_within_each_other_see_what_happens_in_them() -> None:
    ds = aq.load()
    with watched() as outer:
        ds.areas()
        with watched() as inner:
            ds.units()
        ds.concepts()
    ds.indicators()
    assert [use["key"] for use in outer] == ["areas", "units", "concepts"]
    assert [use["key"] for use in inner] == ["units"]


def test_a_watch_ends_with_its_block_even_by_an_error() -> None:
    with watched() as first:
        pass
    with pytest.raises(aq.UnknownName), watched() as second:
        aq.load().select(areas="Hà Nội")
    aq.load().units()
    assert (list(first), [use["key"] for use in second]) == ([], ["areas"])


def test_what_is_remembered_is_worked_out_once_and_used_each_time() -> None:
    ds, calls = made(flow("9 buổi", 2014, 2018)), []

    @remembered
    def work(ds: Dataset, area: str, *, more: bool = False) -> int:
        calls.append((area, more))
        return len(ds.select(areas=area))

    first = used_by(lambda ds: work(ds, "Thanh Hóa"), ds)
    assert work(ds, "Thanh Hóa") == 1
    assert used_by(lambda ds: work(ds, "Thanh Hóa"), ds) == first != []
    assert calls == [("Thanh Hóa", False)]
    assert work(ds.select(areas="VN-71"), "Thanh Hóa", more=True) == 0
    assert work(ds.select(areas="dien bien"), "Thanh Hóa", more=True) == 0
    assert calls[1:] == [("Thanh Hóa", True)]


def test_frames_that_are_remembered_are_the_callers_own() -> None:
    work = remembered(lambda ds: ds.observations)
    ds = made(flow("9 buổi", 2014, 2018))
    mine = work(ds)
    mine["obs_value"] = 0.0
    assert work(ds)["obs_value"].tolist() == [9.0]


def test_what_is_remembered_of_one_reading_is_not_given_for_the_other() -> None:
    work = remembered(lambda ds: ds.observations["value_upper"].tolist())
    ds = made(flow("hơn 9.000 buổi", 2014, 2018))
    assert work(ds) != work(ds.read_as("strict"))


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_digests_are_the_same_in_every_process(hash_seed: str) -> None:
    script = (
        "import json, antq_analysis as aq\n"
        "from antq_analysis.dataset.usage import watched\n"
        "with watched() as used:\n"
        "    ds = aq.load().select(areas='Điện Biên', concepts=['tips', 'models'])\n"
        "    ds.observations, ds.sources(), ds.distinct('indicator'), ds.figure('dienbientv-2020.02')\n"
        "print(json.dumps(list(used)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": hash_seed},
    )
    uses = json.loads(run.stdout)
    assert len(uses) == 5
    assert stale(aq.load(), uses) == []
