"""The sentences of a page: what they say of made data whose answer is known, and of the bundled data."""

import re

import pytest
from made_data import bundled, floors, flow, made, people, populated
from made_outputs import FOUR, MOVEMENT, THREE

import antq_analysis as aq
from antq_analysis.i18n import words

SESSIONS = "sessions_provincial_bodies"
# Words that put one number above another.
RANKS = (
    r"gấp|lần\b|cao hơn|thấp hơn|nhiều hơn|ít hơn|đứng|nhất\b|higher|lower|fewer|\btimes\b|\bmost\b|\bfirst\b"
)


def linked_figures(text):
    """Return the ids of the figures that a text leads to, in their order."""
    return re.findall(r'href="#obs-([^"]+)"', text._repr_html_())


# ---- the profile of an area ----


def profile(ds, area, lang="vi", ratios="valuable_share_of_tips"):
    press = ds.select(areas=area, mandates=MOVEMENT, inferred_areas=True)
    return aq.answers.profile(
        aq.compare(press, areas=area, inferred_areas=True),
        aq.ratios(ds, ratios, areas=area, inferred_areas=True),
        ds,
        nested=aq.nested(press, areas=area),
        clashes=aq.contradictions(press),
        lang=lang,
    )


@pytest.mark.parametrize(
    ("lang", "reports", "numbers"),
    [
        ("vi", "Hai báo cáo của Thanh Hóa không khớp nhau", ["3.071", "28.778", "hơn 8.000", "828"]),
        ("en", "The two reports of Thanh Hóa do not fit", ["3,071", "28,778", "more than 8,000", "828"]),
    ],
)
def test_a_misfit_names_both_reports_and_all_four_figures(lang, reports, numbers):
    answer = profile(bundled(), "Thanh Hóa", lang)
    first, second, *_ = answer.sentences
    assert first.startswith(reports)
    assert [period in first for period in ("(2014–2019)", "(2014–2024)")] == [True, True]
    assert re.findall("|".join(map(re.escape, numbers)), first) == numbers
    assert linked_figures(answer)[:4] == [
        f"baothanhhoa-{number}" for number in ("2019.01", "2024.04", "2019.11", "2024.12")
    ]
    assert second == words(lang)("answer.misfit_means")


def reports(*figures, **more):
    """Make figures of two reports on the same subject, one over five and one over ten years."""
    first, second = figures
    return [
        flow(first, 2014, 2018, source_id="baothanhhoa-2019", **more),
        flow(second, 2014, 2023, source_id="baothanhhoa-2024", **more),
    ]


def test_reports_that_fit_are_quoted_and_not_charged():
    ds = made(*reports("100 buổi", "200 buổi"))
    assert profile(ds, "Thanh Hóa").sentences[0] == (
        "Đã công bố: 200 buổi của các đơn vị cấp tỉnh (2014–2023)."
    )


def test_a_total_that_rises_less_than_another_is_said_as_that():
    more = {"indicator": "participants_provincial_bodies"}
    ds = made(*reports("10 buổi", "100 buổi"), *reports("1.000 người", "1.100 người", **more))
    (sentence, *_) = profile(ds, "Thanh Hóa", "en").sentences
    assert re.search(r"10 sessions.* became 100 .* while 1,000 .* became only 1,100\b", sentence)


def test_of_an_area_that_texts_do_not_name_the_answer_says_so_first():
    vi, en = (profile(bundled(), "Hòa Bình", lang).sentences[0] for lang in ("vi", "en"))
    assert vi.startswith("Bài không ghi tên tỉnh; Hòa Bình là suy ra")
    assert en.startswith("The article names no province; Hòa Bình is inferred")


def test_what_one_report_gives_is_said_with_the_numbers_it_is_made_of():
    (sentence,) = [text for text in profile(bundled(), "Thanh Hóa").sentences if "cùng một báo cáo" in text]
    assert "tỷ lệ tin có giá trị là 56,6% (828 : 1.464, 2014–2024)" in sentence


def test_a_ratio_without_published_parts_is_named_with_the_area_that_lacks_them():
    assert profile(bundled(), "Điện Biên", ratios="valuable_tips_per_model").sentences[-1] == (
        "Không tính được tin có giá trị trên một mô hình: Điện Biên không công bố số liệu cần thiết."
    )


# ---- areas beside each other ----


def compared(*rows, lang="en", ds=None):
    ds = ds or populated(*rows)
    found = aq.compare(ds, "propaganda_sessions")
    return aq.answers.compare(found, aq.contrasts(ds, "propaganda_sessions"), ds, lang=lang)


ONE, OTHER = flow("100 buổi", 2014, 2018), flow("50 buổi", 2014, 2018, ref_area="VN-24")


