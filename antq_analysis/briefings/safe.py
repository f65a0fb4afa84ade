"""What a notebook, a file or a name says must not steer the terminal or the report in which it is shown."""

_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
# With these a text reads as another.
_TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
# These no encoding, or no XML, can hold.
_UNWRITABLE = {*range(0xD800, 0xE000), 0xFFFE, 0xFFFF}
_REPLACED = dict.fromkeys(_CONTROLS | _TURNING | _UNWRITABLE, "\N{REPLACEMENT CHARACTER}")


def safe(text: str) -> str:
    """Replace what would act on a screen instead of standing on it; lines and tabs stay.

    >>> safe("good \\x1b[2J\\u202e")
    'good �[2J�'
    """
    return text.translate(_REPLACED)
