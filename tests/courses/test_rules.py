"""The tree of rules against the plainest evaluation, and what it tells of what is missing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.completion.rules import (
    MAX_DEPTH,
    MAX_LEAVES,
    All,
    AtLeast,
    Attended,
    BadRule,
    Finished,
    Judged,
    Leaf,
    Passed,
    Present,
    Read,
    Rule,
    Some,
    Watched,
    encode,
    judge,
    leaves,
    parse,
    progress,
    still_missing,
)

permilles = st.integers(1, 1000)
keys = st.integers(1, 12)
leaf_rules = st.one_of(
    st.builds(Watched, keys, permilles),
    st.builds(Read, keys, permilles),
    st.builds(Passed, keys, permilles),
    st.builds(Attended, keys, permilles, st.sampled_from(["live", "replay", "together"])),
    st.builds(Present, keys, permilles),
    st.builds(Finished, keys),
)


def branches(below: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    some = st.lists(below, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        st.lists(below, max_size=4).map(lambda of: All(tuple(of))),
        some.map(Some),
        some.flatmap(lambda of: st.builds(AtLeast, st.integers(1, len(of)), st.just(of))),
    )


trees: st.SearchStrategy[Rule] = st.recursive(leaf_rules, branches, max_leaves=12)
deeds = st.lists(st.integers(0, 1000), min_size=13, max_size=13)


def measured(done: list[int], leaf: Leaf) -> int:
    if isinstance(leaf, Finished):
        return 1000 if done[leaf.course] > 500 else 0
    return done[leaf.lesson]


def plainly(rule: Rule, done: list[int]) -> bool:
    """The oracle: no counting, no short cuts."""
    match rule:
        case All():
            return all(plainly(part, done) for part in rule.of)
        case Some():
            return any(plainly(part, done) for part in rule.of)
        case AtLeast():
            return len([1 for part in rule.of if plainly(part, done)]) >= rule.number
        case Finished():
            return done[rule.course] > 500
        case _:
            return done[rule.lesson] >= rule.permille


def judged(rule: Rule, done: list[int]) -> Judged:
    return judge(rule, lambda leaf: measured(done, leaf))


@given(trees, deeds)
def test_it_decides_as_the_plainest_evaluation_does(rule: Rule, done: list[int]) -> None:
    found = judged(rule, done)
    assert found.met is plainly(rule, done)
    assert (progress(found) == 1000) is found.met
    assert 0 <= progress(found) <= 1000


@given(trees, deeds)
def test_whoever_does_all_that_is_missing_is_done(rule: Rule, done: list[int]) -> None:
    missing = [one.rule for one in still_missing(judged(rule, done))]
    for leaf in missing:
        assert not isinstance(leaf, All | Some | AtLeast)
        key = leaf.course if isinstance(leaf, Finished) else leaf.lesson
        done[key] = 1000
    assert judged(rule, done).met


@given(trees, deeds, st.integers(0, 12))
def test_doing_more_never_takes_anything_away(rule: Rule, done: list[int], key: int) -> None:
    before = judged(rule, done)
    done[key] = 1000
    after = judged(rule, done)
    assert after.met or not before.met
    assert progress(after) >= progress(before)


def depth(rule: Rule) -> int:
    if not isinstance(rule, All | Some | AtLeast):
        return 1
    return 1 + max([0, *map(depth, rule.of)])


@given(trees)
def test_a_tree_comes_back_as_it_was_stored(rule: Rule) -> None:
    try:
        assert parse(encode(rule)) == rule
    except BadRule:
        assert depth(rule) > MAX_DEPTH


@given(trees, deeds)
def test_every_condition_is_told_of(rule: Rule, done: list[int]) -> None:
    asked: list[Leaf] = []
    judge(rule, lambda leaf: (asked.append(leaf), measured(done, leaf))[1])
    assert asked == list(leaves(rule))


def test_live_or_replay_or_both_together() -> None:
    class_ = Attended(lesson=3, permille=800)
    assert judge(class_, lambda _: 800).met
    assert not judge(class_, lambda _: 799).met


def nested(levels: int) -> dict[str, object]:
    tree: dict[str, object] = {"rule": "finished", "course": 1}
    for _ in range(levels - 1):
        tree = {"rule": "all", "of": [tree]}
    return tree


def test_trees_have_a_size() -> None:
    assert parse(json.dumps(nested(MAX_DEPTH)))
    with pytest.raises(BadRule):
        parse(json.dumps(nested(MAX_DEPTH + 1)))
    with pytest.raises(BadRule):
        parse('{"rule":"all","of":[' * 5_000 + "]}" * 5_000)
    many = [{"rule": "finished", "course": 1}] * (MAX_LEAVES + 1)
    with pytest.raises(BadRule):
        parse(json.dumps({"rule": "all", "of": many}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"rule": "always"}',
        '{"rule": "watched"}',
        '{"rule": "watched", "lesson": 0}',
        '{"rule": "watched", "lesson": 1, "permille": 1001}',
        '{"rule": "watched", "lesson": 1, "permille": 0}',
        '{"rule": "watched", "lesson": 1, "extra": 1}',
        '{"rule": "any", "of": []}',
        '{"rule": "at_least", "number": 3, "of": [{"rule": "finished", "course": 1}]}',
        '{"rule": "attended", "lesson": 1, "way": "asleep"}',
    ],
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(BadRule):
        parse(text)
