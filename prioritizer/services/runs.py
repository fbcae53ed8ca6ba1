"""A run: its identity, and what it may ask of a machine."""

import hashlib
import json
from operator import index

from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.results import Run
from prioritizer.domain.scenarios import Scenario
from prioritizer.engine.version import MODEL_VERSION
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

MOST_DRAWS = 1_000_000
MOST_NUMBERS = 250_000_000  # drawn at once: about 6 GB with the copies that a run needs
LARGEST_SEED = 2**63 - 1


def checked_run(draws: int, seed: int) -> tuple[int, int]:
    """Draws and seed as whole numbers that a run can have."""
    complaints = []
    draws, seed = (value if not hasattr(value, "__index__") else index(value) for value in (draws, seed))
    if not isinstance(draws, int) or not 2 <= draws <= MOST_DRAWS:
        remedy = _("Give a whole number from 2 to {most}.").format(most=MOST_DRAWS)
        complaints.append(Complaint(_("is not a number of draws"), remedy, place="draws", value=str(draws)))
    if not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        remedy = _("Give a whole number from 0 to 2^63 − 1.")
        complaints.append(Complaint(_("is not a seed"), remedy, place="seed", value=str(seed)))
    if complaints:
        raise InputError(complaints)
    return draws, seed


def identify(scenario: Scenario, draws: int, seed: int, point: bool, model: str = MODEL_VERSION) -> Run:
    """The identity of a run: a hash of all that its figures depend on; under another version of the `model` too."""
    company = scenario.company
    inputs = {
        "company": company.model_dump(mode="json", exclude={"initiatives"}),
        "initiatives": [i.model_dump(mode="json", by_alias=True) for i in scenario.initiatives],
        "model_version": model,
        "seed": None if point else seed,
        "draws": None if point else draws,
    }
    digest = hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return Run(
        id=digest[:12],
        model_version=model,
        scenario=scenario.name,
        seed=seed,
        draws=1 if point else draws,
        currency=company.currency,
        point=point,
        policy=company.acquisition_policy,
        company=company.company,
    )


def require_memory(scenario: Scenario, draws: int, most: int = MOST_NUMBERS) -> None:
    """Refuse a run that would draw more than `most` numbers at once; by default what an ordinary machine holds."""
    numbers = all_numbers(scenario.company, scenario.initiatives).values()
    series = sum(not number.is_fixed for number in numbers) + 4 * len(scenario.initiatives)
    if draws * series > most:
        rule = _("would need some {size:.0f} GB of memory").format(size=draws * series * 24 / 1e9)
        remedy = _("Give at most {most} draws.").format(most=most // series)
        raise InputError([Complaint(rule, remedy, place="draws", value=str(draws))])