@pytest.mark.parametrize(
    ("grade", "row"),
    [
        ("A", ONE),
        ("B", ONE | {"figure_printed": "hơn 100 buổi"}),
        ("C", ONE | {"scope_level": "whole_province"}),
        ("D", ONE | {"indicator": "sessions_police"}),
    ],
)
def test_how_far_areas_compare_follows_their_grade_and_none_is_ranked_by_a_word(grade, row):
    far = {
        "A": "Thanh Hóa and Quảng Bình count alike and compare.",
        "B": "Thanh Hóa and Quảng Bình count alike and compare within bounds.",
        "C": "Thanh Hóa and Quảng Bình count alike, for reference only.",
        "D": "They differ in content, so this is no ranking.",
    }
    rates, said = compared(row, OTHER).sentences
    assert said == far[grade]
    assert re.fullmatch(
        r"Per 100,000 inhabitants and year: Thanh Hóa [\d.–]+ sessions .* \(2014–2018\); "
        r"Quảng Bình 1 sessions .* \(2014–2018\)\.",
        rates,
    )
    assert not re.search(RANKS, " ".join([*compared(row, OTHER, lang="vi").sentences, rates, said]))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_answer_of_the_bundled_comparison_quotes_three_rates_and_ranks_nothing(lang):
    ds = bundled()
    found = aq.compare(ds, ["propaganda_sessions", "awards_collectives"], areas=THREE)
    answer = aq.answers.compare(found, aq.contrasts(ds, list(found["concept"]), areas=THREE), ds, lang=lang)
    rates, far, pair = answer.sentences
    assert re.findall("|".join(THREE), rates) == THREE
    assert words(lang)("far.D", differences="").split("{")[0][:10] in far
    assert "30" in pair
    assert "31" in pair
    assert not re.search(RANKS, " ".join(answer.sentences))


def test_a_figure_without_a_rate_is_quoted():
    answer = compared(ONE | {"figure_printed": "hàng trăm buổi"}, OTHER).sentences
    assert (
        answer[1] == "Published: Thanh Hóa hundreds of sessions held by provincial-level bodies (2014–2018)."
    )
    answer = compared(ds=made(ONE, OTHER)).sentences
    assert [text[:10] for text in answer] == ["Published:", "No average"]


def test_a_figure_that_two_sources_tell_is_compared_once():
    told_twice = ONE | {"source_id": "dienbientv-2020"}
    assert compared(ONE, told_twice, OTHER).sentences == compared(ONE, OTHER).sentences


def test_pairs_of_subjects_that_are_not_in_the_rows_are_left_out():
    ds = bundled()
    rows = aq.compare(ds, "propaganda_sessions", areas=THREE)
    answer = aq.answers.compare(rows, aq.contrasts(ds, "awards_collectives", areas=THREE), ds)
    assert len(answer.sentences) == 2


def test_a_subject_is_not_said_again_below_the_answer():
    ds = bundled()
    rows = aq.compare(ds, ["propaganda_sessions", "propaganda_participants"], areas=THREE)
    answer = aq.answers.compare(rows, aq.contrasts(ds, "propaganda_sessions", areas=THREE), ds)
    said = aq.answers.subjects(rows, ds)
    assert said["propaganda_sessions"]
    assert aq.answers.subjects(rows, ds, besides=answer)["propaganda_sessions"] == ""


# ---- over the years ----


def over_the_years(ds, lang="en", areas=("Thanh Hóa", "Quảng Bình")):
    rows = aq.compare(ds, "propaganda_sessions", areas=areas)
    courses = aq.describe_series(ds, "population_average", areas)
    near = {"nested": aq.nested(ds, areas=areas), "clashes": aq.contradictions(ds)}
    return aq.answers.trends(rows, courses, ds, **near, lang=lang).sentences


def test_two_windows_are_said_as_averages_and_as_what_the_other_years_would_hold():
    sentence = over_the_years(bundled(), areas=THREE)[0]
    assert sentence.startswith("Thanh Hóa: sessions held by provincial-level bodies – ")
    assert "in 2014–2019" in sentence
    assert "over all of 2014–2024" in sentence
    # 28,778 - 3,071
    assert sentence.endswith("were both counted alike, the other years would hold 25,707.")


def test_reports_of_one_area_are_not_doubted_for_those_of_another():
    doubt = words("en")("answer.out_of_step")
    here, there = {"ref_area": "VN-21"}, {"ref_area": "VN-24"}
    falls = [flow("90 buổi", 2015, 2016, **there), flow("50 buổi", 2015, 2018, **there)]
    fits = reports("100 buổi", "200 buổi", **here)
    assert len(aq.contradictions(made(*fits, *falls))) == 1
    assert doubt not in over_the_years(made(*fits, *falls))
    hardly = reports("1.000 người", "1.100 người", indicator="participants_provincial_bodies")
    assert doubt in over_the_years(made(*reports("10 buổi", "100 buổi"), *hardly))


