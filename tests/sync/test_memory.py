from __future__ import annotations

import pytest

from sync.ground import Ground
from sync.memory import Memory
from tests.sync.conformance import Conformance, Make


class TestMemory(Conformance):
    @pytest.fixture
    def make(self) -> Make:
        return Memory

    def rows(self, ground: Ground) -> object:
        assert isinstance(ground, Memory)
        return ground.disk.rows, ground.disk.names
