"""What people look for in the assumption register, and in which order they read it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from prioritizer.domain.register import Assumption, Register
from prioritizer.language import _


class By(StrEnum):
    """In which order the register is read."""

    DOUBT = "doubt"
    SWING = "swing"
    CORRELATION = "correlation"
    NAME = "name"
    CHANGED = "changed"

    @property
    def words(self) -> str:
        return {
            By.DOUBT: _("moves profit most and is least supported"),
            By.SWING: _("moves profit most"),
            By.CORRELATION: _("goes with profit most closely"),
            By.NAME: _("name"),
            By.CHANGED: _("last change"),
        }[self]


NO_OWNER, NO_GRADE, OF_COMPANY = "(no owner)", "(no grade)", "(company)"


@dataclass(frozen=True)
class Wanted:
    """Which assumptions are looked for; an empty list asks for all.

    `owners`, `grades` may hold NO_OWNER, NO_GRADE for those without, `initiatives` OF_COMPANY for the company's.
    `weak`: only those that move the profit and are weakly supported. `inputs`: only those named so; None for any.
    """

    owners: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    initiatives: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    weak: bool = False
    inputs: frozenset[str] | None = None

    def holds(self, one: Assumption) -> bool:
        return (
            (not self.owners or (one.owner or NO_OWNER) in self.owners)
            and (not self.groups or one.group in self.groups)
            and (not self.initiatives or (one.initiative or OF_COMPANY) in self.initiatives)
            and (not self.grades or (one.grade or NO_GRADE) in self.grades)
            and (self.inputs is None or one.input in self.inputs)
            and (not self.weak or (one.is_weak and bool(one.swing)))
        )


def look_for(register: Register, wanted: Wanted, by: By) -> tuple[Assumption, ...]:
    """The assumptions that are looked for, in an order; those that are equal in it by how far they move the profit."""
    found = [one for one in register.assumptions if wanted.holds(one)]
    keys: dict[By, Callable[[Assumption], Any]] = {
        By.DOUBT: lambda one: -one.doubt,
        By.SWING: lambda one: -abs(one.swing or 0.0),
        By.CORRELATION: lambda one: -abs((one.correlation.value if one.correlation else None) or 0.0),
        By.NAME: lambda one: one.name,
    }
    if by is By.CHANGED:
        return tuple(sorted(found, key=lambda one: one.changed_at or "", reverse=True))
    return tuple(sorted(found, key=keys[by]))


def weakest(register: Register) -> Register:
    """The register with only what moves the profit and is weakly supported, what is most open to doubt first."""
    return register.model_copy(update={"assumptions": look_for(register, Wanted(weak=True), By.DOUBT)})
