"""Collects the texts to translate from the source, updates each language's catalog and compiles it.

`--check` changes nothing and fails when a catalog is stale, incomplete or not the one compiled.
A text is marked with `N_()` below the screens, or passed to a Words object `w()` in them.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "resources" / "locale"
KEYWORDS = {"N_": None, "w": None, "_w": None, "many": (1, 2)}
# Which texts a language must have: Georgian so far only those of papers.
COMPLETE = {"es": ("clinic_app/",), "ka": ("clinic_app/documents/",)}


def main() -> int:
    """Update the catalogs, or check them with --check."""
    template = extract()
    problems = [p for language in COMPLETE for p in update(language, template, check="--check" in sys.argv)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def extract() -> Catalog:
    """Return every marked text of the source with the files that use it."""
    template = Catalog(charset="utf-8", project="labor-clinic", fuzzy=False)
    found = extract_from_dir(
        ROOT / "clinic_app", method_map=[("**.py", "python")], keywords=KEYWORDS, strip_comment_tags=True
    )
    for name, _line, message, comments, context in sorted(found, key=lambda f: (f[0], f[1])):
        template.add(
            message, locations=[(f"clinic_app/{Path(name).as_posix()}", 0)], auto_comments=comments, context=context
        )
    return template


def update(language: str, template: Catalog, *, check: bool) -> list[str]:
    """Bring one catalog up to date with the template; return what is wrong with it."""
    folder = LOCALE / language / "LC_MESSAGES"
    po, mo = folder / "clinic.po", folder / "clinic.mo"
    catalog = read_po(po.open("rb"), locale=language) if po.exists() else Catalog(locale=language)
    before = {m.id for m in catalog if m.id}
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    wanted = {m.id for m in template if m.id}
    problems = [f"{po.relative_to(ROOT)}: no longer in the source: {i!r}" for i in sorted(map(str, before - wanted))]
    must = COMPLETE[language]
    problems += [
        f"{po.relative_to(ROOT)}: not translated: {message.id!r}"
        for message in catalog
        if message.id and any(name.startswith(must) for name, _ in message.locations) and not translated(message)
    ]
    compiled = compiled_bytes(catalog)
    if check:
        if not mo.exists() or mo.read_bytes() != compiled:
            problems.append(f"{mo.relative_to(ROOT)}: not compiled from its .po: make strings")
        return problems
    folder.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        write_po(file, catalog, width=110, omit_header=False, include_lineno=False, sort_output=True)
    mo.write_bytes(compiled)
    return [p for p in problems if "not translated" in p]


def translated(message: Message) -> bool:
    """Say whether a message, in each of its plural forms, has a translation."""
    return all(message.string if isinstance(message.string, (tuple, list)) else [message.string])


def compiled_bytes(catalog: Catalog) -> bytes:
    """Return the catalog as gettext reads it; the same catalog gives the same bytes."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
