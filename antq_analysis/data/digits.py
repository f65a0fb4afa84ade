"""Takes the digits out of many texts at once, so that what is left is one of a few hundred shapes.

It works on the bytes of the text: in UTF-8 the bytes 48 to 57 are ASCII digits and nothing else.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_ZERO, _NINE = ord("0"), ord("9")


def split_digits(texts: pa.Array) -> tuple[pa.DictionaryArray, pa.Array]:
    """Split texts into their distinct shapes (every digit a 9) and their digits alone.

    Returns the shapes as a dictionary array and the digits as strings, both one per text.

    >>> shapes, digits = split_digits(pa.array(["hơn 740.000 người", "36/36"]))
    >>> shapes.to_pylist(), digits.to_pylist()
    (['hơn 999.999 người', '99/99'], ['740000', '3636'])
    """
    offsets, data = _bytes(texts)
    is_digit = (data >= _ZERO) & (data <= _NINE)
    shapes = _texts(offsets, np.where(is_digit, _NINE, data).astype(np.uint8))
    digits_before = np.searchsorted(np.flatnonzero(is_digit), offsets)
    return shapes.dictionary_encode(), _texts(digits_before, data[is_digit])


def integers(digits: pa.Array, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.int64]:
    """Read the characters `start:stop` of each string of digits as a number; an empty span is 0.

    >>> integers(pa.array(["740000", "3640"]), np.array([0, 2]), np.array([3, 4])).tolist()
    [740, 40]
    """
    result = np.zeros(len(digits), dtype=np.int64)
    spans = starts * (int(stops.max(initial=0)) + 1) + stops
    for first in np.unique(spans, return_index=True)[1]:
        start, stop = int(starts[first]), int(stops[first])
        if start < stop:
            here = spans == spans[first]
            result[here] = pc.utf8_slice_codeunits(digits.filter(pa.array(here)), start, stop).cast(
                pa.int64()
            )
    return result


def _bytes(texts: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Give the bytes of all texts end to end, and where each text begins and ends in them."""
    texts = texts.cast(pa.large_string())
    _, offset_buffer, data_buffer = texts.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(data_buffer or b"", dtype=np.uint8)[offsets[0] : offsets[-1]]
    return offsets - offsets[0], data


def _texts(offsets: NDArray[np.int64], data: NDArray[np.uint8]) -> pa.Array:
    buffers = [
        None,
        pa.py_buffer(np.ascontiguousarray(offsets, dtype=np.int64)),
        pa.py_buffer(np.ascontiguousarray(data)),
    ]
    return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)
