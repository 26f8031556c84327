"""Makes two of the libraries that the build carries as small as what the program uses of them.

Both stay separate files, which anybody may exchange for the whole ones. On Linux `objcopy`, `as` and `ld`
(binutils, which PyInstaller needs anyway) make them, on macOS `cc`, for Windows `slim_windows.py`.
"""

from __future__ import annotations

import platform
import re
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import slim_windows

_KEPT_LANGUAGES = frozenset({"en", "es", "es_419", "es_MX", "es_PE", "ka"})
_LANGUAGE = re.compile(r"(?:.*/)?([a-z]{2,3}(?:_\w+)?)\.res")
# Work that Qt does not ask of ICU, or only for other scripts: encodings of mainframes, dictionaries that break
# lines of Thai, units, numbers in words, transliteration, names of characters.
_UNUSED = re.compile(
    r"(?:unit|translit|rbnf)/.*|brkitr/.*\.dict|unames\.icu|.*\.spp"
    r"|(?!ibm-(?:1252|5348|923|912)_|windows-|iso-8859).*\.cnv"
)
_ALIGN = 16
_RETURN_ZERO = {"x86_64": "xorl %eax, %eax\nret", "aarch64": "mov x0, #0\nret"}


@dataclass(frozen=True, slots=True)
class _Package:
    """ICU's table of named data: its header as it is, its items by name with their common prefix."""

    header: bytes
    prefix: str
    items: dict[str, bytes]


def icu_data(library: Path, out: Path) -> Path:
    """Write to `out` a libicudata with our languages alone, and return it. The whole one is 32 MB."""
    symbol = f"icudt{library.name.partition('.so.')[2].partition('.')[0]}_dat"
    whole = out.with_suffix(".whole")
    _run("objcopy", "-O", "binary", "-j", ".rodata", str(library), str(whole))
    data = out.with_suffix(".dat")
    data.write_bytes(_written(_thinned(_read(whole.read_bytes()))))
    whole.unlink()
    return _linked(
        f'.section .rodata\n.balign {_ALIGN}\n.global {symbol}\n.type {symbol}, %object\n{symbol}:\n.incbin "{data}"\n'
        f".size {symbol}, . - {symbol}\n",
        library.name,
        out,
    )


def empty(library: Path, functions: Sequence[str], out: Path) -> Path:
    """Write to `out` a library of the same name whose functions do nothing and return 0, and return it."""
    if sys.platform == "win32":
        return slim_windows.empty(library.name, functions, out)
    if sys.platform == "darwin":
        source = out.with_suffix(".c")
        source.write_text("".join(f"void *{name}(void) {{ return 0; }}\n" for name in functions), encoding="ascii")
        _run("cc", "-dynamiclib", "-install_name", f"@rpath/{library.name}", "-o", str(out), str(source))
        return out
    names = "\n".join(f".global {name}\n.type {name}, %function\n{name}:" for name in functions)
    return _linked(f".text\n{names}\n{_RETURN_ZERO[platform.machine()]}\n", library.name, out)


def _thinned(package: _Package) -> _Package:
    kept = {name: item for name, item in package.items.items() if _is_used(name)}
    return _Package(package.header, package.prefix, kept)


def _is_used(name: str) -> bool:
    language = _LANGUAGE.fullmatch(name)
    if language and language[1] not in _KEPT_LANGUAGES:
        return False
    return not _UNUSED.fullmatch(name)


def _read(raw: bytes) -> _Package:
    """Read ICU's common data format: a header, the number of items, where each name and its data begin."""
    (size,) = struct.unpack_from("<H", raw)
    if raw[2:4] != b"\xda\x27" or raw[12:16] != b"CmnD":
        raise ValueError("this is not ICU's data")
    body = raw[size:]
    (count,) = struct.unpack_from("<I", body)
    places = list(struct.iter_unpack("<II", body[4 : 4 + 8 * count]))
    ends = [*(start for _, start in places[1:]), len(body)]
    names = [body[at : body.index(b"\0", at)].decode() for at, _ in places]
    prefix = names[0].partition("/")[0] + "/"
    items = {
        name.removeprefix(prefix): body[start:end] for name, (_, start), end in zip(names, places, ends, strict=True)
    }
    return _Package(raw[:size], prefix, items)


def _written(package: _Package) -> bytes:
    names = [f"{package.prefix}{name}".encode() + b"\0" for name in package.items]
    table = 4 + 8 * len(names)
    starts = list(_running(table, map(len, names)))
    contents = [item + bytes(-len(item) % _ALIGN) for item in package.items.values()]
    first = starts[-1] + -starts[-1] % _ALIGN
    places = zip(starts, _running(first, map(len, contents)), strict=True)
    toc = struct.pack("<I", len(names)) + b"".join(struct.pack("<II", *place) for place in list(places)[:-1])
    return package.header + (toc + b"".join(names)).ljust(first, b"\0") + b"".join(contents)


def _running(start: int, sizes: Iterable[int]) -> Iterator[int]:
    """Yield where each of several things begins that lie one behind the other, and where the last ends."""
    yield start
    for size in sizes:
        start += size
        yield start


def _linked(source: str, name: str, out: Path) -> Path:
    assembly, compiled = out.with_suffix(".s"), out.with_suffix(".o")
    assembly.write_text(source + '.section .note.GNU-stack,"",%progbits\n', encoding="ascii")
    _run("as", "-o", str(compiled), str(assembly))
    _run("ld", "-shared", "-soname", name, "--build-id=none", "-o", str(out), str(compiled))
    return out


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
