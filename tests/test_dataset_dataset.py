"""Questions to the dataset: which, where, when, by whose order; and what is not in it."""

import datetime
import unicodedata
from typing import Any

import pytest

import antq_analysis as aq
from antq_analysis.data.dataset import records


@pytest.fixture(scope="module")
def ds() -> aq.Dataset:
    return aq.load()


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("dien bien", "VN-71"),
        ("Điện Biên", "VN-71"),
        ("  điện   BIÊN ", "VN-71"),
        ("\u00d0iện Biên", "VN-71"),
        (unicodedata.normalize("NFD", "Quảng Bình"), "VN-24"),
        ("Thanh Hoá", "VN-21"),
        ("Hoà Bình", "VN-14"),
        ("vn-14", "VN-14"),
    ],
)
def test_listed_spellings_lead_to_the_code(ds: aq.Dataset, spelling: str, code: str) -> None:
    assert ds.area_id(spelling) == code


@pytest.mark.parametrize(
    ("spelling", "hint"), [("dien bein", "Dien Bien"), ("Thanh Hóaa", "Thanh Hóa"), ("Hà Nội", None)]
)
def test_other_spellings_are_never_guessed(ds: aq.Dataset, spelling: str, hint: str | None) -> None:
    with pytest.raises(aq.UnknownName) as caught:
        ds.area_id(spelling)
    message = str(caught.value)
    assert message.startswith(f"No area '{spelling}'.")
    assert message.endswith("See ds.areas().")
    assert (f"Did you mean '{hint}'?" in message) == (hint is not None)


def test_tables_are_the_callers_own(ds: aq.Dataset) -> None:
    for table in (ds.indicators, ds.areas, ds.sources, ds.units, ds.concepts):
        before = table()
        changed = table()
        changed.iloc[:, 0] = "changed"
        assert table().equals(before)
    observations = ds.observations
    observations["obs_value"] = 0
    assert not ds.observations["obs_value"].equals(observations["obs_value"])


def test_a_selection_leaves_the_dataset_as_it_was(ds: aq.Dataset) -> None:
    before = ds.observations
    assert len(ds.select(areas="Điện Biên", since=2014)) < len(ds)
    assert ds.observations.equals(before)


@pytest.mark.parametrize(
    ("condition", "column", "values"),
    [
        ({"indicators": "sessions_provincial_bodies"}, "indicator", {"sessions_provincial_bodies"}),
        ({"areas": "thanh hoa"}, "ref_area", {"VN-21"}),
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


def test_a_concept_gathers_its_indicators(ds: aq.Dataset) -> None:
    found = ds.select(concepts="propaganda_sessions").observations
    table = ds.indicators().set_index("indicator")
    assert set(table.loc[found["indicator"].unique(), "concept"]) == {"propaganda_sessions"}
    assert found["indicator"].nunique() > 1


def test_inferred_areas_come_only_when_asked_for(ds: aq.Dataset) -> None:
    assert len(ds.select(areas="Hòa Bình", mandates="ND06-2014")) == 0
    assert len(ds.select(areas="Hòa Bình", mandates="ND06-2014", inferred_areas=True)) == 17
    assert len(ds.select(inferred_areas=True)) == len(ds)


@pytest.mark.parametrize(
    ("since", "until"),
    [(2014, 2019), ("2014-01-01", "2019-12-31"), (datetime.date(2014, 1, 1), datetime.date(2019, 12, 31))],
)
def test_the_whole_window_lies_between_since_and_until(ds: aq.Dataset, since: Any, until: Any) -> None:
    kept = ds.select(since=since, until=until).observations
    other = ds.select().observations
    other = other[~other["obs_id"].isin(kept["obs_id"])]
    starts, ends = kept["period_start"].fillna(kept["period_end"]), kept["period_end"]
    assert (starts >= "2014-01-01").all()
    assert (ends <= "2019-12-31").all()
    starts, ends = other["period_start"].fillna(other["period_end"]), other["period_end"]
    assert ((starts < "2014-01-01") | (ends > "2019-12-31")).all()
    assert len(kept) > 0
    assert len(other) > 0


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"indicators": "sesions_provincial_bodies"}, "'sessions_provincial_bodies'? See ds.indicators()."),
        ({"concepts": ["propaganda_sesions"]}, "Did you mean 'propaganda_sessions'? See ds.concepts()."),
        ({"mandates": "CT07"}, "No mandate 'CT07'."),
        ({"areas": "Dien Bein"}, "Did you mean 'Dien Bien'? See ds.areas()."),
    ],
)  # fmt: skip
def test_an_unknown_name_is_refused_with_the_nearest(
    ds: aq.Dataset, condition: dict[str, Any], message: str
) -> None:
    with pytest.raises(aq.UnknownName) as caught:
        ds.select(**condition)
    assert message in str(caught.value)


def test_a_known_mandate_without_rows_is_no_error(ds: aq.Dataset) -> None:
    narrowed = ds.select(mandates="annual")
    assert len(narrowed.select(mandates="CT07-2014")) == 0


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"since": "2014"}, "since='2014' is no date. Give a year such as 2014, or YYYY-MM-DD."),
        ({"until": "2019-02-30"}, "until='2019-02-30' is no date."),
        ({"since": 2020, "until": 2014}, "since=2020 lies after until=2014. Swap them."),
    ],
)
def test_a_moment_that_is_none_is_refused(ds: aq.Dataset, condition: dict[str, Any], message: str) -> None:
    with pytest.raises(aq.InvalidOption) as caught:
        ds.select(**condition)
    assert message in str(caught.value)


def test_an_unknown_condition_is_refused(ds: aq.Dataset) -> None:
    with pytest.raises(TypeError, match="provinces"):
        ds.select(provinces="Điện Biên")  # type: ignore[call-arg]


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


def test_what_is_handed_out_by_its_key_can_not_be_changed(ds: aq.Dataset) -> None:
    for row in (ds.figure("dienbientv-2020.02"), ds.source("dienbientv-2020")):
        with pytest.raises(TypeError):
            row["source_id"] = "changed"  # type: ignore[index]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda ds: ds.figure("dienbientv-2020.2"), "No figure 'dienbientv-2020.2'. Did you mean"),
        (lambda ds: ds.source("dienbientv2020"), "Did you mean 'dienbientv-2020'? See ds.sources()."),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest(ds: aq.Dataset, ask: Any, message: str) -> None:
    with pytest.raises(aq.UnknownName) as caught:
        ask(ds)
    assert message in str(caught.value)


def test_what_stands_in_a_column_is_listed_once(ds: aq.Dataset) -> None:
    part = ds.select(areas="Quảng Bình", mandates="annual")
    assert part.distinct("source_id") == ["quangbinh-2020"]
    table = ds.indicators().set_index("indicator")
    assert part.distinct("concept") == sorted(set(table.loc[part.distinct("indicator"), "concept"]))


def test_selections_narrow_whatever_their_order_and_the_whole_stays_the_whole(ds: aq.Dataset) -> None:
    one = ds.select(areas="Thanh Hóa").select(since=2014).read_as("strict")
    other = ds.read_as("strict").select(since=2014).select(areas="VN-21")
    assert one.observations.equals(other.observations)
    assert one.whole.observations.equals(ds.read_as("strict").observations)
    assert one.read_as("convention").whole is ds
    assert ds.select(inferred_areas=True) is ds
