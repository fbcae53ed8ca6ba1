"""Many submissions at once, from one CSV or XLSX file: all of them, or every complaint with its row and column."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.record import same_name
from prioritizer.domain.scenarios import check
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.citations import check_citations
from prioritizer.store.submission_columns import Column, columns_of
from prioritizer.store.submissions import READERS, read_sheet
from prioritizer.store.tables import Broken, Row, Table
from prioritizer.store.uploads import Uploads


def read_bulk(
    name: str, content: bytes, company: Company, others: Iterable[Initiative] = (), department: str | None = None
) -> tuple[Initiative, ...]:
    """The initiatives of an uploaded table, in the order of its rows.

    Args:
        name: what the file is called, a label only.
        others: the initiatives that are there already, whose ids are taken.
        department: the only one that may stand in the table; any where None.

    Raises:
        InputError: every complaint, with row and column; first about the table itself, then about what does not fit the
            company, the others and the department.
    """
    uploads = Uploads.of([(name, content)])
    if uploads.faults:
        raise InputError(uploads.faults)
    path = uploads.paths[0]
    initiatives = read_sheet(path, uploads.contents)
    places = _Places(READERS[path.suffix.lower()](path, uploads.contents), initiatives)
    complaints = [*_misfits(places, company, tuple(others)), *_foreign(places, department)]
    if complaints:
        raise InputError(sorted(complaints, key=places.row_of))
    return initiatives


class _Places:
    """Where in a table each initiative stands."""

    def __init__(self, table: Table, initiatives: tuple[Initiative, ...]) -> None:
        self.table, self.initiatives = table, initiatives
        self.columns: list[Column] = columns_of(table)[0]
        self.rows: dict[str, Row] = dict(zip((one.id for one in initiatives), table.rows, strict=True))
        self.order: dict[Complaint, int] = {}

    def complaint(self, id_: str, key: str, said: Complaint) -> Complaint:
        """A complaint about a key of an initiative, at its cell."""
        fault, row = Broken(said.value, said.rule, said.remedy), self.rows[id_]
        column = self._column(key)
        placed = self.table.complaint(row, fault, *((column.header, column.index) if column else (key,)))
        self.order[placed] = row.number
        return placed

    def row_of(self, complaint: Complaint) -> int:
        return self.order.get(complaint, 0)

    def _column(self, key: str) -> Column | None:
        """The column that a key stands in, or that is around it."""
        path = tuple(part for part in key.split(".") if not part.isdigit() or not key.startswith("levers"))
        known = {column.path: column for column in self.columns}
        return next((known[path[:end]] for end in range(len(path), 0, -1) if path[:end] in known), None)


def _misfits(places: _Places, company: Company, others: tuple[Initiative, ...]) -> Iterator[Complaint]:
    """In what the initiatives do not fit the company, each other and those that are there."""
    taken = {same_name(other.id) for other in others}
    fresh = [one for one in places.initiatives if same_name(one.id) not in taken]
    for known in places.initiatives:
        if same_name(known.id) in taken:
            remedy = _("Give it another id; what is there already is edited on its own page.")
            yield places.complaint(known.id, "id", Complaint(_("is there already"), remedy, value=known.id))
    for said in [*check(company, [*others, *fresh]), *check_citations(fresh)]:
        id_, _comma, key = said.place.removeprefix('"').partition('", ')
        if id_ in places.rows:
            yield places.complaint(id_, key, said)
        else:
            yield replace(said, file=places.table.file)


def _foreign(places: _Places, department: str | None) -> Iterator[Complaint]:
    """Initiatives of departments for which somebody may not submit."""
    for initiative in places.initiatives:
        if department is not None and initiative.department != department:
            rule = _("is not your department")
            remedy = _("You may submit for {department}.").format(department=department)
            said = Complaint(rule, remedy, value=initiative.department)
            yield places.complaint(initiative.id, "department", said)
