"""The rules of the house for the small tables beside the observations: areas, indicators, ratios, sources."""

import datetime
import re

import pandas as pd

from antq_analysis.data.rules import Rule, rule
from antq_analysis.data.spellings import fold, spelled

AREA_RULES: list[Rule] = []
INDICATOR_RULES: list[Rule] = []
RATIO_RULES: list[Rule] = []
SOURCE_RULES: list[Rule] = []
TABLE_RULES = {
    "areas": AREA_RULES, "indicators": INDICATOR_RULES, "ratio-parts": RATIO_RULES, "sources": SOURCE_RULES,
}  # fmt: skip
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@rule(
    INDICATOR_RULES, "unit_measure", ("measure_type",),
    expected="percent, as the indicator is a share", remedy="enter percent, or another measure_type",
)  # fmt: skip
def _share_not_in_percent(indicators: pd.DataFrame) -> "pd.Series[bool]":
    return (indicators["measure_type"] == "share") & (indicators["unit_measure"] != "percent")


@rule(
    AREA_RULES, "spellings", ("ref_area",),
    expected="spellings that no other area has", remedy="leave each spelling to one area",
)  # fmt: skip
def _spelling_of_two_areas(areas: pd.DataFrame) -> "pd.Series[bool]":
    spellings = spelled(areas)
    taken = spellings[spellings.duplicated("spelling")]
    return pd.Series(areas.index.isin(taken.index), index=areas.index)


@rule(
    AREA_RULES, "successor", ("ref_area",),
    expected="the ref_area of another area", remedy="add that area, or empty the cell",
)  # fmt: skip
def _successor_is_unknown(areas: pd.DataFrame) -> "pd.Series[bool]":
    others = areas["successor"].isin(areas["ref_area"]) & (areas["successor"] != areas["ref_area"])
    return (areas["successor"] != "") & ~others


@rule(
    AREA_RULES, "name_vi",
    expected="a name that no other area has", remedy="tell the two areas apart by name",
)  # fmt: skip
def _name_of_two_areas(areas: pd.DataFrame) -> "pd.Series[bool]":
    names = areas["name_vi"].map(fold)
    return names.duplicated() & (names != "")


@rule(
    AREA_RULES, "valid_to", ("valid_from",),
    expected="a day not before valid_from", remedy="correct one of the two dates",
)  # fmt: skip
def _ends_before_it_begins(areas: pd.DataFrame) -> "pd.Series[bool]":
    return areas["valid_to"] < areas["valid_from"]


@rule(
    RATIO_RULES, "denominator", ("numerator",),
    expected="another indicator than the numerator", remedy="name what it is divided by, or remove the row",
)  # fmt: skip
def _ratio_with_itself(parts: pd.DataFrame) -> "pd.Series[bool]":
    return (parts["numerator"] == parts["denominator"]) & (parts["numerator"] != "")


@rule(
    SOURCE_RULES, "published_on",
    expected="a date that exists, as YYYY, YYYY-MM or YYYY-MM-DD",
    remedy="correct the date, or empty the cell",
)  # fmt: skip
def _published_on_no_day(sources: pd.DataFrame) -> "pd.Series[bool]":
    return ~sources["published_on"].map(_is_date_or_empty).astype(bool)


def _is_date_or_empty(text: str) -> bool:
    if text == "":
        return True
    if _DATE.fullmatch(text) is None:
        return False
    try:
        datetime.date.fromisoformat(text + "2000-01-01"[len(text) :])
    except ValueError:
        return False
    return True
