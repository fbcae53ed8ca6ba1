"""CSV, read strictly: UTF-8, one separator that the header decides on, rows as wide as the header, all of it text."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from prioritizer.errors import Complaint
from prioritizer.language import _
from prioritizer.store.tables import OLE, ZIP, Contents, Row, Table, contents, refused, row_words, table_of

SEPARATORS = (",", ";", "\t")

_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_NAMED = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


def read_csv(path: Path, contents: Contents = contents) -> Table:
    """The table in a CSV file. Raises InputError where it cannot be read as one."""
    file = str(path)
    text = _text(contents(path), file)
    first, _break, rest = text.partition("\n")
    named = _NAMED.fullmatch(first.rstrip(" "))
    separator = _known(named[1], file) if named else _separator(text, file)
    faults: list[Complaint] = []
    rows = list(_rows(rest if named else text, separator, 1 if named else 0, file, faults))
    return table_of(file, rows, faults)


def _text(data: bytes, file: str) -> str:
    """The text with line feeds only."""
    if data.startswith((ZIP, OLE)):
        remedy = _("Save it as CSV in your spreadsheet program; an .xlsx file keeps its own ending.")
        raise refused(file, _("is a spreadsheet or an archive inside, not CSV"), remedy)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        rule = _("is not UTF-8: byte {byte} cannot be read").format(byte=error.start)
        line = data.count(b"\n", 0, error.start) + 1
        raise refused(file, rule, _("Save the file as “CSV UTF-8”."), line=line) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise refused(file, _("holds a NUL byte"), _("Remove it, or export the file again."), line=line)
    return text


def _known(separator: str, file: str) -> str:
    if separator not in SEPARATORS:
        remedy = _("Use a comma, a semicolon or a tab.")
        raise refused(file, _("sep= names an unknown separator"), remedy, line=1)
    return separator


def _separator(text: str, file: str) -> str:
    """The one separator in the header line, which is the first line that is not blank."""
    header = next((line for line in text.split("\n") if line.strip()), "")
    found = [separator for separator in SEPARATORS if separator in _QUOTED.sub("", header)]
    if len(found) > 1:
        remedy = _("Put sep=; (or the separator it is) on a line of its own above the header.")
        raise refused(file, _("the header holds more than one kind of separator"), remedy)
    if header and not found:
        remedy = _("Separate the columns with commas, semicolons or tabs.")
        raise refused(file, _("the header holds no separator"), remedy)
    return found[0] if found else ","


def _rows(text: str, separator: str, before: int, file: str, faults: list[Complaint]) -> Iterator[Row]:
    """The rows below `before` lines, up to the first that cannot be read, which is noted."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    number = 0
    while True:
        number, line = number + 1, before + reader.line_num + 1
        elsewhere = None if line == number else line
        try:
            yield Row(number, tuple(next(reader)), elsewhere)
        except StopIteration:
            return
        except csv.Error as error:
            rule, remedy = _quoting(str(error))
            faults.append(Complaint(rule, remedy, file, elsewhere, row_words(number)))
            return


def _quoting(error: str) -> tuple[str, str]:
    if "unexpected end" in error:
        return _("a quote is opened and not closed"), _("Close it; write a quote inside a quoted cell twice.")
    if "field limit" in error:
        return _("a cell is too long"), _("Close its quote, or shorten it.")
    return _("a quoted cell goes on after its quote"), _("Write a quote inside a quoted cell twice.")
