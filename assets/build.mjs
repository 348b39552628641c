// Bundles the pages' scripts into liveclass/static/build. `--watch` rebuilds on change.
import { copyFileSync, cpSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const candidates = {
  // the words of a page in its language, before its program
  "words-en": "src/words/book-en.ts",
  "words-zh": "src/words/book-zh.ts",
  "courses-en": "src/words/courses-en.ts",
  "courses-zh": "src/words/courses-zh.ts",
  room: "src/room/main.ts",
  staff: "src/room/staff.ts",
  check: "src/check/main.ts",
  lobby: "src/lobby/main.ts",
  site: "src/site.ts",
  reception: "src/reception/main.ts",
  klass: "src/klass/main.ts",
  replay: "src/replay/main.ts",
  quiz: "src/quiz/main.ts",
  authoring: "src/authoring/main.ts",
  upload: "src/upload/main.ts",
  player: "src/player/main.ts",
  // loaded by the others when it is needed, never with a page
  hls: "src/hls.ts",
  pdf: "src/pdf.ts",
  slides: "src/slides/program.ts",
  comments: "src/comments/program.ts",
  mention: "src/mention/program.ts",
  archive: "src/archive/program.ts",
  whisper: "src/whisper/program.ts",
  "pdf.worker": "node_modules/pdfjs-dist/legacy/build/pdf.worker.mjs",
};
const entryPoints = Object.fromEntries(
  Object.entries(candidates).filter(([, path]) => existsSync(join(here, path))),
);

// Certificates are set by typst, which reads no web fonts: the server gets whole TrueType files.
const fonts = ["400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf"];
const fontPackage = join(here, "node_modules/@expo-google-fonts/noto-sans-sc");
const fontFolder = join(here, "../courses/credits/certificates/fonts");
mkdirSync(fontFolder, { recursive: true });
for (const font of fonts) {
  copyFileSync(join(fontPackage, font), join(fontFolder, font.split("/")[1]));
}

// Chinese documents often name their fonts and leave them out: pdf.js has tables for them.
const build = join(here, "../liveclass/static/build");
for (const [from, to] of [["cmaps", "cmaps"], ["standard_fonts", "fonts"]]) {
  const tables = join(here, "node_modules/pdfjs-dist", from);
  if (existsSync(tables)) cpSync(tables, join(build, to), { recursive: true });
}

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: here,
  entryPoints,
  outdir: build,
  bundle: true,
  format: "esm",
  target: ["chrome111", "firefox115", "safari16.4"],
  minify: true,
  sourcemap: true,
  charset: "utf8",
  legalComments: "linked",
  logLevel: "info",
};

if (process.argv.includes("--watch")) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}
