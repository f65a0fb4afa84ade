import pytest

from antq_analysis.briefings.lines import Lines


@pytest.fixture
def lines():
    return Lines(
        "\n".join(
            [
                "# [[briefing]] in a comment is no table",
                "[[briefing]]",
                'notebook = "title"',
                'title = "Một"',
                "[briefing.parameters]",
                'title = "Hai"',
                'areas = ["notebook = 1"]',
                "",
                "  [[ briefing ]]",
                'parameters = { lang = "vi", areas = [] }',
                "parameters.since = 2014",
            ]
        ),
        "briefing",
    )


@pytest.mark.parametrize(
    ("table", "keys", "line"),
    [
        (1, [], 2),
        (1, ["title"], 4),
        (1, ["parameters"], 5),
        (1, ["parameters", "title"], 6),
        (1, ["notebook"], 3),
        (2, [], 9),
        (2, ["parameters", "areas"], 10),
        (2, ["parameters", "lang"], 10),
        (2, ["parameters", "since"], 11),
    ],
)
def test_finds_a_key_in_its_own_table(lines, table, keys, line):
    assert lines.find(table, keys) == line


def test_a_key_that_is_not_there_is_placed_at_its_table(lines):
    assert lines.find(2, ["slug"]) == 9
    assert lines.find(1, ["parameters", "area"]) == 5


def test_a_table_that_is_not_there_has_no_line(lines):
    assert lines.find(3) is None
    assert Lines('briefing = [{ notebook = "a" }]', "briefing").find(1) is None
