"""Finds the figures of an article and what each counts, and says of every other number what it is.

Rules on the language, no model: a table of what numbers look like, then tables of the words that stand before
and behind one. A number that no rule explains away is a figure. Every step looks at a window of fixed length,
so that the time grows with the text and no faster.
"""

import math
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from antq_analysis.data.dataset import Dataset, load
from antq_analysis.data.figures import parse_figure
from antq_analysis.data.grammar import last_wording
from antq_analysis.data.rules import without_accents
from antq_analysis.errors import UnreadableFigure

COLUMNS = {
    "paragraph": int, "start": int, "end": int, "figure_printed": str, "obs_value": float, "qualifier": str,
    "value_lower": float, "value_upper": float, "noun": str, "period_hint": str, "scope_hint": str,
    "area_hint": str, "suggested_indicator": str, "score": float, "why_not": str,
}  # fmt: skip
# How far a rule looks, in characters.
_NEAR, _FAR = 80, 300
# A suggestion below this is none.
_LEAST_SCORE = 0.2

# ---- what numbers look like --------------------------------------------------------------------------------

_N = r"[0-9]+(?:[.,][0-9]+|[\u00a0\u202f][0-9]{3}(?![0-9]))*"
_D, _M, _Y = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)[0-9]{2}"
_AND = r"\s?(?:,|và|-|–|đến)\s?"
_DAY = rf"{_D}(?:{_AND}{_D})*(?:\s?[/.-]\s?{_M}(?:\s?[/.-]\s?{_Y})?|\s+tháng\s+{_M})"
_WORDS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
          "mười": 10, "mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}  # fmt: skip
_POWERS = {"mươi": 10, "chục": 10, "trăm": 100, "nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4, "triệu": 10**6,
           "tỷ": 10**9, "tỉ": 10**9}  # fmt: skip
