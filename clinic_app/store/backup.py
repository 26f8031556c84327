"""The backups of a clinic in one place: each one moment of it, encrypted, proven by opening before it counts.

A place holds a folder a backup, named by its moment, and once the evidence that they share. What is
proven stands before anything older goes; what was cut off has no name of a backup. Nothing here
ever writes into the clinic's own files.
"""

from __future__ import annotations

import datetime as dt
import hmac
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from clinic_app.errors import KnownError
from clinic_app.store import copies, db, trouble, vault
from clinic_app.store.copies import EVIDENCE, FORMAT, PAPER, RULES, STAMP, Backup, Paper, Progress
from clinic_app.store.files import BACKUPS, DATABASE, KEYS
from clinic_app.words import N_
from sync import disk
from sync.chunks import Chunks, NotHere
from sync.errors import BadRecord

FAMILY: Final = "clinic-backup"
"""The folder on a stick that holds places of backups, one a clinic."""

NEWEST: Final = 3
DAYS: Final = 7
WEEKS: Final = 4
MONTHS: Final = 12
"""What is kept: the newest ones, then the last one of each of so many days, weeks and months."""

_NAME: Final = re.compile(r"\d{8}-\d{6}\Z", re.ASCII)
_PLACE: Final = re.compile(r"[0-9a-f]{12}\Z", re.ASCII)
_TURNS: Final = 7
"""In so many backups all older evidence of a place is read again."""


@dataclass(frozen=True, slots=True)
class Source:
    """The clinic that is backed up: its folder, its key, and the mark of what is saved in it now."""

    folder: Path
    key: bytes
    mark: str


