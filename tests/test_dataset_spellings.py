"""Spellings are compared in one way only, and never guessed."""

import unicodedata

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from antq_analysis.data.spellings import fold, spelled


@given(st.text(max_size=30))
def test_folding_is_stable_and_blind_to_form_and_spaces(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(f"  {text} ") == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


def test_accents_and_look_alike_letters_keep_names_apart() -> None:
    assert fold("ĐIỆN  BIÊN") == fold("Điện Biên")
    assert fold("Dien Bien") != fold("Điện Biên")
    assert fold("\u00d0iện Biên") != fold("\u0110iện Biên")


def test_every_spelling_is_listed_once_for_its_area_with_the_code() -> None:
    areas = pd.DataFrame({"ref_area": ["VN-1", "VN-2"], "spellings": ["Hóa|HÓA||Hoa", "Bình"]})
    listed = spelled(areas)
    assert listed["spelling"].tolist() == ["vn-1", "hóa", "hoa", "vn-2", "bình"]
    assert listed["ref_area"].tolist() == ["VN-1"] * 3 + ["VN-2"] * 2
    assert listed.index.tolist() == [0, 0, 0, 1, 1]