_POWER = rf"(?:{'|'.join(_POWERS)})(?!\w)(?!\s(?:lệ|số|trọng|suất))"
# "năm" is five only before a power: it is the year as well.
_FIRST = rf"(?:một|hai|ba|bốn|sáu|bảy|bẩy|tám|chín|mười|năm(?=\s+{_POWER}))(?!\w)"
_DIGIT = rf"(?:{_FIRST}|(?:mốt|tư|lăm|nhăm)(?!\w))"
_SCALE = r"(?:(?:nghìn|ngàn)\s(?:tỷ|tỉ)|nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?!\w)(?!\s(?:lệ|số|trọng|suất|chứng))"
# What can be counted, by its first words: tells 12/12 communes from the 12th of December, 1950 visits from a year.
_COUNTED = (
    "người|lượt|buổi|lớp|đợt|cuộc|vụ|việc|xã|phường|thị trấn|thị xã|thôn|bản|ấp|xóm|làng|tổ|đội|nhóm|khối|mô hình|"
    "tập thể|cá nhân|hộ|gia đình|học sinh|sinh viên|giáo viên|học viên|em|cháu|trẻ|trường|cơ quan|cơ sở|doanh nghiệp|"
    "đơn vị|văn bản|tin|bài|phóng sự|khu|huyện|tỉnh|quận|thành viên|thành phố|hội|đoàn|cán bộ|chiến sĩ|chiến sỹ|"
    "đồng chí|đồng bào|đối tượng|bị can|bị cáo|tội phạm|phương tiện|xe|mô tô|ô tô|tàu|trường hợp|điểm|tiêu chí|"
    "tiêu chuẩn|chỉ tiêu|chỉ số|công trình|công dân|công nhân|công chức|công ty|công an xã|nhà|căn|ngôi|cây|km|ha|m|"
    "mét|tấn|tạ|kg|gam|lít|suất|phần quà|quà|giải|bằng khen|giấy khen|cờ|băng|pa nô|panô|tờ|cuốn|quyển|bộ|hồ sơ|ý kiến|"
    "đại biểu|camera|mắt camera|vũ khí|khẩu|súng|viên|quả|bình|hòm thư|nguồn|tuyến|con|đường|cầu|dự án|nhiệm vụ|loại|"
    "câu lạc bộ|clb|chi|đảng viên|nạn nhân|lao động|sản phẩm|hợp tác xã|htx|máy|tài khoản|biên bản|lần|cụm|dân|phụ nữ|"
    "hội nghị|tiết|trang|quyết định|kế hoạch|nghị quyết|chương trình|lễ|đề tài|sáng kiến|giống|đồng|usd|đô la|mw|kwh|"
    "lít|ca|f0|liều|mũi|giường|bệnh|bác sĩ|trạm|phòng|chợ|ngành|sở|chốt|nghề|tổ chức|dòng họ|vị|mẹ|tên|lô|gói|kênh"
)
_IS_COUNTED = rf"(?:(?:số|cái)\s)?(?:{_COUNTED})(?!\w)"
_UNIT_GLUED = r"(?:km|ha|m|m2|m3|m²|m³|km2|km²|kg|g|tấn|tạ|lít|ml|cm|mm|mw|kw|kwh|kv|đ|tr|tỷ|triệu|nghìn)(?!\w)"
_KINDS = {
    "phone or address": rf"https?://\S+|www\.\S+|(?<![\w.-])[\w.+-]{{1,64}}@[\w.-]{{1,99}}"
    rf"|(?<![\w.-])(?:[\w-]{{1,40}}\.){{1,4}}(?:vn|com|net|org|info|edu|gov)(?!\w)(?:/\S*)?"
    r"|(?<![\w.,/])(?=(?:[\s.()+-]?[0-9]){9,12}(?![\w/]))(?:\(?\+?84\)?|\(?0[0-9]{1,4}\)?)(?:[\s.-]?[0-9]{2,9}){1,5}"
    r"|(?<![\w.,])1[89]00[\s.]?[0-9]{4,6}(?!\w)"
    r"|(?i:hotline|đường dây nóng|số điện thoại|điện thoại|tổng đài|sđt|fax|zalo|đ?t:|tel)[^0-9\n]{0,25}\+?[0-9][0-9 .-]*",
    "time": r"(?<![\w.,/])[0-9]{1,2}(?:\s?[:hg]\s?|\s+giờ\s+)[0-9]{2}(?::[0-9]{2})?(?:\s+phút|['’])?(?!\w)"
    rf"|(?<![\w.,/])[0-9]{{1,2}}h(?!\w)|(?i:(?<!\w)(?:lúc|hồi)\s+)(?:khoảng\s+)?{_N}\s?(?:giờ|h)(?!\w)|GMT\s?[+-]\s?[0-9]+",
    "document number": rf"(?<![\w.,])[0-9]+[a-zA-Z]?(?:\s?/\s?{_Y})?\s?[-/–]\s?[A-ZĐ]{{2,}}[\wĐ]*(?:\s?[-/–.]\s?[A-ZĐ0-9][\wĐ]*)*"
    rf"|(?<![\w.,])[0-9]+\s?/\s?{_Y}\s?/\s?[A-ZĐ]\w*",
    "date": rf"(?<![\w/.,]){_D}(?P<by>\s?[/.–-]\s?){_M}(?P=by){_Y}(?![0-9])|(?<![\w/.,]){_Y}-{_M}-{_D}(?![0-9])"
    rf"|(?<![\w/.,]){_D}\s?(?:-|–|đến)\s?{_D}\s?/\s?{_M}(?:\s?/\s?{_Y})?(?![0-9])"
    rf"|(?<![\w/.,]){_D}\s?/\s?{_M}(?:\s?/\s?{_Y})?\s?[-–]\s?{_D}\s?/\s?{_M}(?:\s?/\s?{_Y})?(?![0-9])"
    rf"|(?<![\w/.,]){_M}\s?[-/]\s?{_Y}(?![0-9])|(?<![\w/.,]){_Y}\s?[-–—/]\s?{_Y}(?![0-9/])"
    rf"|(?i:(?<!\w)(?<!mỗi )(?<!/)(?:ngày|mồng|mùng))\s+(?:{_DAY}|{_D}(?![0-9.,]*[0-9]))(?:,?\s+năm\s+{_Y})?"
    rf"|(?<![\w/.,]){_D}\s+tháng\s+{_M},?\s+năm\s+{_Y}"
    rf"|(?i:(?<![0-9]\s)(?<!mỗi )(?<!hàng )(?<!hằng )(?<!\w)tháng)\s+{_M}(?![0-9.,]*[0-9])(?:(?:{_AND}{_M})*(?:\s?[/-]\s?|\s+năm\s+){_Y})?",
    "name": rf"(?<!\w)[Kk]m\s?[0-9]+\s?\+\s?[0-9]+|(?<![\w.,/])24\s?/\s?(?:24|7)(?:\s?/\s?7)?(?:\s?h)?(?!\w)"
    rf"|(?<!\w)(?!{_UNIT_GLUED})(?:[^\W\d_]+-?|[A-ZĐ]{{1,4}}\.?)[0-9]+\w*|(?<![\w.,/])[0-9]+(?!{_UNIT_GLUED})[^\W\d_]\w*",
    "fraction": rf"(?<![\w/.,])(?:{_N})\s?/\s?(?:{_N})(?![\w/])",
    "range": rf"(?<![\w.,])(?:{_N})(?:\s?%|\s{_SCALE})?\s*(?:-|–|—|đến|tới)\s*(?:{_N})",
    "number": rf"(?<![^\W\d_])(?:{_N})",
    "magnitude": rf"(?i:(?<!\w)(?:hàng|vài|mấy|dăm))(?:\s+{_POWER})+",
    "words": rf"(?i:(?<!\w)(?:{_FIRST})(?:\s+(?:{_DIGIT}|{_POWER}|linh|lẻ|rưỡi(?!\w)))*)"
    rf"|(?i:(?<=hơn )|(?<=gần )|(?<=ngót )|(?<=khoảng ))(?:chục|trăm|nghìn|ngàn|vạn|triệu)(?!\w)(?=\s+{_IS_COUNTED})",
}  # fmt: skip
_TOKEN = re.compile("|".join(f"(?P<{kind.replace(' ', '_')}>{look})" for kind, look in _KINDS.items()))

# ---- what the words beside a number make of it -------------------------------------------------------------

