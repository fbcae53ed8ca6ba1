"""Whose a scenario of a workspace is, who sees it, and whether it is still in use."""

from prioritizer.domain.record import Flag, Record
from prioritizer.language import _


class ScenarioState(Record):
    """What is kept beside a scenario; by default that of one that came from files: shared, and nobody's.

    `author` is the id of the person who built it; empty where it belongs to nobody. One that is not `shared` is
    private: only its author sees it. `since` is the first version that others see. One that is `archived` is no longer
    offered; what extends it works on.
    """

    author: str = ""
    shared: Flag = True
    since: int = 1
    archived: Flag = False

    @property
    def words(self) -> str:
        if self.archived:
            return _("archived")
        return _("shared") if self.shared else _("private")
