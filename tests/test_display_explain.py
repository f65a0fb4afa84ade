import re

import pytest
from made_data import PUBLISHER, bundled, floors, flow, made

import antq_analysis as aq

TIPS = "valuable_tips_through_models"
SESSIONS = "sessions_provincial_bodies"
AREAS = ["Điện Biên", "Thanh Hóa"]


def results(ds):
    """Give results of every kind that can be said."""
    return [
        aq.compare(ds, ["valuable_tips", "awards_collectives", "models"], areas=AREAS),
        aq.compare(ds, "propaganda_sessions", areas=AREAS, per=1000),
        aq.contrasts(ds, ["propaganda_sessions", "awards_collectives"], areas=AREAS),
        aq.ratios(ds, ["valuable_tips_per_model", "valuable_share_of_tips"], areas=AREAS),
        aq.ratio(ds, TIPS, "tips_through_models", per=100, areas=AREAS),
        aq.rate(ds, TIPS, areas=AREAS),
        aq.windows(ds, [SESSIONS, "participants_provincial_bodies"], "Thanh Hóa"),
        aq.trend(ds, "population_average", "Thanh Hóa"),
    ]


def only(frame):
    assert len(frame) == 1
    return frame.iloc[0]


def both(row, ds=None) -> list[str]:
    return [aq.explain(row, lang=lang, ds=ds) for lang in ("vi", "en")]


def test_a_figure_of_a_window_is_said_with_its_print_and_its_yearly_average():
    ds = made(flow("hơn 100 buổi", 2014, 2018))
    vi, en = both(only(aq.compare(ds, "propaganda_sessions")), ds)
    what = "Buổi tuyên truyền của các đơn vị cấp tỉnh – “hơn 100 buổi” trong 5 năm (2014–2018)"
    assert vi == f"Thanh Hóa: {what}, bình quân 20,2–39,8 (khoảng tin cậy 95%: 16,5–45,7) một năm."
    what = "Sessions held by provincial-level bodies – “hơn 100 buổi” over 5 years (2014–2018)"
    assert en == f"Thanh Hóa: {what}, 20.2–39.8 (95% chance interval: 16.5–45.7) a year on average."


def test_a_ratio_is_said_with_chance_grade_and_reasons():
    rows = aq.ratios(bundled(), "valuable_share_of_tips", areas="Thanh Hóa")
    vi, en = both(rows.iloc[0])
    assert vi == (
        "Thanh Hóa, 2014–2024: Tỷ lệ tin có giá trị trong tin báo (%) (tính từ "
        f"“828 nguồn tin có giá trị” [{PUBLISHER['vi']}]; “1.464 nguồn tin” [{PUBLISHER['vi']}]) "
        f"là 56,6 [{PUBLISHER['vi']}] (khoảng tin cậy 95%: 54,0–59,1). Mức C (chỉ để tham khảo). "
        "Cùng tên nhưng tính từ chỉ tiêu khác định nghĩa: không so với dòng khác trong nhóm. "
        "Bài không nêu tên tỉnh; tỉnh xác định qua cơ quan đăng tin. "
        "Đoạn in số không nêu kỳ; kỳ lấy theo cả bài."
    )
    assert en == (
        "Thanh Hóa, 2014–2024: Share of tips that are valuable (%) (from "
        f"“828 nguồn tin có giá trị” [{PUBLISHER['en']}]; "
        f"“1.464 nguồn tin” [{PUBLISHER['en']}]) "
        f"is 56.6 [{PUBLISHER['en']}] (95% chance interval: 54.0–59.1). "
        "Grade C (for reference only). "
        "Of the same name, but formed from figures of another definition: "
        "not to be compared with the other rows of the group. "
        "The text does not name the province; only its publisher tells. "
        "The paragraph prints no period; that of the article is taken."
    )


def test_a_ratio_to_a_wider_count_is_at_least_and_has_no_chance_interval():
    vi, en = both(only(floors()))
    assert "là ít nhất 0,180 [" in vi
    assert "is at least 0.180 [" in en
    assert "95%" not in vi + en


def test_a_refused_ratio_says_why_and_no_number():
    row = only(aq.ratio(bundled(), "valuable_tips_all_bodies", "model_types", areas="Thanh Hóa"))
    vi, en = both(row)
    assert vi.startswith(
        "Thanh Hóa, 2014–2019: Tin có giá trị do mọi đơn vị cung cấp trên Loại mô hình tự quản – không tính."
    )
    assert "Một bên đếm loại mô hình, không phải mô hình." in vi
    assert not re.search(r"\d", en.split(": ", 1)[1])


def test_an_area_that_did_not_report_is_said_so():
    row = only(aq.ratio(bundled(), TIPS, "models", areas="Điện Biên"))
    vi, en = both(row)
    assert vi == (
        "Điện Biên: Nguồn tin có giá trị cung cấp qua mô hình trên Mô hình đang hoạt động – không báo cáo."
    )
    assert en.endswith("– not reported.")
    assert both(only(aq.compare(bundled(), "valuable_tips", areas="Điện Biên"))) == [
        "Điện Biên: Tin báo có giá trị – không báo cáo.",
        "Điện Biên: Valuable tips – not reported.",
    ]


def test_only_what_is_divided_by_inhabitants_is_said_to_be_per_inhabitant():
    rate = only(aq.rate(bundled(), TIPS, areas="Thanh Hóa"))
    share = only(aq.ratio(bundled(), TIPS, "tips_through_models", per=100, areas="Thanh Hóa"))
    assert "trên 100.000 dân một năm là 2,22–2,37" in both(rate)[0]
    assert "per 100 Tips given through the models is 56.6" in both(share)[1]
    assert "dân" not in both(share)[0]


