"""Questions to the dataset: which, where, when, by whose order; and what is not in it."""

import copy
import datetime
import pickle
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from conftest import PRESS, DataCopy

import antq_analysis as aq
from antq_analysis.data import bundled
from antq_analysis.data.dataset import records
from antq_analysis.data.rules import without_accents


@pytest.fixture(scope="module")
def ds() -> aq.Dataset:
    return aq.load()


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Điện Biên", "VN-71"),
        ("  điện   BIÊN ", "VN-71"),
        (unicodedata.normalize("NFD", "Quảng Bình"), "VN-24"),
        ("Hoà Bình", "VN-14"),
        ("vn-14", "VN-14"),
    ],
)
def test_listed_spellings_lead_to_the_code(ds: aq.Dataset, spelling: str, code: str) -> None:
    assert ds.area_id(spelling) == code


@pytest.mark.parametrize("kind", ["area", "concept", "indicator", "ratio"])
def test_an_id_is_found_by_every_name_with_and_without_accents(ds: aq.Dataset, kind: str) -> None:
    table = getattr(ds, f"{kind}s")()
    for row in records(table):
        key = row[table.columns[0]]
        names = [key, row["name_vi"], row["name_en"].upper(), without_accents(row["name_vi"])]
        assert [ds.ids(kind, name) for name in names] == [[key]] * 4


def test_a_name_of_two_things_is_refused_with_both(data: DataCopy) -> None:
    data.set("concepts.csv", "tips", name_vi="Tín")
    data.set("concepts.csv", "models", name_vi="Tìn")
    ds = aq.load(data.folder)
    assert ds.ids("concept", ["TÍN", "models"]) == ["tips", "models"]
    with pytest.raises(aq.UnknownName, match=r"No concept 'tin'\. It may be any of 'models', 'tips'\. See"):
        ds.ids("concept", "tin")


def test_a_listed_spelling_is_one_area_and_one_without_accents_only_where_it_is_no_others(
    data: DataCopy,
) -> None:
    data.set("areas.csv", "VN-25", name_vi="Quang Bính", spellings="Quang Bính|Quảng Trí")
    data.set("areas.csv", "VN-68", name_vi="Quạng Tri", spellings="Quạng Tri")
    ds = aq.load(data.folder)
    typed = ["quang binh", "Quang Bính", unicodedata.normalize("NFD", "Quang Bính")]
    assert [ds.area_id(name) for name in typed] == ["VN-24", "VN-25", "VN-25"]
    with pytest.raises(aq.UnknownName, match=r"No area 'quang tri'. It may be any of 'VN-25', 'VN-68'\. See"):
        ds.area_id("quang tri")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("tin co gia tri", ["valuable_tips", "valuable_tips_per_model"]),
        ("TIN CÓ GIÁ TRỊ", ["valuable_tips", "valuable_tips_per_model"]),
        ("tips", ["tips", "valuable_tips"]),
        ("sess polic", ["sessions_police"]),
        ("sesions police", ["sessions_police"]),
        ("thanhhoa", ["VN-21"]),
        ("dien bein", ["VN-71"]),
        ("north central coast", ["VN-21", "VN-24", "VN-25"]),
        ("chứ không phải loại", []),
        ("xyzzyq", []),
    ],
)
def test_a_search_finds_by_words_names_first(ds: aq.Dataset, text: str, first: list[str]) -> None:
    found = ds.search(text)
    assert found.columns.tolist() == ["kind", "id", "name", "counts", "figures"]
    assert found["id"].tolist()[: len(first) or None] == first


def test_a_search_keeps_to_its_kind_counts_the_selection_and_speaks_the_language(ds: aq.Dataset) -> None:
    assert set(aq.search("tips")["kind"]) == {"ratio", "indicator", "concept"}
    assert set(aq.search("tips", kind="indicator")["kind"]) == {"indicator"}
    part = ds.select(areas="Thanh Hóa", concepts="valuable_tips")
    found = part.search("tin có giá trị").set_index("id")["figures"]
    assert found[["valuable_tips", "valuable_tips_per_model"]].tolist() == [len(part)] * 2
    assert part.search("điện biên")["figures"].tolist() == [0]
    aq.set_language("en")
    row = ds.search("tin báo có giá trị").iloc[0]
    assert (row["name"], "Valuable tips from all bodies" in row["counts"]) == ("Valuable tips", True)


@pytest.mark.parametrize(
    ("text", "more", "message"),
    [
        ("", {}, "text='' names none. Give one."),
        (" , ", {}, "text=' , ' holds no word to look for. Give one or more, in quotes."),
        ("a" * 1001, {}, "…' is too long. Give at most 1000 characters."),
        ("tips", {"kind": "tips"}, "kind='tips' is not possible. Use 'indicator' or 'concept' or 'area' or"),
        ("tips", {"kinds": "area"}, "search() has no option 'kinds'. Did you mean 'kind'?"),
    ],
)
def test_a_search_for_nothing_is_refused(text: str, more: dict[str, Any], message: str) -> None:
    with pytest.raises(aq.InvalidOption) as caught:
        aq.load().search(text, **more)
    assert message in str(caught.value)