class Backups:
    """The backups in one place. With `links` it shares evidence with the clinic by second names of the same bytes.

    That is for the place beside the clinic alone: anywhere else a copy must outlive what happens to the original.
    """

    def __init__(self, folder: Path, *, links: bool = False) -> None:
        self.folder = folder
        self._links = links
        self._chunks = Chunks(folder / EVIDENCE)

    def all(self) -> tuple[Backup, ...]:
        """Return the backups here, the newest first. OSError when the place cannot be read."""
        return tuple(sorted(map(copies.view, self._folders()), key=lambda one: one.made, reverse=True))

    def newest(self) -> Backup | None:
        """Return the newest backup that can be restored, by name; None when there is none. OSError as in `all`."""
        return next((one for one in map(copies.view, self._folders()) if one.usable), None)

    def take(
        self,
        source: Source,
        now: dt.datetime,
        *,
        thorough: bool,
        alone: bool = False,
        progress: Progress | None = None,
    ) -> Backup:
        """Make a backup, prove it, and only then let older ones go that are not kept any more.

        The clinic may be in use meanwhile. With `thorough` all evidence of the place is read again,
        otherwise what is new and a seventh of the rest. With `alone` no older one stays. KnownError
        when it cannot be made; what is there already stays as it is.
        """
        try:
            _tidy(self.folder)
            made = self._take(source, now, thorough, progress or _silent)
            self._renew_keys(source)
            self._let_go(frozenset({made.made}) if alone else None, now)
        except OSError as error:
            raise trouble.from_os(error) from error
        return made

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted((p for p in self.folder.iterdir() if _NAME.match(p.name) and p.is_dir()), reverse=True)

    # -- making one ---------------------------------------------------------------------------

    def _take(self, source: Source, now: dt.datetime, thorough: bool, progress: Progress) -> Backup:  # noqa: FBT001 - passed on
        self.folder.mkdir(parents=True, exist_ok=True)
        self._require_room(source)
        name = _free_name(self.folder, now)
        part = self.folder / f"{name}{disk.PART}"
        part.mkdir()
        try:
            wanted = _copy_store(source, part / DATABASE)
            names = [DATABASE, *_copy_rules(source.folder / RULES, part)]
            chunks, evidence = self._share(source, wanted, progress)
            paper = Paper(
                format=FORMAT,
                made=int(now.timestamp() * 1000),
                mark=source.mark,
                files={name: copies.described(part / name) for name in names},
                chunks=chunks,
                evidence=evidence,
            )
            copies.copied(source.folder / KEYS, part / KEYS)
            disk.replace(part / PAPER, msgspec.json.format(msgspec.json.encode(paper)))
            turn = None if thorough else now.toordinal() % _TURNS
            self._prove(part, paper, source.key, turn)
            part.rename(self.folder / name)
            disk.see(self.folder)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        return copies.view(self.folder / name)

    def _require_room(self, source: Source) -> None:
        file = source.folder / DATABASE
        log = file.with_name(f"{DATABASE}-wal")
        need = file.stat().st_size + (log.stat().st_size if log.exists() else 0)
        if not self._links or os.name == "nt" or source.folder.stat().st_dev != self.folder.stat().st_dev:
            own = Chunks(source.folder / EVIDENCE)
            need += sum(own.size(chunk) for chunk in own.ids() if not self._chunks.has(chunk))
        copies.require_room(self.folder, need)

    def _share(self, source: Source, wanted: Sequence[str], progress: Progress) -> tuple[tuple[str, ...], int]:
        """Have the evidence that is on this computer lie here too; return its ids and its size."""
        own = Chunks(source.folder / EVIDENCE)
        sizes = {chunk: own.size(chunk) for chunk in wanted if own.has(chunk)}
        total, done, here = sum(sizes.values()), 0, []
        for chunk, size in sizes.items():
            progress(done, total)
            if (self._chunks.has(chunk) and self._chunks.size(chunk) == size) or self._bring(own, chunk):
                here.append(chunk)
                done += size
        return tuple(here), done

    def _bring(self, own: Chunks, chunk: str) -> bool:
        """Bring one chunk here. False when the clinic's own is damaged."""
        try:
            content = own.get(chunk)
        except (NotHere, BadRecord):
            return False
        if self._links and _linked(own.path(chunk), self._chunks.path(chunk)):
            return True
        self._chunks.put(content)
        copies.forget_cached(self._chunks.path(chunk))
        if self._chunks.missing([chunk], look_inside=True):
            raise failing()
        return True

    def _prove(self, part: Path, paper: Paper, key: bytes, turn: int | None) -> None:
        """Read back what was written and open it. Evidence that stood here before is read in its turn, or all of it."""
        for name in paper.files:
            copies.forget_cached(part / name)
        if not copies.is_as_written(part, paper):
            raise failing()
        copies.open_whole(part / DATABASE, key)
        vault.check_key(part, key)
        due = [chunk for chunk in paper.chunks if turn is None or int(chunk[:4], 16) % _TURNS == turn]
        if broken := self._chunks.missing(due, look_inside=True):
            for chunk in broken:
                self._chunks.remove(chunk)  # the next try brings it anew
            raise failing()

    def _renew_keys(self, source: Source) -> None:
        """Give the older backups the keys of today: a removed person's password opens none of them any more."""
        today = (source.folder / KEYS).read_bytes()
        for backup in self.all():
            with suppress(KnownError, FileNotFoundError):
                if (backup.folder / KEYS).read_bytes() != today:
                    vault.check_key(backup.folder, source.key)
                    disk.replace(backup.folder / KEYS, today)

    def _let_go(self, keep: frozenset[dt.datetime] | None, now: dt.datetime) -> None:
        """Remove what is not kept any more; a damaged one never takes the place of one that is whole."""
        found = self.all()
        if keep is None:
            keep = kept([one.made for one in found if one.usable], now)
        oldest = min(keep)
        for one in found:
            if one.made not in keep and (one.usable or one.made < oldest):
                gone = one.folder.with_name(one.folder.name + disk.PART)  # without its name it is no backup
                one.folder.rename(gone)
                shutil.rmtree(gone)
        papers = [copies.read_paper(one.folder) for one in self.all()]
        if all(papers):  # what a paper that cannot be read names is not known
            self._chunks.collect(chunk for paper in papers if paper for chunk in paper.chunks)


