import base64
import hashlib
import re
from html import unescape

import pytest
from jinja2 import UndefinedError

from antq_analysis.briefings.shell import part, shell

EMPTY = {"contents": [], "body": "", "setup": "{}", "charts": "", "plotly": ""}
EMPTY |= {"sheet": "", "linked": [], "inline": []}


def made(**changes):
    return shell(
        "page.html.j2", **{"lang": "vi", "title": "T", "subtitle": "", "published": "", **EMPTY, **changes}
    )


def test_the_page_names_its_language_and_title():
    html = made(lang="en", title="Which?", subtitle="Provinces: Điện Biên")
    assert '<html lang="en">' in html
    assert "<title>Which? – Provinces: Điện Biên</title>" in html
    assert "<h1>Which?</h1>" in html


@pytest.mark.parametrize(("lang", "locale"), [("vi", "vi_VN"), ("en", "en_US")])
def test_whoever_is_sent_the_page_reads_what_it_is_about(lang, locale):
    html = made(lang=lang, title="Which?", subtitle="Điện Biên", description='10 "models" & <more>')
    assert '<meta property="og:title" content="Which? – Điện Biên">' in html
    described = 'content="10 &#34;models&#34; &amp; &lt;more&gt;">'
    assert f'<meta name="description" {described}' in html
    assert f'<meta property="og:description" {described}' in html
    assert f'<meta property="og:locale" content="{locale}">' in html
    assert "description" not in made().split("</head>")[0]


def test_a_reader_may_skip_to_the_main_content():
    html = made()
    assert html.index('<a class="skip" href="#main">') < html.index("<header")
    assert '<main id="main" tabindex="-1">' in html


@pytest.mark.parametrize(
    ("lang", "published", "line"),
    [
        ("vi", "2024-04-19", "Nguồn mới nhất được công bố: 19/04/2024."),
        ("en", "2024-04-19", "Newest source published: 19 Apr 2024."),
        ("vi", "2024", "Nguồn mới nhất được công bố: 2024."),
    ],
)
def test_the_head_dates_the_data(lang, published, line):
    assert f'<p class="dated">{line}</p>' in made(lang=lang, published=published)


def test_an_undated_page_has_no_line_for_the_date():
    assert "Nguồn mới nhất" not in made()


def test_the_foot_names_what_made_the_page():
    assert "antq_analysis 0." in made()
    assert "plotly 7." in made()


def test_text_is_escaped():
    assert "<h1>&lt;b&gt;</h1>" in made(title="<b>")


def test_the_policy_allows_the_given_scripts_and_styles_and_no_connection():
    html = made(scripts=["console.log(1)"], styles=["p { margin: 0 }"])
    assert allowed(html, "script-src")[1:] == [digest("console.log(1)")]
    assert allowed(html, "style-src-elem")[1:] == [digest("p { margin: 0 }")]
    assert allowed(html, "default-src") == ["'none'"]
    assert "connect-src" not in html


def test_the_policy_names_exactly_what_the_layout_itself_brings():
    html = made()
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert allowed(html, "style-src-elem") == [digest(style)]
    assert allowed(html, "script-src") == [digest(script)]
    assert "unsafe-eval" not in html


def test_a_nonce_allows_the_files_that_bear_it():
    html = made(nonce="abc", sheet="a.css", linked=["b.js"])
    assert '<link rel="stylesheet" href="a.css" nonce="abc">' in html
    assert '<script src="b.js" nonce="abc"></script>' in html
    assert allowed(html, "script-src")[0] == allowed(html, "style-src-elem")[0] == "'nonce-abc'"
    assert "nonce" not in made()


def allowed(html, directive):
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)">', html)
    rules = dict(rule.strip().split(" ", 1) for rule in unescape(policy).split(";"))
    return rules[directive].split()


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_an_unknown_value_in_a_template_is_an_error():
    with pytest.raises(UndefinedError):
        shell("page.html.j2", lang="vi", title="T", subtitle="", published="")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_part_is_words_in_the_language_of_the_page(lang):
    method = part("method.html.j2", lang=lang, published="2024-04-19")
    title = {"vi": "Phương pháp và phiên bản", "en": "Method and versions"}[lang]
    assert f"<h2>{title}</h2>" in method
    assert [f'<span class="grade grade-{grade}">' in method for grade in "ABCD"] == [True] * 4
    assert "plotly 7." in method
    assert "2024" in method


@pytest.mark.parametrize(
    ("published", "said"),
    [("2024", ": 2024."), ("2024?", ": 2024 (suy ra)."), ("2019-09-11?", ": 11/09/2019 (suy ra).")],
)
def test_an_inferred_date_of_the_newest_source_says_so(published, said):
    assert said in made(published=published)
