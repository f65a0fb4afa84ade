"""What a piece of work used of the data: every change of that is noticed, and no other change."""

import inspect
import json
import re
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
from antq_analysis.data import bundled
from antq_analysis.data.dataset import Dataset
from antq_analysis.data.fingerprint import FOLDER, fingerprint
from antq_analysis.data.usage import remembered, stale, watched

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


def renamed(file: str, key: str) -> Callable[[DataCopy], object]:
    return lambda data: data.set(file, key, name_en="another name")


def shortened(file: str) -> Callable[[DataCopy], None]:
    return lambda data: data.write(file, data.rows(file)[:-1])


def of_no_indicator(data: DataCopy) -> None:
    """Let nobody report on models, nor know of them."""
    for file in (PRESS, "observations/official.csv", "ratio_parts.csv"):
        data.write(file, data.rows(file)[:1])
    data.write("indicators.csv", [row for row in data.rows("indicators.csv") if row[0] != "models"])


def refused(work: Work) -> Work:
    def refusing(ds: Dataset) -> None:
        with pytest.raises(aq.UnknownName):
            work(ds)

    return refusing


# Every way to something in the data, by its name in the class, and what of the data it depends on.
WAYS: dict[str, list[tuple[Work, Callable[[DataCopy], object]]]] = {
    "observations": [(lambda ds: ds.observations, twice)],
    "__len__": [(len, twice)],
    "__iter__": [(list, twice), (lambda ds: {} in ds, twice)],
    "__repr__": [(repr, twice), (str, twice)],
    "_repr_html_": [(lambda ds: ds._repr_html_(), twice)],
    "origin": [(lambda ds: ds.origin.fingerprint, noted(PRESS_OF_DIEN_BIEN))],
    "select": [
        (lambda ds: ds.select(areas="Điện Biên").observations, without(PRESS_OF_DIEN_BIEN)),
        (lambda ds: ds.select(concepts="propaganda_sessions", since=2014).observations,
         lambda data: data.set("indicators.csv", "sessions_legal_education", concept="models")),
        (lambda ds: ds.select(indicators="models"), of_no_indicator),
        (lambda ds: ds.select(areas="dien bien"),
         lambda data: data.set("areas.csv", "VN-71", spellings="Điện Biên")),
        (refused(lambda ds: ds.select(mandates="anual")), twice),
    ],
    "read_as": [(lambda ds: ds.read_as("strict").observations, twice)],
    "whole": [(lambda ds: ds.select(areas="Thanh Hóa").whole.observations, twice)],
    "figure": [
        (lambda ds: ds.figure(PRESS_OF_DIEN_BIEN), noted(PRESS_OF_DIEN_BIEN)),
        (lambda ds: ds.figure(PRESS_OF_DIEN_BIEN), without(PRESS_OF_DIEN_BIEN)),
        (refused(lambda ds: ds.figure("dienbientv-2020.99")), twice),
    ],
    "source": [
        (lambda ds: ds.source("quangbinh-2020"),
         lambda data: data.set("sources.csv", "quangbinh-2020", title="x")),
        (refused(lambda ds: ds.source("quangbinh-2021")), more_of_quang_binh),
    ],
    "cited": [
        (lambda ds: ds.cited(["quangbinh-2020"]),
         lambda data: data.set("sources.csv", "quangbinh-2020", title="x")),
        (refused(lambda ds: ds.cited(["quangbinh-2021"])), more_of_quang_binh),
    ],
    "area_id": [
        (lambda ds: ds.area_id("dien bien"),
         lambda data: data.set("areas.csv", "VN-71", spellings="Điện Biên")),
        (refused(lambda ds: ds.area_id("DB")), lambda data: data.set("areas.csv", "VN-71", spellings="DB")),
    ],
    "distinct": [(lambda ds: ds.select(mandates="annual").distinct("ref_area"),
                  lambda data: data.text(PRESS, lambda text: text.replace(",annual,", ",CT07-2014,")))],
    "sources": [(lambda ds: ds.sources(), more_of_quang_binh)],
    "indicators": [(lambda ds: ds.indicators(), renamed("indicators.csv", "models"))],
    "areas": [(lambda ds: ds.areas(), renamed("areas.csv", "VN-71"))],
    "concepts": [(lambda ds: ds.concepts(), renamed("concepts.csv", "models"))],
    "units": [(lambda ds: ds.units(), renamed("units.csv", "tip"))],
    "ratios": [(lambda ds: ds.ratios(), renamed("ratios.csv", "valuable_tips_per_model"))],
    "ratio_parts": [(lambda ds: ds.ratio_parts(), shortened("ratio_parts.csv"))],
}  # fmt: skip
# What hands out nothing that is in the files.
WITHOUT_DATA = {"wording", "__init__"}