def test_a_level_per_inhabitant_says_so():
    row = aq.compare(bundled(), "propaganda_sessions", areas="Thanh Hóa", per=1000).iloc[0]
    vi, en = both(row)
    assert "một năm trên 1.000 dân." in vi
    assert "a year per 1,000 inhabitants on average." in en


def test_a_contrast_is_said_both_ways_round_and_refused_ones_without_a_number():
    ds = made(flow("100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24"))
    row = only(aq.contrasts(ds, "propaganda_sessions", areas=["VN-21", "VN-24"]))
    vi, en = both(row, ds)
    assert re.fullmatch(
        r"Thanh Hóa so với Quảng Bình: Buổi .* bằng 2 \(khoảng tin cậy 95%: [\d,–]+\) lần\. Mức A \(.*\)\.",
        vi,
    )
    assert "Thanh Hóa against Quảng Bình: Sessions" in en
    refused = aq.contrasts(bundled(), "propaganda_sessions", areas=AREAS).iloc[0]
    assert "không so sánh" in both(refused)[0]
    assert "are not compared. The two figures follow two definitions." in both(refused)[1]


def test_windows_are_said_with_their_area_and_what_they_imply():
    reported, _, implied = (row for _, row in aq.windows(bundled(), SESSIONS, "Thanh Hóa").iterrows())
    assert both(reported)[0].startswith(
        "Thanh Hóa, 2014–2019: Buổi tuyên truyền của các đơn vị cấp tỉnh bình quân 614 một năm."
    )
    assert (
        f"holds 25,707, that is 5,141 [{PUBLISHER['en']}] a year, "
        "8.37 times the first window (10.0 times if calendar years are counted)." in both(implied)[1]
    )
    ds = made(flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023))
    impossible = aq.windows(ds, SESSIONS).iloc[-1]
    assert "tổng của kỳ dài nhỏ hơn phần nằm trong nó" in both(impossible, ds)[0]
    assert not re.search(r"\bnan\b", " ".join(both(impossible, ds)))


def test_a_trend_is_a_yearly_change():
    vi, en = both(only(aq.trend(bundled(), "population_average", "Thanh Hóa")))
    assert vi.startswith("Thanh Hóa: Dân số trung bình thay đổi 0,7% mỗi năm trong 2017–2022")
    assert "(95% interval: 0.5% – 0.9%, 6 figures)" in en


def test_a_trend_of_windows_does_not_speak_of_annual_figures():
    spans = [(2000, 2004), (2005, 2009), (2010, 2014)]
    ds = made(*(flow(f"{300 + end} buổi", start, end) for start, end in spans))
    en = both(only(aq.trend(ds, SESSIONS, "VN-21")), ds)[1]
    assert "3 figures" in en
    assert "annual" not in en


def test_a_refusal_is_said_with_names_for_its_codes():
    answer = aq.trend(bundled(), "cooperatives", "Thanh Hóa")
    vi, en = both(answer)
    assert vi.startswith("Hợp tác xã, Thanh Hóa: không kết luận được. Chưa có ít nhất 5 số hằng năm")
    assert en.startswith("Cooperatives, Thanh Hóa: no conclusion can be drawn. There are fewer than 5")
    assert answer.subject == ("cooperatives", "VN-21"), "the answer itself keeps its codes"


def test_open_bounds_are_said_in_words():
    ds = made(flow("hơn 100 buổi", 2014, 2018)).read_as("strict")
    vi, en = both(only(aq.compare(ds, "propaganda_sessions")), ds)
    assert "bình quân ít nhất 20,2" in vi
    assert "at least 20.2" in en


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_kind_of_row_becomes_whole_sentences(lang):
    for frame in results(bundled()):
        for _, row in frame.iterrows():
            text = aq.explain(row, lang=lang, ds=bundled())
            assert text.endswith(".")
            assert not re.search(r"\bnan\b|None|NaT|[{}]|_", text), text


def test_english_sentences_hold_no_vietnamese_but_names_and_printed_figures():
    names = "|".join(map(re.escape, bundled().areas()["name_vi"]))
    for frame in results(bundled()):
        for _, row in frame.iterrows():
            plain = re.sub(rf"{names}|“[^”]*”", "", aq.explain(row, lang="en", ds=bundled()))
            assert not re.search("[à-ỹ]", plain.lower()), plain


def test_other_rows_are_refused():
    with pytest.raises(TypeError, match=r"Not a result row\. Give a row of compare, contrasts, ratio"):
        aq.explain(bundled().areas().iloc[0])


def test_the_mark_of_an_area_stands_outside_the_quotation():
    ds = made(flow("100 buổi", 2014, 2018, area_basis="publisher"))
    vi, en = both(only(aq.compare(ds, "propaganda_sessions")), ds)
    assert f"– “100 buổi” [{PUBLISHER['vi']}] trong" in vi
    assert f"– “100 buổi” [{PUBLISHER['en']}] over" in en


def test_a_ratio_formed_in_several_ways_names_its_parts_and_others_do_not():
    rows = [row for frame in results(bundled()) if "numerator" in frame for _, row in frame.iterrows()]
    several = [row for row in rows if "formed_otherwise" in row["reasons"]]
    assert 0 < len(several) < len(rows)
    for row in rows:
        said = aq.explain(row, lang="en", ds=bundled())
        assert ("(from “" in said) == any(row is one for one in several)


def test_person_years_are_not_quoted_as_a_part():
    rows = aq.ratios(bundled(), "valuable_tips_per_100k", areas="Thanh Hóa")
    (row,) = (row for _, row in rows.iterrows() if row["obs_ids"][0] == "baothanhhoa-2024.12")
    parts = re.findall("“[^”]*”", aq.explain(row))
    assert parts in ([], ["“828 nguồn tin có giá trị”"])