def test_an_area_with_one_window_tells_nothing_about_change():
    assert over_the_years(made(ONE)) == [
        "Of Thanh Hóa there is one window only, which tells nothing about change."
    ]


def test_one_figure_of_the_population_is_no_growth():
    assert over_the_years(made(ONE, people("1.000.000 người", 2018)), areas="Thanh Hóa") == [
        "Of Thanh Hóa there is one window only, which tells nothing about change."
    ]


def test_a_population_that_falls_is_not_said_to_grow():
    falling = populated(ONE)
    rows = aq.describe_series(falling, "population_average", "Thanh Hóa")
    for growth, said in ((0.01, "Population grew"), (-0.01, "Population changed")):
        sentences = aq.answers.trends(
            aq.compare(falling, "propaganda_sessions"), rows.assign(growth=growth), falling,
            nested=aq.nested(falling), clashes=aq.contradictions(falling), lang="en",
        ).sentences  # fmt: skip
        assert sentences[-1].startswith(said)


# ---- ratios and quality ----


def test_a_ratio_is_said_with_its_parts_its_years_and_the_wider_total():
    rows = aq.ratios(bundled(), ["valuable_tips_per_model"], areas=THREE)
    assert aq.answers.ratios(rows, bundled()).sentences == [
        "Thanh Hóa: tin có giá trị trên một mô hình là 3,12 (828 : 265, 2014–2024).",
        "Tức là mỗi mô hình bình quân khoảng 3,2 năm có một tin. Nếu chia cho 779 mô hình đang hoạt động "
        "thuộc mọi loại hình thì chỉ là 1,06.",
        "Không tính được tin có giá trị trên một mô hình: Điện Biên và Quảng Bình không công bố số liệu cần "
        "thiết.",
    ]


def test_a_floor_is_said_as_at_least():
    (sentence, *_) = aq.answers.ratios(floors(), bundled(), lang="en").sentences
    assert "at least 0.180" in sentence


def test_gaps_worded_figures_and_contradictions_are_counted():
    ds = made(flow("200 buổi", 2014, 2018), flow("hơn 100 buổi", 2014, 2023))
    gaps = aq.coverage(ds, areas=THREE, concepts=["propaganda_sessions", "models"])
    clash, worded, missing = aq.answers.quality(aq.contradictions(ds), gaps, ds, lang="en").sentences
    assert "all in Thanh Hóa" in clash
    assert "200 sessions held by provincial-level bodies (2014–2018)" in clash
    assert worded.startswith("1 of 2 figures")
    assert missing.startswith("5 of 6 pairs")
    fits = made(ONE)
    (first, *_) = aq.answers.quality(aq.contradictions(fits), aq.coverage(fits), fits, lang="en").sentences
    assert first == "No figure contradicts another."


# ---- what to keep in mind ----


def kept(*rows, lang="vi"):
    ds = made(*rows)
    return aq.answers.keep(aq.compare(ds), ds, clashes=aq.contradictions(ds), lang=lang)


def test_what_weighs_most_stands_first_and_five_points_are_enough():
    ds = bundled()
    rows = aq.compare(ds, areas=FOUR, inferred_areas=True)
    points = aq.answers.keep(rows, ds, clashes=aq.contradictions(ds), lang="en").sentences
    assert len(points) == 5
    assert points[0].startswith("The two reports of Thanh Hóa do not fit")
    assert aq.answers.keep(rows, ds, lang="en").sentences[0] != points[0]


def test_a_plain_figure_of_one_year_needs_no_caution_but_its_period():
    assert kept(ONE).sentences == [
        "Số của một kỳ nhiều năm là tổng của cả kỳ, không phải số của riêng năm nào."
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"figure_printed": "hơn 100 buổi"}, "keep.worded"),
        ({"area_basis": "publisher"}, "One article names no province; it appeared in Thanh Hóa newspaper"),
        ({"ref_area": "VN-24"}, "Since 1 Jul 2025 Quảng Bình is part of Quảng Trị"),
        (
            {"figure_printed": "100 người", "indicator": "participants_provincial_bodies"},
            "100: the source prints people; attendances may be meant.",
        ),
    ],
)
def test_each_doubt_is_one_point(more, said):
    found = kept(ONE | more, lang="en").sentences
    wanted = words("en")(said) if said in words("en") else said
    assert sum(text.startswith(wanted) for text in found) == 1


