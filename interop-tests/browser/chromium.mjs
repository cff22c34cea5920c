// The Chromium that @sparticuz/chromium carries, unpacked below node_modules and driven by playwright-core: no browser, library or
// font of the system is needed. The package could unpack itself, but to a place without a version, where parallel runs collide.
import { createReadStream, createWriteStream } from "node:fs";
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);

const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fonts-cache</cachedir>
</fontconfig>
`;

const ARGUMENTS = [
  "--no-sandbox", // which needs rights that containers withhold; the tests open nothing but a page of their own
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function launchChromium() {
  const folder = await unpacked();
  return await chromium.launch({
    executablePath: path.join(folder, "chromium"),
    args: ARGUMENTS,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [path.join(folder, "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
      FONTCONFIG_PATH: folder,
      FONTCONFIG_FILE: path.join(folder, "fonts.conf"),
      XDG_CACHE_HOME: folder,
    },
  });
}

/** The folder with the browser, its libraries and its fonts. The first run after an installation makes it. */
async function unpacked() {
  if (process.platform !== "linux" || process.arch !== "x64" || !process.report.getReport().header.glibcVersionRuntime) {
    throw new Error(`The browser that the tests use runs on Linux with an x64 processor and glibc only; this is ${process.platform} on ${process.arch}.`);
  }

  const main = require.resolve("@sparticuz/chromium");
  const root = main.slice(0, main.lastIndexOf(`${path.sep}build${path.sep}`));
  const { version } = JSON.parse(await fs.readFile(path.join(root, "package.json"), "utf8"));
  const cache = path.resolve(root, "../../.cache");
  const folder = path.join(cache, `chromium-${version}`);
  if (await exists(folder)) return folder;

  // Whoever is first renames a complete folder into place; the others throw theirs away.
  await fs.mkdir(cache, { recursive: true });
  const draft = await fs.mkdtemp(`${folder}.`);
  try {
    await unpack(path.join(root, "bin"), draft, createRequire(main)("tar-fs"));
    await fs.rename(draft, folder);
  } catch (error) {
    await fs.rm(draft, { recursive: true, force: true });
    if (!["ENOTEMPTY", "EEXIST"].includes(error.code)) throw error;
  }
  return folder;
}

async function unpack(bin, folder, tar) {
  const brotli = (name, target) => pipeline(createReadStream(path.join(bin, name)), createBrotliDecompress(), target);
  await Promise.all([
    brotli("chromium.br", createWriteStream(path.join(folder, "chromium"), { mode: 0o755 })),
    brotli("al2023.tar.br", tar.extract(folder)), // lib
    brotli("fonts.tar.br", tar.extract(folder)), // fonts, and a fonts.conf for other places
  ]);
  await fs.writeFile(path.join(folder, "fonts.conf"), FONTS_CONF);
}

const exists = (file) => fs.access(file).then(() => true, () => false);
