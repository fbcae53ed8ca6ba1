"""A scenario: a company and its initiatives in one state of the world; and what makes one differ from another."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, field_validator, model_validator

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import ALL, ExtraCustomers, Initiative
from prioritizer.domain.quantity import DISTRIBUTIONS, Number
from prioritizer.domain.record import Name, Record, nearest, refuse, same_name
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

CHANGES = ("multiply", "add")
NESTED = ("costs", "reach", "per_customer", "levers")


class Change(Record):
    """What happens to one place: it is replaced by a value, or its number is multiplied and added to."""

    path: tuple[str, ...]
    value: Any = None
    multiply: Number | None = None
    add: Number | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_item(cls, raw: Any) -> Any:
        if not isinstance(raw, tuple):
            return raw
        path, value = raw
        if isinstance(value, Mapping) and value and set(value) <= set(CHANGES):
            return {"path": path_of(str(path)), **value}
        return {"path": path_of(str(path)), "value": value}

    @property
    def replaces(self) -> bool:
        return self.multiply is None and self.add is None


def path_of(text: str) -> tuple[str, ...]:
    """The parts of a path: `groups."North West".churn` → groups, North West, churn; \\" stands for a quotation mark."""
    parts, part, quoted, escaped = [], "", False, False
    for char in unicodedata.normalize("NFC", text):
        if escaped:
            part += char
            escaped = False
        elif char == "\\" and quoted:
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == "." and not quoted:
            parts.append(part)
            part = ""
        else:
            part += char
    parts.append(part)
    if quoted or not all(parts):
        refuse(_("is not a path"), _('Write it as groups."North West".churn.detractor.'), text)
    return tuple(part.strip() for part in parts)


def path_text(path: Iterable[str]) -> str:
    """A path as a file says it, which `path_of` reads as the same."""
    return ".".join(map(_part_text, path))


def _part_text(part: str) -> str:
    if part.isidentifier() or part == "*":
        return part
    return '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _changes(raw: Any) -> Any:
    """A map of paths as changes, each still to be read, so that the complaints about all come together."""
    return tuple(raw.items()) if isinstance(raw, Mapping) else raw


def _flatten(raw: Mapping[str, Any], base: tuple[str, ...] = ()) -> dict[str, Any]:
    """Nested keys of an initiative's change as paths, down to what is a number, a list or a change itself."""
    flat: dict[str, Any] = {}
    for key, value in raw.items():
        as_it_stands = base[-1:] == ("reach",) and '"' not in str(key)  # the name of a group
        place = (*base, *((str(key),) if as_it_stands else path_of(str(key))))
        if isinstance(value, Mapping) and place[-1] in NESTED and not _stands_for_itself(value):
            flat.update(_flatten(value, place))
        else:
            flat[".".join(f'"{part}"' for part in place)] = value
    return flat


def _stands_for_itself(value: Mapping[str, Any]) -> bool:
    """Whether a map is a change, a card or a distribution, rather than keys below a place."""
    return set(value) <= set(CHANGES) or "value" in value or (len(value) == 1 and next(iter(value)) in DISTRIBUTIONS)


def _initiative_changes(raw: Any) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    changed: dict[str, Any] = {}
    for id_, value in raw.items():
        if isinstance(value, tuple):  # changes already, from a program
            changed[str(id_)] = value
            continue
        if not isinstance(value, Mapping):
            refuse(_("is not a map of changes"), _('Write it as "*": {costs: {multiply: 1.1}}.'), id_)
        changed[str(id_)] = _changes(_flatten(value))
    return changed


def _include(raw: Any) -> Any:
    return None if isinstance(raw, str) and raw == ALL else raw


class Differences(Record):
    """What a scenario file says: where it starts from, and what differs there. Relative paths are as written."""

    name: Name
    extends: Name | None = None
    company: Name | None = None
    change: Annotated[tuple[Change, ...], BeforeValidator(_changes)] = ()
    budget: Any = None
    include: Annotated[tuple[Name, ...] | None, BeforeValidator(_include)] = None
    exclude: tuple[Name, ...] = ()
    change_initiatives: Annotated[dict[str, tuple[Change, ...]], BeforeValidator(_initiative_changes)] = {}

    @field_validator("company")
    @classmethod
    def _base_only(cls, company: str | None, info: Any) -> str | None:
        if company is not None and info.data.get("extends") is not None:
            refuse(
                _("is given beside extends"), _("Only the base scenario names a company file; change it with change.")
            )
        if company is None and info.data.get("extends") is None:
            refuse(_("is missing"), _("Name a company file, or the scenario that this one extends."))
        return company

    model_config = Record.model_config | {"validate_default": True}


