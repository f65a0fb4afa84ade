import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from made_data import PUBLISHER, bundled, floors, flow, made, stock
from pandas.testing import assert_frame_equal

import antq_analysis as aq
from antq_analysis.analysis.grading import REASONS
from antq_analysis.display.table import plain
from antq_analysis.i18n import words

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]
SESSIONS = "sessions_provincial_bodies"
SHARE = "registration_share_bodies"


def results(ds):
    """Give what each builder takes."""
    return {
        "levels": (aq.compare(ds, areas=AREAS),),
        "contrasts": (aq.contrasts(ds, ["propaganda_sessions", "awards_collectives"], areas=AREAS),),
        "ratios": (aq.ratios(ds, ["valuable_tips_per_model", "valuable_tips_per_100k"], areas=AREAS),),
        "windows": (aq.windows(ds, [SESSIONS, "participants_provincial_bodies"], AREAS),),
        "trends": (aq.trends(ds, ["population_average", "cooperatives"], AREAS),),
        "quality": (aq.coverage(ds, areas=AREAS, concepts=["models", "tips"]), aq.contradictions(ds)),
    }


@pytest.fixture(scope="module")
def found():
    return results(bundled())


BUILDERS = ["levels", "contrasts", "ratios", "windows", "trends", "quality"]


def build(kind, given, ds, lang="vi"):
    return getattr(aq.cards, kind)(*given[kind], ds, lang=lang)


def level(*rows, lang="vi", ds=None):
    """Show the one figure that is made of some rows."""
    ds = ds or made(*rows)
    (card,) = aq.cards.levels(aq.compare(ds), ds, lang=lang).cards
    return card


def told(card):
    return [plain(text) for text in (card.big, card.sure, card.unsure)]


@pytest.mark.parametrize("kind", BUILDERS)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_builder_shows_one_to_five_cards_of_subject_and_number(found, kind, lang):
    cards = build(kind, found, bundled(), lang)
    assert 1 <= len(cards.cards) <= 5
    for card in cards.cards:
        assert card.what
        assert card.big
        assert not re.search(r"\bnan\b|None|NaT|[{}_∞]", "\n".join(plain(text) for _, text in card.lines()))
    assert len(BeautifulSoup(cards._repr_html_(), "html.parser").select("li.card")) == len(cards.cards)


@pytest.mark.parametrize("kind", BUILDERS)
def test_english_cards_hold_no_vietnamese_but_names_of_areas(found, kind):
    names = "|".join(map(re.escape, bundled().areas()["name_vi"]))
    text = re.sub(rf"{names}|“[^”]*”", "", repr(build(kind, found, bundled(), "en")))
    assert not re.search("[à-ỹđ]", text.lower())


@pytest.mark.parametrize("kind", BUILDERS)
def test_results_are_not_changed(found, kind):
    given = [rows for rows in found[kind] if isinstance(rows, pd.DataFrame)]
    before = [rows.copy(deep=True) for rows in given]
    build(kind, found, bundled())._repr_html_()
    for rows, copy in zip(given, before, strict=True):
        assert_frame_equal(rows, copy)


@pytest.mark.parametrize("kind", BUILDERS)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_numbers_lead_to_figures_of_the_results(found, kind, lang):
    page = BeautifulSoup(build(kind, found, bundled(), lang)._repr_html_(), "html.parser")
    rested = {
        i for rows in found[kind] if isinstance(rows, pd.DataFrame) for ids in rows["obs_ids"] for i in ids
    }
    linked = {obs_id for link in page.select("a.fig") for obs_id in link["data-obs"].split()}
    assert linked <= rested
    assert bool(linked) == (kind in ("levels", "ratios", "windows"))


def test_nothing_from_the_data_is_markup(hostile):
    given = results(hostile)
    for kind in BUILDERS:
        for lang in ("vi", "en"):
            page = build(kind, given, hostile, lang)._repr_html_()
            assert not re.search(r"<(script|i|b)\b", page), kind
            assert "&amp;lt;" not in page, kind
    assert "&lt;script&gt;" in build("levels", given, hostile)._repr_html_()


def worded(lang, parts):
    """Say parts of a card in a language; numbers are given as Vietnamese writes them."""
    local = {"vi": lambda number: number, "en": lambda number: number.replace(".", ",")}[lang]
    return " ".join(
        words(lang)(key, **{name: local(text) for name, text in more.items()}) for key, more in parts
    )


