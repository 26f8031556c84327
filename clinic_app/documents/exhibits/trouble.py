"""Why a file cannot be put on paper: raised by whatever opens it, told to people by whoever lists it."""

from __future__ import annotations

from clinic_app.domain.exhibits import Trouble


class CannotPrint(Exception):  # noqa: N818 - it is no fault: the file is listed instead
    """A file, or a page of it, that cannot be printed; `why` is the reason."""

    def __init__(self, why: Trouble) -> None:
        super().__init__(why.value)
        self.why = why
