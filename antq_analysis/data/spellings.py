"""The one way in which spellings of area names are compared: letters and accents count, the rest does not."""

import unicodedata

import pandas as pd


def fold(spelling: str) -> str:
    """Reduce a spelling to what is compared: composed letters, no capitals, single spaces.

    >>> fold("  ĐIỆN   Biên ")
    'điện biên'
    """
    return " ".join(unicodedata.normalize("NFC", spelling).casefold().split())


def spelled(areas: pd.DataFrame) -> pd.DataFrame:
    """List every accepted spelling of every area, its code included.

    Returns a frame indexed like `areas`, with the columns `spelling` (folded) and `ref_area`, without
    repetitions inside one area.
    """
    texts = (areas["ref_area"] + "|" + areas["spellings"]).str.split("|").explode()
    frame = pd.DataFrame({"spelling": texts.map(fold), "ref_area": areas["ref_area"].reindex(texts.index)})
    return frame[frame["spelling"] != ""].drop_duplicates()