_DOCUMENTS = (
    "chỉ thị|nghị định|nghị quyết|thông tư|thông tri|pháp lệnh|công văn|công điện|tờ trình|đề án|sắc lệnh|"
    "quyết định|kế hoạch|hướng dẫn|kết luận|thông báo|quy định|báo cáo|luật|văn bản|chương trình|quy chế|dự án"
)
_BEFORE = {
    "phone or address": r"(?:gọi|số máy|liên hệ|cảnh sát|cấp cứu)\s*:?\s*",
    "age": r"(?:sinh năm|sn|tuổi)\s*:?\s*",
    "rank": r"(?:đứng|xếp|xếp hạng|hạng|vị trí|top|tốp|thứ hạng)(?:\s+(?:thứ|hạng|vị trí))*\s*",
    "ordinal": r"(?:thứ|thế kỷ|thập niên|khóa|khoá|số thứ tự|stt)\s*",
    "law article": r"(?:điều|khoản|chương|phụ lục)\s*",
    "document number": rf"(?:{_DOCUMENTS})\s+(?:liên tịch\s+)?số\s*:?\s*|(?:chỉ thị|nghị định|thông tư|pháp lệnh|"
    r"công văn|công điện|tờ trình|đề án|nghị quyết)\s*",
    "name": r"(?:ban chỉ đạo|bcđ|quốc lộ|ql|tỉnh lộ|đường tỉnh|cục|tiểu đoàn|trung đoàn|sư đoàn|lữ đoàn|quân khu|"
    r"quân đoàn|binh đoàn|iso|tcvn|chuyên án|km|cột mốc|mốc|covid|mẫu số|công nghiệp|windows)\.?\s*"
    r"|(?<!tổng )(?<!con )(?<!trong )(?<!trên )(?<!dân )(?<!sĩ )(?<!quân )(?<!chỉ )(?<!điểm )(?<!có )(?<!một )(?<!tổng )số\s*",
}
# A name only before a small plain number that counts nothing behind it.
_WEAK_NAME = re.compile(
    rf"(?<!\w)(?<!mỗi )(?<!từng )(?<!các )(?<!những )(?<!nhiều )(?:{_DOCUMENTS}|xã|thôn|bản|ấp|buôn|làng|xóm|tổ|"
    r"tổ dân phố|tdp|khu|khu phố|kp|khu vực|cụm|phường|quận|đội|đường|phố|ngõ|ngách|hẻm|cầu|cống|cảng|lớp|khối|mức|"
    r"mức độ|cấp|cấp độ|loại|nhóm|bậc|bảng|hình|ảnh|trang|tập|phần|bài|tầng|phòng|nhà|lô|thửa|tuyến|vùng|tiểu khu|"
    r"đại đội|trạm|chốt|trại|giai đoạn|bước|vòng|đợt|lần|kỳ|quý|tiết|mục|câu|ca|kênh|trường|bão)\s*$"
)
_PLACE_BEHIND = re.compile(r"[\s,-]*(?:phường|xã|thị trấn|thị xã|huyện|quận|thành phố|tp|trường|khu phố)\.?\s")
_AFTER = {
    "age": r"tuổi(?!\w)",
    "duration": r"(?:năm|tháng|tuần(?! tra| lễ)|ngày(?! hội)|giờ|phút|giây|quý|thập kỷ|thập niên|thế kỷ|nhiệm kỳ|"
    r"đêm(?! (?:văn|hội|nhạc|giao|diễn)))(?!\w)(?!\s*(?:công|phát|giảng|dạy|lao động|tình nguyện|bay)(?!\w))",
    "name": r"(?:không|tại chỗ|sạch|cùng|rõ|dám|nhất|tốt|biết|tự)(?=\s*[”\"'’,.;:)]|\s*$|\s+[0-9]|\s+(?:trong|về|với|của|và)\s)"
    r"|cấp(?!\w)(?!\s+(?:giấy|phát|thẻ))|trong 1(?!\w)",
    "change": r"(?:bậc|điểm\s(?:%|phần trăm))",
}
_RULES = [(why, re.compile(rf"(?<!\w)(?:{words})$"), None) for why, words in _BEFORE.items()] + [
    (why, None, re.compile(rf"\s*(?:{words})")) for why, words in _AFTER.items()
]
_MOVE = r"(?:tăng|giảm|sụt|tụt|bớt|hạ|nâng|cao hơn|thấp hơn|vượt)"
_CHANGE = re.compile(
    rf"(?<!\w){_MOVE}(?:\s+(?:thêm|được|bình quân|trung bình|đi|tới|gấp|mạnh|sâu|cả|trên|đến|trên cả|đáng kể|nhẹ))*\s*$"
    r"|(?<!\w)gấp(?:\s+\w+)?\s*$|[(\s][+−-]$"
)
_SHARE_CHANGE = re.compile(rf"(?<!\w){_MOVE}(?!\s+cường)(?:\s+(?!còn|xuống|lên|đạt|từ|chiếm)\w+){{1,5}}\s*$")
_CARRIED = re.compile(r"[^.;:,(0-9]{0,40}(?:,|\svà)\s*$|[^.;:,0-9]{0,40}\(\s*$")
_TARGET = re.compile(
    r"(?<!\w)(?:phấn đấu|đặt (?:ra )?mục tiêu|mục tiêu (?:đến|là|cụ thể|đặt ra|năm|phấn đấu)|dự kiến|sẽ|tầm nhìn)(?!\w)"
)
_DONE = re.compile(r"(?<!\w)(?:đã|đạt được|kết quả|hiện (?:nay|có)|đến nay)(?!\w)")
_FURNITURE = re.compile(
    r"^\W*(?:[0-9.]+\s*)?(?:bình luận|lượt xem|lượt truy cập|đang truy cập|tổng truy cập|hôm nay|tháng này|chia sẻ|thích|"
    r"views?|likes?|comments?|shares?|phản hồi|trả lời|trang|page|cỡ chữ|bản quyền|giấy phép|mã tin|số lần đọc|đã xem)(?!\w)"
    r"|©|copyright|giấy phép số|[0-9]+\s(?:phút|giờ|ngày|tuần|tháng)\strước$|phút đọc|^[\W0-9]*$"
)
_NUMBERING = re.compile(
    r"\s*(?:[-–•*+]\s*)?(?:[0-9]{1,2}(?:[.)]|\s?/|\s?[-–])(?=\s)|[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}[.)]?(?=\s))|\s*[(\[][0-9]{1,2}[)\]]"
)
_QUOTE = re.compile(r"“([^“”\n]*)[”\"]|‘([^‘’\n]*)’|«([^«»\n]*)»|\"([^\"\n]*)\"")
_CELL = re.compile(r"\t|\||[ \u00a0]{3,}")
_SENTENCE = re.compile(r"[.;!?…]+[\s”\"]|\n")

