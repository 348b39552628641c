"""Name, colour and clock of the site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from members.units.actions import save_organisation
from members.units.colour import LEAST_CONTRAST, contrast_with_white, nearest_fitting
from members.units.models import Organisation
from members.units.queries import organisation
from tests.people import SIGN_IN, People, signed_in

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06X}".format)


def test_an_empty_database_has_the_defaults(db: None) -> None:
    assert organisation().name("zh-hans") == "学堂"
    assert organisation().zone == "Asia/Shanghai"


def test_there_is_one_organisation(db: None) -> None:
    save_organisation(name_en="One")
    save_organisation(name_en="Two")
    assert [found.name_en for found in Organisation.objects.all()] == ["Two"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(id=2)


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#0B556B", 8.3), ("#8E1B22", 9.0), ("#FFFFFF", 1.0), ("#000000", 21.0)]
)
def test_contrast_is_measured_as_wcag_does(colour: str, ratio: float) -> None:
    assert contrast_with_white(colour) == pytest.approx(ratio, abs=0.06)


@given(COLOURS)
def test_the_nearest_shade_always_fits(colour: str) -> None:
    shade = nearest_fitting(colour)
    assert contrast_with_white(shade) >= LEAST_CONTRAST
    if contrast_with_white(colour) >= LEAST_CONTRAST:
        assert shade == colour


@pytest.mark.parametrize("colour", ["#3FA57C", "red", "#12345", "#0B556B;}body{}"])
def test_a_colour_that_cannot_carry_white_text_is_refused(db: None, colour: str) -> None:
    with pytest.raises(ValidationError):
        save_organisation(theme=colour)


def test_the_refusal_names_the_ratio_and_a_way_out(db: None) -> None:
    with pytest.raises(ValidationError) as refused:
        save_organisation(theme="#3FA57C")
    said = str(refused.value)
    assert nearest_fitting("#3FA57C") in said
    assert f"{contrast_with_white('#3FA57C'):.1f}" in said


def test_the_colour_is_served_as_a_style_sheet(db: None) -> None:
    save_organisation(theme="#8E1B22")
    response = Client().get("/theme.css")
    assert response["Content-Type"].startswith("text/css")
    assert response.content == b":root{--theme:#8E1B22}\n"
    assert "max-age=300" in response["Cache-Control"]


def test_a_new_colour_is_not_hidden_by_an_old_copy(db: None) -> None:
    save_organisation(theme="#8E1B22")
    assert "/theme.css?8E1B22" in Client().get(SIGN_IN).content.decode()


def test_an_unknown_clock_is_refused(db: None) -> None:
    with pytest.raises(ValidationError):
        save_organisation(time_zone="Mars/Olympus")


def test_the_site_has_a_name_in_each_language(db: None) -> None:
    save_organisation(name_zh="北原热电 学堂", name_en="Beiyuan Classroom")
    for asked, name in (("zh-CN", "北原热电 学堂"), ("en", "Beiyuan Classroom")):
        client = Client(headers={"accept-language": asked})
        assert f" · {name}</title>" in client.get(SIGN_IN).content.decode()


def test_a_missing_name_is_replaced_by_the_other(db: None) -> None:
    assert save_organisation(name_zh="学堂", name_en="").name("en") == "学堂"


FORM = {"name_zh": "学堂", "name_en": "School", "theme": "#8E1B22", "time_zone": "Asia/Urumqi"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.mark.parametrize("role", ["host", "assistant", "member", "outsider", "anonymous"])
def test_only_platform_admins_change_the_organisation(people: People, role: str) -> None:
    client = signed_in(people.everybody[role])
    wanted = 302 if role == "anonymous" else 403
    assert client.get("/organisation/").status_code == wanted
    assert client.post("/organisation/", FORM).status_code == wanted
    assert organisation().name_en == "LiveClass"


def test_a_platform_admin_makes_the_site_her_own(
    people: People, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = signed_in(people.admin)
    form = FORM | {"logo": SimpleUploadedFile("x.png", PNG, "image/png")}
    assert client.post("/organisation/", form)["Location"] == "/organisation/"
    assert (organisation().name_en, organisation().zone) == ("School", "Asia/Urumqi")
    picture = Client().get("/logo")
    assert (picture["Content-Type"], picture.content) == ("image/png", PNG)
    assert 'src="/logo?logo/' in client.get("/me/").content.decode()
    client.post("/organisation/", FORM | {"logo-clear": "on"})
    assert Client().get("/logo").status_code == 404


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.png", b"<svg onload=alert(1)>"),
        ("x.svg", b"<svg/>"),
        ("x.png", PNG + bytes(300_000)),
    ],
)
def test_a_logo_that_is_no_small_picture_is_refused(people: People, name: str, body: bytes) -> None:
    form = FORM | {"logo": SimpleUploadedFile(name, body)}
    response = signed_in(people.admin).post("/organisation/", form)
    assert response.status_code == 200
    assert organisation().name_en == "LiveClass"


def test_a_colour_that_is_too_light_is_refused_in_the_form(people: People) -> None:
    page = signed_in(people.admin, "en").post("/organisation/", FORM | {"theme": "#3FA57C"})
    assert nearest_fitting("#3FA57C") in page.content.decode()


def test_there_is_no_logo_at_first(db: None) -> None:
    assert Client().get("/logo").status_code == 404
