"""What the parts of a store read and write with: the same file, journal and transaction as the store itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from clinic_app.store.db import Db
from clinic_app.store.journal import Journal


@dataclass(frozen=True, slots=True)
class Part:
    """The base of every part. Everything appended within one `saving` block is one transaction."""

    db: Db
    journal: Journal
    saving: Callable[[], AbstractContextManager[None]]
