import base64
import hashlib

import pytest

from antq_analysis.batch.shell import shell

EMPTY = {"charts": 0, "body": ""}


def made(**changes):
    return shell(
        "page.html.j2", **{"lang": "vi", "title": "T", "subtitle": "", "published": "", **EMPTY, **changes}
    )


def test_the_page_names_its_language_and_title():
    html = made(lang="en", title="Which?", subtitle="Provinces: Điện Biên")
    assert '<html lang="en">' in html
    assert "<title>Which? – Provinces: Điện Biên</title>" in html
    assert "<h1>Which?</h1>" in html


@pytest.mark.parametrize(
    ("lang", "published", "line"),
    [
        ("vi", "2024-04-19", "Nguồn mới nhất công bố: 19/04/2024."),
        ("en", "2024-04-19", "Newest source published: 19 Apr 2024."),
        ("vi", "2024", "Nguồn mới nhất công bố: 2024."),
    ],
)
def test_the_foot_dates_the_data(lang, published, line):
    assert line in made(lang=lang, published=published)


def test_an_undated_page_has_no_line_for_the_date():
    assert "Nguồn mới nhất" not in made()


def test_the_foot_names_what_made_the_page():
    assert "antq_analysis 0." in made()
    assert "plotly 7." in made()


def test_text_is_escaped():
    assert "<h1>&lt;b&gt;</h1>" in made(title="<b>")


def test_the_policy_allows_the_given_scripts_and_no_connection():
    script = "console.log(1)"
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    html = made(scripts=[script])
    assert f"script-src &#39;sha256-{digest}&#39;;" in html
    assert "default-src &#39;none&#39;" in html
    assert "script-src &#39;none&#39;;" in made()


def test_an_unknown_value_in_a_template_is_an_error():
    with pytest.raises(Exception, match="groups"):
        shell("index.html.j2", lang="vi", title="T", subtitle="", published="")
