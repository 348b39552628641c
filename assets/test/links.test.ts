/** What becomes a link in a message, and what had better not. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { pieces } from "../src/ui/links";

function links(text: string): string[] {
  const found = pieces(text);
  assert.equal(found.map((one) => one.text).join(""), text, "nothing is lost or added");
  return found.filter((one) => one.href).map((one) => one.text);
}

test("an address is a link, and the sentence around it is not", () => {
  assert.deepEqual(links("see https://a.example/b?c=1#d."), ["https://a.example/b?c=1#d"]);
  assert.deepEqual(links("见https://a.example/规程。谢谢"), ["https://a.example/"]);
  assert.deepEqual(links("（https://a.example/x）好"), ["https://a.example/x"]);
  assert.deepEqual(links("(http://a.example/x_(y))!"), ["http://a.example/x_(y)"]);
  assert.deepEqual(links("a https://a.example, https://b.example"), [
    "https://a.example",
    "https://b.example",
  ]);
});

test("nothing but http and https leads anywhere", () => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "ftp://a.example/x",
    "javascript://a.example/%0aalert(1)",
    "https://",
    "https://intern",
  ]) {
    assert.deepEqual(links(text), [], text);
  }
});

test("what seems to lead elsewhere does not lead at all", () => {
  assert.deepEqual(links("https://bank.example@evil.example/"), []);
  assert.deepEqual(links("https://a.b:c@evil.example"), []);
  assert.deepEqual(links("https://www.ex\u0430mple.com/login"), [], "a Cyrillic letter in the host");
  assert.deepEqual(links("https://a.example谢谢"), [], "a host may go on in Chinese");
});

test("a host of other letters stays as it was typed, in punycode", () => {
  const [one] = pieces("https://xn--80ak6aa92e.com/");
  assert.equal(one?.host, "xn--80ak6aa92e.com");
  assert.equal(one?.text, "https://xn--80ak6aa92e.com/");
});

test("a wall of addresses is bounded and stays readable", () => {
  const text = "https://a.example ".repeat(100);
  assert.ok(links(text).length <= 20);
});
