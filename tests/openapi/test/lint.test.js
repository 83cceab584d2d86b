import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fetchDocuments, tool } from "./documents.js";

let documents;
before(async () => { documents = await fetchDocuments(); });
after(() => documents?.remove());

for (const [version, settings] of [["3.1", "redocly.yaml"], ["3.0", "redocly-3.0.yaml"]]) {
  test(`the document in version ${version} has no finding`, async () => {
    const environment = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
    const output = await tool("redocly", ["lint", documents.files[version], "--config", settings, "--format", "json", "--max-problems", "200"], { env: environment })
      .catch((error) => error.message);
    const report = JSON.parse(output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1));
    assert.deepEqual(report.problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location?.[0]?.pointer ?? ""}`), []);
    assert.equal(report.totals.ignored, 0);
  });
}