class Scenario(Record):
    """A company and its initiatives in one state of the world, ready to be simulated."""

    name: Name
    company: Company
    initiatives: tuple[Initiative, ...] = ()


def check(company: Company, initiatives: Iterable[Initiative]) -> list[Complaint]:
    """Everything in which initiatives do not fit the company or each other; places begin with the initiative's id."""
    listed = tuple(initiatives)
    misfits = [complaint for initiative in listed for complaint in _misfits(company, initiative)]
    return misfits + check_links(listed)


def check_links(initiatives: Iterable[Initiative]) -> list[Complaint]:
    """Everything in which initiatives do not fit each other, whatever the company."""
    listed = tuple(initiatives)
    known = {initiative.id: initiative for initiative in listed}
    unknown = [complaint for initiative in listed for complaint in _unknown(initiative, known)]
    return _doubled(listed) + unknown + _circles(listed) + _contradictions(listed)


def require_fit(company: Company, initiatives: Iterable[Initiative]) -> None:
    """Raise InputError where initiatives do not fit the company or each other."""
    if complaints := check(company, initiatives):
        raise InputError(complaints)


def _at(initiative: Initiative, key: str) -> str:
    return f'"{initiative.id}", {key}'


def _doubled(initiatives: tuple[Initiative, ...]) -> list[Complaint]:
    seen: set[str] = set()
    complaints = []
    for initiative in initiatives:
        if (key := same_name(initiative.id)) in seen:
            complaints.append(
                Complaint(
                    _("stands twice"),
                    _("Give each initiative an id of its own."),
                    place=_at(initiative, "id"),
                    value=initiative.id,
                )
            )
        seen.add(key)
    return complaints


def _misfits(company: Company, initiative: Initiative) -> list[Complaint]:
    complaints = []

    def complain(key: str, value: object, rule: str, remedy: str) -> None:
        complaints.append(Complaint(rule, remedy, place=_at(initiative, key), value=str(value)))

    for key in initiative.reach:
        if key not in (ALL, *company.groups):
            complain(f"reach.{key}", key, _("is not a group of the company"), nearest(key, company.groups))
    for index, lever in enumerate(initiative.levers):
        for key in lever.extra_customers if isinstance(lever, ExtraCustomers) else ():
            if key not in company.groups:
                place = f"levers.{index}.extra_customers.{key}"
                complain(place, key, _("is not a group of the company"), nearest(key, company.groups))
    for key in ("start", "earliest_start", "latest_start"):
        value = getattr(initiative, key)
        if value is not None and value > company.latest_start:
            remedy = _("Give a period from 0 to {last}, or raise the company's latest_start.").format(
                last=company.latest_start
            )
            complain(key, value, _("is after the company's latest start"), remedy)
    for phase in initiative.costs.one_off:
        if phase >= company.horizon:
            remedy = _("Give periods from 0 to {last}.").format(last=company.horizon - 1)
            complain(f"costs.one_off.{phase}", phase, _("is after the initiative's benefit window"), remedy)
    return complaints


def _unknown(initiative: Initiative, known: Mapping[str, Initiative]) -> list[Complaint]:
    return [
        Complaint(
            _("is not an initiative"),
            nearest(other, (id_ for id_ in known if id_ != initiative.id)),
            place=_at(initiative, key),
            value=other,
        )
        for key in ("requires", "excludes")
        for other in getattr(initiative, key)
        if other not in known
    ]


def _circles(initiatives: tuple[Initiative, ...]) -> list[Complaint]:
    """Prerequisites that lead back to themselves, each circle once."""
    needs = {initiative.id: initiative.requires for initiative in initiatives}
    done: set[str] = set()
    complaints = []
    for first in needs:
        path: dict[str, None] = {}  # in order, and quick to look up
        stack = [(first, 0)]
        while stack:
            id_, index = stack.pop()
            if index == 0:
                if id_ in path:
                    circle = " → ".join([*list(path)[list(path).index(id_) :], id_])
                    remedy = _("Remove one of these prerequisites.")
                    complaints.append(Complaint(_("is a circle"), remedy, place=f'"{id_}", requires', value=circle))
                    continue
                if id_ in done or id_ not in needs:
                    continue
                path[id_] = None
            if index < len(needs[id_]):
                stack += [(id_, index + 1), (needs[id_][index], 0)]
            else:
                done.add(id_)
                path.popitem()
    return complaints


def _contradictions(initiatives: tuple[Initiative, ...]) -> list[Complaint]:
    must = {initiative.id for initiative in initiatives if initiative.mandatory}
    return [
        Complaint(
            _("is excluded, and both are mandatory"),
            _("Make one of the two optional, or allow both."),
            place=_at(initiative, "excludes"),
            value=other,
        )
        for initiative in initiatives
        for other in initiative.excludes
        if initiative.id in must and other in must
    ]
