// Clients that common generators make from the document in version 3.0 compile. The types of clients/typescript come from version 3.1.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fetchDocuments, run, tool } from "./documents.js";

// The tools of .NET take about a minute.
const all = process.env.NEXUS_TEST_GENERATORS === "1";

let documents;
before(async () => { documents = await fetchDocuments(); });
after(() => documents?.remove());

test("a TypeScript client compiles", async () => {
  const folder = join(documents.folder, "typescript");
  await tool("swagger-typescript-api", ["generate", "-p", documents.files["3.0"], "-o", folder, "-n", "client.ts", "--silent"]);
  const source = await readFile(join(folder, "client.ts"), "utf8");
  assert.match(source, /saveSession/);
  await writeFile(join(folder, "use.ts"), `
import { Api, type SessionView } from "./client";
export async function use(api: Api<string>): Promise<[string, number]> {
  const saved = await api.v1.saveSession("1001", { config: { mode: "PILOT" } });
  const session: SessionView = saved.data;
  const trade = await api.v1.storeTrade({ chatId: "1001", symbol: "BTCUSDT", side: "LONG" as never, entryPrice: "1", quantity: "1" });
  return [session.chatId + trade.data.entryPrice, session.version];
}
`);
  await tool("tsc", ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom", "--module", "esnext", "--moduleResolution", "bundler",
    join(folder, "use.ts")]);
});

test("a C# client of NSwag compiles", { skip: !all && "set NEXUS_TEST_GENERATORS=1 (./test --generators)" }, async () => {
  const folder = join(documents.folder, "csharp");
  await mkdir(folder);
  await run("dotnet", ["tool", "restore"]);
  await run("dotnet", ["nswag", "openapi2csclient", `/input:${documents.files["3.0"]}`, "/classname:NexusClient", "/namespace:Generated", "/jsonLibrary:SystemTextJson",
    "/generateNullableReferenceTypes:true", `/output:${join(folder, "NexusClient.cs")}`]);
  await writeFile(join(folder, "Use.cs"), `
namespace Generated;
public static class Use
{
    public static async Task<string> RunAsync(NexusClient client)
    {
        SessionView session = await client.SaveSessionAsync(null, null, "1001", new SessionBody { ApiKey = "k" });
        return session.ChatId + session.Version;
    }
}
`);
  await writeFile(join(folder, "Generated.csproj"), `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework>
<ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable><RunAnalyzers>false</RunAnalyzers></PropertyGroup></Project>`);
  await run("dotnet", ["build", folder, "-v", "quiet", "--nologo"]);
});

test("a Python client of Kiota compiles", { skip: !all && "set NEXUS_TEST_GENERATORS=1 (./test --generators)" }, async () => {
  const folder = join(documents.folder, "python");
  await run("dotnet", ["tool", "restore"]);
  await run("dotnet", ["kiota", "generate", "-l", "python", "-d", documents.files["3.0"], "-c", "NexusClient", "-n", "nexus_generated", "-o", folder, "--log-level", "error"],
    { env: { ...process.env, KIOTA_TUTORIAL_ENABLED: "false", KIOTA_OFFLINE_ENABLED: "true" } });
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".py"));
  assert.ok(files.length > 100, `${files.length} files`);
  await run("python3", ["-m", "compileall", "-q", "-f", folder]);
});
