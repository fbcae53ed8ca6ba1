"""A form that begins from a template: its figures as typed text, for the department to replace."""

from prioritizer.domain.company import Company
from prioritizer.domain.templates import Template
from prioritizer.services.asked import Answer
from prioritizer.services.form_filling import form_of
from prioritizer.services.forms import PILOT, Form, copied
from prioritizer.services.templates import for_company, template_of

MONEY = ("one_off", "running", "per_customer")


def begun_from(template: Template, company: Company, department: str) -> Form:
    """The form of a new initiative with the figures of a template.

    The evidence note stays empty, because only the department knows why it expects what it claims. So do amounts where
    the company counts in another currency than the template.
    """
    initiative = for_company(template, company)
    without_note = initiative.evidence.model_copy(update={"note": ""})
    form = copied(form_of(initiative.model_copy(update={"evidence": without_note}), company), department)
    return form if company.currency == template.currency else _without_money(form)


def template_of_form(form: Form) -> Template | None:
    """The template that a form names; None where it names none."""
    return template_of(str(form.base.get("template", "")))


def _without_money(form: Form) -> Form:
    levers = tuple(row.model_copy(update={"cost_each": Answer()}) for row in form.levers)
    blank = {field: Answer() for field in MONEY}
    base = {key: value for key, value in form.base.items() if key != "pilot"}
    untested = dict.fromkeys(PILOT, "")
    return form.model_copy(update={**blank, **untested, "levers": levers, "base": base})