_TAIL = re.compile(rf"(?:\s?(?P<scale>{_SCALE}))?(?:\s?(?P<percent>%|phần trăm(?!\w)))?", re.I)
_UPWARDS = re.compile(r"(?:\s+\w+){0,4}\s+trở lên(?!\w)")
_STOP = (
    "được|đã|đang|cho|với|của|tại|ở|trên|trong|về|và|để|nhằm|là|có|bị|do|từ|đến|theo|gồm|như|vào|thuộc|so|trở|hoặc|hay|"
    "đạt|tăng|giảm|chiếm|thì|mà|khi|nên|vì|bằng|qua|ra|tới|làm|hơn|gần|khoảng|này|đó|nhưng|cùng|còn|sau|trước|tổng|chưa"
)
_NOUN = re.compile(rf"(?:\s*/\s?[^\W\d_]+)*(?:\s+(?!(?:{_STOP})(?!\w))[^\W\d_]+(?:/[^\W\d_]+)*){{0,5}}", re.I)
_NOUN_BEFORE = re.compile(
    r"(?<!\w)((?:tổng số|tổng|tỷ lệ|tỉ lệ|số|bình quân|diện tích|kinh phí)\s+[^,;.:()]{2,60}?)\s*(?:(?:là|đạt|còn|chiếm|:)\s*)*$"
)
_PLACE_OF_ON = re.compile(r"(?:tuyến|địa bàn|lĩnh vực|nền tảng|kênh|mặt|phương diện|xã|huyện|tỉnh|phường)(?!\w)")

_PERIOD = re.compile(
    rf"(?:(?:trong|qua|sau)\s)?(?:{_N}|{_FIRST})\s(?:năm|tháng)\s(?:qua|đầu năm|cuối năm|thực hiện|gần đây|trở lại đây)"
    rf"(?:\s{_Y}|\s\({_Y}\s?[-–]\s?{_Y}\))?|(?:giai đoạn|nhiệm kỳ|năm học)\s{_Y}\s?[-–]\s?{_Y}|từ (?:đầu )?năm {_Y} đến "
    rf"(?:nay|năm {_Y})|{_Y}\s?[-–]\s?{_Y}|quý (?:[iv]+|[1-4])(?:\s?/\s?|\snăm\s){_Y}|quý (?:iii|ii|iv|i|[1-4])(?!\w)|tháng "
    rf"{_M}(?:\s?/\s?|\snăm\s){_Y}|(?:mỗi|hằng|hàng) (?:năm|tháng|quý|tuần)|từ đầu năm đến nay|năm {_Y}|{_N} năm(?= )"
)
_SCOPE = re.compile(
    r"cấp (?:tỉnh|huyện|xã)|(?:toàn|trên địa bàn) (?:tỉnh|huyện|thành phố|xã|quốc)|cả nước|(?:lực lượng |công an )+(?:tỉnh|"
    r"các cấp|huyện|xã|toàn tỉnh)?|cơ quan, doanh nghiệp(?:, (?:nhà trường|cơ sở giáo dục|trường học))?|các (?:nhà trường|"
    r"doanh nghiệp|cơ quan|trường học|xã, phường, thị trấn)|khối (?:cơ quan|doanh nghiệp|nhà trường)|khu dân cư"
)
_CAPITAL = "[A-ZĐĂÂÊÔƠƯÁÀÃÉÈÍÌÓÒÕÚÙÝĨŨẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]"
_AREA = re.compile(
    rf"(?<!\w)(?i:tỉnh|thành phố|tp\.?|huyện|thị xã|xã|phường|thị trấn)\s?{_CAPITAL}\w*(?:\s{_CAPITAL}\w*){{0,3}}"
)

# ---- reading -----------------------------------------------------------------------------------------------


