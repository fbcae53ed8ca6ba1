"""What changed since a list was published: what is on it, its figures, its order, and what would be funded."""

from prioritizer.domain.record import Record


class Named(Record):
    """An initiative by its id and its name."""

    id: str
    name: str


class Moved(Named):
    """An initiative that passed others, or was passed: by how many places, upwards positive.

    Counted among those that stand on both lists, so that one that is new or gone moves nobody.
    """

    places: int


class SincePublished(Record):
    """The list as it is now beside the one that was published last, both under the base scenario.

    `decision`, `at`: which one, and when in UTC. `new` and `gone`: on one of the lists only. `changed`: what counts of
    the initiative is another. `moved`: the farthest first. `planned_only`: a plan would fund it, and nobody has decided
    to; `funded_only`: executives have, and the plan would not; both empty where there is no plan.
    `assumptions_changed`, `budgets_changed`: of the company, as the base scenario has it.
    """

    decision: str
    at: str
    new: tuple[Named, ...] = ()
    gone: tuple[Named, ...] = ()
    changed: tuple[Named, ...] = ()
    moved: tuple[Moved, ...] = ()
    planned_only: tuple[Named, ...] = ()
    funded_only: tuple[Named, ...] = ()
    assumptions_changed: bool = False
    budgets_changed: bool = False

    @property
    def is_as_it_was(self) -> bool:
        """Whether the list itself is the one that was published, whatever a plan would fund of it."""
        return not (
            self.new or self.gone or self.changed or self.moved or self.assumptions_changed or self.budgets_changed
        )
