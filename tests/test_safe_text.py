import unicodedata

from antq_analysis.briefings.safe import safe

REPLACED = "\N{REPLACEMENT CHARACTER}"


TURNING = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


def acts(text):
    is_control = unicodedata.category(text) == "Cc" and text not in "\n\t"
    return is_control or unicodedata.bidirectional(text) in TURNING or text in "\ufffe\uffff"


def test_no_control_character_is_left_and_no_other_is_touched():
    letters = [chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000]
    assert [text for text in letters if safe(text) != (REPLACED if acts(text) else text)] == []


def test_what_no_stream_can_write_is_replaced():
    assert safe("a\ud800b").encode() == f"a{REPLACED}b".encode()


def test_words_stay_as_they_are():
    text = "Tỷ lệ — 5\N{NO-BREAK SPACE}%\n\tĐiện Biên 🎉"
    assert safe(text) == text