@pytest.mark.parametrize(
    ("row", "vi", "en", "sure", "unsure"),
    [
        (flow("312 buổi", 2014, 2018), "312 buổi", "312", [("sure.exact", {})], []),
        (
            flow("9.000 buổi", 2014, 2018),
            "9.000 buổi",
            "9,000",
            [("sure.exact", {})],
            [("unsure.round", {})],
        ),
        (
            flow("hơn 740.000 buổi", 2014, 2018),
            "hơn 740.000 buổi",
            "more than 740,000",
            [("sure.at_least", {"number": "740.001"})],
            [("unsure.below", {"number": "749.999"})],
        ),
        (
            flow("từ 50 buổi trở lên", 2014, 2018),
            "từ 50 buổi trở lên",
            "at least 50",
            [("sure.at_least", {"number": "50"})],
            [("unsure.open", {})],
        ),
        (
            flow("gần 4.000 buổi", 2014, 2018),
            "gần 4.000 buổi",
            "nearly 4,000",
            [("sure.at_most", {"number": "3.999"})],
            [("unsure.above", {"number": "3.500"})],
        ),
        (
            flow("khoảng 300 buổi", 2014, 2018),
            "khoảng 300 buổi",
            "about 300",
            [],
            [("unsure.below", {"number": "350"}), ("unsure.above", {"number": "250"})],
        ),
        (
            flow("hàng trăm buổi", 2014, 2018),
            "hàng trăm buổi",
            "hundreds",
            [("sure.at_least", {"number": "100"})],
            [("unsure.below", {"number": "999"})],
        ),
        (
            flow("trên 80%", 2014, 2018, indicator=SHARE),
            "trên 80%",
            "more than 80%",
            [("sure.at_least", {"number": "80%"})],
            [("unsure.below", {"number": "90%"})],
        ),
        (
            flow("từ 82% trở lên", 2014, 2018, indicator=SHARE),
            "từ 82% trở lên",
            "at least 82%",
            [("sure.at_least", {"number": "82%"}), ("sure.at_most", {"number": "100%"})],
            [],
        ),
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_sure_and_what_is_not_follows_from_the_words(row, vi, en, sure, unsure, lang):
    big = {"vi": vi, "en": en}[lang]
    assert told(level(row, lang=lang)) == [big, worded(lang, sure), worded(lang, unsure)]


@pytest.mark.parametrize(
    ("figure", "sure", "unsure"),
    [
        ("hơn 100 buổi", "Sure: at least 101.", words("en")("unsure.open")),
        ("hàng nghìn buổi", "Sure: at least 1,000.", words("en")("unsure.open")),
        ("khoảng 300 buổi", "", words("en")("unsure.open")),
        ("gần 300 buổi", "Sure: at most 299.", ""),
    ],
)
def test_read_strictly_an_open_end_is_said_in_words_and_zero_is_no_news(figure, sure, unsure):
    ds = made(flow(figure, 2014, 2018)).read_as("strict")
    assert told(level(ds=ds, lang="en"))[1:] == [sure, unsure]


@pytest.mark.parametrize(
    ("value", "is_round"),
    [("1.000", True), ("12.500", True), ("999", False), ("900", False), ("1.050", False), ("12.501", False)],
)
def test_only_numbers_from_a_thousand_that_end_in_two_zeros_may_have_been_rounded(value, is_round):
    card = level(flow(f"{value} buổi", 2014, 2018))
    assert card.unsure == (words("vi")("unsure.round") if is_round else "")


def test_the_latest_figure_is_shown_and_two_others_are_quoted():
    rows = [flow("30 buổi", 2014, 2018), flow("10 buổi", 2019, 2019), flow("20 buổi", 2015, 2019)]
    card = level(*rows, lang="en")
    assert plain(card.big) == "20"
    assert card.when.startswith("5 years (2015–2019) · ")
    assert plain(card.when).endswith("the sources also print “30 buổi”; “10 buổi”")
    page = BeautifulSoup(card.when, "html.parser")
    assert [link["data-obs"] for link in page.select("a.fig")] == ["made.01", "made.02"]


def test_of_more_than_two_others_only_the_number_is_said():
    card = level(*(flow(f"{year} buổi", 2010, year) for year in range(2014, 2018)), lang="en")
    assert plain(card.big) == "2,017"
    assert plain(card.when).endswith(f" · {words('en')('card.others', count=3)}")
    assert "“" not in plain(card.when)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_note_an_unstated_level_and_a_clash_make_a_figure_unsure(lang):
    notes = {"note_vi": "Số cộng dồn.", "note_en": "A running total."}
    ds = made(
        *(
            flow(*row, scope_level="unstated", **notes)
            for row in (("200 buổi", 2014, 2018), ("100 buổi", 2014, 2023))
        )
    )
    say, clashes = words(lang), aq.contradictions(ds)
    assert clashes["obs_ids"].tolist() == [("made.01", "made.02")]
    (card,) = aq.cards.levels(aq.compare(ds), ds, clashes=clashes, lang=lang).cards
    without = level(ds=ds, lang=lang)
    doubts = [notes[f"note_{lang}"], say("unsure.level")]
    assert (card.sure, without.sure) == (say("sure.exact"), say("sure.exact"))
    assert card.unsure == " ".join([*doubts, say("unsure.clash")])
    assert without.unsure == " ".join(doubts)


def test_a_figure_that_clashes_with_none_is_not_said_to_clash():
    ds = made(flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023), stock("9 hợp tác xã", 2018))
    shown = aq.cards.levels(aq.compare(ds), ds, clashes=aq.contradictions(ds)).cards
    clash = words("vi")("unsure.clash")
    assert {plain(card.big): clash in card.unsure for card in shown} == {
        "100 buổi": True,
        "9 hợp tác xã": False,
    }


def test_a_part_is_never_shown_where_there_is_a_whole():
    whole = flow("30 buổi", 2014, 2018)
    part = flow("20 buổi", 2014, 2019, part_of="made.01")
    assert plain(level(whole, part).big) == "30 buổi"
    assert plain(level(part | {"part_of": "elsewhere"}).big) == "20 buổi"


def test_each_subject_asked_for_has_a_card_in_the_order_asked():
    ds = made(
        stock("9 hợp tác xã", 2018),
        flow("8 buổi", 2014, 2018),
        flow("7 lượt", 2014, 2018, indicator="attendances_traffic_law"),
    )
    orders = [["propaganda_sessions", "cooperatives"], ["cooperatives", "propaganda_sessions"]]
    shown = [
        [plain(card.big) for card in aq.cards.levels(aq.compare(ds, order), ds).cards] for order in orders
    ]
    assert shown == [["8 buổi", "9 hợp tác xã"], ["9 hợp tác xã", "8 buổi"]]


def test_at_most_five_or_as_many_as_asked_are_shown():
    ds = bundled()
    rows = aq.compare(ds, areas="Thanh Hóa")
    assert rows["concept"].nunique() > 5
    assert [len(aq.cards.levels(rows, ds, **most).cards) for most in ({}, {"most": 3})] == [5, 3]


def test_areas_are_named_only_where_there_are_several():
    rows = [flow("9 buổi", 2014, 2018), flow("8 buổi", 2014, 2018, ref_area="VN-24")]
    ds = made(*rows)
    subjects = [card.what for card in aq.cards.levels(aq.compare(ds), ds).cards]
    assert {text.split(": ")[0] for text in subjects} == {"Thanh Hóa", "Quảng Bình"}
    assert "Thanh Hóa" not in level(rows[0]).what


def test_an_area_and_a_period_that_are_not_stated_are_marked():
    card = level(flow("9 buổi", 2014, 2018, area_basis="publisher", period_basis="inherited"), lang="en")
    assert plain(card.big) == f"9 [{PUBLISHER['en']}]"
    assert card.when.startswith("5 years (2014–2018) (period taken from the whole text) · ")


def test_nothing_reported_is_no_card():
    ds = bundled()
    empty = [
        aq.cards.levels(aq.compare(ds, "valuable_tips", areas="Điện Biên"), ds),
        aq.cards.ratios(aq.ratios(ds, "valuable_tips_per_model", areas="Điện Biên"), ds),
        aq.cards.ratios(aq.ratios(ds, []), ds),
        aq.cards.windows(aq.windows(ds, "sessions_police", "Thanh Hóa"), ds),
    ]
    assert [cards.cards for cards in empty] == [[]] * 4


def test_pairs_are_counted_by_how_far_they_compare(found):
    rows = found["contrasts"][0]
    shown = aq.cards.contrasts(rows, bundled(), lang="en").cards
    counts = [int(card.big.split()[0]) for card in shown]
    assert counts == [int(rows["grade"].isin(grades).sum()) for grades in (["A", "B"], ["C"], ["D"])]
    assert {card.when for card in shown} == {f"of {len(rows)} pairs on the same subject"}
    assert not any(card.sure for card in shown), "a count of pairs says nothing sure of the pairs"


def test_counted_pairs_tell_the_reasons_that_decide_their_grade(found):
    rows = found["contrasts"][0]
    shown = aq.cards.contrasts(rows, bundled(), lang="en").cards
    assert any(card.unsure for card in shown)
    for card, grade in zip(shown, "BCD", strict=True):
        given = {code for codes in rows["reasons"][rows["grade"] == grade] for code in codes}
        said = {code for code in REASONS if words("en")(f"reason.{code}") in card.unsure}
        assert said == {code for code in given if REASONS[code] == grade}


def test_ratios_that_were_computed_are_shown_best_grade_first(found):
    rows = found["ratios"][0]
    shown = aq.cards.ratios(rows, bundled(), lang="en").cards
    computed = rows[~rows["obs_status"].isin(["O", "Q"]) & ~rows["refused"].astype(bool)]
    said = [plain(card.sure or card.unsure) for card in shown]
    grades = [re.match(r"Grade ([A-D]):", text).group(1) for text in said]
    assert grades == sorted(computed["grade"])[:5]
    assert [bool(card.sure) for card in shown] == [grade in "AB" for grade in grades], "C is never sure"
    assert any("95% interval: " in card.unsure for card in shown)


def test_a_ratio_to_a_wider_count_is_at_least_and_has_no_chance_interval():
    (card,) = aq.cards.ratios(floors(), bundled(), lang="en").cards
    assert plain(card.big).startswith("at least 0.180")
    assert "interval" not in card.unsure


def test_windows_show_only_what_they_imply_and_can_hold(found):
    rows = found["windows"][0]
    shown = aq.cards.windows(rows, bundled(), lang="en").cards
    assert len(shown) == ((rows["kind"] == "implied") & rows["possible"]).sum()
    assert plain(shown[0].big) == f"25,707 [{PUBLISHER['en']}]"
    assert "8.37 times the first window" in plain(shown[0].unsure)
    assert "Implied for 2019–2024" in plain(shown[0].unsure)
    assert plain(shown[0].unsure).endswith("Grade C.")
    assert not shown[0].sure, "what rests on an assumption is not sure"
    impossible = made(flow("200 buổi", 2014, 2018), flow("100 buổi", 2014, 2023))
    assert not aq.cards.windows(aq.windows(impossible, SESSIONS), impossible).cards


def test_series_are_counted_with_and_without_a_trend(found):
    answers = found["trends"][0]
    carried = sum(isinstance(answer, pd.DataFrame) for answer in answers)
    shown = aq.cards.trends(answers, bundled(), lang="en").cards
    assert 0 < carried < len(answers)
    assert [card.big for card in shown] == [str(carried), str(len(answers) - carried)]
    assert {card.when for card in shown} == {f"of {len(answers)} series"}


def test_gaps_qualifying_words_and_contradictions_are_counted():
    ds = made(flow("200 buổi", 2014, 2018), flow("hơn 100 buổi", 2014, 2023))
    gaps = aq.coverage(ds, areas=AREAS, concepts=["propaganda_sessions", "models"])
    shown = aq.cards.quality(gaps, aq.contradictions(ds), ds, lang="en").cards
    assert [(card.big, card.when) for card in shown] == [
        ("5", words("en")("card.of_cells", count=6)),
        ("1", words("en")("card.of_figures", count=2)),
        ("1", ""),
        ("0", ""),
    ]


def test_indicators_that_drift_apart_are_counted_apart_from_contradictions(found):
    rows = aq.contradictions(bundled())
    siblings = int((rows["kind"] == "siblings_disagree").sum())
    assert 0 < siblings < len(rows)
    shown = {card.what: card.big for card in build("quality", found, bundled(), "en").cards}
    assert shown[words("en")("card.contradictions")] == str(len(rows) - siblings)
    assert shown[words("en")("card.siblings")] == str(siblings)