def test_ids_are_attributes_that_may_stand_wherever_ids_may(ds: aq.Dataset) -> None:
    assert dir(ds.indicator) == sorted(ds.indicators()["indicator"])
    assert (ds.area.thanh_hoa, ds.concept.tips) == ("VN-21", "tips")
    again = pickle.loads(pickle.dumps(ds.area.thanh_hoa))
    assert (again, repr(again), again.row["name_en"]) == ("VN-21", "<area 'VN-21': Thanh Hóa>", "Thanh Hóa")
    assert len(aq.compare(ds, ds.concept.tips, areas=again)) == 2
    assert not hasattr(ds.area, "_ipython_display_")
    assert "dien_bien, thanh_hoa" in repr(copy.deepcopy(ds.area))
    with pytest.raises(AttributeError, match=r"No area 'thanh_hoaa'\. Did you mean 'thanh_hoa'\? See"):
        _ = ds.area.thanh_hoaa


def test_areas_whose_names_are_alike_without_accents_keep_an_attribute_each(data: DataCopy) -> None:
    data.set("areas.csv", "VN-25", name_vi="Quang Bính", spellings="Quang Bính")
    ds = aq.load(data.folder)
    assert (ds.area.quang_binh, ds.area.vn_25) == ("VN-24", "VN-25")


def test_a_wide_table_has_a_column_an_indicator_and_shows_several_figures_of_a_cell(ds: aq.Dataset) -> None:
    wide = ds.wide(["Loại mô hình tự quản", "models"], areas=["Thanh Hóa", "Điện Biên"])
    assert wide.columns.tolist() == ["area", "period", "ref_area", "model_types", "models"]
    assert wide.loc[wide["period"] == "2024", "models"].tolist() == ["779 mô hình / 265 mô hình"]
    assert len(ds.select(areas="Phú Thọ").wide()) == 0
    inferred = ds.wide(areas="Hòa Bình", inferred_areas=True).shape[1]
    assert inferred > ds.wide(areas="Hòa Bình").shape[1]


def test_of_numbers_a_part_gives_way_to_its_whole_and_two_are_refused(ds: aq.Dataset) -> None:
    press = ds.select(mandates=["CT07-2014", "ND06-2014"])
    wide = press.wide(values="obs_value", areas="Thanh Hóa").set_index("period")
    assert (wide.loc["2024", "models"], wide.loc["2019", "model_types"]) == (779, 31)
    assert press.wide("models", values="value_upper")["models"].tolist() == [779]
    with pytest.raises(aq.InvalidOption) as caught:
        ds.wide(values="obs_value")
    assert str(caught.value) == (
        "values='obs_value': there are several numbers for Hòa Bình, 2017, population_average. "
        "Narrow the data down by ds.select(...), or lay out texts: values='figure_printed'."
    )


def test_tables_are_the_callers_own(ds: aq.Dataset) -> None:
    for table in (ds.indicators, ds.areas, ds.sources, ds.units, ds.concepts):
        before = table()
        changed = table()
        changed.iloc[:, 0] = "changed"
        assert table().equals(before)
    observations = ds.observations
    observations["obs_value"] = 0
    assert not ds.observations["obs_value"].equals(observations["obs_value"])
    answer = aq.compare(ds, "tips")
    answer.iloc[:, 0] = "changed"
    assert "changed" not in set(aq.compare(ds, "tips").iloc[:, 0])


@pytest.mark.parametrize(
    ("condition", "column", "values"),
    [
        ({"indicators": "sessions_provincial_bodies"}, "indicator", {"sessions_provincial_bodies"}),
        ({"areas": ["Điện Biên", "VN-24"]}, "ref_area", {"VN-71", "VN-24"}),
        ({"mandates": ("CT07-2014", "annual")}, "mandate", {"CT07-2014", "annual"}),
        ({}, "area_basis", {"stated", "publisher"}),
    ],
)
def test_a_condition_keeps_its_rows_and_no_others(
    ds: aq.Dataset, condition: dict[str, Any], column: str, values: set[str]
) -> None:
    found = ds.select(**condition).observations
    assert set(found[column]) == values
    everything = ds.select(inferred_areas=True).observations
    kept = everything[column].isin(values) & (everything["area_basis"] != "inferred")
    assert found["obs_id"].tolist() == everything.loc[kept, "obs_id"].tolist()


