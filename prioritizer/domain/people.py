"""The people of a workspace: who they are, and the roles that they hold."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, model_validator

from prioritizer.domain.record import Flag, Name, Record, nearest, refuse
from prioritizer.language import _


class Role(StrEnum):
    """What somebody may do; a person may hold several."""

    EXECUTIVE = "executive"
    FINANCE = "finance"
    DEPARTMENT_HEAD = "department head"
    VIEWER = "viewer"
    ADMIN = "admin"

    @property
    def words(self) -> str:
        return {
            Role.EXECUTIVE: _("executive"),
            Role.FINANCE: _("finance"),
            Role.DEPARTMENT_HEAD: _("department head"),
            Role.VIEWER: _("viewer"),
            Role.ADMIN: _("admin"),
        }[self]

    @property
    def plural(self) -> str:
        return {
            Role.EXECUTIVE: _("executives"),
            Role.FINANCE: _("finance"),
            Role.DEPARTMENT_HEAD: _("department heads"),
            Role.VIEWER: _("viewers"),
            Role.ADMIN: _("admins"),
        }[self]


def _roles(raw: Any) -> Any:
    """Known roles in the order of `Role`, each once."""
    listed = [raw] if isinstance(raw, str) else list(raw)
    for role in listed:
        if str(role) not in tuple(Role):
            refuse(_("is not a role"), nearest(str(role), Role), role)
    if not listed:
        refuse(_("there is no role"), _("Give at least one of: {roles}.").format(roles=", ".join(Role)))
    return tuple(role for role in Role if role in listed)


class Person(Record):
    """Somebody who works in the workspace. `id` is what they sign in as; `department` is theirs to submit for."""

    id: Name
    name: Name
    roles: Annotated[tuple[Role, ...], BeforeValidator(_roles)]
    department: Name | None = None
    active: Flag = True

    @model_validator(mode="after")
    def _has_a_department_to_head(self) -> Self:
        if Role.DEPARTMENT_HEAD in self.roles and self.department is None:
            refuse(_("heads no department"), _("Give the department."), self.id)
        return self

    def holds(self, role: Role) -> bool:
        return role in self.roles
