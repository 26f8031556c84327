from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no core files")
def test_a_fall_leaves_no_core_file_and_a_fault_no_words(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import os, resource, sys, threading, pathlib
        from clinic_app import crashes, logs
        handler = logs.start(pathlib.Path("logs"))
        resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
        crashes.no_dumps()
        told = []
        crashes.begin(told.append)
        class Falls:
            def __del__(self):
                raise ValueError("zurrapacienta")
        Falls()
        thread = threading.Thread(target=lambda: int("zurrapacienta"))
        thread.start()
        thread.join()
        try:
            int("zurrapacienta")
        except ValueError as error:
            sys.excepthook(type(error), error, error.__traceback__)
        assert len(told) == 1
        logs.stop(handler)
        os.abort()
        """)
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == -6
    assert "zurrapacienta" not in done.stderr + done.stdout
    log = (tmp_path / "logs" / "clinic.log").read_text("utf-8")
    assert log.count("ValueError at") == 2
    assert "zurrapacienta" not in log
    assert {path.name for path in tmp_path.iterdir()} == {"logs"}
