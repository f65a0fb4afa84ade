"""Rows and files that a new user gets wrong: each is told once, at its place, with what to do."""

import shutil
from collections.abc import Callable

import pytest
from conftest import FLOW, OFFICIAL, PRESS, SHARE, STOCK, VAGUE, DataCopy
from typer.testing import CliRunner

import antq_analysis as aq
from antq_analysis.cli import app
from antq_analysis.data import bundled

SESSIONS, PEOPLE, VISITS = "dienbientv-2020.04", "baothanhhoa-2019.02", "dienbientv-2020.05"
CENSUS, ENTERPRISES = "gso-census-2019.03", "gso-enterprises-new-2018.09"
TITLE = "Những kết quả bước đầu trong thực hiện Chỉ thị số 07/CT-BCA-V28 của Bộ trưởng Bộ Công an ở Điện Biên"

# The figure that is entered once more, the cells changed in it, the column complained of, and what is said.
ROWS: list[tuple[str, dict[str, str], str, str]] = [
    # numbers
    (FLOW, {"obs_value": "1,8"}, "obs_value", "expected a number; write 1.8."),
    (FLOW, {"obs_value": "1.042"}, "obs_value", "expected 150, which is what '150 đợt' says"),
    (FLOW, {"obs_value": "1,042"}, "obs_value", "write 1042 or 1.042."),
    (FLOW, {"obs_value": "1 042"}, "obs_value", "write 1042."),
    (FLOW, {"obs_value": "1.042.000"}, "obs_value", "write 1042000."),
    (FLOW, {"obs_value": "1.042,5"}, "obs_value", "write 1042.5."),
    (FLOW, {"obs_value": "150 đợt"}, "obs_value", "write 150."),
    (FLOW, {"obs_value": "nhiều"}, "obs_value", "write digits with a decimal point, without grouping"),
    (FLOW, {"obs_value": "3-5"}, "obs_value", "write digits with a decimal point, without grouping"),
    (FLOW, {"paragraph": "đoạn 3"}, "paragraph", "expected a whole number; write 3."),
    (FLOW, {"paragraph": "3.0"}, "paragraph", "write digits only, without separators"),
    # dates
    (FLOW, {"period_end": "31/12/2019"}, "period_end", "exists, as YYYY-MM-DD; write 2019-12-31."),
    (FLOW, {"period_end": "12/31/2019"}, "period_end", "write 2019-12-31."),
    (FLOW, {"period_end": "2019-12-31 00:00:00"}, "period_end", "write 2019-12-31."),
    (FLOW, {"period_end": "43830"}, "period_end", "write 2019-12-31, the day that Excel stores so."),
    (FLOW, {"period_start": "2014"}, "period_start", "its first or its last day, 2014-01-01 or 2014-12-31"),
    *((FLOW, {"period_end": day}, "period_end", "a date that exists, as YYYY-MM-DD; correct the date.")
      for day in ("2019-13-01", "2019-02-30", "soon", "31/12/19")),
    (FLOW, {"period_start": "2020-01-01"}, "period_start", "a day not after period_end"),
    (FLOW, {"period_years": "3"}, "period_years", "a length that fits its dates, which hold 6 years"),
    (FLOW, {"period_start": ""}, "period_start", "the first day of the window"),
    (STOCK, {"period_start": "2014-01-01"}, "period_start", "nothing, as agencies is a stock at one date"),
    (FLOW, {"period_end": "2020-06-30"}, "period_end", "a day up to 2020-01-02, when dienbientv-2020 was"),
    (STOCK, {"period_end": "2025-01-01"}, "period_end", "a day up to 2024-12-31, when baothanhhoa-2024 was"),
    (CENSUS, {"period_end": "2025-12-31"}, "period_end", "ended then and became part of VN-25 Quảng Trị"),
    (ENTERPRISES, {"ref_area": "VN-25"}, "ref_area", "an area that was there: VN-25 began on 2025-07-01"),
    # ids and names
    (FLOW, {"obs_id": "hoabinh-2024.99"}, "obs_id", "an obs_id that begins with 'dienbientv-2020.'"),
    (FLOW, {"obs_id": FLOW}, "obs_id", f"a key of its own; {PRESS} row 3 has it too"),
    (FLOW, {"paragraph": "11"}, "obs_id", f"a figure entered once; row 3 of {PRESS} has the same figure"),
    (FLOW, {"indicator": "rounds_trafic_law"}, "indicator", "(did you mean 'rounds_traffic_law'?)"),
    (FLOW, {"indicator": "đợt tuyên truyền luật giao thông đường bộ"}, "indicator", "is rounds_traffic_law)"),
    (FLOW, {"indicator": "Sessions held by the police with partners"}, "indicator", "is sessions_police)"),
    (FLOW, {"indicator": "valuable_tips"}, "indicator",
     "'valuable_tips' is the concept of valuable_tips_all_bodies, valuable_tips_through_models)"),
    *((FLOW, {"ref_area": name}, "ref_area", f"({name!r} is VN-21)")
      for name in ("Thanh Hóa", "Thanh Hoa", "tỉnh Thanh Hoá", "38")),
    (FLOW, {"ref_area": "44"}, "ref_area", "('44' is VN-24 Quảng Bình or VN-25 Quảng Trị)"),
    (FLOW, {"ref_area": "Thanh Hoas"}, "ref_area", "(did you mean 'VN-21'?)"),
    *((FLOW, {"ref_area": name}, "ref_area", "a known ref_area of 'areas'; correct it, or add it to")
      for name in ("Nghệ An", "VN-38")),
    (FLOW, {"source_id": "dienbientvv-2020"}, "source_id", "(did you mean 'dienbientv-2020'?)"),
    (FLOW, {"source_id": "dienbientv-2021"}, "source_id", "of 'sources'; correct it, or add it to"),
    (FLOW, {"source_id": TITLE}, "source_id", "' is dienbientv-2020)"),
    (FLOW, {"part_of": "dienbientv-2020.02x"}, "part_of", "(did you mean 'dienbientv-2020.02'?)"),
    (FLOW, {"scope_org": "Police"}, "scope_org", "use one of them, perhaps 'police'"),
    (FLOW, {"mandate": "CT07"}, "mandate", "use one of them, perhaps 'CT07-2014'"),
    # the print
    (FLOW, {"figure_printed": ""}, "figure_printed", "expected a value; fill the cell in"),
    (FLOW, {"figure_printed": "151 đợt"}, "obs_value", "expected 151, which is what '151 đợt' says"),
    (FLOW, {"figure_printed": "hơn 150 đợt"}, "qualifier", "more_than, which is what 'hơn 150 đợt'"),
    (FLOW, {"figure_printed": "150 đợt a b c d e f g"}, "figure_printed", "at most 8 words"),
    (VAGUE, {"obs_value": "1000"}, "obs_value", "empty it for wording such as 'hàng trăm'"),
    (FLOW, {"figure_printed": "150% đợt"}, "indicator", "an indicator in percent"),
    (SHARE, {"figure_printed": "từ 82 trở lên"}, "indicator", "an indicator that counts"),
    (SESSIONS, {"figure_printed": "57 lớp"}, "indicator", "an indicator in 'lớp', as '57 lớp' says; "
     "sessions_legal_education counts 'buổi'; use an indicator of that unit, or add one"),
    (SESSIONS, {"figure_printed": "57 đợt cao điểm"}, "indicator", "an indicator in 'đợt cao điểm'"),
    (PEOPLE, {"figure_printed": "hơn 740 nghìn lượt người"}, "indicator", "counts 'người'"),
    (VISITS, {"figure_printed": "15.642 người dự"}, "indicator", "counts 'lượt người'"),
    (VAGUE, {"figure_printed": "hàng nghìn mô hình"}, "indicator", "an indicator in 'mô hình'"),
    # letters
    (FLOW, {"note_vi": "Đie\u0302n Biên"}, "note_vi", "type the text anew, or normalise the file to NFC"),
    (FLOW, {"note_vi": "một "}, "note_vi", "no space before or after the text; remove the space"),
    (FLOW, {"figure_printed": "150 đợt\u00a0"}, "figure_printed", "no space before or after the text"),
    (FLOW, {"figure_printed": "150\u200b đợt"}, "figure_printed", "no control or invisible characters"),
    # likely wrong
    (FLOW, {"note_vi": "Theo ông Đinh Văn A"}, "note_vi", "no person's name, and 'ông Đinh Văn A' looks"),
    (FLOW, {"note_en": "Told by Nguyễn Văn A."}, "note_en", "no person's name, and 'Nguyễn Văn A' looks"),
    (FLOW, {"figure_printed": "150 đợt (Lê Thị B)"}, "figure_printed", "no person's name, and 'Lê Thị B'"),
]  # fmt: skip
# Of these nothing is said: words that fit the unit, names of places, ranks without a name.
SOUND: list[tuple[str, dict[str, str]]] = [
    (SESSIONS, {"figure_printed": "57 hội nghị"}),
    (SESSIONS, {"figure_printed": "57 (điểm cầu trực tuyến)"}),
    (PEOPLE, {"figure_printed": "hơn 740.000 đoàn viên"}),
    (VISITS, {"figure_printed": "15.642 lượt cán bộ"}),
    (STOCK, {"period_end": "2024-12-30"}),
    (CENSUS, {"period_end": "2025-06-30"}),
    (CENSUS, {"period_end": "2025-07-01", "ref_area": "VN-25"}),
    (FLOW, {"note_vi": "ở Thành phố Hồ Chí Minh; đồng chí Công an xã", "note_en": "Bình Dương Province"}),
]
LENGTHS = ["0.25", "0.5", "0.75", "1", "4", "5", "5.5", "5.7", "6", "7"]
# Windows, and which of the lengths fit their dates.
WINDOWS = [
    ("2014-01-01", "2019-12-31", {"5", "6"}),
    ("2014-01-01", "2019-09-11", {"5", "5.7", "6"}),
    ("2019-01-01", "2019-06-30", {"0.5"}),
    ("2019-01-01", "2019-09-30", {"0.75", "1"}),
    ("2014-07-01", "2019-12-31", {"5", "5.5"}),
]
for start, end, fitting in WINDOWS:
    for years in LENGTHS:
        window = (FLOW, {"period_start": start, "period_end": end, "period_years": years})
        if years in fitting:
            SOUND.append(window)
        else:
            ROWS.append((*window, "period_years", "a length that fits its dates, which hold"))
