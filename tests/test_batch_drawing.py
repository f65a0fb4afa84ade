import base64
import gzip

from plotly.offline import get_plotlyjs

from antq_analysis.batch.drawing import packed_plotly, page_setup, plotly_locale, plotly_styles


def test_plotly_is_packed_whole_and_the_same_every_time():
    assert gzip.decompress(base64.b64decode(packed_plotly())).decode() == get_plotlyjs()
    packed_plotly.cache_clear()
    assert packed_plotly() == packed_plotly()


def test_the_styles_that_plotly_adds_are_found_in_its_script():
    empty, maps = plotly_styles()
    assert empty == ""
    assert maps.startswith(".maplibregl-map{")
    assert f"'{maps}'" in get_plotlyjs()


def test_numbers_and_days_are_written_as_the_reader_writes_them():
    vietnamese, english = plotly_locale("vi")["format"], plotly_locale("en")["format"]
    assert (vietnamese["decimal"], vietnamese["thousands"]) == (",", ".")
    assert (english["decimal"], english["thousands"]) == (".", ",")
    assert (vietnamese["days"][0], english["days"][0]) == ("Chủ Nhật", "Sunday")
    assert "Tháng 12" in vietnamese["months"][11]


def test_the_scripts_say_no_word_that_they_are_not_given():
    vietnamese, english = page_setup("vi")["words"], page_setup("en")["words"]
    assert vietnamese.keys() == english.keys()
    assert "{count}" in english["moreFigures"]
    assert "{number}" in vietnamese["pointOf"]
