import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serve } from "./server.js";

const run = promisify(execFile);
const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "..");
let server, folder, env;

before(async () => {
  server = await serve();
  folder = await mkdtemp(join(tmpdir(), "nexus-pack-"));
  env = { ...process.env, NEXUS_URL: server.url, NEXUS_API_KEY: server.apiKey };
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: root });
  const [{ filename, files }] = JSON.parse(stdout);
  assert.ok(files.every(({ path }) => /^(dist\/.*|README\.md|package\.json)$/.test(path)), JSON.stringify(files));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(folder, filename)], { cwd: folder });
});
after(async () => {
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test("the examples of the README run on the installed package", async () => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/```js\n(.*?)```/gs)].map((match) => match[1]);
  assert.ok(blocks.length >= 2);
  for (const [number, block] of blocks.entries()) {
    const file = join(folder, `example${number}.js`);
    await writeFile(file, block);
    const { stdout } = await run(process.execPath, [file], { cwd: folder, env, timeout: 60_000 });
    assert.doesNotMatch(stdout, /k-123|s-456/);
  }
});

test("the installed package is typed", async () => {
  await writeFile(join(folder, "typed.ts"), `
import { NexusClient, type Trade } from "nexus-state";
import { NexusStorage } from "nexus-state/grammy";
import { NexusSessionStore } from "nexus-state/telegraf";
export async function use(nexus: NexusClient): Promise<string> {
  const trade: Trade = await nexus.trades.open({ chatId: 1n, symbol: "X", side: "LONG", entryPrice: "1", quantity: 1 });
  const storage = new NexusStorage<{ n: number }>(nexus);
  const store = new NexusSessionStore<{ n: number }>(nexus);
  const both = [await storage.read("1"), await store.get("1")].map((one) => one?.n.toFixed());
  // @ts-expect-error a price is text
  const price: number = trade.entryPrice;
  // @ts-expect-error a side is LONG or SHORT
  await nexus.trades.open({ chatId: 1, symbol: "X", side: "UP", entryPrice: "1", quantity: 1 });
  return trade.entryPrice + price + both.join();
}
`);
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022", "--typeRoots", join(root, "node_modules/@types"), "--types", "node"];
  await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...options, join(folder, "typed.ts")], { cwd: folder }).catch((error) => assert.fail(error.stdout));
});

test("the package has no dependencies, and its lock file names no registry", async () => {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  assert.equal(manifest.dependencies, undefined);
  assert.doesNotMatch(await readFile(join(root, "package-lock.json"), "utf8"), /"resolved":/);
});
