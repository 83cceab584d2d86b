// Writes src/schema.ts from the OpenAPI document of the server of this checkout: npm run generate
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import { serve } from "../test/server.js";

export async function generate(url) {
  const response = await fetch(`${url}/openapi/v1.json`);
  if (!response.ok) throw new Error(`${url} responded with status ${response.status}`);
  const document = await response.json();
  return `// Made by tools/generate.js from the server's OpenAPI document: do not change it by hand.\n${astToString(await openapiTS(document))}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve();
  try {
    await writeFile(new URL("../src/schema.ts", import.meta.url), await generate(server.url));
  } finally {
    await server.stop();
  }
}
