from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from antq_analysis.display.card import Card, Cards

TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)
KINDS = ["what", "big", "sure", "unsure", "when"]


def soup(cards):
    return BeautifulSoup(cards._repr_html_(), "html.parser")


def lines(item):
    return [(" ".join(line["class"]), line.get_text()) for line in item.find_all("p")]


def test_a_card_says_its_lines_in_order_each_by_its_kind():
    card = Card("Tin báo", "hơn 100", "Chắc: ít nhất 101.", "Chưa chắc.", "2014–2018")
    page = soup(Cards([card]))
    assert page.ul["class"] == ["cards"]
    assert page.li["class"] == ["card"]
    assert lines(page.li) == list(
        zip(KINDS, ["Tin báo", "hơn 100", "Chắc: ít nhất 101.", "Chưa chắc.", "2014–2018"], strict=True)
    )
    assert repr(Cards([card])).splitlines() == [text for _, text in card.lines()]


def test_what_a_card_does_not_say_takes_no_line():
    card = Card("Tin báo", "100", when="2018")
    assert [kind for kind, _ in card.lines()] == ["what", "big", "when"]
    assert [kind for kind, _ in lines(soup(Cards([card])).li)] == ["what", "big", "when"]


def test_cards_stand_beside_each_other_and_none_is_an_empty_list():
    page = soup(Cards(Card(f"{n}", "1") for n in range(3)))
    assert [item.p.get_text() for item in page.ul.find_all("li", recursive=False)] == ["0", "1", "2"]
    assert Cards([])._repr_html_() == ""
    assert repr(Cards([])) == ""


def test_the_text_of_a_card_holds_no_markup():
    card = Card("a", Markup('<a class="fig" href="#obs-1">{}</a>').format("<5>"))
    assert repr(Cards([card])) == "a\n<5>"
    assert soup(Cards([card])).a.get_text() == "<5>"


@given(st.lists(TEXTS, min_size=5, max_size=5))
def test_any_text_reaches_the_reader_unchanged(texts):
    assert lines(soup(Cards([Card(*texts)])).li) == list(zip(KINDS, texts, strict=True))
