"""Ways to break a copy of the bundled data, each with a name, for the golden messages of `antq check`."""

from collections.abc import Callable

from conftest import OFFICIAL, PRESS, DataCopy

FLOW, STOCK, VAGUE = "dienbientv-2020.02", "baothanhhoa-2024.01", "baothanhhoa-2024.13"
SHARE, PART, TOTAL = "hoabinh-2024.02", "baothanhhoa-2019.07", "baothanhhoa-2019.05"


def cell(file: str, key: str, **cells: str) -> Callable[[DataCopy], object]:
    return lambda data: data.set(file, key, **cells)


def text(file: str, old: str, new: str) -> Callable[[DataCopy], object]:
    return lambda data: data.text(file, lambda content: content.replace(old, new, 1))


def raw(file: str, content: bytes) -> Callable[[DataCopy], object]:
    return lambda data: (data.folder / file).write_bytes(content)


def _blank_line(data: DataCopy) -> None:
    data.text("areas.csv", lambda content: content.replace("\n", "\n\n", 1))


def _several(data: DataCopy) -> None:
    data.set(PRESS, "dienbientv-2020.05", qualifier="about", obs_value="1")
    data.set(PRESS, "dienbientv-2020.02", indicator="nowhere")
    data.set(OFFICIAL, "gso-population-2014.01", period_end="soon")
    data.set("areas.csv", "VN-71", name_vi="")


def _chain(data: DataCopy) -> None:
    first, second = "dienbientv-2020.01", "dienbientv-2020.02"
    data.set(PRESS, first, part_of=second)
    data.set(PRESS, second, part_of=first)


def divisor(*indicators: str) -> Callable[[DataCopy], object]:
    def spoil(data: DataCopy) -> None:
        rows = data.rows("ratio_parts.csv")
        rows[1][2] = "+".join(indicators)
        data.write("ratio_parts.csv", rows)

    return spoil


def _latin(data: DataCopy) -> None:
    path = data.folder / "areas.csv"
    path.write_bytes(path.read_bytes() + "VN-99,é\n".encode("latin-1"))


def _bom(data: DataCopy) -> None:
    path = data.folder / "areas.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


BROKEN: dict[str, Callable[[DataCopy], object]] = {
    "a value that is no number": cell(PRESS, FLOW, obs_value="nhiều"),
    "a day that does not exist": cell(PRESS, FLOW, period_end="2019-02-30"),
    "a day that is missing": cell(PRESS, FLOW, period_end=""),
    "a length that is no number": cell(PRESS, FLOW, period_years="5,5"),
    "a negative paragraph": cell(PRESS, FLOW, paragraph="-1"),
    "an unknown qualifier": cell(PRESS, FLOW, qualifier="roughly"),
    "no printed figure": cell(PRESS, FLOW, figure_printed=""),
    "an id with accents": cell(PRESS, FLOW, obs_id="Điện Biên 3"),
    "an id given twice": cell(PRESS, FLOW, obs_id="dienbientv-2020.01"),
    "an id of another source": cell(PRESS, FLOW, obs_id="hoabinh-2024.99"),
    "an unknown area": cell(PRESS, FLOW, ref_area="VN-17"),
    "an unknown indicator": cell(PRESS, FLOW, indicator="rounds_trafic_law"),
    "an unknown total": cell(PRESS, FLOW, part_of="dienbientv-2020.77"),
    "an unknown source": cell(OFFICIAL, "gso-population-2014.01", source_id="nowhere"),
    "an area without a name": cell("areas.csv", "VN-71", name_vi=""),
    "an unknown successor": cell("areas.csv", "VN-24", successor="VN-99"),
    "a digest that is none": cell("sources.csv", "dienbientv-2020", sha256="abc"),
    "too many decimals": cell("indicators.csv", "rounds_traffic_law", decimals="9"),
    "a print that cannot be read": cell(PRESS, FLOW, figure_printed="5.15 đợt"),
    "a sentence for a print": cell(PRESS, FLOW, figure_printed="150 đợt a b c d e f g"),
    "a value that is not what is printed": cell(PRESS, FLOW, obs_value="15"),
    "a qualifier that is not what is printed": cell(PRESS, FLOW, qualifier="about"),
    "a value for hundreds": cell(PRESS, VAGUE, obs_value="1000"),
    "a fraction of a thing": cell(PRESS, FLOW, figure_printed="1,5 đợt", obs_value="1.5"),
    "a share of an indicator that counts": cell(PRESS, FLOW, figure_printed="150% đợt"),
    "a count of an indicator in percent": cell(PRESS, SHARE, figure_printed="từ 82 trở lên"),
    "a flow without a beginning": cell(PRESS, FLOW, period_start=""),
    "a stock with a window": cell(PRESS, STOCK, period_start="2014-01-01", period_years="5"),
    "a window that ends before it begins": cell(PRESS, FLOW, period_start="2020-01-01"),
    "a window of another length": cell(PRESS, FLOW, period_years="4"),
    "half a year called a year": cell(
        PRESS, FLOW, period_start="2019-01-01", period_end="2019-06-30", period_years="1"
    ),
    "a figure of an area that had ended": cell(OFFICIAL, "gso-census-2019.03", period_end="2025-07-01"),
    "a figure of an area that had not begun": cell(OFFICIAL, "gso-census-2019.03", ref_area="VN-25"),
    "a total that is its own part": cell(PRESS, TOTAL, part_of=TOTAL),
    "a part of another unit": cell(PRESS, PART, part_of="baothanhhoa-2019.01"),
    "a part in another area": cell(PRESS, PART, ref_area="VN-71"),
    "totals that are parts of each other": _chain,
    "a spelling of two areas": cell("areas.csv", "VN-21", spellings="Thanh Hóa|ĐIỆN  BIÊN"),
    "a day of publication that does not exist": cell(
        "sources.csv", "dienbientv-2020", published_on="2024-13"
    ),
    "a ratio of a thing to itself": divisor("valuable_tips_through_models"),
    "a ratio to a sum with a thing nobody knows": divisor("models", "agencis"),
    "a ratio to a sum of flows": divisor("models", "sessions_police"),
    "a row with too many cells": text("areas.csv", "VN-71,", "VN-71,,,,,,,,,,,,"),
    "an empty row": _blank_line,
    "a byte order mark": _bom,
    "a text that is not UTF-8": _latin,
    "an empty file": raw("units.csv", b""),
    "a missing file": lambda data: (data.folder / "indicators.csv").unlink(),
    "a column of another name": text("areas.csv", "name_vi", "nmae_vi"),
    "a column left out of the header": text("concepts.csv", ",name_en", ""),
    "semicolons": lambda data: data.text("units.csv", lambda content: content.replace(",", ";")),
    "several faults at once": _several,
}
