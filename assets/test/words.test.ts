import assert from "node:assert/strict";
import { test } from "node:test";

import { t } from "../src/i18n";
import { socketUrl, streamUrl } from "../src/page";
import { sealText } from "../src/ui/part";
import { en as enRooms } from "../src/words/en";
import { enCourses } from "../src/words/en-courses";
import { zh as zhRooms } from "../src/words/zh";
import { enStaff } from "../src/words/en-staff";
import { zhCourses } from "../src/words/zh-courses";
import { zhStaff } from "../src/words/zh-staff";
import { speak } from "./speak";

const en = { ...enRooms, ...enCourses, ...enStaff };
const zh = { ...zhRooms, ...zhCourses, ...zhStaff };
const holes = (text: string): string => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join();

void test("both languages fill the same holes", () => {
  for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
    assert.equal(holes(en[key]), holes(zh[key]), key);
    assert.ok(en[key].length > 0 && zh[key].length > 0, key);
  }
});

void test("the house style of the words", () => {
  for (const [key, text] of Object.entries(zh)) {
    assert.ok(!/用户|亲|[!！]/.test(text), key);
    assert.ok(!/[\p{Script=Han}][,;:?]/u.test(text), `${key}: full-width punctuation`);
    assert.ok(
      !/[\p{Script=Han}][A-Za-z0-9]|[A-Za-z0-9][\p{Script=Han}]/u.test(text),
      `${key}: space`,
    );
  }
  for (const [key, text] of Object.entries(en)) assert.ok(!/[!\p{Script=Han}]/u.test(text), key);
});

void test("speaks the reader's language", () => {
  speak("en");
  assert.equal(t("poll.voted", { n: 37, m: 44 }), "37 of 44 voted");
  speak("zh-Hans");
  assert.equal(t("poll.voted", { n: 37, m: 44 }), "已投票 37/44");
});

void test("a seal carries the surname", () => {
  assert.equal(sealText("郭建业"), "郭");
  assert.equal(sealText("欧阳朗"), "欧阳");
  assert.equal(sealText("阿依古丽·买买提"), "阿");
  assert.equal(sealText("Ivan Petrov"), "IP");
  assert.equal(sealText("李䶮"), "李");
});

void test("addresses", () => {
  assert.equal(socketUrl("/ws/room/a/", "en", "https://h/x"), "wss://h/ws/room/a/?lang=en");
  assert.equal(
    socketUrl("/ws/room/a/", "zh-hans", "http://h:1/"),
    "ws://h:1/ws/room/a/?lang=zh-hans",
  );
  assert.equal(streamUrl("/media/whip/a/", "camera"), "/media/whip/a/camera");
  assert.equal(streamUrl("/media/whip/a", "screen"), "/media/whip/a/screen");
});
