"""Spreadsheets of questions: read row by row, shown first, taken in once, never trusted."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from courses.quizzes.bank import faults, workbook
from courses.quizzes.bank.rows import COLUMNS, Fault, head, parse
from courses.quizzes.bank.template import EXAMPLES, template_file
from courses.quizzes.bank.workbook import BadSheet, read
from courses.quizzes.items import Multiple, Numeric, Ordering, ShortText, Single, TrueFalse, decode
from courses.quizzes.models import Bank, Edition, Question, SheetUpload
from members.units.workbook import MAX_PARTS
from tests.courses.quizzes.school import make_bank
from tests.people import People, signed_in

SINGLE = {"kind": "单选", "text": "先做什么？", "option_a": "甲", "option_b": "乙", "right": "B"}


def book(*rows: dict[str, object], names: list[str] | None = None) -> bytes:
    """A workbook with the Chinese head and ``rows``."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(names or head("zh"))
    for row in rows:
        sheet.append([row.get(column, "") for column in COLUMNS])
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return buffer.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(BadSheet) as no:
        parse(read(data))
    assert faults.of_sheet(no.value.code)
    return no.value.code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_its_own_best_example(language: str) -> None:
    rows, wrong = parse(read(template_file(language)))
    assert wrong == []
    kinds = [type(decode(row.content)) for row in rows]
    assert kinds == [Single, Multiple, TrueFalse, Ordering, Numeric, ShortText]
    assert [row.text for row in rows] == [one["text"] for one in EXAMPLES[language]]
    assert [row.number for row in rows] == [2, 3, 4, 5, 6, 7]


def test_every_kind_is_read_with_its_key() -> None:
    options = {"option_a": "停电", "option_b": "验电", "option_c": "接地"}
    rows, wrong = parse(
        read(
            book(
                {"code": "a", "kind": "多选题", "text": "1", "right": "ａ、Ｃ",
                 "partial": "选错倒扣", "points": 3, **options},
                {"code": "b", "kind": "ordering", "text": "2", "right": "CAB", **options},
                {"code": "c", "kind": "Number", "text": "3", "right": 1.5, "tolerance": "５％",
                 "unit": "MPa"},
                {"code": "d", "kind": "简答", "text": "4", "right": "疏水阀｜Steam trap"},
                {"code": "e", "kind": "判断", "text": "5", "right": False},
                {"code": "f", "kind": "判断", "text": "6", "right": "√"},
                {"code": 7, "kind": "数值", "text": "7", "right": "1,200"},
            )
        )
    )  # fmt: skip
    assert wrong == []
    found = {row.code: decode(row.content) for row in rows}
    assert found["a"] == Multiple(
        options=("停电", "验电", "接地"), right=frozenset({0, 2}), partial="balanced"
    )
    assert found["b"] == Ordering(options=("接地", "停电", "验电"))
    assert found["c"] == Numeric(value="1.5", tolerance="5", percent=True, unit="MPa")
    assert found["d"] == ShortText(accepted=("疏水阀", "Steam trap"))
    assert (found["e"], found["f"]) == (TrueFalse(right=False), TrueFalse(right=True))
    assert found["7"] == Numeric(value="1200")
    assert rows[0].points == 3


WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"text": ""}, "text", "missing"),
    ({"kind": ""}, "kind", "missing"),
    ({"kind": "作文"}, "kind", "unknown"),
    ({"right": ""}, "right", "missing"),
    ({"right": "C"}, "right", "letter"),
    ({"right": "AB"}, "right", "one_letter"),
    ({"right": "AA", "kind": "多选"}, "right", "letter"),
    ({"right": "A", "kind": "排序"}, "right", "whole_order"),
    ({"option_b": ""}, "option_a", "options_count"),
    ({"option_d": "丁"}, "option_c", "option_empty"),
    ({"option_b": "甲"}, "", "option_twice"),
    ({"option_b": "字" * 301}, "", "option_long"),
    ({"points": "1.5"}, "points", "range"),
    ({"points": "101"}, "points", "range"),
    ({"points": "二"}, "points", "range"),
    ({"code": "编号 1"}, "code", "code"),
    ({"code": "first"}, "code", "twice"),
    ({"text": "字" * 1001}, "text", "long"),
    ({"topic": "字" * 61}, "topic", "long"),
    ({"explanation": "字" * 2001}, "", "explanation_long"),
    ({"kind": "判断", "right": "也许"}, "right", "truth"),
    ({"kind": "数值", "right": "很多"}, "right", "number"),
    ({"kind": "数值", "right": "1", "tolerance": "-2"}, "", "tolerance"),
    ({"kind": "多选", "right": "A", "partial": "看心情"}, "partial", "unknown"),
    ({"kind": "简答", "right": "字" * 201}, "", "accepted_long"),
]


@pytest.mark.parametrize(("change", "column", "code"), WRONG)
def test_a_row_with_an_error_is_named_and_the_others_stay(
    change: dict[str, object], column: str, code: str
) -> None:
    good = {**SINGLE, "code": "first"}
    rows, wrong = parse(read(book(good, {**SINGLE, "code": "second", **change}, {})))
    assert [row.code for row in rows] == ["first"]
    assert wrong == [Fault(3, column, code)]
    assert faults.of_row(wrong[0])


def test_every_fault_has_a_sentence() -> None:
    used = {code for _, _, code in WRONG}
    assert used <= set(faults.ROWS)


