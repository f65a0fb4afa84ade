import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_data import bundled, flow, made

import antq_analysis as aq
from antq_analysis.analysis.contradictions import flagged
from antq_analysis.analysis.selection import chosen_figures, listed
from antq_analysis.data.usage import watched


def test_areas_keep_the_order_of_the_question_and_come_once():
    chosen, found = chosen_figures(bundled(), areas=["Quảng Bình", "thanh hoá", "Thanh Hóa", "VN-21"])
    assert chosen == ["VN-24", "VN-21"]
    assert {figure["ref_area"] for figure in found} == set(chosen)


def test_an_area_named_twice_is_one_row_of_a_comparison():
    once = aq.compare(bundled(), "valuable_tips", areas="Thanh Hóa")
    assert len(aq.compare(bundled(), "valuable_tips", areas=["Thanh Hóa", "Thanh Hoá"])) == len(once)


def test_without_areas_every_area_that_reported_is_chosen():
    assert chosen_figures(bundled(), indicators="commendations_police_collectives")[0] == ["VN-21", "VN-71"]


def test_an_area_that_did_not_report_is_chosen_and_has_no_figure():
    chosen, found = chosen_figures(bundled(), areas="Quảng Bình", concepts="valuable_tips")
    assert (chosen, len(found)) == (["VN-24"], 0)


def test_inferred_areas_stay_out_unless_asked_for():
    assert chosen_figures(bundled(), areas="Hòa Bình", mandates="ND06-2014")[1] == []
    known = chosen_figures(bundled(), areas="Hòa Bình", mandates="ND06-2014", inferred_areas=True)[1]
    assert len(known) == 17


def test_figures_that_another_figure_speaks_against_carry_a_flag_even_when_that_one_is_left_out():
    _, found = chosen_figures(bundled(), indicators="sessions_provincial_bodies")
    assert [figure["flags"] for figure in found] == [("siblings_disagree",)] * 2
    clean = chosen_figures(made(flow("10 buổi", 2014, 2018)))[1]
    assert [figure["flags"] for figure in clean] == [()]


def test_unknown_names_are_refused_with_a_suggestion():
    with pytest.raises(aq.UnknownName, match="No area 'Thanh Hoo'"):
        chosen_figures(bundled(), areas="Thanh Hoo")
    with pytest.raises(aq.UnknownName, match=r"No indicator 'sesions_police'.*'sessions_police'"):
        chosen_figures(bundled(), indicators="sesions_police")


def test_one_name_or_several_are_a_list():
    assert listed("tips") == ["tips"]
    assert listed(name for name in ("b", "a", "b")) == ["b", "a"]


@pytest.mark.parametrize("wording", ["convention", "strict"])
def test_what_speaks_against_a_figure_is_of_its_own_area(wording):
    ds = bundled().read_as(wording)
    within = [flagged(ds.select(areas=area, inferred_areas=True)) for area in ds.areas()["ref_area"]]
    assert {obs_id: flags for found in within for obs_id, flags in found.items()} == flagged(ds)


FIGURES = st.fixed_dictionaries(
    {
        "ref_area": st.sampled_from(["VN-21", "VN-71"]),
        "indicator": st.sampled_from(["sessions_provincial_bodies", "participants_provincial_bodies"]),
        "source_id": st.sampled_from(["baothanhhoa-2019", "baothanhhoa-2024"]),
        "scope_org": st.sampled_from(["aes", "school", "agency", "enterprise"]),
        "figure_printed": st.sampled_from(["3 buổi", "hơn 900 buổi", "20.000 buổi"]),
        "last": st.sampled_from([2016, 2018, 2023]),
        "part_of": st.none() | st.integers(0, 3),
    }
)


@settings(max_examples=25)
@given(st.lists(FIGURES, min_size=4, max_size=8))
def test_and_so_it_is_of_any_figures_whose_parts_lie_in_the_area_of_their_whole(figures):
    rows = []
    for given_row in figures:
        row = flow(given_row.pop("figure_printed"), 2014, given_row.pop("last")) | given_row
        whole = row["part_of"]
        row["part_of"] = None if whole is None or whole >= len(rows) else f"made.{whole + 1:02d}"
        rows.append(row | ({"ref_area": rows[whole]["ref_area"]} if row["part_of"] else {}))
    ds = made(*rows)
    within = [flagged(ds.select(areas=area)) for area in ("VN-21", "VN-71")]
    assert {obs_id: flags for found in within for obs_id, flags in found.items()} == flagged(ds)


@pytest.mark.parametrize(
    "ask",
    [
        lambda ds: aq.ratios(ds, list(ds.ratios()["ratio"]), areas="Điện Biên", inferred_areas=True),
        lambda ds: aq.compare(ds, areas="Điện Biên", per=1000),
        lambda ds: aq.contrasts(ds, "awards_collectives", areas="Điện Biên"),
        lambda ds: aq.windows(ds, "rounds_traffic_law", "Điện Biên"),
        lambda ds: aq.trends(ds, ["population_average", "models"], "Điện Biên"),
        lambda ds: aq.annual_series(ds, "population_average", "Điện Biên"),
        lambda ds: aq.coverage(ds, areas="Điện Biên"),
        lambda ds: aq.contradictions(ds.select(areas="Điện Biên")),
    ],
)
def test_a_question_about_an_area_uses_the_figures_of_this_area_only(ask):
    with watched() as used:
        ask(bundled())
    uses = list(used)
    queries = [use["key"] for use in uses if use["kind"] == "figures"]
    assert queries
    assert [query for query in queries if ["areas", ["VN-71"]] not in query] == []
    known = bundled().observations.set_index("obs_id")["ref_area"]
    assert {known[use["key"]] for use in uses if use["kind"] == "figure"} <= {"VN-71"}
    assert {"names", "table", "figures", "figure", "values", "sources"} >= {use["kind"] for use in uses}
    cited = {source_id for use in uses if use["kind"] == "sources" for source_id in use["key"]}
    assert cited <= set(bundled().observations.query("ref_area == 'VN-71'")["source_id"])
    assert "sources" not in [use["key"] for use in uses if use["kind"] == "table"]
