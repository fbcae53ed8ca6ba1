"""What initiatives cite: their template and their facts, held against the library."""

import difflib
from collections.abc import Iterable, Iterator

from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.record import nearest
from prioritizer.errors import Complaint, InputError
from prioritizer.evidence import library
from prioritizer.language import _


def check_citations(initiatives: Iterable[Initiative]) -> list[Complaint]:
    """Every template and every fact that the library has not; places begin with the initiative's id."""
    return [complaint for initiative in initiatives for complaint in _unknown(initiative)]


def require_known(initiatives: Iterable[Initiative]) -> None:
    """Raise InputError where initiatives cite what the library has not."""
    if complaints := check_citations(initiatives):
        raise InputError(complaints)


def unknown_source(id_: str) -> tuple[str, str] | None:
    """What is wrong with the name of a fact, and its remedy; None where the library has it."""
    if id_ in library.facts():
        return None
    close = difflib.get_close_matches(id_, library.facts(), n=1)
    named = _("Did you mean {word}?").format(word=close[0]) if close else _("prioritizer evidence lists its facts.")
    return _("is not a fact of the library"), f"{named} {_('Other sources belong into the evidence note.')}"


def as_kept(initiative: Initiative) -> Initiative:
    """An initiative that was saved before, without what a library of today no longer has."""
    known = tuple(id_ for id_ in initiative.evidence.sources if id_ in library.facts())
    template = initiative.template if initiative.template in library.templates() else None
    evidence = initiative.evidence.model_copy(update={"sources": known})
    return initiative.model_copy(update={"evidence": evidence, "template": template})


def _unknown(initiative: Initiative) -> Iterator[Complaint]:
    template = initiative.template
    if template is not None and template not in library.templates():
        rule, remedy = _("is not a template"), nearest(template, library.templates())
        yield Complaint(rule, remedy, place=f'"{initiative.id}", template', value=template)
    for id_ in initiative.evidence.sources:
        if (said := unknown_source(id_)) is not None:
            yield Complaint(*said, place=f'"{initiative.id}", evidence.sources', value=id_)