def test_a_row_without_a_code_is_known_by_its_question() -> None:
    again = {**SINGLE, "text": "先做什么? "}
    rows, wrong = parse(read(book(SINGLE, again)))
    assert re.fullmatch(r"auto-[0-9a-f]{12}", rows[0].code)
    assert wrong == [Fault(3, "code", "twice")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_type"),
        (b"PK\x03\x04broken", "file_type"),
        ("编号,题目".encode(), "file_type"),
        (zipped(**{"a.txt": b"no workbook"}), "file_type"),
        (zipped(**{"xl/workbook.xml": b"<workbook"}), "file_type"),
        (b"x" * (workbook.MAX_FILE + 1), "file_large"),
        (zipped(**{"bomb.xml": b" " * (workbook.MAX_UNPACKED + 1)}), "file_bomb"),
        (zipped(**{f"{n}.xml": b"" for n in range(MAX_PARTS + 1)}), "file_bomb"),
        (zipped(**{"a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "file_bomb"),
        (zipped(**{"a.xml": "<!DOCTYPE a>".encode("utf-16")}), "file_bomb"),
        (zipped(**{"a.xml": b" " * 65530 + b"<!DOCTYPE a>"}), "file_bomb"),
        (book(names=["谁", "什么"]), "columns"),
        (book({"text": ""}, names=["题型", "题目"]), "columns"),
    ],
)
def test_a_file_that_is_no_sheet_of_questions_is_refused(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_workbook_that_lies_of_its_size_costs_nothing() -> None:
    parts = zipfile.ZipFile(io.BytesIO(book(SINGLE)))
    data = {name: parts.read(name) for name in parts.namelist()}
    sheet = data["xl/worksheets/sheet1.xml"]
    for last, found in ((b"1048576", [1048576]), (b"999999999999", [])):
        data["xl/worksheets/sheet1.xml"] = sheet.replace(b'<row r="2"', b'<row r="' + last + b'"')
        rows, _ = parse(read(zipped(**data)))
        assert [row.number for row in rows] == found


def test_too_many_questions_are_refused() -> None:
    rows = [{**SINGLE, "code": f"q{n}"} for n in range(workbook.MAX_ROWS + 1)]
    assert refusal(book(*rows)) == "rows"
    assert len(parse(read(book(*rows[:-1])))[0]) == workbook.MAX_ROWS


def test_an_empty_sheet_is_said_to_be_empty() -> None:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    assert refusal(buffer.getvalue()) == "empty"


class Desk:
    """The author at the import page of her bank."""

    def __init__(self, people: People) -> None:
        self.bank: Bank = make_bank(people.host)
        self.client: Client = signed_in(people.host, "en")
        self.base = f"/courses/questions/{self.bank.pk}/"

    def check(self, data: bytes, name: str = "题库.xlsx") -> str:
        file = SimpleUploadedFile(name, data)
        return self.client.post(f"{self.base}import/", {"file": file}).content.decode()

    def take(self) -> str:
        upload = SheetUpload.objects.get()
        answer = self.client.post(f"{self.base}import/{upload.pk}/", follow=True)
        return answer.content.decode()


@pytest.fixture
def desk(people: People) -> Desk:
    return Desk(people)


def test_nothing_is_written_before_the_author_says_yes(desk: Desk) -> None:
    shown = desk.check(book({**SINGLE, "code": "A"}, {**SINGLE, "code": "B", "right": "Z"}))
    assert "Row 3" in shown
    assert "Answer: It must name options by their letters, each once." in shown
    assert "Import 1 question" in shown
    assert not Question.objects.exists()
    assert "1 new, 0 changed, 0 as before" in desk.take()
    assert Question.objects.get().code == "A"
    assert not SheetUpload.objects.exists()


def test_taking_the_same_sheet_again_changes_nothing(desk: Desk) -> None:
    data = book({**SINGLE, "code": "A"}, {**SINGLE, "code": "B"})
    for said in ("2 new, 0 changed, 0 as before", "0 new, 0 changed, 2 as before"):
        desk.check(data)
        assert said in desk.take()
    assert Question.objects.count() == 2
    assert not Edition.objects.exists()


def test_a_known_code_changes_its_question_and_keeps_what_it_was(desk: Desk) -> None:
    desk.check(book({**SINGLE, "code": "A"}))
    desk.take()
    before = Question.objects.get()
    assert "Changed" in desk.check(book({**SINGLE, "code": "A", "text": "后做什么？"}))
    assert "0 new, 1 changed, 0 as before" in desk.take()
    after = Question.objects.get()
    assert (after.pk, after.version, after.text) == (before.pk, 2, "后做什么？")
    assert Edition.objects.get().text == "先做什么？"


def test_formulas_and_markup_are_text(desk: Desk) -> None:
    nasty = {**SINGLE, "code": "A", "text": "<script>alert(1)</script>", "option_a": "'=1+1"}
    shown = desk.check(book(nasty))
    desk.take()
    listed = desk.client.get(desk.base).content.decode()
    for page in (shown, listed):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_a_bad_file_is_refused_with_a_sentence_and_status_422(desk: Desk) -> None:
    assert "This is not a readable Excel workbook" in desk.check(b"not a zip")
    empty = desk.client.post(f"{desk.base}import/", {})
    assert empty.status_code == 422
    assert not SheetUpload.objects.exists()


def test_a_sheet_is_taken_by_who_uploaded_it_and_once(people: People, desk: Desk) -> None:
    desk.check(book({**SINGLE, "code": "A"}))
    path = f"{desk.base}import/{SheetUpload.objects.get().pk}/"
    signed_in(people.admin).post(path)
    assert not Question.objects.exists()
    desk.client.post(path)
    again = desk.client.post(path, follow=True).content.decode()
    assert "has been taken in already" in again
    assert Question.objects.count() == 1


def test_rare_names_stay_byte_exact(desk: Desk) -> None:
    text = "李䶮和阿依古丽·买买提谁是监护人？"
    desk.check(book({**SINGLE, "code": "A", "text": text, "option_a": "李䶮"}))
    desk.take()
    found = Question.objects.get()
    assert found.text == text
    item = found.item
    assert isinstance(item, Single)
    assert item.options[0] == "李䶮"
