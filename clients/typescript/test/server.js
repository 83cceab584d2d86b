// A real server for the tests: `nexus serve` with the embedded store, on a free port, in a temporary folder.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const program = process.env.NEXUS_CLI ?? resolve(fileURLToPath(new URL(".", import.meta.url)), "../../../src/Nexus.Cli/bin/Release/net10.0/Nexus.Cli.dll");

export async function serve() {
  if (!existsSync(program)) throw new Error(`${program} is missing: build it with dotnet build src/Nexus.Cli -c Release, or name another in NEXUS_CLI`);
  const folder = await mkdtemp(join(tmpdir(), "nexus-ts-"));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("NEXUS_") && name !== "DATABASE_URL"));
  const command = program.endsWith(".dll") ? ["dotnet", program] : [program];
  const arguments_ = ["serve", "--urls", "http://127.0.0.1:0", "--data", join(folder, "data"), "--no-dashboard"];
  const child = spawn(command[0], [...command.slice(1), ...arguments_], { env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  const url = await new Promise((found, failed) => {
    const read = (chunk) => {
      log += chunk;
      const match = /^Serving at (http:\S+?),/m.exec(log);
      if (match) found(match[1]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", () => failed(new Error(`nexus serve did not start:\n${log}`)));
  });
  const apiKey = (await readFile(join(folder, "data/admin.key"), "utf8")).trim();
  return {
    url,
    apiKey,
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
