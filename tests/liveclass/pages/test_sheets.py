"""CSV files open right in spreadsheet programs, and nothing in them runs."""

import csv
import io

import pytest

from liveclass.summary.sheets import safe, sheet


def test_starts_with_a_byte_order_mark_and_ends_lines_as_rfc_4180() -> None:
    data = sheet(["工号", "姓名"], [["1014", "李䶮"], ["1033", "阿依古丽·买买提"]])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 3
    assert data.count(b"\n") == 3


def test_chinese_quotes_commas_and_line_breaks_survive() -> None:
    text = '“好”，他说："是"\n第二行'
    data = sheet(["文字"], [[text]])
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+861", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")',
        "＝1+1", "＋1", "－1", "＠SUM(1)", "﹦1", "﹢1", "﹣1", "﹫A1", "⁼1", "⁺1", "₊1",
        " =1", "\u3000=cmd", "\u200b=1", "\ufeff=1", "\xa0 \u200b＝1", "\u202e-1", "\x00=1",
        "\x0b=1", "\u2060+1", "\xad@A1", "\u2028=1",
    ],
)  # fmt: skip
def test_text_that_would_run_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(
    "cell", ["正常", "a=b", "（=1", "，=1", " ", "\u200b", "", 12, -3, 1.5, None]
)
def test_other_cells_stay_as_they_are(cell: str | int | float | None) -> None:
    assert safe(cell) == cell
