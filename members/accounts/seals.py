"""The name seal: a person's surname as one would cut it, instead of a photograph."""

from __future__ import annotations

# Compound surnames in use today; whoever has one is not called by half of it.
_COMPOUND = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶
太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良
漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 西门 第五 南荣
东里 东宫 仲长 即墨 淳于 达奚
"""
COMPOUND = frozenset(_COMPOUND.split())

_LEAST_LENGTH = 3
"""A name of two characters is a surname of one and a given name: 欧阳 alone is Mr Ou."""


def seal_of(name: str) -> str:
    """One or two characters: the surname; two initials where the name is in Latin letters.

    A name of a people whose names have no surname (阿依古丽·买买提) is sealed by its first
    character.
    """
    words = name.replace("·", " ").split()
    if not words:
        return ""
    if words[0][0].isascii():
        return "".join(word[0] for word in words[:2]).upper()
    if len(words[0]) >= _LEAST_LENGTH and words[0][:2] in COMPOUND:
        return words[0][:2]
    return words[0][0]