def test_an_option_that_is_none_and_a_list_that_names_none_are_refused(ds: aq.Dataset) -> None:
    wrong: dict[str, Any] = {"mandate": "annual"}
    with pytest.raises(
        aq.InvalidOption, match=r"select\(\) has no option .mandate.\. Did you mean .mandates.\?"
    ):
        ds.select(**wrong)
    for option in ("areas", "concepts", "indicators", "mandates"):
        with pytest.raises(aq.InvalidOption, match=rf"select\(\): {option}=\[\] names none"):
            ds.select(**{option: []})


def test_inferred_areas_come_only_when_asked_for(ds: aq.Dataset) -> None:
    assert len(ds.select(areas="Hòa Bình", mandates="ND06-2014")) == 0
    assert len(ds.select(areas="Hòa Bình", mandates="ND06-2014", inferred_areas=True)) == 17
    assert len(ds.select(inferred_areas=True)) == len(ds)


@pytest.mark.parametrize(
    ("since", "until"),
    [(2014, 2019), ("2014-01-01", "2019-12-31"), (datetime.date(2014, 1, 1), datetime.date(2019, 12, 31))],
)
def test_the_whole_window_lies_between_since_and_until(ds: aq.Dataset, since: Any, until: Any) -> None:
    rows = ds.select().observations
    starts, ends = rows["period_start"].fillna(rows["period_end"]), rows["period_end"]
    inside = (starts >= "2014-01-01") & (ends <= "2019-12-31")
    found = ds.select(since=since, until=until).observations["obs_id"]
    assert found.tolist() == rows.loc[inside, "obs_id"].tolist()
    assert 0 < inside.sum() < len(rows)


def test_the_other_reading_changes_the_bounds_and_nothing_else(ds: aq.Dataset) -> None:
    strict = ds.read_as("strict")
    assert (ds.wording, strict.wording) == ("convention", "strict")
    assert strict.observations.equals(aq.load(wording="strict").observations)
    assert strict.read_as("convention").observations.equals(ds.observations)
    assert ds.read_as("convention") is ds
    with pytest.raises(aq.InvalidOption, match="wording='x' is not possible"):
        ds.read_as("x")


def test_a_dataset_says_in_a_line_what_is_in_it(ds: aq.Dataset) -> None:
    one = ds.select(areas="Điện Biên", indicators="rounds_traffic_law")
    assert repr(one) == "<Dataset: 1 figure, 1 source, 1 area, 1 indicator; wording 'convention'>"
    assert "1 figure, 1 source" in one._repr_html_()
    assert "150 đợt" in one._repr_html_()
    assert len(one) == 1


@pytest.mark.parametrize("wording", ["convention", "strict"])
def test_a_figure_is_its_row_of_the_whole_data_set_under_the_wording(ds: aq.Dataset, wording: str) -> None:
    part = ds.read_as(wording).select(areas="Điện Biên")
    for row in records(ds.read_as(wording).observations):
        assert repr(dict(part.figure(row["obs_id"]))) == repr(row)
    assert repr([dict(row) for row in part]) == repr(records(part.observations))


def test_a_source_is_its_row_and_several_stand_in_the_order_of_the_table(ds: aq.Dataset) -> None:
    table = records(ds.sources())
    assert repr([dict(ds.source(row["source_id"])) for row in table]) == repr(table)
    ids = [row["source_id"] for row in table]
    assert [row["source_id"] for row in ds.cited([*reversed(ids), ids[3]])] == ids
    assert ds.cited([]) == []


def test_rows_of_figures_and_sources_are_read_only(ds: aq.Dataset) -> None:
    for row in (ds.figure("dienbientv-2020.02"), ds.source("dienbientv-2020")):
        with pytest.raises(TypeError):
            row["source_id"] = "changed"  # type: ignore[index]


def test_selections_narrow_whatever_their_order_and_the_whole_stays_the_whole(ds: aq.Dataset) -> None:
    one = ds.select(areas="Thanh Hóa").select(since=2014).read_as("strict")
    other = ds.read_as("strict").select(since=2014).select(areas="VN-21")
    assert one.observations.equals(other.observations)
    assert one.whole.observations.equals(ds.read_as("strict").observations)
    assert one.read_as("convention").whole is ds
    assert ds.select(inferred_areas=True) is ds


