// The documents of a real server, in files of a temporary folder.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serve } from "../../../clients/typescript/test/server.js";

export const root = resolve(fileURLToPath(new URL("..", import.meta.url)));

const start = promisify(execFile);

/** Runs a program; its whole output is in the error if it fails. */
export async function run(program, args, options = {}) {
  try {
    const { stdout } = await start(program, args, { cwd: root, maxBuffer: 64 * 1024 * 1024, timeout: 300_000, ...options });
    return stdout;
  } catch (error) {
    throw new Error(`${program} ${args.join(" ")} failed:\n${error.stdout ?? ""}\n${error.stderr ?? error.message}`);
  }
}

/** A tool of node_modules. */
export const tool = (name, args, options) => run(process.execPath, [join(root, "node_modules/.bin", name), ...args], options);

export async function fetchDocuments() {
  const folder = await mkdtemp(join(tmpdir(), "nexus-openapi-"));
  const server = await serve();
  const files = {};
  try {
    for (const [version, path] of [["3.1", "/openapi/v1.json"], ["3.0", "/openapi/v1-3.0.json"]]) {
      const response = await fetch(server.url + path);
      if (!response.ok) throw new Error(`${path} responded with status ${response.status}`);
      files[version] = join(folder, `v${version}.json`);
      await writeFile(files[version], await response.text());
    }
  } finally {
    await server.stop();
  }
  return { folder, files, remove: () => rm(folder, { recursive: true, force: true }) };
}
