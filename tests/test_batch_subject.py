import pytest

import antq_analysis as aq
from antq_analysis.briefings.subject import Subject


@pytest.fixture(scope="module")
def subject():
    return Subject(aq.load())


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("area", "dien bien"),
        ("areas", ["Thanh Hoá", "VN-24"]),
        ("indicators", ["models", "model_points"]),
        ("numerator", "models"),
        ("concepts", ["valuable_tips"]),
        ("ratios", ["attendance_per_session"]),
        ("lang", "en"),
        ("since", 2014),
        ("anything_else", []),
    ],
)
def test_names_of_the_data_are_accepted(subject, parameter, value):
    assert list(subject.faults(parameter, value)) == []


@pytest.mark.parametrize(
    ("parameter", "value", "fault"),
    [
        ("area", "Dien Bein", "No area 'Dien Bein'. Did you mean 'Dien Bien'? See ds.areas()."),
        ("indicator", "modles", "No indicator 'modles'. Did you mean 'models'? See ds.indicators()."),
        ("denominator", "zzz", "No indicator 'zzz'. See ds.indicators()."),
        (
            "concepts",
            ["valuable_tip"],
            "No concept 'valuable_tip'. Did you mean 'valuable_tips'? See ds.concepts().",
        ),
        ("ratio", "zzz", "No ratio 'zzz'. See ds.ratios()."),
        ("indicators", [1], "No indicator '1'. See ds.indicators()."),
        ("lang", "fr", "'fr' is no language; use 'vi' or 'en'"),
        ("area", "", "names no area; write one of ds.areas(), or leave area to the notebook"),
        ("areas", [], "names no area; write one of ds.areas(), or leave areas to the notebook"),
        ("ratios", [], "names no ratio; write one of ds.ratios(), or leave ratios to the notebook"),
        ("areas", ["Điện Biên", "Điện Biên"], "'Điện Biên' is listed already; keep one"),
        ("areas", ["Điện Biên", "dien bien"], "'dien bien' is listed already, as 'Điện Biên'; keep one"),
        ("concepts", ["models", "tips", "models"], "'models' is listed already; keep one"),
    ],
)
def test_other_names_are_refused_with_the_nearest_one(subject, parameter, value, fault):
    assert list(subject.faults(parameter, value)) == [fault]


def test_every_wrong_name_of_a_list_is_named(subject):
    assert len(list(subject.faults("areas", ["Điện Biên", "Hà Tây", "Sài Gòn"]))) == 2


def test_words_are_those_of_the_data_in_the_language_of_the_page(subject):
    parameters = {"areas": ["dien bien", "VN-21"], "ratio": "valuable_tips_per_model", "since": 2014}
    assert subject.words(parameters, "vi") == (
        "Các tỉnh: Điện Biên, Thanh Hóa · Tỷ số: Tin có giá trị trên một mô hình · Từ: 2014"
    )
    assert subject.words(parameters, "en") == (
        "Provinces: Điện Biên, Thanh Hóa · Ratio: Valuable tips per model · From: 2014"
    )


def test_areas_are_those_that_the_parameters_name_by_their_codes(subject):
    parameters = {"areas": ["dien bien", "VN-21"], "focus": "Thanh Hóa", "ratio": "x", "lang": "vi"}
    assert subject.areas(parameters, "vi") == {"VN-71": "Điện Biên", "VN-21": "Thanh Hóa"}


def test_a_value_is_said_as_a_reader_would(subject):
    assert subject.said("areas", ["VN-71", "thanh hoa"], "vi") == "Điện Biên, Thanh Hóa"
    assert subject.said("since", 2014, "en") == "2014"


def test_areas_that_are_only_inferred_are_not_among_those_that_report(subject):
    assert subject.reporting == ["Điện Biên", "Thanh Hóa", "Quảng Bình"]


def test_what_says_nothing_to_a_reader_is_left_out(subject):
    assert subject.words({"lang": "vi", "wording": "strict", "areas": []}, "vi") == ""


def test_the_newest_source_is_that_of_the_data(subject):
    # One source is dated 19 April 2024, another only 2024, which ends later; the census names no date.
    assert subject.published == "2024?", "the year of the newest text is inferred"
