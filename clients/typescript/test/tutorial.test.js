// The blocks of the tutorial are one program, which compiles and does what the page says.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serve } from "./server.js";

const run = promisify(execFile);
const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "..");

test("the program of the tutorial does what it shows", async () => {
  const page = await readFile(join(root, "../../docs/tutorials/typescript.md"), "utf8");
  const blocks = (language) => [...page.matchAll(new RegExp("```" + language + "\\n(.*?)```", "gs"))].map((match) => match[1]);
  assert.equal(blocks("ts").length, 4);
  const folder = await mkdtemp(join(tmpdir(), "nexus-tutorial-"));
  const server = await serve();
  try {
    await mkdir(join(folder, "node_modules"));
    await symlink(root, join(folder, "node_modules/nexus-state"));
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
    await writeFile(join(folder, "bot.ts"), blocks("ts").join("\n"));
    const options = ["--strict", "--module", "nodenext", "--target", "es2022", "--typeRoots", join(root, "node_modules/@types"), "--types", "node"];
    await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...options, join(folder, "bot.ts")], { cwd: folder })
      .catch((error) => assert.fail(error.stdout));
    const env = { ...process.env, NEXUS_URL: server.url, NEXUS_API_KEY: server.apiKey };
    const { stdout } = await run(process.execPath, [join(folder, "bot.js")], { cwd: folder, env, timeout: 60_000 });
    assert.equal(stdout, blocks("text").join(""));
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