def test_every_way_to_the_data_is_among_those_that_are_tried() -> None:
    ways = {name for name in vars(Dataset) if re.fullmatch(r"[^_].*|__\w+__|_repr_\w+_", name)}
    assert ways - vars(type("Any", (), {})).keys() == WAYS.keys() | WITHOUT_DATA


def test_nothing_outside_goes_past_what_is_recorded() -> None:
    package = Path(aq.__file__).parent
    hidden = re.compile(rf"\.(?:{'|'.join(name for name in vars(aq.load()) if name.startswith('_'))})\b")
    modules = [path for path in package.rglob("*.py") if path.parent.name != "dataset"]
    assert [path.name for path in modules if hidden.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(("work", "change"), [each for ways in WAYS.values() for each in ways])
def test_whatever_was_handed_out_is_noticed_when_it_changes(data: DataCopy, work: Work, change) -> None:
    uses = used_by(work, aq.load(data.folder))
    assert stale(aq.load(data.folder), uses) == []
    change(data)
    assert stale(aq.load(data.folder), uses) != []
    assert all(use in uses for use in stale(aq.load(data.folder), uses))


def spoil(data: DataCopy) -> None:
    data.set(PRESS, PRESS_OF_DIEN_BIEN, obs_value="many")


def mend(data: DataCopy) -> None:
    data.set(PRESS, PRESS_OF_DIEN_BIEN, obs_value="150")


def gone(data: DataCopy) -> None:
    shutil.rmtree(data.folder)


def load(folder: Path) -> str:
    try:
        aq.load(folder)
    except aq.AntqError as error:
        return str(error)
    return "sound"


def check(folder: Path) -> object:
    try:
        return aq.check(folder)
    except aq.MissingData:
        return None


def nothing(data: DataCopy) -> None:
    pass


def test_every_door_to_the_data_is_among_those_that_are_tried() -> None:
    takes_path = [
        name
        for name in dir(aq)
        if inspect.isfunction(value := getattr(aq, name)) and "path" in inspect.signature(value).parameters
    ]
    assert takes_path == [check.__name__, load.__name__]


@pytest.mark.parametrize(
    ("door", "before", "after"),
    [
        (check, nothing, spoil), (check, nothing, gone), (check, spoil, mend), (check, spoil, gone),
        (load, spoil, mend), (load, spoil, gone),
    ],
)  # fmt: skip
def test_what_is_said_of_a_folder_rests_on_all_of_its_files(data: DataCopy, door, before, after) -> None:
    before(data)
    (use,) = used_by(lambda _: door(data.folder), aq.load())
    assert (use["folder"], use["kind"]) == (str(data.folder.resolve()), FOLDER)
    assert use["digest"] == fingerprint(data.folder)
    after(data)
    assert use["digest"] != fingerprint(data.folder)


@pytest.mark.parametrize("door", [check, load])
def test_a_folder_that_is_not_there_counts_as_soon_as_it_is(data: DataCopy, door) -> None:
    elsewhere = data.folder.rename(data.folder.with_name("elsewhere"))
    (use,) = used_by(lambda _: door(data.folder), aq.load())
    assert use["digest"] == fingerprint(data.folder)
    elsewhere.rename(data.folder)
    assert use["digest"] != fingerprint(data.folder)


def test_data_that_were_looked_at_are_stale_by_any_change(data: DataCopy) -> None:
    uses = used_by(lambda ds: aq.check(data.folder), aq.load())
    assert stale(aq.load(data.folder), uses) == []
    noted(PRESS_OF_QUANG_BINH)(data)
    assert stale(aq.load(data.folder), uses) == uses


def test_that_data_can_be_loaded_is_a_use_that_other_figures_do_not_touch(data: DataCopy) -> None:
    uses = used_by(lambda _: load(data.folder), aq.load())
    assert [(use["folder"], use["kind"], use["key"]) for use in uses] == [
        (str(data.folder.resolve()), "names", [])
    ]
    twice(data)
    assert stale(aq.load(data.folder), uses) == []


def test_the_data_of_the_package_are_known_by_their_folder(bundled_data: Path) -> None:
    (use,) = used_by(lambda _: aq.check(), aq.load())
    assert (use["folder"], use["digest"]) == (str(bundled_data.resolve()), fingerprint())


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
    assert list(first) == []
    assert [(use["kind"], use["key"]) for use in second] == [
        *(("names", []), ("table", "areas"), ("folder", None))
    ]


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
        "from antq_analysis.data.usage import watched\n"
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
    assert len(uses) == 7
    assert stale(aq.load(), uses) == []
