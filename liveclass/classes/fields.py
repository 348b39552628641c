"""Form fields of the class form: people by number or name."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from liveclass.classes.names import name_of
from members.accounts.models import Member

SEPARATORS = re.compile(r"[,，;；、\n]+")
MAX_PEOPLE = 20
"""Most assistants one class may have."""


class PeopleField(forms.CharField):
    """Several people, written as staff numbers or names with commas between them."""

    default_error_messages = {
        "unknown": _("Nobody has the staff number or name “%(text)s”."),
        "ambiguous": _(
            "Several people are called “%(text)s”. Write the staff number: %(numbers)s."
        ),
        "too_many": ngettext_lazy(
            "At most %(limit)d person.", "At most %(limit)d people.", "limit"
        ),
    }

    def prepare_value(self, value: Any) -> Any:
        """People as the text that would name them."""
        if isinstance(value, list):
            return "，".join(label(person) for person in value)
        return value

    def clean(self, value: Any) -> list[Member]:
        """The people named, without repetition, in the order written.

        Raises:
            ValidationError: somebody is unknown, ambiguous, or there are too many.
        """
        if self.disabled:
            return list(value)  # nothing was typed: the people the form was made with
        text = super().clean(value)
        parts = [part.strip() for part in SEPARATORS.split(text) if part.strip()]
        if len(parts) > MAX_PEOPLE:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"limit": MAX_PEOPLE}
            )
        return list(dict.fromkeys(self._person(part) for part in parts))

    def _person(self, part: str) -> Member:
        """``1007``, ``1007 薛芳``, ``薛芳`` or ``Xue Fang``; a shared name is not enough."""
        number = part.split()[0]
        active = Member.objects.filter(is_active=True)
        named = Q(name=part) | Q(name_latin__iexact=part)
        found = list(active.filter(staff_no=number)[:1]) or list(active.filter(named)[:5])
        if not found:
            raise ValidationError(
                self.error_messages["unknown"], code="unknown", params={"text": part}
            )
        if len(found) > 1:
            numbers = "、".join(person.staff_no for person in found)
            params = {"text": part, "numbers": numbers}
            raise ValidationError(self.error_messages["ambiguous"], code="ambiguous", params=params)
        return found[0]


def label(person: Member) -> str:
    """A person so that no other is meant: staff number and name."""
    return f"{person.staff_no} {name_of(person)}"
