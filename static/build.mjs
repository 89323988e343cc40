// Bundles static/src/ into static/build/: hashed names, a manifest of them, and one sprite of the icons in static/icons.txt.

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ICONS = path.join(HERE, "..", "node_modules", "@tabler", "icons", "icons", "outline");
const BUILD = path.join(HERE, "build");
const NEXT = path.join(HERE, "build.next");

// charts.js holds ECharts: only pages with figures load it.
const ENTRIES = ["app.js", "charts.js", "theme.js", "app.css"];

// Browsers of bureau desks: Chromium 87 is what the oldest supported 360 and QQ browsers are made of.
const TARGETS = ["chrome87", "firefox90", "safari15"];

async function bundle() {
  const result = await esbuild.build({
    absWorkingDir: HERE,
    entryPoints: ENTRIES.map((name) => path.join("src", name)),
    outdir: NEXT,
    entryNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "iife",
    target: TARGETS,
    charset: "utf8",
    legalComments: "linked",
    metafile: true,
    logLevel: "warning",
  });

  const named = {};
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint) named[path.basename(output.entryPoint)] = path.basename(file);
  }
  return named;
}

async function iconNames() {
  const lines = (await readFile(path.join(HERE, "icons.txt"), "utf8")).split("\n");
  return lines.map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
}

async function symbol(name) {
  const svg = await readFile(path.join(ICONS, `${name}.svg`), "utf8").catch(() => {
    throw new Error(`static/icons.txt names "${name}", which @tabler/icons does not have`);
  });
  const shapes = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "");
  const pen = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${pen}>${shapes}</symbol>`;
}

async function sprite() {
  const symbols = await Promise.all((await iconNames()).map(symbol));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  const hash = createHash("sha256").update(svg).digest("hex").slice(0, 8).toUpperCase();
  const file = `icons-${hash}.svg`;
  await writeFile(path.join(NEXT, file), svg);
  return { "icons.svg": file };
}

// The new build takes the old one's place only when it is whole, so a failed build leaves a working site.
await rm(NEXT, { recursive: true, force: true });
await mkdir(NEXT, { recursive: true });
const manifest = { ...(await bundle()), ...(await sprite()) };
await writeFile(path.join(NEXT, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
await rm(BUILD, { recursive: true, force: true });
await rename(NEXT, BUILD);
