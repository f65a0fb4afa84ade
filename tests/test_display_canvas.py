from antq_analysis.display.canvas import SMALL_WIDTH, WIDTH, Canvas, packed


def lines(canvas):
    return [note["text"] for note in canvas.notes]


def test_what_is_written_goes_downwards_and_breaks_where_a_phone_ends():
    canvas = Canvas()
    canvas.heading("Người dự tuyên truyền của các đơn vị cấp tỉnh và cấp huyện")
    canvas.small("Người dự tuyên truyền của các đơn vị cấp tỉnh, cấp huyện và cấp xã")
    assert len(lines(canvas)) == 4
    assert [note["y"] for note in canvas.notes] == sorted({note["y"] for note in canvas.notes})
    assert all(len(text) <= max(WIDTH + len("<b></b>"), SMALL_WIDTH) for text in lines(canvas))
    assert canvas.depth > canvas.notes[-1]["y"]


def test_headings_and_small_texts_are_escaped():
    canvas = Canvas()
    canvas.heading("<script>")
    canvas.small("<i> & more")
    assert lines(canvas) == ["<b>&lt;script&gt;</b>", "&lt;i&gt; &amp; more"]


def test_a_rule_parts_subjects_but_stands_above_none():
    canvas = Canvas()
    canvas.heading("one")
    assert canvas.shapes == []
    canvas.heading("two")
    (rule,) = canvas.shapes
    assert (rule["xref"], rule["x0"], rule["x1"]) == ("paper", 0, 1)
    assert canvas.notes[0]["y"] < rule["y0"] < canvas.notes[1]["y"]


def test_a_unit_of_the_figure_is_a_pixel():
    canvas = Canvas()
    canvas.depth = 300
    shown = canvas.figure("en", {"visible": False}, top=40, bottom=10)["layout"]
    assert shown["height"] - shown["margin"]["t"] - shown["margin"]["b"] == 300
    assert shown["yaxis"]["range"] == [300, 0]
    assert shown["separators"] == ".,"


def test_the_items_of_a_key_share_lines_but_are_not_broken():
    assert packed([]) == []
    assert packed(["a <b>", "c"]) == ["a &lt;b&gt;\u2003c"]
    long = "x" * SMALL_WIDTH
    assert packed([long, "b", long]) == [long, "b", long]