def read_text(text: str, ds: Dataset | None = None) -> pd.DataFrame:
    """Find the figures of an article, a row for each number in the order of the text.

    `text[start:end]` is the number as printed, with its wording and the noun behind it; `figure_printed` is the
    same in composed letters. `why_not` is empty for a figure; for another number it says what it was taken for:
    a date, a duration, a document number, a name, a change, a target, page furniture. `paragraph` counts lines
    that are not blank, from 1. Value, qualifier and bounds are those of `parse_figure`; what it refuses, a range and a
    wording such as "dưới", has the qualifier `range` or `at_most`, which a data set does not take as they are.
    "36/36 (100%)" is three rows. The hints are the nearest words on period, scope and area; `suggested_indicator` is the
    indicator of `ds` (by default the bundled data) whose words are most like those around the number, with a `score`
    from 0 to 1. A suggestion is no decision: a person chooses.

    >>> found = read_text("Năm 2023, công an xã tổ chức 35 buổi cho hơn 1.200 lượt người.")
    >>> found[["figure_printed", "obs_value", "qualifier", "why_not"]].values.tolist()  # doctest: +SKIP
    """
    page = _Page(text)
    suggest = _Suggestions(load() if ds is None else ds)
    rows = []
    for found in page.numbers():
        rows.append(_row(page, found, suggest))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype(COLUMNS)


class _Found(NamedTuple):
    """A number at its place in the composed text, what it is taken for, and how to read it."""

    start: int
    end: int
    why: str
    readings: tuple[str, ...] = ()
    kind: str = "number"