# ---- what to ask ----


def asked(*rows, lang="en"):
    ds = made(*rows)
    return aq.answers.questions(ds, "Thanh Hóa", aq.contradictions(ds), lang=lang).sentences


def test_a_clear_figure_raises_no_question():
    assert asked(ONE) == []


@pytest.mark.parametrize(
    ("more", "question"),
    [
        ({"figure_printed": "hơn 100 buổi"}, "What are the exact numbers: more than 100 sessions held by"),
        ({"figure_printed": "hàng trăm buổi"}, "What are the numbers: hundreds of sessions held by"),
        ({"scope_level": "unstated"}, "Do these count provincial bodies or the whole province: 100 sessions"),
        ({"period_basis": "inferred"}, "Up to which day do these count: 100 sessions held by"),
        ({"area_basis": "inferred"}, "Please confirm that these are figures of Thanh Hóa"),
        (
            {"indicator": "participants_provincial_bodies"},
            "100 people at sessions of provincial-level bodies:",
        ),
    ],
)
def test_each_open_point_is_one_question(more, question):
    (found,) = asked(ONE | more)
    assert found.startswith(question)
    assert len(asked(ONE | more, lang="vi")) == 1


def test_a_contradiction_is_asked_about_first_and_once_for_each_subject():
    hardly = reports("1.000 người", "1.100 người", indicator="participants_provincial_bodies")
    news = reports("10 tin", "900 tin", indicator="news_placements_provincial_bodies")
    first, *_ = asked(*reports("10 buổi", "100 buổi"), *hardly, *news)
    assert first.startswith("Did the way of counting change between the two reports")
    assert all(pair in first for pair in ("10 → 100", "1,000 → 1,100", "10 → 900"))
    first, *_ = asked(flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023))
    assert "200 sessions held by provincial-level bodies (2014–2018)" in first
    assert "100 sessions held by provincial-level bodies (2014–2023)" in first


def test_official_statistics_are_not_asked_about():
    row = {"mandate": "statistics", "scope_level": "unstated", "period_basis": "inferred"}
    assert asked(flow("hơn 100 buổi", 2014, 2018, **row)) == []


def test_an_unknown_area_is_refused():
    with pytest.raises(aq.UnknownName, match="No area 'Thanh Hoo'"):
        aq.answers.questions(bundled(), "Thanh Hoo")


# ---- one result ----


def results():
    """Give results of every kind that can be said."""
    ds, tips, areas = bundled(), "valuable_tips_through_models", ["Điện Biên", "Thanh Hóa"]
    return [
        aq.compare(ds, ["valuable_tips", "awards_collectives", "models"], areas=areas),
        aq.compare(ds, "propaganda_sessions", areas=areas, per=1000),
        aq.contrasts(ds, ["propaganda_sessions", "awards_collectives"], areas=areas),
        aq.ratios(ds, ["valuable_tips_per_model", "valuable_share_of_tips"], areas=areas),
        aq.ratio(ds, tips, "tips_through_models", per=100, areas=areas),
        aq.rate(ds, tips, areas=areas),
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_kind_of_row_becomes_whole_sentences(lang):
    aq.set_language(lang)
    for frame in results():
        for _, row in frame.iterrows():
            text = aq.explain(row, ds=bundled())
            assert text.endswith(".")
            assert not re.search(r"\bnan\b|None|NaT|[{}]|_|<", text), text
            if lang == "en":
                assert not re.search("[à-ỹđ]", re.sub("|".join(FOUR), "", text).lower()), text


def test_a_result_is_said_with_its_unit_its_grade_and_its_reasons():
    rows = aq.ratios(bundled(), "valuable_tips_per_model", areas="Thanh Hóa")
    said = aq.explain(rows, ds=bundled())
    assert said.startswith("Thanh Hóa, 2014–2024: Tin có giá trị trên một mô hình – 3,12 tin/mô hình. Mức C")
    assert "Mẫu số là số tại cuối kỳ" in said
    refused = aq.ratio(bundled(), "valuable_tips_all_bodies", "model_types", areas="Thanh Hóa")
    assert " – không tính. Mức D" in aq.explain(refused, ds=bundled())


def test_a_refusal_names_what_was_asked_and_why_it_is_refused():
    refusal = aq.trend(bundled(), "population_average", "Thanh Hóa")
    assert isinstance(refusal, aq.NotComparable)
    assert aq.explain(refusal, lang="en").startswith("Average population, Thanh Hóa: no conclusion")


def test_what_is_no_result_is_refused():
    with pytest.raises(TypeError, match=r"Not a result row\. Give a row of compare, contrasts, ratio"):
        aq.explain(bundled().areas().iloc[0])
