"""Hand-ins as they come back: files, folders as learning platforms export them, zip archives read in memory.

Nothing is unpacked, no link is followed, no name decides where anything is written. One file that cannot be read never
keeps the others from being marked.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from typing import IO, NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

from backtrace.check.marking.written import text_of
from backtrace.errors import InputError, Place, printable
from backtrace.network.source import SIZE_CAP

MOST_FILES = 20_000
LARGEST_ARCHIVE = 1_000_000_000
LARGEST_LIST = 20_000_000  # bytes of a zip's list of members
MOST_BYTES = 500_000_000  # of all files together
MOST_RATIO = 200  # how often larger than packed
TEXTS = (".txt", ".text", ".csv", ".md", "")
# What systems put into folders and archives by themselves.
NOT_THEIRS = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
ENCRYPTED = 0x1


class HandIn(NamedTuple):
    """A file that was handed in. name: its path within what was given; when: its time in an archive, else nothing."""

    name: str
    text: str
    when: tuple[int, ...] = ()


class Refused(NamedTuple):
    """A file that was not read, and why. name: its path; other: it is of a kind that is never read, such as a PDF."""

    name: str
    why: str
    other: bool = False


def hand_ins(path: str) -> Iterator[HandIn | Refused]:
    """Everything in a file, a folder or an archive, in the order of its names; raises InputError where that cannot be
    opened at all."""
    shown = printable(path, 200)
    if os.path.isdir(path):
        yield from _in_folder(path)
    elif not os.path.isfile(path):
        raise InputError("there is no such file or folder", Place(shown), "name the folder or archive of the hand-ins")
    elif _is_archive(path):
        yield from _in_archive(path, shown)
    else:
        with open(path, "rb") as file:
            yield _read(file, os.path.basename(path))


def _is_archive(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InputError(f"the file cannot be read: {why}", Place(printable(path, 200))) from None


def _read(file: IO[bytes], name: str, when: tuple[int, ...] = ()) -> HandIn | Refused:
    """A file as text, or why it is none."""
    shown = printable(name, 200)
    try:
        data = file.read(SIZE_CAP + 1)
    except unpacking_faults() as error:
        return Refused(shown, f"it cannot be read: {printable(str(error), 100)}")
    if data[:4] == b"PK\x03\x04":
        return Refused(shown, "an archive within the hand-ins is not opened; name it by itself")
    try:
        return HandIn(shown, text_of(data, shown), when)
    except InputError as error:
        where = f"line {error.place.line}: " if error.place.line else ""
        return Refused(shown, where + error.what)


def unpacking_faults() -> tuple[type[Exception], ...]:
    """What reading a damaged or encrypted member raises: the ways of packing have no common name for it."""
    from lzma import LZMAError
    from zlib import error as zlib_error

    return OSError, EOFError, ValueError, RuntimeError, BadZipFile, LZMAError, zlib_error


def _other(name: str) -> Refused | None:
    """A file of a kind that is never read; None for text."""
    suffix = os.path.splitext(name)[1].lower()
    return None if suffix in (*TEXTS, ".zip") else Refused(printable(name, 200), f"{suffix} is not read", other=True)


def _is_theirs(name: str) -> bool:
    """Whether a file was put there by a person."""
    parts = name.split("/")
    return not any(part in NOT_THEIRS or part.startswith("._") for part in parts)


# Folders


def _in_folder(path: str) -> Iterator[HandIn | Refused]:
    total = 0
    for count, name in enumerate(_names(path)):
        if count >= MOST_FILES:
            raise InputError(f"there are more than {MOST_FILES} files", Place(printable(path, 200)))
        inside = os.path.join(path, *name.split("/"))
        if os.path.islink(inside) or not os.path.isfile(inside):
            yield Refused(printable(name, 200), "it is a link or no file, and is not followed")
        elif (other := _other(name)) is not None:
            yield other
        elif (total := total + os.path.getsize(inside)) > MOST_BYTES:
            yield Refused(printable(name, 200), "the files before it are too large together")
        else:
            try:
                with open(inside, "rb") as file:
                    yield _read(file, name)
            except OSError as error:
                yield Refused(printable(name, 200), f"it cannot be read: {(error.strerror or str(error)).lower()}")


def _names(path: str, before: str = "") -> Iterator[str]:
    """All files below a folder, in order; folders that are links are named and not entered."""
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InputError(f"the folder cannot be read: {why}", Place(printable(path, 200))) from None
    for entry in entries:
        name = before + entry.name
        if not _is_theirs(name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _names(entry.path, f"{name}/")
        else:
            yield name


# Archives


def _in_archive(path: str, shown: str) -> Iterator[HandIn | Refused]:
    place = Place(shown)
    if os.path.getsize(path) > LARGEST_ARCHIVE:
        raise InputError("the archive is larger than 1 GB", place, "unpack it and name the folder")
    _check_list(path, place)
    try:
        with ZipFile(path) as archive:
            yield from _members(archive)
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"the archive cannot be read: {printable(str(error), 100)}", place) from None


def _check_list(path: str, place: Place) -> None:
    """Looks at the end of an archive, where it says how many members it lists, before the list is read."""
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - 65_557))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22:
        raise InputError("the archive cannot be read: its end is missing", place)
    members, size = int.from_bytes(end[at + 10 : at + 12], "little"), int.from_bytes(end[at + 12 : at + 16], "little")
    if members > MOST_FILES or size > LARGEST_LIST:
        raise InputError(f"the archive has more than {MOST_FILES} members", place, "name a part of it")


def _members(archive: ZipFile) -> Iterator[HandIn | Refused]:
    total = 0
    members = [one for one in archive.infolist() if not one.is_dir()]
    for member in sorted(members, key=lambda one: (one.filename, one.header_offset)):
        shown = printable(member.filename, 200)
        if not _is_theirs(member.filename):
            continue
        why = _why_not(member)
        if not why and total + member.file_size > MOST_BYTES:
            why = "the archive is too large unpacked"
        if why:
            yield Refused(shown, why)
        elif (other := _other(member.filename)) is not None:
            yield other
        else:
            total += member.file_size
            yield _unpacked(archive, member)


def _unpacked(archive: ZipFile, member: ZipInfo) -> HandIn | Refused:
    try:
        with archive.open(member) as file:
            return _read(file, member.filename, member.date_time)
    except (BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        return Refused(printable(member.filename, 200), f"it cannot be unpacked: {printable(str(error), 100)}")


def _why_not(member: ZipInfo) -> str:
    """Why a member is not opened; empty where it may be."""
    name = member.filename
    if name.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", name) or ".." in re.split(r"[/\\]", name):
        return "its name leads out of the archive"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "it is a link, and is not followed"
    if member.flag_bits & ENCRYPTED:
        return "it is encrypted"
    if name.lower().endswith(".zip"):
        return "an archive within an archive is not opened"
    if _is_read(name) and member.file_size > SIZE_CAP:
        return f"it is larger than {SIZE_CAP // 1_000_000} MB"
    if member.file_size > 100_000 and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        return "it unpacks to far more than it is"
    return ""


def _is_read(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in TEXTS
