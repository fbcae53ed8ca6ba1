"""The archive that an XLSX file is: nothing of it is used before all of it has been found in order.

Entries could unpack to more than the memory holds, have names that mean two files, or declare entities that multiply.
"""

import io
import re
import struct
import zipfile
import zlib

from prioritizer.errors import InputError, shorten
from prioritizer.language import _
from prioritizer.store.tables import OLE, ZIP, refused

LARGEST_UNPACKED = 200_000_000
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", b"<![CDATA[")

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    OverflowError,
)
_READ = re.compile(r"(\[Content_Types\]|_rels/.*|xl/.*)\.(xml|rels)", re.DOTALL)

Parts = dict[str, bytes]


def corrupt(file: str) -> InputError:
    """The error of a file that is damaged, or that no spreadsheet program wrote."""
    return refused(
        file, _("cannot be read as an XLSX workbook"), _("Open it in a spreadsheet program and save it again.")
    )


def parts_of(data: bytes, file: str) -> Parts:
    """The parts of a workbook that are read, by name. Raises InputError unless the bytes are an XLSX workbook."""
    if not data.startswith(ZIP):
        raise _another_type(data, file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _require_safe(entries, file)
            _require_xlsx([entry.filename for entry in entries], file)
            parts = {entry.filename: archive.read(entry) for entry in entries if _READ.fullmatch(entry.filename)}
    except _UNREADABLE:
        raise corrupt(file) from None
    _require_plain_xml(parts, file)
    return parts


def _another_type(data: bytes, file: str) -> InputError:
    if not data:
        return refused(file, _("is empty"), _("Give a header and one row for each initiative."))
    if data.startswith(OLE):
        return refused(
            file, _("is an old .xls workbook, or has a password"), _("Save it as .xlsx, without a password.")
        )
    rule = _("is not an XLSX workbook inside, whatever its name says")
    return refused(file, rule, _("Save it as .xlsx; a text file with separated values is called .csv."))


def _require_safe(entries: list[zipfile.ZipInfo], file: str) -> None:
    """Refuse archives that unpack to too much, or whose names could mean two files or one elsewhere."""
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        rule = _("unpacks to more than {size} MB").format(size=LARGEST_UNPACKED // 1_000_000)
        raise refused(file, rule, _("Copy the table into a new workbook."))
    names = [entry.filename for entry in entries]
    doubled = len(set(names)) < len(names)
    if doubled or any(_leads_elsewhere(entry.orig_filename) for entry in entries):
        rule = _("is an archive with doubled or unsafe names inside")
        raise refused(file, rule, _("Copy the table into a new workbook."))
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise corrupt(file)


def _leads_elsewhere(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or "\0" in name or ".." in re.split(r"[/\\]", name)


def _require_xlsx(names: list[str], file: str) -> None:
    remedy = _("Save it as .xlsx.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refused(file, _("is a workbook with macros (.xlsm)"), remedy)
    if "xl/workbook.bin" in names:
        raise refused(file, _("is a binary workbook (.xlsb)"), remedy)
    if "content.xml" in names:
        raise refused(file, _("is an OpenDocument file (.ods)"), remedy)
    if "xl/workbook.xml" not in names:
        raise refused(file, _("is an archive, not an XLSX workbook"), remedy)


def _require_plain_xml(parts: Parts, file: str) -> None:
    """Refuse parts with declarations of their own (entities can multiply), and text that could only be guessed."""
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise refused(file, _("is a workbook with macros (.xlsm)"), _("Save it as .xlsx."))
    for name, part in parts.items():
        if any(word in part for word in FORBIDDEN):
            rule = _("holds declarations that no spreadsheet program writes, in {part}").format(part=shorten(name))
            raise refused(file, rule, _("Copy the table into a new workbook."))
        if not _is_utf8(part):
            raise corrupt(file)


def _is_utf8(part: bytes) -> bool:
    try:
        part.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def archive_of(parts: Parts) -> io.BytesIO:
    """An archive of these parts alone."""
    checked = io.BytesIO()
    with zipfile.ZipFile(checked, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    checked.seek(0)
    return checked
