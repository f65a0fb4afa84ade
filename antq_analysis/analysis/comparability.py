"""How far two figures may be put side by side: the reasons against it, then the grade they cost.

Nothing here looks at the numbers: whether two figures are comparable is settled by what was
counted, by whom, where and over which years, before anybody sees which is larger.
"""

from typing import Any

from antq_analysis.analysis.frames import is_missing
from antq_analysis.analysis.grading import order

Figure = dict[str, Any]

# Agencies, enterprises and schools together hold each of the three; `all` holds everybody.
_PARTS = ("agency", "enterprise", "school")
_WIDER = (
    {("all", part): "numerator_wider" for part in ("aes", "police", "other", *_PARTS)}
    | {(part, "all"): "denominator_wider" for part in ("aes", "police", "other", *_PARTS)}
    | {("aes", part): "numerator_wider" for part in _PARTS}
    | {(part, "aes"): "denominator_wider" for part in _PARTS}
)


def compare_reasons(a: Figure, b: Figure) -> tuple[str, ...]:
    """Return why figure `a` is not simply comparable with figure `b`; the order of the two is of no matter.

    Both are rows of `figures(ds)`. An empty tuple is grade A: same definition, scope, level and
    mandate, stated areas and periods of equal length.
    """
    found = [*_definition(a, b), *_scope(a, b), *_time(a, b), *shared_reasons(a, b)]
    return order(found)


def pairing_reasons(numerator: Figure, denominator: Figure) -> tuple[str, ...]:
    """Return why `numerator` divided by `denominator` is less than a clean ratio."""
    found = [*_pairing_measure(numerator, denominator), *_pairing_time(numerator, denominator)]
    found += [*_pairing_scope(numerator, denominator), *shared_reasons(numerator, denominator)]
    if numerator["source_id"] != denominator["source_id"]:
        found.append("source_differs")
    return order(found)


def exposure_reasons(figure: Figure) -> tuple[str, ...]:
    """Return why a figure per inhabitant is less than clean, whatever the population series says."""
    found = list(_own_reasons(figure))
    if figure["scope_level"] == "provincial_bodies":
        found.append("level_differs")
    if figure["scope_level"] == "unstated":
        found.append("level_unstated")
    if figure["measure_type"] in ("share", "count_of_types") or not figure["yearly"]:
        found.append("measure_differs")
    return order(found)


def shared_reasons(a: Figure, b: Figure) -> list[str]:
    """Return the reasons that either figure brings along by itself."""
    return [*_own_reasons(a), *_own_reasons(b)]


def _own_reasons(figure: Figure) -> list[str]:
    basis = {"inferred": "area_inferred", "publisher": "area_from_publisher"}
    found = [basis[figure["area_basis"]]] if figure["area_basis"] in basis else []
    if figure["period_basis"] in ("inferred", "inherited"):
        found.append(f"period_{figure['period_basis']}")
    if figure["qualifier"] != "exact":
        found.append("wording_bounds")
    if figure["obs_status"] != "A":
        found.append("definition_differs" if figure["obs_status"] == "D" else "status_not_normal")
    return [*found, *figure.get("flags", ())]


def _definition(a: Figure, b: Figure) -> list[str]:
    if a["indicator"] == b["indicator"]:
        return ["definition_differs"] if _text(a["revision"]) != _text(b["revision"]) else []
    found = ["definition_differs"]
    types = {a["measure_type"], b["measure_type"]}
    if len(types) > 1:
        found.append("type_count" if "count_of_types" in types else "measure_differs")
    if a["unit_measure"] != b["unit_measure"]:
        found.append("unit_differs")
    return found


def _time(a: Figure, b: Figure) -> list[str]:
    if _stock(a) != _stock(b):
        return ["measure_differs"]
    if _stock(a):
        return [] if a["period_end"].year == b["period_end"].year else ["time_mismatch"]
    if a["period_start"] > b["period_end"] or b["period_start"] > a["period_end"]:
        return ["time_mismatch"]
    found = [] if a["period_years"] == b["period_years"] else ["window_length"]
    return [*found, "windows_overlap"] if a["ref_area"] == b["ref_area"] else found


def _scope(a: Figure, b: Figure) -> list[str]:
    found = []
    if a["scope_org"] != b["scope_org"]:
        found.append("organiser_differs")
    if a["mandate"] != b["mandate"]:
        found.append("mandate_differs")
    if "unstated" in (a["scope_level"], b["scope_level"]):
        found.append("level_unstated")
    elif a["scope_level"] != b["scope_level"]:
        found.append("level_differs")
    return found


def _pairing_measure(numerator: Figure, denominator: Figure) -> list[str]:
    types = (numerator["measure_type"], denominator["measure_type"])
    if "share" in types:
        return ["measure_differs"]
    if types.count("count_of_types") == 1:
        return ["type_count"]
    return []


def _pairing_time(numerator: Figure, denominator: Figure) -> list[str]:
    if _stock(numerator) and not _stock(denominator):
        return ["measure_differs"]
    if not _stock(numerator) and _stock(denominator):
        return ["stock_at_end"] if _at_end(numerator, denominator) else ["time_mismatch"]
    parts = ["period_end"] if _stock(numerator) else ["period_start", "period_end", "period_years"]
    return [] if all(numerator[part] == denominator[part] for part in parts) else ["time_mismatch"]


def _at_end(flow: Figure, stock: Figure) -> bool:
    # A source counts its stock on the day it reports, up to a year after the window closes.
    days = (stock["period_end"] - flow["period_end"]).days
    return -366 <= days <= 366 and bool(stock["period_end"] >= flow["period_start"])


def _pairing_scope(numerator: Figure, denominator: Figure) -> list[str]:
    found = []
    if numerator["scope_org"] != denominator["scope_org"]:
        found.append(_WIDER.get((numerator["scope_org"], denominator["scope_org"]), "organiser_differs"))
    levels = {numerator["scope_level"], denominator["scope_level"]}
    if len(levels) > 1:
        found.append("level_unstated" if "unstated" in levels else "level_differs")
    if numerator["mandate"] != denominator["mandate"]:
        found.append("mandate_differs")
    return found


def _stock(figure: Figure) -> bool:
    return is_missing(figure["period_start"])


def _text(value: Any) -> str:
    return "" if is_missing(value) else str(value)
