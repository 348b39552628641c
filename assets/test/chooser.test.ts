import assert from "node:assert/strict";
import { test } from "node:test";

import { plain, searchable } from "../src/ui/chooser";

interface Row {
  hidden: boolean;
  checked: boolean;
}

/** Enough of a list: labels with boxes, a field that hears, and a place for the count. */
function list(names: string[]): { rows: Row[]; type: (text: string) => void; said: () => string; find: { hidden: boolean } } {
  const heard: Record<string, (event: Event) => void> = {};
  const field = { value: "", addEventListener: (name: string, act: (event: Event) => void) => (heard[name] = act) };
  const told = { dataset: { words: "{n}/{all}" }, textContent: "" };
  const find = {
    hidden: true,
    querySelector: (what: string) => (what === "input" ? field : told),
  };
  const rows: Row[] = names.map(() => ({ hidden: false, checked: false }));
  const labels = names.map((name, at) => {
    const label = {
      textContent: name,
      closest: () => null,
      querySelector: () => rows[at],
      set hidden(value: boolean) {
        (rows[at] as Row).hidden = value;
      },
    };
    return label;
  });
  const made = { querySelector: () => find, querySelectorAll: () => labels };
  searchable(made as unknown as HTMLElement);
  return {
    rows,
    find,
    said: () => told.textContent,
    type: (text) => {
      field.value = text;
      heard["input"]?.({ stopPropagation: () => undefined } as Event);
    },
  };
}

const NAMES = ["运行一值", "运行二值", "检修队", "安全部 ＨＳＥ", "a", "b", "c", "d", "e"];

test("a long list is searched by any part, and what is chosen stays", () => {
  const page = list(NAMES);
  assert.equal(page.find.hidden, false);
  (page.rows[2] as Row).checked = true;
  page.type("运行");
  assert.deepEqual(page.rows.map((row) => !row.hidden).slice(0, 4), [true, true, true, false]);
  assert.equal(page.said(), "2/9");
  page.type(" hse");
  assert.equal(page.rows[3]?.hidden, false);
  page.type("");
  assert.ok(page.rows.every((row) => !row.hidden));
  assert.equal(page.said(), "");
});

test("a short list needs no search", () => {
  const page = list(NAMES.slice(0, 8));
  assert.equal(page.find.hidden, true);
});

test("full-width letters, capitals and spaces do not matter", () => {
  assert.equal(plain("  ＡＱ－１０１　安全 "), "aq-101 安全");
});
