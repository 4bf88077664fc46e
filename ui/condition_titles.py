"""What the owner of a study reads for each condition."""

from listening.anchors import ANCHOR_TITLES
from listening.trial import ORIGINAL
from restorers import RESTORERS

TITLES = {ORIGINAL: "Original"} | {slug: cls.title for slug, cls in RESTORERS.items()}
SHORT_TITLES = {ORIGINAL: "Original"} | {slug: cls.short_title for slug, cls in RESTORERS.items()}
CONDITION_TITLES = TITLES | ANCHOR_TITLES  # in a listening test
