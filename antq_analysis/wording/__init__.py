"""What a reader reads: one catalogue of words per language, numbers and dates by its conventions.

Results carry codes and numbers; only here do they become sentences, so that no sentence
is written twice and none is left in one language.
"""

from antq_analysis.wording.catalogue import LANGUAGES, Words, words
from antq_analysis.wording.numbers import (
    bounds_text,
    date_text,
    number_text,
    percent_text,
    window_text,
    year_text,
)

__all__ = [
    "LANGUAGES",
    "Words",
    "bounds_text",
    "date_text",
    "number_text",
    "percent_text",
    "window_text",
    "words",
    "year_text",
]
