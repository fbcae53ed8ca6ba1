"""The way of an initiative from an idea to a result: where it stands, and the steps that lead on."""

from dataclasses import dataclass
from enum import StrEnum

from prioritizer.domain.record import Flag, Name, Record, Text
from prioritizer.language import _


class Status(StrEnum):
    """Where an initiative stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in review"
    CHANGES_REQUESTED = "changes requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    DECIDED = "decided"
    IN_DELIVERY = "in delivery"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        return {
            Status.DRAFT: _("draft"),
            Status.SUBMITTED: _("submitted"),
            Status.IN_REVIEW: _("in review"),
            Status.CHANGES_REQUESTED: _("changes requested"),
            Status.APPROVED: _("approved"),
            Status.REJECTED: _("rejected"),
            Status.DECIDED: _("decided"),
            Status.IN_DELIVERY: _("in delivery"),
            Status.CLOSED: _("closed"),
        }[self]


class Step(StrEnum):
    """What somebody does with an initiative."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    CLAIM = "claim"
    ASK = "ask for changes"
    APPROVE = "approve"
    REJECT = "reject"
    DECIDE = "decide"
    START = "start delivery"
    CLOSE = "close"
    REOPEN = "reopen"

    @property
    def words(self) -> str:
        return {
            Step.SUBMIT: _("submit"),
            Step.WITHDRAW: _("withdraw"),
            Step.CLAIM: _("take into review"),
            Step.ASK: _("ask for changes"),
            Step.APPROVE: _("approve"),
            Step.REJECT: _("reject"),
            Step.DECIDE: _("decide"),
            Step.START: _("start delivery"),
            Step.CLOSE: _("close"),
            Step.REOPEN: _("reopen the review"),
        }[self]


@dataclass(frozen=True)
class Rule:
    """From where a step leads to where, and whether it has to say why."""

    sources: tuple[Status, ...]
    to: Status
    says_why: bool = False


RULES: dict[Step, Rule] = {
    Step.SUBMIT: Rule((Status.DRAFT, Status.CHANGES_REQUESTED, Status.REJECTED), Status.SUBMITTED),
    Step.WITHDRAW: Rule((Status.SUBMITTED, Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.APPROVED), Status.DRAFT),
    Step.CLAIM: Rule((Status.SUBMITTED, Status.IN_REVIEW), Status.IN_REVIEW),
    Step.ASK: Rule((Status.IN_REVIEW,), Status.CHANGES_REQUESTED, says_why=True),
    Step.APPROVE: Rule((Status.IN_REVIEW,), Status.APPROVED),
    Step.REJECT: Rule((Status.IN_REVIEW,), Status.REJECTED, says_why=True),
    Step.DECIDE: Rule((Status.APPROVED, Status.DECIDED), Status.DECIDED),
    Step.START: Rule((Status.DECIDED,), Status.IN_DELIVERY),
    Step.CLOSE: Rule((Status.DECIDED, Status.IN_DELIVERY), Status.CLOSED, says_why=True),
    Step.REOPEN: Rule((Status.APPROVED, Status.REJECTED, Status.DECIDED), Status.IN_REVIEW, says_why=True),
}

# What departments submitted and nobody turned down or finished: it stands on the shared list.
ON_THE_LIST = (
    Status.SUBMITTED,
    Status.IN_REVIEW,
    Status.CHANGES_REQUESTED,
    Status.APPROVED,
    Status.DECIDED,
    Status.IN_DELIVERY,
)
# What is saved here is seen by the department only, until it is submitted.
PRIVATE = (Status.DRAFT, Status.CHANGES_REQUESTED, Status.REJECTED)
# Here a save would change what was decided.
SETTLED = (Status.DECIDED, Status.IN_DELIVERY, Status.CLOSED)


class Standing(Record):
    """Where an initiative stands.

    `version` is the version of the initiative that was submitted, and that everybody sees; 0 where none was yet.
    `submitted_by` submitted it last, `authors` are all who ever did; `reviewer` took it into review. Once it is
    approved, `reviewed` is the version of finance's review that belongs to it (0 where finance set no figures of its
    own). Once it is decided, `decision` is the decision's id and `funded` what it said; `delivered` that its delivery
    was started.
    """

    status: Status = Status.DRAFT
    version: int = 0
    submitted_by: str = ""
    authors: tuple[str, ...] = ()
    reviewer: str = ""
    reviewed: int = 0
    decision: str = ""
    funded: Flag = False
    delivered: Flag = False

    @property
    def is_met(self) -> bool:
        """Whether what requires it may go on: it is on the list, or was delivered."""
        return self.status in ON_THE_LIST or (self.status is Status.CLOSED and self.delivered)

    def by(self, person: str) -> "Standing":
        """The same, submitted by somebody."""
        return self.model_copy(
            update={"submitted_by": person, "authors": tuple(dict.fromkeys((*self.authors, person)))}
        )

    @property
    def words(self) -> str:
        """The status in words, with what was decided."""
        if self.status is not Status.DECIDED:
            return self.status.words
        return _("funded") if self.funded else _("not funded")


class Comment(Record):
    """Something that somebody said about an initiative."""

    initiative: Name
    text: Text
