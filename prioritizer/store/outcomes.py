"""Recorded outcomes of claims, read from a YAML file."""

from functools import partial
from pathlib import Path

from prioritizer.domain.outcomes import Outcome
from prioritizer.domain.record import same_name
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _
from prioritizer.store.complaints import collect, read_record
from prioritizer.store.folders import DISK, Folder
from prioritizer.store.strict_yaml import Document


def holds_outcomes(document: Document) -> bool:
    """Whether a file is a list of outcomes: what is delivered is no key of anything else."""
    content = document.content
    return isinstance(content, list) and bool(content) and isinstance(content[0], dict) and "delivered" in content[0]


def read_outcomes(path: str | Path, folder: Folder = DISK) -> tuple[Outcome, ...]:
    """The outcomes of a file. Raises InputError with every complaint."""
    document = folder.document(Path(path))
    if not isinstance(document.content, list) or not document.content:
        rule, remedy = _("is not a list of outcomes"), _("Begin each outcome with “- initiative:”; see docs/files.md.")
        raise InputError([Complaint(rule, remedy, file=document.file)])
    steps = [partial(_outcome, document, index) for index in range(len(document.content))]
    found = tuple(collect(*steps))
    _require_one_each(document, found)
    return found


def _outcome(document: Document, index: int) -> Outcome:
    content = document.content[index]
    named = isinstance(content, dict) and content.get("initiative")
    label = f'"{shorten(str(named))}"' if named else _("outcome {n}").format(n=index + 1)
    return read_record(Outcome, document, (index,), label)


def _require_one_each(document: Document, found: tuple[Outcome, ...]) -> None:
    """An initiative misses once, however many levers it has."""
    seen: set[str] = set()
    complaints = []
    for index, one in enumerate(found):
        if (key := same_name(one.initiative)) in seen:
            remedy = _("Give one line for an initiative: its profit, or the lever that matters most.")
            line = document.line_of((index,))
            complaints.append(
                Complaint(_("stands twice"), remedy, document.file, line, place="initiative", value=one.initiative)
            )
        seen.add(key)
    if complaints:
        raise InputError(complaints)
