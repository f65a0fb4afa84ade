import math

import pytest
from made_data import bundled, flow, made, stock

from antq_analysis.analysis.frames import figures, records
from antq_analysis.analysis.measured import measure


def people(figure: str, year: int):
    row = stock(figure, year, indicator="population_average", scope_level="whole_province", scope_org="all")
    return row | {"period_end": f"{year}-07-01", "mandate": "statistics"}


def measured(ds, *, per_head: bool = False):
    return measure(records(figures(ds))[0], ds, per_head=per_head)


def test_a_flow_is_measured_by_the_years_its_text_states():
    found = measured(made(flow("hơn 100 buổi", 2014, 2019, period_years=5)))
    assert found.exposure == (5, 5, 5)
    assert found.count[1:] == (101, 199)
    assert found.rate[1:] == (101 / 5, 199 / 5)
    assert (found.reasons, found.obs_ids) == ((), ("made.01",))


def test_a_stock_is_measured_as_it_is():
    assert measured(made(stock("40 hợp tác xã", 2018))).rate.value == 40


def test_per_head_a_window_is_measured_by_its_person_years():
    rows = (people("1.000.000 người", 2014), people("1.200.000 người", 2015))
    found = measured(made(flow("110 buổi", 2014, 2015), *rows), per_head=True)
    assert found.exposure[1:] == (2_000_000, 2_400_000)
    assert math.isnan(found.rate.value)
    assert found.rate[1:] == (pytest.approx(110 / 2_400_000), pytest.approx(110 / 2_000_000))
    assert found.obs_ids == ("made.01", "made.02", "made.03")
    assert "level_differs" in found.reasons


def test_per_head_a_stock_is_measured_by_the_population_of_its_year():
    other = people("9.000.000 người", 2017)
    found = measured(
        made(stock("40 hợp tác xã", 2018), other, people("1.000.000 người", 2018)), per_head=True
    )
    assert found.exposure.value == 1_000_000
    assert found.obs_ids == ("made.01", "made.03")


def test_the_population_of_another_area_does_not_count():
    ds = made(stock("40 hợp tác xã", 2018), people("1.000.000 người", 2018) | {"ref_area": "VN-24"})
    found = measured(ds, per_head=True)
    assert all(map(math.isnan, found.exposure))
    assert all(map(math.isnan, found.rate))
    assert (found.reasons, found.obs_ids) == (("population_unknown", "level_differs"), ("made.01",))


def test_a_share_per_head_is_never_more_than_refused():
    ds = bundled().select(indicators=["clearance_rate", "population_average"], inferred_areas=True)
    share = next(row for row in records(figures(ds)) if row["indicator"] == "clearance_rate")
    assert "measure_differs" in measure(share, ds, per_head=True).reasons
