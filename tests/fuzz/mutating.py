"""Makes a hostile file out of a good one: bytes anyhow, and JSON, ZIP and text with a mind to their form.

The same seed number gives the same bytes, so that whatever was found can be made again.
"""

from __future__ import annotations

import copy
import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from typing import Final

Mutate = Callable[[random.Random, Sequence[bytes]], bytes]

LARGEST: Final = 400_000
"""Bytes of a made input: enough for any form, small enough to try many."""

STRANGE: Final[tuple[object, ...]] = (
    None, True, "", " ", 0, -1, 10**30, -(10**18), 1e308, 1e-300, "9" * 400, "1e999999999", "NaN", "-0", "0.1.2",
    "2026-13-45", "0000-00-00", "9999-12-31", "-9999", "2026-02-30", "2026~/2026-01", "../..", "..", "open", "~",
    "\u0000", "\ud83d", "\u202e\u0301" * 50, "ა" * 3000, "<b>&amp;</b>", "{name}", "%s", "'; --", "=1+1", [], {},
    [[]] * 40, {"empty": "does_not_know"}, {"empty": "nonsense"}, {"low": "5", "high": "1"}, {"low": None},
    {"id": "x" * 70}, ["dismissed"] * 500, {"": {"": {"": []}}},
)  # fmt: skip
"""Values that a program written in a hurry stumbles over."""

TOKENS: Final = (
    b"\x00", b"\xff\xff\xff\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"%s%n", b"../../../evil", b"C:\\evil",
    b"\r\n", b"\t", b"{", b"}", b"[" * 300, b"}" * 30, b"&a [*a,*a]", b"*a", b"!!python/object/apply:os.system",
    b"<<: ", b"---\n", b"? ", b": ", b"- ", b"999999999999999999999", b"-1", b"1e999", b"0x7fffffff", b"endstream",
    b"endobj", b"xref\n", b"/Length 99999999", b"/Kids [1 0 R]", b"/Parent 1 0 R", b"/FlateDecode",
    b"<!ENTITY x SYSTEM 'file:///etc/hosts'>",
    b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>]>",
    b"PK\x03\x04", b"IHDR", b"ftypheic", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff",
)  # fmt: skip


def anyhow(random_: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Cut, flip, swap, splice, repeat, blank, and insert what formats give a meaning to."""
    content = bytearray(random_.choice(seeds))
    for _ in range(random_.choice((1, 1, 2, 3, 5, 9))):
        start = random_.randrange(len(content) + 1)
        length = random_.choice((1, 2, 4, 16, 64, 300, 5000))
        match random_.randrange(8):
            case 0:
                del content[start:]
            case 1 if content:
                content[min(start, len(content) - 1)] ^= 1 << random_.randrange(8)
            case 2:
                other = random_.randrange(len(content) + 1)
                one, two = content[start : start + length], content[other : other + length]
                content[start : start + length], content[other : other + length] = two, one
            case 3:
                foreign = random_.choice(seeds)
                at = random_.randrange(len(foreign) + 1)
                content[start : start + length] = foreign[at : at + length]
            case 4:
                content[start:start] = content[start : start + length] * random_.choice((1, 3, 50))
            case 5:
                content[start : start + length] = random_.choice((b"\0", b"\xff")) * length
            case 6:
                del content[start : start + length]
            case _:
                content[start:start] = random_.choice(TOKENS)
    return bytes(content[:LARGEST])


def as_json(random_: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Exchange values anywhere in the tree for strange ones, lose keys, double them, nest them."""
    if random_.random() < 0.25:
        return anyhow(random_, seeds)
    tree = json.loads(random_.choice(seeds))
    for _ in range(random_.choice((1, 1, 2, 4))):
        places: list[tuple[dict[str, object] | list[object], str | int]] = []
        _gather(tree, places)
        if not places:
            break
        holder, key = random_.choice(places)
        match random_.randrange(6):
            case 0 if isinstance(holder, dict):
                del holder[str(key)]
            case 1 if isinstance(holder, dict):
                holder[random_.choice(("", "x", "__class__", "id", "empty", "path", "ა" * 90))] = holder[str(key)]
            case 2:
                deep: object = "x"
                for _ in range(random_.choice((5, 60, 900))):
                    deep = [deep]
                holder[key] = deep  # type: ignore[index] # the key fits its holder
            case 3:
                other, at = random_.choice(places)
                holder[key] = other[at]  # type: ignore[index] # the same
                return _written(tree, seeds)
            case _:
                holder[key] = copy.deepcopy(random_.choice(STRANGE))  # type: ignore[index] # the same
    return _written(tree, seeds)


def as_zip(random_: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Mutate members of an archive, add ones with names that lead out of it, and lie about sizes."""
    if random_.random() < 0.3:
        return anyhow(random_, seeds)
    members: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(random_.choice(seeds))) as packed:
        members.update({name: packed.read(name) for name in packed.namelist()})
    others = list(members.values())
    for _ in range(random_.choice((1, 1, 2, 4))):
        name = random_.choice(sorted(members)) if members else "x"
        match random_.randrange(6):
            case 0:
                members.pop(name, None)
            case 1:
                members[random_.choice(("../../evil", "/evil", "C:\\evil", "a" * 300, "\u202e.xml"))] = b"evil"
            case 2:
                members[name] = bytes(LARGEST * 4)
            case _:
                members[name] = anyhow(random_, [members.get(name, b""), *others])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    made = bytearray(out.getvalue())
    if random_.random() < 0.2:
        at = made.rfind(b"PK\x01\x02")
        if at >= 0:
            made[at + 20 : at + 28] = random_.randbytes(8)
    return bytes(made)


def _gather(tree: object, places: list[tuple[dict[str, object] | list[object], str | int]]) -> None:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            places += [(node, key) for key in node]
            waiting += node.values()
        elif isinstance(node, list):
            places += [(node, at) for at in range(len(node))]
            waiting += node


def _written(tree: object, seeds: Sequence[bytes]) -> bytes:
    try:
        return json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")[:LARGEST]
    except (RecursionError, ValueError):  # a tree that holds itself cannot be written
        return seeds[0]