ENTERED = [*(row[:2] for row in ROWS), *SOUND]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[list[aq.Problem]]:
    """Enter every figure once more at the end of a file, check once, and return what is said of each row."""
    data = DataCopy(tmp_path_factory.mktemp("wrong") / "data")
    shutil.copytree(bundled("data"), data.folder)
    rows = data.rows(PRESS)
    header, first = rows[0], len(rows) + 1
    known = {row[0]: dict(zip(header, row, strict=True)) for row in [*rows, *data.rows(OFFICIAL)]}
    for number, (key, changed) in enumerate(ENTERED, start=100):
        own = {"obs_id": f"{known[key]['source_id']}.{number}", "paragraph": str(number)}
        rows.append([*(known[key] | own | changed).values()])
    data.write(PRESS, rows)
    problems = aq.check(data.folder)
    said = [[p for p in problems if (p.file, p.row) == (PRESS, first + at)] for at in range(len(ENTERED))]
    assert sum(map(len, said)) == len(problems), "of the other rows nothing is said"
    return said


@pytest.mark.parametrize(("at", "column", "phrase"), [(at, *row[2:]) for at, row in enumerate(ROWS)])
def test_a_wrong_row_is_told_once_with_what_to_do(
    told: list[list[aq.Problem]], at: int, column: str, phrase: str
) -> None:
    (problem,) = told[at]
    assert problem.column == column
    assert phrase in str(problem)
    assert problem.is_warning == phrase.startswith("no person") == str(problem).startswith("warning: ")