class _Page:
    """A text in composed letters, with its lines, sentences, quoted names, and the way back to the original."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.text, self.offsets = _compose(text)
        self.lower = self.text.replace("İ", "i").lower()
        self.lines: list[tuple[int, int]] = []
        place = 0
        for line in self.text.splitlines(keepends=True):
            if line.strip():
                self.lines.append((place, place + len(line.rstrip())))
            place += len(line)
        self.starts = [start for start, _ in self.lines]
        self.sentences = [0, *(match.end() for match in _SENTENCE.finditer(self.text))]
        self.cells = [match.span() for match in _CELL.finditer(self.text)]
        self.quotes = [match.span() for match in _QUOTE.finditer(self.text)]
        self.periods = [match.span() for match in _PERIOD.finditer(self.lower)]
        self.scopes = [match.span() for match in _SCOPE.finditer(self.lower)]
        self.areas = [match.span() for match in _AREA.finditer(self.text)]
        self.main_area = Counter(self.text[a:b] for a, b in self.areas).most_common(1)

    def numbers(self) -> Iterator[_Found]:
        """Give every number of the text, judged."""
        last = _Found(0, 0, "")
        for match in _TOKEN.finditer(self.text):
            for found in self._judged(match, last):
                last = found
                yield found

    def line(self, place: int) -> int:
        return bisect_right(self.starts, place) - 1

    def around(self, start: int, end: int, reach: int = _NEAR) -> tuple[str, str]:
        """Return the lower-case text before and behind a number, within its line and cell of a table."""
        low, high = self.lines[self.line(start)]
        index = bisect_right(self.cells, (start, start))
        low = max(low, start - reach, self.cells[index - 1][1] if index else 0)
        high = min(high, end + reach, self.cells[index][0] if index < len(self.cells) else high)
        return self.lower[low:start], self.lower[end : max(high, end)]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        index = bisect_right(self.sentences, start)
        behind = self.sentences[index] if index < len(self.sentences) else len(self.text)
        return max(self.sentences[index - 1], start - _FAR), min(max(behind, end), end + _FAR)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        return (self.offsets[start], self.offsets[end]) if self.offsets else (start, end)

    # ---- what a number is ----

    def _judged(self, match: re.Match[str], last: _Found) -> Iterator[_Found]:
        kind = (match.lastgroup or "").replace("_", " ")
        start, end = match.span()
        if kind not in ("words", "magnitude") and not re.search("[0-9]", match[0]):
            return
        if kind in ("fraction", "range", "number", "words", "magnitude"):
            yield from getattr(self, f"_{kind}")(match, last)
        else:
            yield _Found(start, end, kind)

    def _number(self, match: re.Match[str], last: _Found) -> Iterator[_Found]:
        yield self._counted(match.start(), match.end(), match[0], last)

    def _words(self, match: re.Match[str], last: _Found) -> Iterator[_Found]:
        value, length = _value_of_words(match[0].lower())
        start, end = match.start(), match.start() + length
        before, after = self.around(start, end)
        single = " " not in match[0][:length] and match[0].lower() not in _POWERS
        if not value or _is_no_number_in_words(match[0][:length].lower(), before, after, single=single):
            return
        yield self._counted(start, end, str(value), last)

    def _magnitude(self, match: re.Match[str], last: _Found) -> Iterator[_Found]:
        yield self._counted(match.start(), match.end(), re.sub(r"^\w+", "hàng", match[0].lower()), last)

    def _fraction(self, match: re.Match[str], last: _Found) -> Iterator[_Found]:
        start, end = match.span()
        before, after = self.around(start, end)
        part, whole = (each.strip() for each in match[0].split("/"))
        counts = re.match(rf"\s*(?:\([^)]*\)\s*)?{_IS_COUNTED}|\s*\([0-9.,]+\s?%", after)
        cued = re.search(r"(?<!\w)(?:có|đạt|được|là|gồm|còn|cho)\s*$|:\s*$", before)
        if re.fullmatch(rf"{_D}\s?/\s?{_M}", match[0]) and not counts and not cued:
            yield _Found(start, end, "date")
        elif why := self._why(start, end, last, match[0]):
            yield _Found(start, end, why)
        elif _parsed(f"{part}/{whole}") is None:
            yield _Found(start, end, "", (part,))
        else:
            yield _Found(start, end, "", (f"{part}/{whole}",))
            yield _Found(start + match[0].index("/"), end, "", (f"/{whole}",), "whole")

    def _range(self, match: re.Match[str], last: _Found) -> Iterator[_Found]:
        start, end = match.span()
        low, high = re.match(_N, match[0])[0], re.search(rf"{_N}$", match[0])[0]  # type: ignore[index]
        tail = _TAIL.match(self.text, end)
        before, after = self.around(start, end)
        dashed = re.fullmatch(rf"{_D}\s?[-–]\s?{_M}", match[0])
        if re.fullmatch(_Y, low) and re.fullmatch(_Y, high):
            yield _Found(start, end, "date")
        elif dashed and not re.match(rf"\s*{_IS_COUNTED}|\s?%|\s*{_SCALE}|\s*(?:năm|tháng|ngày|giờ|tuổi)", after):
            yield _Found(start, end, "date")
        else:
            own = _TAIL.match(match[0], len(low))
            behind = tail[0] if tail else ""
            first = low + (own[0] if own and own[0].strip() else behind)
            stop = tail.end() if tail else end
            why = self._why(start, stop, last, match[0])
            begin = start
            if re.search(r"(?<!\w)từ\s*$", before):
                begin = start - len(before) + before.rindex("từ")
            yield _Found(begin, stop, why, (first, high + behind), "range")

    def _counted(self, start: int, end: int, number: str, last: _Found) -> _Found:
        """Judge one number with its scale, and take its wording in."""
        tail = _TAIL.match(self.text, end)
        stop = tail.end() if tail else end
        before, after = self.around(start, stop)
        why = self._why(start, stop, last, number)
        begin, meaning = last_wording(before)
        wording = before[begin:]
        worded = start - len(before) + begin
        if wording.strip() == "từ" and not _UPWARDS.match(after):
            wording, worded = "", start
        if wording.strip() == "trên" and _is_a_place(number, after):
            wording, worded = "", start
        if upwards := _UPWARDS.match(after):
            stop += upwards.end()
            meaning = "at_least"
        core = number + self.text[end : tail.end() if tail else end].replace("\u00a0", " ")
        reading = f"{wording}{core}{' trở lên' if upwards else ''}"
        if meaning not in ("exact", "at_least", "more_than", "nearly", "about"):
            return _Found(worded, stop, why, (core,), "at_most")
        return _Found(worded, stop, why, (reading, core))

    def _why(self, start: int, end: int, last: _Found, number: str) -> str:
        """Say what a number is if it is no figure."""
        before, after = self.around(start, end)
        line_start, line_end = self.lines[self.line(start)]
        low_line = self.lower[line_start : min(line_end, line_start + 90)]
        if line_end - line_start < 90 and _FURNITURE.search(low_line) and not self._in_a_table(start):
            return "page furniture"
        numbering = _NUMBERING.match(self.text, line_start)
        if numbering and start < numbering.end() <= line_end:
            return "ordinal"
        if self._is_row_number(start, end, line_start, line_end):
            return "ordinal"
        if re.search(r"[\[(]$", before) and re.match(r"[\])]", after) and re.fullmatch("[0-9]{1,2}", number):
            return "ordinal"
        if self._is_quoted(start, end):
            return "name"
        begin, _ = last_wording(before)
        plain = before[:begin]
        for why, ahead, behind in _RULES:
            if (ahead and ahead.search(plain)) or (behind and behind.match(after)):
                return why
        if why := _weak_name(plain, number, after, self.text[end : end + 60]):
            return why
        if re.fullmatch(_Y, number) and not re.match(rf"\s*{_IS_COUNTED}", after):
            return "date"
        if re.fullmatch(_Y, number) and re.search(r"(?<!\w)năm\s*$", plain):
            return "date"
        if re.fullmatch(r"[0-9]\.[0-9]", number):
            return "name"
        if _is_a_change(plain, self.text[start:end], after):
            return "change"
        same_line = self.line(last.end) == self.line(start)
        if last.why == "change" and same_line and start - last.end < 60:
            between = self.lower[last.end : start - len(before) + begin]
            if _CARRIED.fullmatch(between) and (not between.rstrip().endswith("(") or "%" in self.text[start:end]):
                return "change"
        low, _ = self.sentence(start, end)
        ahead_of = self.lower[low:start]
        if (target := _TARGET.search(ahead_of)) and not _DONE.search(ahead_of, target.end()):
            return "target"
        return ""

    def _in_a_table(self, start: int) -> bool:
        """Tell a cell from furniture: tabs or bars in the line, or many lines around it that hold a number alone."""
        index = self.line(start)
        low, high = self.lines[index]
        if re.search(r"\t|\|", self.text[low:high]):
            return True
        near = [self.text[a : min(b, a + 30)].strip() for a, b in self.lines[max(index - 6, 0) : index + 7]]
        return sum(bool(re.fullmatch(r"[0-9.,%]+", each)) for each in near) >= 4

    def _is_row_number(self, start: int, end: int, low: int, high: int) -> bool:
        first = not self.text[low:start].strip("| \t")
        table = re.match(r"[ \u00a0]*(?:\t|\|)[ \u00a0]*(?=[^\W\d_])", self.text[end : min(high, end + 20)])
        return bool(first and table and end - start <= 3)

    def _is_quoted(self, start: int, end: int) -> bool:
        index = bisect_right(self.quotes, (start, start))
        low, high = self.quotes[index - 1] if index else (0, 0)
        return low < start and end <= high and high - low <= 62


def _compose(text: str) -> tuple[str, list[int]]:
    """Compose letters with the accents behind them; return also where each letter of the result began."""
    if not re.search("[\u0300-\u036f]", text):
        return text, []
    parts, offsets = [], []
    for cluster in re.finditer("(?s).[\u0300-\u036f]{0,4}", text):
        composed = unicodedata.normalize("NFC", cluster[0]) if len(cluster[0]) > 1 else cluster[0]
        parts.append(composed)
        offsets += [cluster.start()] * len(composed)
    return "".join(parts), [*offsets, len(text)]


def _value_of_words(words: str) -> tuple[int, int]:
    """Return the number that begins a text of numerals, and how many characters of the text it takes."""
    total = group = unit = length = 0
    after_ten = False
    for match in re.finditer(r"\w+", words):
        word = match[0]
        if word in _WORDS:
            if unit and not after_ten:
                break
            if word == "mười" and group % 100:
                break
            if word in ("tư", "lăm", "nhăm", "mốt") and not after_ten:
                break
            group += _WORDS[word] if after_ten else 0
            unit = 0 if after_ten else _WORDS[word]
            if word == "mười":
                group, unit, after_ten = group + 10, 0, True
            else:
                after_ten = False
        elif word in ("linh", "lẻ"):
            continue
        elif word == "rưỡi":
            break
        elif (power := _POWERS[word]) <= 100:
            group, unit, after_ten = group + max(unit, 1) * power, 0, word == "mươi"
        else:
            total, group, unit, after_ten = (total + max(group + unit, 1) * power), 0, 0, False
        length = match.end()
    return total + group + unit, length


def _is_no_number_in_words(word: str, before: str, after: str, *, single: bool) -> bool:
    """Tell numerals that are part of a date, a name or an article from those that count."""
    if re.search(r"(?<!\w)(?:thứ|lần|ngày|tháng|mồng|mùng|quý|chủ nhật|mỗi|từng|hạng|cả)\s*$", before):
        return True
    counts = re.match(rf"\s*{_IS_COUNTED}", after)
    if word == "một":
        event = re.match(r"\s*(?:vụ|người (?:chết|bị thương|tử vong|bị))(?!\w)", after)
        return not (event and re.search(r"(?<!\w)(?:xảy ra|làm|khiến|chết|có|là|và|,)\s*$", before))
    return single and not counts


def _is_a_place(number: str, after: str) -> bool:
    """Tell "on 12 roads" from "more than 10 roads": "trên" is both, and who means more than rounds."""
    return bool(re.fullmatch("[0-9]*[1-9]", number) and _PLACE_OF_ON.match(after.lstrip()))


def _is_a_change(before: str, figure: str, after: str) -> bool:
    level = re.search(r"(?<!\w)(?:còn|xuống|lên|đến|từ)\s*$", before)
    if level:
        return False
    if _CHANGE.search(before) or re.match(r"\s*lần so với", after):
        return True
    return "%" in figure and bool(_SHARE_CHANGE.search(before))


def _weak_name(before: str, number: str, after: str, text: str) -> str:
    counts = re.match(rf"\s*(?:{_IS_COUNTED}|%|{_SCALE}|đồng|/)", after)
    place = _PLACE_BEHIND.match(text.lower()) and re.match(rf"[\s,-]*\w+\.?(?:\s[\w]+)?\s{_CAPITAL}", text)
    if re.fullmatch("[0-9]{1,4}", number) and _WEAK_NAME.search(before) and (not counts or place):
        return "name"
    return ""


# ---- rows --------------------------------------------------------------------------------------------------


def _parsed(text: str) -> Any:
    try:
        return parse_figure(text)
    except UnreadableFigure:
        return None


def _row(page: _Page, found: _Found, suggest: "_Suggestions") -> tuple[Any, ...]:
    why, (value, qualifier, lower, upper) = found.why, _values(found)
    if not found.readings or qualifier == "":
        why = why or "unreadable"
    end, noun = _with_noun(page, found, qualifier, value) if not why else (found.end, "")
    start, stop = page.original_span(found.start, end)
    printed = unicodedata.normalize("NFC", page.original[start:stop])
    hints = _hints(page, found.start, found.end) if not why else ("", "", "")
    indicator, score = suggest(page, found, noun) if not why else ("", 0.0)
    paragraph = page.line(found.start) + 1
    return (paragraph, start, stop, printed, value, qualifier, lower, upper, noun, *hints, indicator, score, why)  # fmt: skip


def _values(found: _Found) -> tuple[float, str, float, float]:
    """Return value, qualifier, lower and upper bound."""
    readings = [re.sub(r"(?<=[0-9])(?=[^\W\d_])", " ", text) for text in found.readings]
    figures = [figure for figure in map(_parsed, readings) if figure]
    if found.kind == "range" and len(figures) == 2:
        return math.nan, "range", figures[0].lower, figures[1].upper
    if not figures:
        return math.nan, "", math.nan, math.nan
    figure = figures[0]
    value = math.nan if figure.value is None else figure.value
    if found.kind == "at_most":
        return value, "at_most", 0, value
    return value, figure.qualifier, figure.lower, figure.upper


def _with_noun(page: _Page, found: _Found, qualifier: str, value: float) -> tuple[int, str]:
    """Return where the figure ends with its noun, if that reads the same, and the noun."""
    _, after = page.around(found.start, found.end)
    behind = page.text[found.end : found.end + len(after)]
    noun = _NOUN.match(behind)
    words = noun[0] if noun else ""
    if words.strip() and found.kind == "number":
        end = found.end + len(words)
        whole = _parsed(page.text[found.start : end])
        same = whole and whole.qualifier == qualifier and (whole.value == value or value != value)
        return (end if same and len(page.text[found.start : end].split()) <= 8 else found.end), words.strip()
    if not words.strip():
        aside = re.match(r"\s*\)?\s*(?:\([^)]*\))?", behind)
        noun = _NOUN.match(behind, aside.end() - 1 if aside and aside.end() else 0)
        words = noun[0] if noun and aside and aside.end() > 1 else ""
    if not words.strip():
        before, _ = page.around(found.start, found.end)
        earlier = _NOUN_BEFORE.search(before)
        words = earlier[1] if earlier else ""
    return found.end, words.strip()


def _hints(page: _Page, start: int, end: int) -> tuple[str, str, str]:
    """Return the nearest words on period, scope and area."""
    period = _nearest(page, page.periods, start, end)
    scope = _nearest(page, page.scopes, start, end)
    area = _nearest(page, page.areas, start, end) or (page.main_area[0][0] if page.main_area else "")
    return period, scope, area


def _nearest(page: _Page, spans: list[tuple[int, int]], start: int, end: int) -> str:
    """Return the last of the spans before a figure, in its paragraph; else the next in its sentence."""
    index = bisect_right(spans, (start, start))
    low, _ = page.lines[page.line(start)]
    if index and spans[index - 1][0] >= low:
        return page.text[slice(*spans[index - 1])]
    _, high = page.sentence(start, end)
    if index < len(spans) and spans[index][1] <= high:
        return page.text[slice(*spans[index])]
    return page.text[slice(*spans[index - 1])] if index else ""


class _Suggestions:
    """Finds the indicator whose words are most like those around a number; rare words weigh more."""

    def __init__(self, ds: Dataset) -> None:
        self.known: list[tuple[str, bool, dict[str, float]]] = []
        frame = ds.indicators()
        weights = {"name_vi": 1.0, "counts_vi": 1.0, "definition_vi": 0.5}
        documents = []
        for row in frame.to_dict("records"):
            words: dict[str, float] = {}
            for column, weight in weights.items():
                for term in _terms(str(row[column])):
                    words[term] = max(words.get(term, 0.0), weight)
            documents.append((str(row["indicator"]), row["unit_measure"] == "percent", words))
        common = Counter(term for *_, words in documents for term in words)
        self.rarity = {term: math.log(1 + len(documents) / count) for term, count in common.items()}
        for name, is_share, words in documents:
            weighed = {term: weight * self.rarity[term] for term, weight in words.items()}
            size = math.sqrt(sum(weight**2 for weight in weighed.values())) or 1.0
            self.known.append((name, is_share, {term: weight / size for term, weight in weighed.items()}))

    def __call__(self, page: _Page, found: _Found, noun: str) -> tuple[str, float]:
        low, high = page.sentence(found.start, found.end)
        low, high = max(low, found.start - 160), min(high, found.end + 100)
        asked: dict[str, float] = {}
        for text, weight in [(page.text[low : found.start], 0.6), (page.text[found.end : high], 1.0), (noun, 3.0)]:
            for term in _terms(text):
                if term in self.rarity:
                    asked[term] = max(asked.get(term, 0.0), weight * self.rarity[term])
        size = math.sqrt(sum(weight**2 for weight in asked.values())) or 1.0
        share = "%" in page.text[found.start : found.end] or "phần trăm" in page.lower[found.start : found.end]
        best, score = "", 0.0
        for name, is_share, words in self.known:
            if is_share == share:
                likeness = sum(weight * words.get(term, 0.0) for term, weight in asked.items()) / size
                if likeness > score:
                    best, score = name, likeness
        return (best if score >= _LEAST_SCORE else "", round(score, 3))


def _terms(text: str) -> list[str]:
    """Return the syllables of a text without accents, and each two that stand side by side."""
    syllables = re.findall(r"[^\W\d_]+", without_accents(text))
    return syllables + [f"{one} {two}" for one, two in zip(syllables, syllables[1:], strict=False)]
