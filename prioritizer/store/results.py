"""The list that `rank --format json` wrote → its run and its figures."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from prioritizer.domain.reruns import KeptResult, figures_by_place
from prioritizer.domain.results import Run
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

LONGEST_WHOLE = 19  # digits: no seed is longer, and what is longer counts as a number with a point


def read_result(path: Path) -> KeptResult:
    """A list that was kept as JSON, with every figure in it. Raises InputError where it is none."""
    content = _content(path)
    if not isinstance(content, dict) or not {"run", "initiatives", "worth_doing_together"} <= content.keys():
        raise _refusal(path, _("is no list that was written with prioritizer rank --format json"))
    try:
        run = Run.model_validate(content.pop("run"))
    except ValidationError as error:
        detail = error.errors()[0]
        place = ".".join(("run", *map(str, detail["loc"])))
        raise _refusal(
            path, _("does not say what run it is from: {problem}").format(problem=detail["msg"]), place
        ) from None
    rows = content["initiatives"] if isinstance(content["initiatives"], list) else []
    ids = tuple(str(row.get("id", "")) for row in rows if isinstance(row, dict))
    return KeptResult(run=run, initiatives=ids, figures=figures_by_place(content))


def _content(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_int=_whole)
    except OSError as error:
        problem = error.strerror or str(error)
        raise InputError([Complaint(problem, _("Check the path."), file=str(path))]) from None
    except (ValueError, RecursionError):
        raise _refusal(path, _("is not JSON")) from None


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_WHOLE else float(digits)


def _refusal(path: Path, rule: str, place: str = "") -> InputError:
    remedy = _("Give the file that prioritizer rank --format json --out FILE wrote, as it was written.")
    return InputError([Complaint(rule, remedy, file=str(path), place=place)])
