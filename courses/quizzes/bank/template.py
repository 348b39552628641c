"""The workbook that authors fill in: the head, an example of each kind, what may stand where."""

from __future__ import annotations

from collections.abc import Mapping

from courses.quizzes.bank.rows import COLUMNS, head
from courses.quizzes.bank.workbook import write

EXAMPLES: dict[str, list[dict[str, str]]] = {
    "zh": [
        {"code": "AQ-1", "kind": "单选", "text": "发现疏水阀冻结，第一步做什么？",
         "option_a": "先开旁路", "option_b": "确认范围，汇报值长", "option_c": "直接停泵",
         "right": "B", "points": "2", "topic": "供热", "explanation": "先弄清范围，再动阀门。"},
        {"code": "AQ-2", "kind": "多选", "text": "进入受限空间前要做哪些事？",
         "option_a": "办理作业票", "option_b": "检测气体", "option_c": "关闭照明",
         "option_d": "安排监护人", "right": "ABD", "partial": "选错不得分", "points": "3",
         "topic": "受限空间"},
        {"code": "AQ-3", "kind": "判断", "text": "氨比空气轻。", "right": "对", "topic": "液氨"},
        {"code": "AQ-4", "kind": "排序", "text": "按顺序排列停电作业的步骤。", "option_a": "停电",
         "option_b": "验电", "option_c": "接地", "right": "ABC", "topic": "电气"},
        {"code": "AQ-5", "kind": "数值", "text": "安全阀的整定压力是多少？", "right": "1.6",
         "tolerance": "0.05", "unit": "MPa", "topic": "供热"},
        {"code": "AQ-6", "kind": "简答", "text": "蒸汽管道末端排出凝结水的阀门叫什么？",
         "right": "疏水阀|疏水器", "topic": "供热"},
    ],
    "en": [
        {"code": "AQ-1", "kind": "Single choice",
         "text": "A steam trap is frozen. What comes first?",
         "option_a": "Open the bypass", "option_b": "Find out how far it goes and report it",
         "option_c": "Stop the pump", "right": "B", "points": "2", "topic": "Heating",
         "explanation": "First know what is affected, then move valves."},
        {"code": "AQ-2", "kind": "Multiple choice",
         "text": "What is done before entering a confined space?",
         "option_a": "Obtain the work permit", "option_b": "Test the air",
         "option_c": "Switch off the light", "option_d": "Appoint an attendant", "right": "ABD",
         "partial": "Subset", "points": "3", "topic": "Confined space"},
        {"code": "AQ-3", "kind": "True or false", "text": "Ammonia is lighter than air.",
         "right": "True", "topic": "Ammonia"},
        {"code": "AQ-4", "kind": "Ordering", "text": "Put the steps of isolation into order.",
         "option_a": "Switch off", "option_b": "Test for voltage", "option_c": "Earth",
         "right": "ABC", "topic": "Electrical"},
        {"code": "AQ-5", "kind": "Number", "text": "What is the set pressure of the safety valve?",
         "right": "1.6", "tolerance": "0.05", "unit": "MPa", "topic": "Heating"},
        {"code": "AQ-6", "kind": "Short text",
         "text": "Which valve drains condensate from a steam main?",
         "right": "steam trap|trap", "topic": "Heating"},
    ],
}  # fmt: skip
NOTES: dict[str, tuple[str, str, list[str]]] = {
    "zh": ("题目", "说明", [
        "每行一题，只读取第一张表。第一行是列名，请勿删除；示例行可以改写或删除。",
        "编号：同一题库内唯一。再次导入相同编号会更新该题；不填则按题目内容识别。",
        "题型：单选、多选、判断、排序、数值、简答。",
        "选项 A 至 J：单选、多选、排序填写 2 至 10 个，中间不留空。",
        "答案：单选填一个字母，多选填多个字母（如 ABD），判断填对或错，排序填正确顺序的字母"
        "（留空表示选项已按正确顺序填写），数值填数字，简答用 | 分隔多个可接受的答案。",
        "部分得分（多选、排序）：留空表示不给部分分；也可填“选错不得分”或“选错倒扣”。",
        "允许误差（数值）：如 0.05 或 5%，两端都算对。",
        "分值：1 至 100 的整数，留空为 1。",
    ]),
    "en": ("Questions", "How to fill it in", [
        "One question a row; only the first sheet is read. The first row names the columns: "
        "keep it. The examples may be changed or deleted.",
        "Code: once in a bank. Importing the same code again changes that question; without a code "
        "a question is recognised by its text.",
        "Kind: Single choice, Multiple choice, True or false, Ordering, Number, Short text.",
        "Options A to J: 2 to 10 of them for choices and orderings, without gaps.",
        "Answer: one letter; several letters (ABD); True or False; for an ordering the letters in "
        "the right order (empty: the options stand in it already); a number; for short text the "
        "accepted answers with | between them.",
        "Partial (multiple choice, ordering): empty for none, or Subset (nothing as soon as one is "
        "wrong), or Balanced (wrong ones are taken off).",
        "Tolerance (number): 0.05 or 5%, both ends are right.",
        "Points: a whole number from 1 to 100; empty is 1.",
    ]),
}  # fmt: skip


def template_file(language: str) -> bytes:
    """The workbook in ``language``."""
    chosen = "zh" if language.startswith("zh") else "en"
    title, notes, lines = NOTES[chosen]
    table = [head(chosen), *(_row(one) for one in EXAMPLES[chosen])]
    return write(title, table, (notes, lines))


def _row(example: Mapping[str, str]) -> list[str]:
    return [example.get(column, "") for column in COLUMNS]
