"""Cards: a figure as printed, what is sure of it and what is not."""

import pytest
from bs4 import BeautifulSoup
from made_data import bundled, flow, made

import antq_analysis as aq
from antq_analysis.display.labels import plain
from antq_analysis.i18n import words

AREAS = ["Điện Biên", "Thanh Hóa", "Quảng Bình"]
SHARE = "registration_share_bodies"


def level(*rows, lang="vi", ds=None):
    """Show the one figure that is made of some rows."""
    ds = ds or made(*rows)
    (card,) = aq.cards.levels(aq.compare(ds), ds, lang=lang).cards
    return card


def told(card):
    return [plain(text) for text in (card.big, card.sure, card.unsure)]


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
        (flow("9.000 buổi", 2014, 2018), "9.000 buổi", "9,000", [("sure.exact", {})], [("unsure.round", {})]),
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
def test_a_strict_card_words_an_open_bound_and_omits_a_bound_of_zero(figure, sure, unsure):
    ds = made(flow(figure, 2014, 2018)).read_as("strict")
    assert told(level(ds=ds, lang="en"))[1:] == [sure, unsure]


def test_the_latest_figure_is_shown_and_two_others_are_quoted():
    rows = [flow("30 buổi", 2014, 2018), flow("10 buổi", 2019, 2019), flow("20 buổi", 2015, 2019)]
    card = level(*rows, lang="en")
    assert plain(card.big) == "20"
    assert card.when.startswith("5 years (2015–2019) · ")
    assert plain(card.when).endswith("the sources also print “30 buổi”; “10 buổi”")
    page = BeautifulSoup(card.when, "html.parser")
    assert [link["data-obs"] for link in page.select("a.fig")] == ["made.01", "made.02"]


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


def test_a_part_is_never_shown_where_there_is_a_whole():
    whole = flow("30 buổi", 2014, 2018)
    part = flow("20 buổi", 2014, 2019, part_of="made.01")
    assert plain(level(whole, part).big) == "30 buổi"
    assert plain(level(part | {"part_of": "elsewhere"}).big) == "20 buổi"


def test_nothing_reported_is_no_card():
    ds = bundled()
    empty = [
        aq.cards.levels(aq.compare(ds, "valuable_tips", areas="Điện Biên"), ds),
        aq.cards.ratios(aq.ratios(ds, "valuable_tips_per_model", areas="Điện Biên"), ds),
        aq.cards.ratios(aq.ratios(ds, []), ds),
        aq.cards.windows(aq.windows(ds, "sessions_police", "Thanh Hóa"), ds),
    ]
    assert [cards.cards for cards in empty] == [[]] * 4


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