def test_of_sound_rows_nothing_is_said(told: list[list[aq.Problem]]) -> None:
    assert told[len(ROWS) :] == [[]] * len(SOUND)


def saved(encoding: str) -> Callable[[bytes], bytes]:
    return lambda content: content.decode().encode(encoding, "replace")


def put(old: str, new: str, count: int = 1) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(old.encode(), new.encode(), count)


def without_last_column(content: bytes) -> bytes:
    return b"".join(line.rpartition(b",")[0] + b"\n" for line in content.splitlines())


# A file, what is done to it, the row complained of, and what is said.
FILES = [
    (PRESS, saved("utf-8-sig"), None, "found 'a byte-order mark', expected UTF-8 without one"),
    (PRESS, saved("utf-16"), None, "found 'text in UTF-16', expected text in UTF-8; save it as 'CSV UTF-8'"),
    (PRESS, saved("utf-16-be"), None, "found 'text in UTF-16'"),
    (PRESS, saved("cp1258"), 2, "expected text in UTF-8; save the file as 'CSV UTF-8'; 77 more rows"),
    (PRESS, put(",", ";", -1), 1, "found 'semicolons', expected commas between the cells; save it with"),
    ("units.csv", put(",", "\t", -1), 1, "save it with commas instead of tabs"),
    (PRESS, put("obs_value", "obs_val"), 1, "found 'obs_val', expected the column 'obs_value'; rename the"),
    ("sources.csv", put("source_id", "source id"), 1, "expected the column 'source_id'; rename the column"),
    (PRESS, put("\n", ",more\n", -1), 1, "found 'more', expected a column of the schema; rename or remove"),
    ("units.csv", without_last_column, 1, "expected a column 'events'; add the column"),
    (PRESS, put(f"{FLOW},", f"{FLOW},,"), 3, "found '22 cells', expected 21 cells; put a text that"),
    ("areas.csv", put("VN-71,Điện Biên,", "VN-71,"), 2, "expected 10 cells; add the missing cells"),
    (PRESS, put("\n", "\n\n"), 2, "found 'an empty row', expected 21 cells; delete the row"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "change", "row", "phrase"), FILES)
