"""A fuzzer that watches which lines an input reaches, for readers that are Python: python -m tests.fuzz.guided NAME.

It needs `atheris`, which has no wheel for Windows and is therefore no dependency: pip install atheris.
Further arguments go to libFuzzer, for example -atheris_runs=100000 or -max_total_time=600.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["clinic_app", "sync", "json", "openpyxl"]):
    from tests.fuzz.targets import TARGETS
    from tests.fuzz.trying import Tried, try_one


def main() -> None:
    """Fuzz one reader until the arguments' limit, beginning with its good files; what is found ends the run."""
    target = TARGETS[sys.argv[1]]
    with tempfile.TemporaryDirectory(prefix="guided-") as name:
        corpus, folder = Path(name) / "corpus", Path(name) / "reading"
        corpus.mkdir()
        folder.mkdir()
        for number, seed in enumerate(target.seeds()):
            (corpus / str(number)).write_bytes(seed)

        def one(content: bytes) -> None:
            tried = Tried()
            try_one(target, content, folder, tried, "guided")
            if tried.findings:
                raise RuntimeError(tried.findings[0])

        atheris.Setup([sys.argv[0], str(corpus), "-max_len=20000", *sys.argv[2:]], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
