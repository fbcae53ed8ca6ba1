"""The evidence library: its facts and templates by id, read once. What is wrong with a file is said all at once."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from prioritizer.domain.evidence import Fact
from prioritizer.domain.record import nearest
from prioritizer.domain.templates import Template
from prioritizer.errors import Complaint, InputError
from prioritizer.evidence.strict import Read, read
from prioritizer.language import _

HERE = Path(__file__).parent
FACTS, TEMPLATES = HERE / "facts.yaml", HERE / "templates"


@cache
def facts() -> Mapping[str, Fact]:
    """Every fact by its id, in the order of the file."""
    return MappingProxyType(read_facts(read(FACTS)))


@cache
def templates() -> Mapping[str, Template]:
    """Every template by its id, in the order of their files' names."""
    read_all = {path.stem: read_template(read(path), path.stem, facts()) for path in sorted(TEMPLATES.glob("*.yaml"))}
    return MappingProxyType(dict(sorted(read_all.items())))


def read_facts(content: Read) -> dict[str, Fact]:
    """The facts of a file. Raises InputError with every complaint."""
    if not isinstance(content.content, list):
        raise InputError([Complaint(_("is not a list of facts"), _("Begin each fact with “- id:”."), content.file)])
    known: dict[str, Fact] = {}
    complaints: list[Complaint] = []
    for index in range(len(content.content)):
        try:
            fact = content.record(Fact, (index,))
        except InputError as error:
            complaints += error.complaints
            continue
        if fact.id in known:
            rule, remedy = _("stands twice"), _("Give each fact an id of its own.")
            complaints.append(Complaint(rule, remedy, content.file, content.lines[index,], "id", fact.id))
        known[fact.id] = fact
    if complaints:
        raise InputError(complaints)
    return known


def read_template(content: Read, name: str, known: Iterable[str]) -> Template:
    """The template of a file that is called `name`; `known` are the facts there are. Raises InputError."""
    template = content.record(Template)
    ids = tuple(known)
    complaints = [
        Complaint(
            _("is not a fact of the library"), nearest(id_, ids), content.file, place="evidence.sources", value=id_
        )
        for id_ in template.facts
        if id_ not in ids
    ]
    if template.id != name:
        remedy = _("Call the file {id}.yaml, or the template {name}.").format(id=template.id, name=name)
        complaints.append(Complaint(_("is not the file's name"), remedy, content.file, place="id", value=template.id))
    if complaints:
        raise InputError(complaints)
    return template
