"""The three kinds of error: the user's (InputError), the world's (KnownError), ours (BugError).

Texts are English message ids marked with `N_`; whoever shows the error translates and fills them.
A KnownError always answers three questions: what happened, is my work safe, what do I do now.
"""

from __future__ import annotations

from clinic_app.words import N_

SAFE_NOTHING_CHANGED = N_("Nothing was changed on this computer.")


class ClinicError(Exception):
    """Base of every error that is shown in words. `params` fill the placeholders of the texts."""

    def __init__(self, message: str, **params: object) -> None:
        self.message = message
        self.params = params
        super().__init__(message.format(**params) if params else message)


class InputError(ClinicError):
    """The user's input cannot be taken.

    `path` says where ("job.start", "events[2].date", "--on"), the message says what is wrong,
    `expected` says what would be right (also a message id; may be empty).
    """

    def __init__(self, path: str, message: str, expected: str = "", **params: object) -> None:
        super().__init__(message, **params)
        self.path = path
        self.expected = expected

    def __str__(self) -> str:
        text = f"{self.path}: {super().__str__()}" if self.path else super().__str__()
        if self.expected:
            text += f" (expected: {self.expected.format(**self.params)})"
        return text


class KnownError(ClinicError):
    """The world got in the way: a wrong password, a full disk, a damaged file.

    `code` is the small code for support; `safe` and `next_step` are message ids.
    """

    def __init__(
        self, code: str, what: str, next_step: str, safe: str = SAFE_NOTHING_CHANGED, **params: object
    ) -> None:
        super().__init__(what, **params)
        self.code = code
        self.safe = safe
        self.next_step = next_step

    def __str__(self) -> str:
        parts = (self.message, self.safe, self.next_step)
        return " ".join(p.format(**self.params) for p in parts if p) + f" ({self.code})"


class BugError(Exception):
    """Something that cannot happen did: our fault, reported as such, never shown as the user's."""
