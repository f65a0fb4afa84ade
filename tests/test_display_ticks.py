import pytest
from hypothesis import given
from hypothesis import strategies as st

from antq_analysis.display.ticks import ticks


@given(st.floats(1e-6, 1e12), st.sampled_from(["vi", "en"]))
def test_ticks_go_from_zero_in_even_steps_to_just_below_the_end(end, lang):
    found = ticks(end, lang)
    values = found["tickvals"]
    assert values[0] == 0
    assert 3 <= len(values) <= 6
    assert end - values[1] < values[-1] * (1 + 1e-6)
    assert values[-1] <= end * (1 + 1e-6)
    assert values == pytest.approx([values[1] * place for place in range(len(values))])


@given(st.floats(1e-3, 1e12))
def test_no_two_ticks_have_one_name_and_none_an_english_letter(end):
    names = ticks(end, "vi")["ticktext"]
    assert len(set(names)) == len(names)
    assert not any(letter in name for name in names for letter in "kMG")


@pytest.mark.parametrize(
    ("end", "lang", "names"),
    [
        (1.06, "vi", ["0", "0,25", "0,50", "0,75", "1,00"]),
        (245_000, "vi", ["0", "50.000", "100.000", "150.000", "200.000"]),
        (4_100_000, "en", ["0", "1 million", "2 million", "3 million", "4 million"]),
        (1_300_000, "vi", ["0", "0,5 triệu", "1,0 triệu"]),
    ],
)
def test_names_are_numbers_as_the_reader_writes_them(end, lang, names):
    assert ticks(end, lang)["ticktext"] == names
