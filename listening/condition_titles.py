"""What the owner of a study reads for each condition."""

from listening.anchors import ANCHOR_TITLES
from listening.trial import ORIGINAL
from restorers import RESTORERS

ORIGINAL_TITLE = "Original"


def condition_title(condition: str, frozen: str = "") -> str:
    """The title of a version in a listening test.

    frozen : as its study has it; studies of earlier versions have none, and know nothing but the
        built-in restorers
    """
    if frozen:
        return frozen
    known = {ORIGINAL: ORIGINAL_TITLE, **ANCHOR_TITLES}
    cls = RESTORERS.get(condition)
    return cls.title if cls else known.get(condition, condition)
