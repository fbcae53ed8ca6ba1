"""What is to be evaluated: a company and initiatives, however they are given, as one scenario."""

from collections.abc import Sequence
from pathlib import Path

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.record import nearest
from prioritizer.domain.scenarios import Scenario, require_fit
from prioritizer.errors import Complaint, InputError, UnknownName
from prioritizer.language import _
from prioritizer.services.citations import check_citations
from prioritizer.services.templates import with_usual_sizes
from prioritizer.store.complaints import in_file
from prioritizer.store.files import read_case

Case = Company | Scenario | str | Path


def as_scenario(company: Case, initiatives: Sequence[Initiative] | None = None) -> Scenario:
    """A company and initiatives, or the file of a scenario or company, as a scenario whose parts fit each other.

    Levers that say no usual size have that of their initiative's template.
    """
    file = str(company) if isinstance(company, (str, Path)) else ""
    if isinstance(company, (str, Path)):
        company = read_case(company)
    if isinstance(company, Scenario):
        listed = company.initiatives if initiatives is None else tuple(initiatives)
        scenario = company.model_copy(update={"initiatives": listed})
    else:
        listed = company.initiatives if initiatives is None else tuple(initiatives)
        scenario = Scenario(name=company.company, company=company, initiatives=listed)
    require_fit(scenario.company, scenario.initiatives)
    if complaints := check_citations(scenario.initiatives):
        raise InputError(in_file(complaints, file))
    return with_usual_sizes(scenario)


def with_named(company: Case, wanted: Sequence[Initiative | str] | None) -> Scenario:
    """The scenario with only the wanted initiatives; those named by id are looked up."""
    if isinstance(company, (str, Path)):
        company = read_case(company)
    if wanted is None:
        return as_scenario(company)
    listed = company.initiatives
    known = {initiative.id: initiative for initiative in listed}
    unknown = [id_ for id_ in wanted if isinstance(id_, str) and id_ not in known]
    if unknown:
        raise UnknownName(
            Complaint(_("is not an initiative"), nearest(id_, known), place="initiatives", value=id_) for id_ in unknown
        )
    chosen = [known[one] if isinstance(one, str) else one for one in wanted]
    return as_scenario(company, [_without_links(initiative) for initiative in chosen])


def _without_links(initiative: Initiative) -> Initiative:
    """An initiative looked at by itself, whatever it requires or excludes."""
    return initiative.model_copy(update={"requires": (), "excludes": ()})
