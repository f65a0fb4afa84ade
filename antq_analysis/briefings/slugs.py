"""A page is sent, stored and linked by its file name: no accents, no spaces, and one name for one page."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from antq_analysis.errors import shorten

SLUG_LENGTH = 80

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def slugify(*parts: str) -> str:
    """Make a file name without accents, capitals or spaces.

    >>> slugify("compare_provinces", "Điện Biên")
    'compare-provinces-dien-bien'
    """
    # Đ is a letter of its own, not a D with a mark: decomposing leaves it as it is.
    text = "-".join(parts).replace("Đ", "D").replace("đ", "d")
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def default_slug(notebook: str, parameters: Mapping[str, Any], *, lang: str = "") -> str:
    """Make a file name of a notebook's name, what it is made for, and its language at the end.

    >>> default_slug("01_province_profile", {"lang": "vi", "area": "Thanh Hóa"}, lang="vi")
    'province-profile-thanh-hoa-vi'
    """
    parts = [re.sub(r"^\d+_", "", notebook)]
    for name, value in parameters.items():
        values = [] if name == "lang" else value if isinstance(value, list) else [value]
        parts += [part if isinstance(part, str) else f"{name}-{part}" for part in values]
    end = f"-{lang}" if lang else ""
    return _cut(slugify(*parts), SLUG_LENGTH - len(end)) + end


def slug_fault(slug: str) -> str | None:
    """Say why a text cannot be the name of a page's file; None where it can.

    >>> slug_fault("Điện Biên")
    "'Điện Biên' cannot be a file name here; write 'dien-bien-page', say"
    """
    if _is_slug(slug):
        return None
    fault = "cannot be a file name here"
    if len(slug) > SLUG_LENGTH:
        fault = f"has {len(slug)} characters, and a file name has at most {SLUG_LENGTH}"
    shorter = _whole_words(slugify(slug, "page"))
    return f"{shorten(slug)!r} {fault}; write {f'{shorter!r}, say' if _is_slug(shorter) else 'a shorter one'}"


def placeholders(text: str) -> list[str]:
    """List the names in the braces of a slug or title.

    >>> placeholders("{area}-ho-so-{lang}")
    ['area', 'lang']
    """
    return _PLACEHOLDER.findall(text)


def brace_fault(text: str) -> str | None:
    """Say that a brace of a slug or title stands alone; None where each has its partner.

    >>> brace_fault("{area-ho-so")
    "'{area-ho-so' has a { without its }; write {name} with the name of a parameter, or no brace"
    """
    rest = _PLACEHOLDER.sub("", text)
    for brace, partner in ("{}", "}{"):
        if brace in rest:
            return (
                f"{shorten(text)!r} has a {brace} without its {partner}; "
                "write {name} with the name of a parameter, or no brace"
            )
    return None


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """Put a value in the place of each name in braces.

    >>> filled("{area}-ho-so", lambda name: "thanh-hoa")
    'thanh-hoa-ho-so'
    """
    return _PLACEHOLDER.sub(lambda found: value_of(found[1]), text)


def _is_slug(text: str) -> bool:
    return bool(_SLUG.fullmatch(text)) and text != "index" and len(text) <= SLUG_LENGTH


def _whole_words(slug: str) -> str:
    return slug if len(slug) <= SLUG_LENGTH else slug[: SLUG_LENGTH + 1].rpartition("-")[0]


def _cut(slug: str, length: int) -> str:
    return slug[:length].rstrip("-")
