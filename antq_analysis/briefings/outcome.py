"""What became of one briefing, for whoever runs the batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """Say what became of the briefing that a notebook makes of some parameters, under the name `slug`.

    `failure` is None for a page that is whole; `kept` is where the executed notebook is of one that is not,
    if it came so far. `is_new` tells a page that was made from one that stood there and is still right.
    `warnings` is what the notebook wrote to stderr, `unpictured` why a whole page has not the pictures asked
    for, `remarks` what else an operator should know.
    """

    slug: str
    notebook: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    failure: str | None = None
    kept: str | None = None
    is_new: bool = True
    warnings: tuple[str, ...] = ()
    unpictured: str | None = None
    remarks: tuple[str, ...] = ()
