"""Who may do what: one table of roles and actions, asked by every service."""

from enum import StrEnum
from functools import reduce

from prioritizer.domain.people import Person, Role
from prioritizer.errors import NotAllowed
from prioritizer.language import _


class Action(StrEnum):
    """What somebody can ask for."""

    READ_PUBLISHED = "read what is published"
    READ_SUBMITTED = "read what departments have submitted"
    READ_DRAFT = "read a draft"
    READ_REVIEW = "read what finance and others say"
    EDIT = "create and edit an initiative"
    SUBMIT = "submit an initiative"
    REVIEW = "review an initiative"
    SET_ASSUMPTIONS = "set the company's assumptions"
    SET_BUDGETS = "set budgets"
    SET_MUST_DOS = "set must-dos and exclusions"
    BUILD_SCENARIO = "build a scenario"
    SHARE_SCENARIO = "share a scenario"
    CHANGE_SCENARIO = "change and archive a scenario that somebody has built"
    PUBLISH = "publish a decision"
    COMMENT = "comment"
    LOAD = "load a company into an empty workspace"
    TAKE_AWAY = "export the workspace"
    MANAGE_PEOPLE = "manage people"
    MANAGE_BACKUPS = "make and restore backups"
    READ_HISTORY = "read the history"

    @property
    def words(self) -> str:
        return {
            Action.READ_PUBLISHED: _("read what is published"),
            Action.READ_SUBMITTED: _("read what departments have submitted"),
            Action.READ_DRAFT: _("read a draft"),
            Action.READ_REVIEW: _("read what finance and others say"),
            Action.EDIT: _("create and edit an initiative"),
            Action.SUBMIT: _("submit an initiative"),
            Action.REVIEW: _("review an initiative"),
            Action.SET_ASSUMPTIONS: _("set the company's assumptions"),
            Action.SET_BUDGETS: _("set budgets"),
            Action.SET_MUST_DOS: _("set must-dos and exclusions"),
            Action.BUILD_SCENARIO: _("build a scenario"),
            Action.SHARE_SCENARIO: _("share a scenario"),
            Action.CHANGE_SCENARIO: _("change and archive a scenario that somebody has built"),
            Action.PUBLISH: _("publish a decision"),
            Action.COMMENT: _("comment"),
            Action.LOAD: _("load a company into an empty workspace"),
            Action.TAKE_AWAY: _("export the workspace"),
            Action.MANAGE_PEOPLE: _("manage people"),
            Action.MANAGE_BACKUPS: _("make and restore backups"),
            Action.READ_HISTORY: _("read the history"),
        }[self]


class Reach(StrEnum):
    """How far a right goes."""

    ANY = "any"
    OWN = "own department only"
    AUTHOR = "what one has built oneself"
    OTHERS = "never one's own submission"


RIGHTS: dict[Action, dict[Role, Reach]] = {
    Action.READ_PUBLISHED: {
        Role.EXECUTIVE: Reach.ANY,
        Role.FINANCE: Reach.ANY,
        Role.DEPARTMENT_HEAD: Reach.ANY,
        Role.VIEWER: Reach.ANY,
    },
    Action.READ_SUBMITTED: {Role.EXECUTIVE: Reach.ANY, Role.FINANCE: Reach.ANY, Role.DEPARTMENT_HEAD: Reach.ANY},
    Action.READ_DRAFT: {Role.DEPARTMENT_HEAD: Reach.OWN},
    Action.READ_REVIEW: {Role.EXECUTIVE: Reach.ANY, Role.FINANCE: Reach.ANY, Role.DEPARTMENT_HEAD: Reach.OWN},
    Action.EDIT: {Role.DEPARTMENT_HEAD: Reach.OWN},
    Action.SUBMIT: {Role.DEPARTMENT_HEAD: Reach.OWN},
    Action.REVIEW: {Role.FINANCE: Reach.OTHERS},
    Action.SET_ASSUMPTIONS: {Role.FINANCE: Reach.ANY},
    Action.SET_BUDGETS: {Role.EXECUTIVE: Reach.ANY},
    Action.SET_MUST_DOS: {Role.EXECUTIVE: Reach.ANY},
    Action.BUILD_SCENARIO: {Role.EXECUTIVE: Reach.ANY, Role.FINANCE: Reach.ANY, Role.DEPARTMENT_HEAD: Reach.ANY},
    Action.SHARE_SCENARIO: {
        Role.EXECUTIVE: Reach.AUTHOR,
        Role.FINANCE: Reach.AUTHOR,
        Role.DEPARTMENT_HEAD: Reach.AUTHOR,
    },
    Action.CHANGE_SCENARIO: {
        Role.EXECUTIVE: Reach.AUTHOR,
        Role.FINANCE: Reach.ANY,
        Role.DEPARTMENT_HEAD: Reach.AUTHOR,
    },
    Action.PUBLISH: {Role.EXECUTIVE: Reach.ANY},
    Action.COMMENT: {Role.EXECUTIVE: Reach.ANY, Role.FINANCE: Reach.ANY, Role.DEPARTMENT_HEAD: Reach.OWN},
    Action.LOAD: {Role.FINANCE: Reach.ANY},
    Action.TAKE_AWAY: {Role.FINANCE: Reach.ANY},
    Action.MANAGE_PEOPLE: {Role.ADMIN: Reach.ANY},
    Action.MANAGE_BACKUPS: {Role.ADMIN: Reach.ANY},
    Action.READ_HISTORY: {Role.ADMIN: Reach.ANY},
}


def may(person: Person, action: Action, department: str | None = None, submitted_by: str | None = None) -> bool:
    """Whether somebody may do something.

    Args:
        department: whose initiative it is about, where it is about one.
        submitted_by: the id of the person who submitted it, or built it.
    """
    if not person.active:
        return False
    own = person.department is not None and person.department == department
    by_oneself = submitted_by == person.id
    reached = {
        Reach.ANY: True,
        Reach.OWN: own,
        Reach.AUTHOR: by_oneself,
        Reach.OTHERS: not own and not by_oneself,
    }
    return any(reached[reach] for role, reach in RIGHTS[action].items() if person.holds(role))


def require(person: Person, action: Action, department: str | None = None, submitted_by: str | None = None) -> None:
    """Raise NotAllowed, in words that say who may, where somebody may not."""
    if may(person, action, department, submitted_by):
        return
    if not person.active:
        raise NotAllowed(_("{person} is disabled. Ask an admin.").format(person=person.id))
    message = _("{person} may not {action}: {who} may.")
    raise NotAllowed(message.format(person=person.id, action=action.words, who=_who(action)))


def _who(action: Action) -> str:
    """Those who may, with how far their right goes."""
    limits = {
        Reach.ANY: "{role}",
        Reach.OWN: _("{role}, for their own department,"),
        Reach.AUTHOR: _("{role}, for what they have built themselves,"),
        Reach.OTHERS: _("{role}, for what they have not submitted themselves,"),
    }
    reaches = dict.fromkeys(RIGHTS[action].values())
    held = {reach: [role.plural for role, known in RIGHTS[action].items() if known is reach] for reach in reaches}
    parts = [limits[reach].format(role=", ".join(roles)) for reach, roles in held.items()]
    return reduce(lambda some, others: _("{some} and {others}").format(some=some, others=others), parts)
