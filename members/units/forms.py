"""The form with which a platform admin makes the site the organisation's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from members.units.logo import LOGO_BYTES, image_type
from members.units.models import Organisation

if TYPE_CHECKING:  # Django's class takes no parameter when it runs; its type stubs ask for one
    Base = forms.ModelForm[Organisation]
else:
    Base = forms.ModelForm


class OrganisationForm(Base):
    """Names, logo, colour, clock, and whom people ask about a forgotten password."""

    class Meta:
        model = Organisation
        fields = (
            "name_zh",
            "name_en",
            "logo",
            "theme",
            "time_zone",
            "guests_allowed",
            "unwanted_words",
            "help_zh",
            "help_en",
        )
        widgets = {
            "logo": forms.ClearableFileInput(attrs={"accept": "image/png,image/webp,image/jpeg"}),
            "unwanted_words": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "logo": _("PNG, WebP or JPEG, square, at most 256 KB."),
            "theme": _("#RRGGBB. White text must be readable on it."),
            "time_zone": _("For example Asia/Shanghai. All times on the site are in it."),
            "guests_allowed": _(
                "People without an account may then enter single classes by a link, as guests. "
                "They earn no credit hours."
            ),
            "unwanted_words": _(
                "One in a line. Messages, questions, written answers and names of guests with one "
                "of them are refused to their author. Whispers are not read."
            ),
            "help_zh": _("Shown on the sign-in page, for example a name and an extension."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget.attrs["placeholder"] = self.instance.zone
        self.fields["guests_allowed"].widget.attrs.update({"class": "", "role": "switch"})

    def clean_logo(self) -> object:
        """Only small pictures, by what they are and not by what they are called."""
        logo = self.cleaned_data["logo"]
        if isinstance(logo, UploadedFile):
            head = logo.read(16)
            logo.seek(0)
            if (logo.size or 0) > LOGO_BYTES or image_type(head) is None:
                raise forms.ValidationError(_("This is not a PNG, WebP or JPEG of at most 256 KB."))
        return logo or ""  # False: the box "clear" was ticked
