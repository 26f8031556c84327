"""Collects the texts to translate from the source, updates each language's catalog and compiles it.

`--check` changes nothing and fails when a catalog is stale, incomplete or not the one compiled.
A text is marked with `N_()` below the screens, or passed to a Words object `w()` in them.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "resources" / "locale"
# How many texts each marker takes: one, or the two forms of a count.
MARKERS = {"N_": 1, "w": 1, "_w": 1, "many": 2}
# Which texts a language must have.
COMPLETE = {"es": ("clinic_app/",), "ka": ("clinic_app/",), "es_PE": ("clinic_app/",)}
# A regional catalog holds only what differs: the texts in which its language uses a term of another country.
REGIONAL = {"es_PE": ("es", re.compile(r"\b(patr[oó]n(es)?|finiquito)\b", re.IGNORECASE))}


def main() -> int:
    """Update the catalogs, or check them with --check."""
    template = extract()
    check = "--check" in sys.argv
    problems = []
    for language in COMPLETE:
        problems += update(language, regional(language, template), check=check)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def extract() -> Catalog:
    """Return every marked text of the source with the files that use it."""
    template = Catalog(charset="utf-8", project="labor-clinic", fuzzy=False)
    for path in sorted((ROOT / "clinic_app").rglob("*.py")):
        for message in marked(ast.parse(path.read_text("utf-8"))):
            template.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return template


def marked(tree: ast.Module) -> Iterator[str | tuple[str, ...]]:
    """Yield each marked text of a module. Babel's own extractor does not look into f-strings; this does."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        forms = MARKERS.get(name, 0)
        texts = tuple(a.value for a in node.args[:forms] if isinstance(a, ast.Constant) and isinstance(a.value, str))
        if forms and len(texts) == forms and all(texts):
            yield texts[0] if forms == 1 else texts


def regional(language: str, template: Catalog) -> Catalog:
    """Return the texts that a catalog is to hold: all, or of a region those with another country's terms."""
    if language not in REGIONAL:
        return template
    base, terms = REGIONAL[language]
    with (LOCALE / base / "LC_MESSAGES" / "clinic.po").open("rb") as file:
        spoken = read_po(file, locale=base)
    found = Catalog(charset="utf-8", project=template.project, fuzzy=False)
    for message in template:
        told = spoken.get(message.id) if message.id else None
        if told is not None and any(terms.search(form or "") for form in forms(told)):
            found.add(message.id, locations=message.locations)
    return found


def update(language: str, template: Catalog, *, check: bool) -> list[str]:
    """Bring one catalog up to date with the template; return what is wrong with it."""
    folder = LOCALE / language / "LC_MESSAGES"
    po, mo = folder / "clinic.po", folder / "clinic.mo"
    catalog = read_po(po.open("rb"), locale=language) if po.exists() else Catalog(locale=language)
    before = {m.id for m in catalog if m.id}
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
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
    return all(forms(message))


def forms(message: Message) -> tuple[str, ...]:
    """Return the translations of a message: one, or one a form of its count."""
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string,)


def compiled_bytes(catalog: Catalog) -> bytes:
    """Return the catalog as gettext reads it; the same catalog gives the same bytes."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
