"""Two versions of an initiative beside each other, as a department and finance see it: what differs, in words."""

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.record import Record
from prioritizer.services.inputs import inputs_of
from prioritizer.words import NOTHING


class Beside(Record):
    """An input that differs: what it is, and what each says, with its range."""

    name: str
    department: str
    finance: str


def beside(department: Initiative, finance: Initiative, company: Company) -> tuple[Beside, ...]:
    """The inputs in which finance's figures differ from the department's, in the order of the initiative."""
    theirs, ours = _inputs(company, department), _inputs(company, finance)
    return tuple(
        Beside(name=name, department=theirs.get(name, NOTHING), finance=ours.get(name, NOTHING))
        for name in dict.fromkeys([*theirs, *ours])
        if theirs.get(name) != ours.get(name)
    )


def _inputs(company: Company, initiative: Initiative) -> dict[str, str]:
    """The initiative's own inputs, by what they are called."""
    lines = [line for line in inputs_of(company, initiative) if line.place.startswith("initiatives.")]
    return {line.name: f"{line.value} ({line.spread})" if line.spread else line.value for line in lines}
