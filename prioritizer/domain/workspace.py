"""What a workspace keeps, from companies to comments: each in every version that was ever saved."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from prioritizer.domain.company import Company
from prioritizer.domain.decisions import Decision, Review, RunOrigin
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.people import Person
from prioritizer.domain.process import Comment, Standing
from prioritizer.domain.record import Record, refuse
from prioritizer.domain.reruns import RunFigures
from prioritizer.domain.scenario_states import ScenarioState
from prioritizer.domain.scenarios import Differences
from prioritizer.language import _

COMPANY = "company"  # a workspace has one company, under this id
FORBIDDEN_IN_FILE_NAMES = '/\\:*?"<>|'

Content = TypeVar("Content", bound=Record)


class ItemKind(StrEnum):
    """What something in the workspace is."""

    COMPANY = "company"
    INITIATIVE = "initiative"
    SCENARIO = "scenario"
    SCENARIO_STATE = "scenario state"
    PERSON = "person"
    STANDING = "standing"
    REVIEW = "review"
    COMMENT = "comment"
    DECISION = "decision"
    RUN = "run"
    FIGURES = "figures"

    @property
    def record(self) -> type[Record]:
        return RECORDS[self]

    def named(self, id_: str) -> str:
        """Something of this kind in words, as it stands in messages."""
        return {
            ItemKind.COMPANY: _("the company"),
            ItemKind.INITIATIVE: _("initiative “{id}”"),
            ItemKind.SCENARIO: _("scenario “{id}”"),
            ItemKind.SCENARIO_STATE: _("who sees scenario “{id}”"),
            ItemKind.PERSON: _("person “{id}”"),
            ItemKind.STANDING: _("where initiative “{id}” stands"),
            ItemKind.REVIEW: _("finance's review of “{id}”"),
            ItemKind.COMMENT: _("comment “{id}”"),
            ItemKind.DECISION: _("decision {id}"),
            ItemKind.RUN: _("run {id}"),
            ItemKind.FIGURES: _("the figures of run {id}"),
        }[self].format(id=id_)


RECORDS: dict[ItemKind, type[Record]] = {
    ItemKind.COMPANY: Company,
    ItemKind.INITIATIVE: Initiative,
    ItemKind.SCENARIO: Differences,
    ItemKind.SCENARIO_STATE: ScenarioState,
    ItemKind.PERSON: Person,
    ItemKind.STANDING: Standing,
    ItemKind.REVIEW: Review,
    ItemKind.COMMENT: Comment,
    ItemKind.DECISION: Decision,
    ItemKind.RUN: RunOrigin,
    ItemKind.FIGURES: RunFigures,
}


class Version(Record, Generic[Content]):
    """One state of something in the workspace, as somebody saved it.

    `version` counts from 1. `content` is what was saved, whole. `at` is UTC, as `timestamp` writes it.
    """

    kind: ItemKind
    id: str
    version: int
    content: Content
    at: str
    who: str
    why: str


def timestamp(moment: datetime) -> str:
    """A moment in UTC as text that sorts by time: 2027-01-31T09:30:00.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def scenario_id(name: str) -> str:
    """The id of a scenario: the name of its file without its ending. Refused where no folder could hold such a file."""
    if name.startswith((".", " ")) or name != name.strip() or any(char in FORBIDDEN_IN_FILE_NAMES for char in name):
        refuse(_("cannot be the name of a file everywhere"), _("Rename the scenario's file."), name)
    return name