def test_a_wrong_file_is_told_of_at_its_first_row(
    data: DataCopy, file: str, change: Callable[[bytes], bytes], row: int | None, phrase: str
) -> None:
    path = data.folder / file
    path.write_bytes(change(path.read_bytes()))
    (problem,) = aq.check(data.folder)
    assert (problem.file, problem.row) == (file, row)
    assert phrase in str(problem)


def test_a_figure_is_entered_once_in_all_files(data: DataCopy) -> None:
    rows = data.rows(OFFICIAL)
    again = ["dienbientv-2020.91", *data.rows(PRESS)[2][1:]]
    data.write(OFFICIAL, [rows[0], again, *rows[1:]])
    (problem,) = aq.check(data.folder)
    assert (problem.file, problem.row, problem.column) == (OFFICIAL, 2, "obs_id")
    assert f"row 3 of {PRESS} has the same figure; remove one of the two rows" in str(problem)


def test_warnings_are_printed_and_stop_nothing(data: DataCopy) -> None:
    data.set(PRESS, FLOW, note_vi="Gặp Trần Thị B")
    rows = data.rows("sources.csv")
    data.write("sources.csv", [*rows, ["nobody-2024", *rows[1][1:]]])
    unused, person = aq.check(data.folder)
    assert str(unused).startswith(
        f"warning: sources.csv, row {len(rows) + 1}, column source_id: found 'nobody-"
    )
    assert len(aq.load(data.folder)) == len(aq.load())
    shown = CliRunner().invoke(app, ["check", str(data.folder)])
    assert shown.exit_code == 0
    end = f"{len(aq.load())} figures from {len(rows) - 1} sources: no problem, 2 warnings"
    assert shown.output.splitlines() == [str(unused), str(person), end]
    data.set(PRESS, FLOW, obs_value="1")
    assert [problem.is_warning for problem in aq.check(data.folder)] == [True, False, True]
    with pytest.raises(aq.InvalidData) as caught:
        aq.load(data.folder)
    assert [problem.column for problem in caught.value.problems] == ["obs_value"]
    assert CliRunner().invoke(app, ["check", str(data.folder)]).exit_code == 1
