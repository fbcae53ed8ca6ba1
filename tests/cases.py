"""Small companies, initiatives and scenarios: as the maps that their files hold, as records, and as files in a folder.

Every builder gives a new map, so that a test may change its own.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.quantity import Kind, Quantity, as_quantity
from prioritizer.errors import Complaint, InputError

SEGMENTS = ("promoter", "passive", "detractor")


def group(**changes: Any) -> dict[str, Any]:
    """A group of 1,000 customers with fixed numbers."""
    return {
        "customers": {"promoter": 300, "passive": 450, "detractor": 250},
        "churn": {"promoter": 0.01, "passive": 0.03, "detractor": 0.12},
        "migration": {
            "promoter": {"promoter": 0.9, "passive": 0.08, "detractor": 0.02},
            "passive": {"promoter": 0.05, "passive": 0.88, "detractor": 0.07},
            "detractor": {"promoter": 0.01, "passive": 0.09, "detractor": 0.9},
        },
        "revenue": {"promoter": 120, "passive": 100, "detractor": 90},
        "gross_margin": 0.5,
        "contacts": {"promoter": 0.2, "passive": 0.4, "detractor": 1.1},
        "contact_cost": 6,
        "acquisition_cost": 150,
        "newcomers": {"promoter": 0.25, "passive": 0.55, "detractor": 0.2},
        **changes,
    }


def company(**changes: Any) -> dict[str, Any]:
    """A company of one group, Mobile, with four quarters of benefit and two of latest start."""
    return {
        "company": "Example",
        "currency": "EUR",
        "horizon": 4,
        "latest_start": 2,
        "start": "2027-01",
        "discount_rate": 0.08,
        "groups": {"Mobile": group()},
        **changes,
    }


def initiative(id_: str = "call-back", **changes: Any) -> dict[str, Any]:
    """An initiative that lowers the churn of detractors by a tenth for 1,000 at the start."""
    return {
        "id": id_,
        "name": f"Initiative {id_}",
        "department": "Customer service",
        "costs": {"one_off": 1000},
        "levers": [{"churn": "detractor", "change": -0.1}],
        **changes,
    }


def company_record(**changes: Any) -> Company:
    return Company.model_validate(company(**changes))


def initiative_record(id_: str = "call-back", **changes: Any) -> Initiative:
    return Initiative.model_validate(initiative(id_, **changes))


def quantity(raw: Any, kind: Kind = Kind.SHARE) -> Quantity:
    return as_quantity(raw, kind)


class _Plain(yaml.SafeDumper):
    """Writes a map that stands in two places twice, instead of as an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def text(content: Any) -> str:
    """Content as a person would write it in YAML, keys in their order."""
    return yaml.dump(content, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=1000)


def write(folder: Path, **files: Any) -> Path:
    """Write files of the given stems as YAML (text and bytes as they are); the path of the last one."""
    path = folder
    for stem, content in files.items():
        path = folder / f"{stem}.yaml"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else text(content), encoding="utf-8")
    return path


def write_case(folder: Path, initiatives: list[dict[str, Any]] | None = None, **changes: Any) -> Path:
    """A company, its initiatives and a base scenario in a folder; the path of the scenario."""
    listed = [initiative()] if initiatives is None else initiatives
    named = {"initiatives": "initiatives.yaml"} if listed else {}
    write(folder, initiatives=listed or "[]")
    write(folder, company=company(**{**named, **changes}))
    return write(folder, base={"name": "Base", "company": "company.yaml"})


def refusals(kind: type, raw: Any) -> list[str]:
    """What a record says against being made of this: "place: value rule. remedy" for each complaint."""
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(raw)
    return [_sentence(detail) for detail in caught.value.errors()]


def _sentence(detail: Any) -> str:
    place = ".".join(str(part) for part in detail["loc"] if not str(part).startswith("lever:"))
    if detail["type"] != "refused":
        return f"{place}: {detail['type']}"
    said = detail["ctx"]
    return f"{place}: {said['value']} {said['rule']}. {said['remedy']}".replace(":  ", ": ")


def complaints(function: Any, *arguments: Any) -> list[str]:
    """The complaints with which a function refuses its arguments, as a person reads them."""
    with pytest.raises(InputError) as caught:
        function(*arguments)
    return [str(complaint) for complaint in caught.value.complaints]


def read_or_refused(function: Any, *arguments: Any) -> tuple[Any, tuple[Complaint, ...]]:
    """What a function returns, or the complaints with which it refuses; anything else that it raises is a fault."""
    try:
        return function(*arguments), ()
    except InputError as error:
        return None, error.complaints