def kept(moments: Iterable[dt.datetime], now: dt.datetime) -> frozenset[dt.datetime]:
    """Return which backups are kept: the newest, and the last one of each day, week and month in turn.

    One of a day to come, from when the clock was wrong, is left alone.
    """
    ordered = sorted(moments, reverse=True)
    keep = {*ordered[:NEWEST], *(moment for moment in ordered if moment > now)}
    for period, most in ((_day, DAYS), (_week, WEEKS), (_month, MONTHS)):
        last: dict[tuple[int, ...], dt.datetime] = {}
        for moment in ordered:
            if moment <= now:
                last.setdefault(period(moment), moment)
        keep.update(list(last.values())[:most])
    return frozenset(keep)


def local(folder: Path) -> Backups:
    """Return the place of backups inside a clinic's own folder."""
    return Backups(folder / BACKUPS, links=True)


def place_in(folder: Path, key: bytes) -> Backups:
    """Return the place of a clinic's backups in a folder or on a stick; its name tells nothing of the clinic."""
    return Backups(folder / FAMILY / hmac.digest(key, b"clinic backup place", "sha256").hex()[:12])


def find(folder: Path) -> tuple[Backup, ...]:
    """Return the backups in a folder, the newest first: a stick, a clinic's folder, a place, or one backup itself."""
    try:
        if (folder / PAPER).is_file():
            return (copies.view(folder),)
        families = [one for one in (folder, folder / FAMILY) if one.is_dir()]
        places = [path for family in families for path in family.iterdir() if _PLACE.match(path.name)]
        found = [one for path in (folder, folder / BACKUPS, *places) for one in Backups(path).all()]
    except OSError as error:
        raise trouble.from_os(error) from error
    return tuple(sorted(found, key=lambda one: one.made, reverse=True))


def failing() -> KnownError:
    """Return the error of a place from which something else was read than was written."""
    return KnownError(
        "K-03",
        N_("The backup could not be proven: what was read back is not what was written."),
        N_("Try again. If it happens twice, that stick or disk is failing: use another one."),
        N_("Your cases and the backups that were there before are as they were."),
    )


def _copy_store(source: Source, target: Path) -> tuple[str, ...]:
    """Copy one moment of the file while it is in use; return the evidence that its journal names."""
    with (
        db.known_errors(),
        closing(db.connect(source.folder / DATABASE, source.key, "mode=ro")) as one,
        closing(db.connect(target, source.key, "mode=rwc")) as other,
    ):
        one.execute(f"PRAGMA busy_timeout = {db.WAIT_MS}").fetchall()
        one.backup(other)  # in one step: a moment of reading, whoever writes meanwhile
        other.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, without a log beside it
        rows = other.execute("SELECT chunks FROM files WHERE chunks > ''").fetchall()
    with target.open("r+b") as file:
        os.fsync(file.fileno())
    return tuple(dict.fromkeys(chunk for row in rows for chunk in row[0].split()))


def _linked(source: Path, target: Path) -> bool:
    """Give a chunk a second name. False on another disk, or one that knows no second names."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.unlink(missing_ok=True)
        os.link(source, target)
    except OSError:
        return False
    disk.see(target.parent)
    return True


def _copy_rules(source: Path, part: Path) -> Iterator[str]:
    """Copy the installed rule books; give the names of their files inside the backup."""
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        if path.is_file() and not path.name.endswith(disk.PART):
            name = f"{RULES}/{path.relative_to(source).as_posix()}"
            copies.copied(path, part / name)
            yield name


def _free_name(folder: Path, now: dt.datetime) -> str:
    moment = now.astimezone(dt.UTC)
    while (folder / moment.strftime(STAMP)).exists():
        moment += dt.timedelta(seconds=1)
    return moment.strftime(STAMP)


def _tidy(folder: Path) -> None:
    """Remove what a backup that was cut off, or that was being let go, left here."""
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name.endswith(disk.PART) and _NAME.match(path.name.removesuffix(disk.PART)):
                shutil.rmtree(path, ignore_errors=True)


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def _day(moment: dt.datetime) -> tuple[int, ...]:
    local_moment = moment.astimezone()
    return local_moment.year, local_moment.month, local_moment.day


def _week(moment: dt.datetime) -> tuple[int, ...]:
    return moment.astimezone().isocalendar()[:2]


def _month(moment: dt.datetime) -> tuple[int, ...]:
    return _day(moment)[:2]