UNKNOWN: list[tuple[Callable[[aq.Dataset], object], str]] = [
    (lambda ds: ds.select(indicators="sesions_provincial_bodies"),
     "Did you mean 'sessions_provincial_bodies'? See ds.indicators()."),
    (lambda ds: ds.select(concepts="sessions_police"), "No concept 'sessions_police'. It is an indicator of "
     "the concept 'propaganda_sessions'. Ask for that, or use ds.select(indicators='sessions_police')."),
    (lambda ds: ds.ids("indicator", "Tin bao"), "No indicator 'Tin bao'. It is a concept, with the "
     "indicators 'tips_all_bodies', 'tips_through_models'. Ask for one, or use ds.select(concepts='tips')."),
    (lambda ds: ds.ids("ratio", "tips"), "No ratio 'tips'."),
    (lambda ds: ds.ids("concept", "nothing near"), "No concept 'nothing near'. See ds.concepts()."),
    (lambda ds: ds.select(mandates="CT07"), "No mandate 'CT07'."),
    (lambda ds: ds.select(areas="Dien Bein"), "Did you mean 'Dien Bien'? See ds.areas()."),
    (lambda ds: ds.wide(values="obs_valu"), "No column 'obs_valu'. Did you mean 'obs_value'? See ds.obs"),
    (lambda ds: aq.coverage(ds, concepts="tip"), "No concept 'tip'"),
    (lambda ds: aq.trend(ds, "sesions", "Thanh Hóa"), "No indicator 'sesions'"),
    (lambda ds: aq.annual_series(ds, "population_average", "Thanh Hoo"), "No area 'Thanh Hoo'"),
    (lambda ds: ds.figure("dienbientv-2020.2"), "No figure 'dienbientv-2020.2'. Did you mean"),
    (lambda ds: ds.source("dienbientv2020"), "Did you mean 'dienbientv-2020'? See ds.sources()."),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "message"), UNKNOWN)
def test_an_unknown_name_is_refused_with_the_nearest(ds: aq.Dataset, ask: Any, message: str) -> None:
    with pytest.raises(aq.UnknownName) as caught:
        ask(ds)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"since": "2014"}, "since='2014' is no date. Give a year such as 2014, or YYYY-MM-DD."),
        ({"until": "2019-02-30"}, "until='2019-02-30' is no date."),
        ({"since": True}, "since=True is no date."),
        ({"since": 2020, "until": 2014}, "since=2020 lies after until=2014. Swap them."),
        ({"inferred_areas": "no"}, "inferred_areas='no' is neither True nor False."),
        ({"indicators": 5}, "indicators=5 is no name. Give a name in quotes, or a list of names."),
    ],
)
def test_a_value_that_an_option_cannot_have_is_refused(
    ds: aq.Dataset, condition: dict[str, Any], message: str
) -> None:
    with pytest.raises(aq.InvalidOption) as caught:
        ds.select(**condition)
    assert message in str(caught.value)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_a_figure_counts_and_what_is_divided_by_what_is_said_shortly(ds: aq.Dataset, lang: str) -> None:
    counts, parts = ds.indicators()[f"counts_{lang}"], ds.ratio_parts()[f"definition_{lang}"]
    assert counts.str.split().str.len().between(1, 8).all()
    assert parts.str.split().str.len().between(3, 12).all()
    assert counts.is_unique
    assert parts.is_unique


# ---- loading -----------------------------------------------------------------------------------------------


def test_folder_descriptor_and_default_lead_to_the_same_figures() -> None:
    default = aq.load().observations
    assert aq.load(bundled("data")).observations.equals(default)
    assert aq.load(str(bundled("data") / "datapackage.json")).observations.equals(default)


@pytest.mark.parametrize("door", [aq.load, aq.check])
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere", r"nowhere: give a folder that holds datapackage\.json"),
        ("nowhere/datapackage.json", r"give a folder that holds datapackage\.json"),
        (bundled("data") / "areas.csv", "give the folder that holds one"),
        (5, r"path=5 is no path\. Give the folder"),
        (b"data", r"path=b'data' is no path\."),
    ],
)
def test_a_place_without_data_is_refused(door: Any, path: object, message: str) -> None:
    with pytest.raises((aq.MissingData, aq.InvalidOption), match=message):
        door(path)


def test_an_empty_table_of_observations_is_sound(data: DataCopy) -> None:
    for file in (PRESS, "observations/official.csv"):
        data.write(file, data.rows(file)[:1])
    assert len(aq.load(data.folder)) == 0


def test_unchanged_files_are_read_once_as_long_as_somebody_holds_the_data(data: DataCopy) -> None:
    part = aq.load(data.folder).select(areas="Điện Biên")
    assert aq.load(str(data.folder)) is part.whole
    assert aq.load(data.folder, wording="strict") is not part.whole
    data.set(PRESS, "dienbientv-2020.02", note_en="another note")
    changed = aq.load(data.folder)
    assert changed is not part.whole
    assert changed.figure("dienbientv-2020.02")["note_en"] == "another note"
    assert part.figure("dienbientv-2020.02")["note_en"] != "another note"


def test_data_that_were_asked_something_can_be_sent_to_another_process(ds: aq.Dataset) -> None:
    asked = aq.compare(ds, "tips")
    assert aq.compare(pickle.loads(pickle.dumps(ds)), "tips").equals(asked)
