"""The program of the folder build: the desk, or headquarters when its first word is “hq”.

One executable holds both, so that what they share is carried once.
"""

from __future__ import annotations

import sys

HEADQUARTERS = "hq"


def main() -> int:
    """Run the program that the first word names; return the exit status."""
    if sys.argv[1:2] == [HEADQUARTERS]:
        from sync.hq.__main__ import main as headquarters  # noqa: PLC0415 - a window starts without its libraries

        return headquarters(sys.argv[2:])
    from clinic_app.__main__ import main as desk  # noqa: PLC0415 - and headquarters without the desk's

    return desk()


if __name__ == "__main__":
    sys.exit(main())
