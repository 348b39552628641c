// Bundles the pages' scripts into liveclass/static/build. `--watch` rebuilds on change.
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const candidates = {
  room: "src/room/main.ts",
  check: "src/check/main.ts",
  site: "src/site.ts",
  reception: "src/reception/main.ts",
  klass: "src/klass/main.ts",
  replay: "src/replay/main.ts",
  quiz: "src/quiz/main.ts",
  authoring: "src/authoring/main.ts",
  // loaded by the others when it is needed, never with a page
  hls: "src/hls.ts",
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

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: here,
  entryPoints,
  outdir: join(here, "../liveclass/static/build"),
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
