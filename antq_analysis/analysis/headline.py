"""A page that begins with forty figures begins with none: which of them stand at its head."""

from collections.abc import Iterable

import pandas as pd

from antq_analysis.analysis.frames import SILENT
from antq_analysis.analysis.selection import listed

FEWEST = 3


def headline(rows: pd.DataFrame, concepts: str | Iterable[str], *, fewest: int = FEWEST) -> pd.DataFrame:
    """Keep the reported rows of `compare` that are about some concepts, in the order of the concepts.

    Where fewer than `fewest` of these were reported, the first others follow, so that no page begins with
    nothing as long as something was reported at all. Returns a new frame.

    >>> import antq_analysis as aq
    >>> rows = aq.compare(aq.load(), ["tips", "valuable_tips", "models"], areas="Thanh Hóa")
    >>> list(dict.fromkeys(headline(rows, ["models"], fewest=2)["concept"]))
    ['models', 'tips']
    """
    reported = rows[~rows["obs_status"].isin(SILENT)]
    found = list(dict.fromkeys(reported["concept"]))
    wanted = [concept for concept in listed(concepts) if concept in found]
    others = [concept for concept in found if concept not in wanted]
    order = [*wanted, *others[: max(0, fewest - len(wanted))]]
    kept = reported[reported["concept"].isin(order)]
    return kept.sort_values("concept", key=lambda column: column.map(order.index), kind="stable")
