"""Why a listener cannot take a step: a code of the message catalogue and the values in its text."""

from messages import Messages


class Refusal(Exception):
    """A step that was refused; pages word it in the listener's language, its text is English.

    code : a key of the catalogue's section `errors`; values : what stands in its text
    """

    def __init__(self, code: str, **values: object):
        self.code = code
        self.values = values
        super().__init__(Messages("errors")(code, **values))
