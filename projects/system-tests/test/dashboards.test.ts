import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { renderDashboards } from "../src/dashboards.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dashboards-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("shows each dashboard of the stack as a page, with the limits of its alarms", async () => {
  const paths = await renderDashboards(folder);
  expect(paths.map((path) => basename(path))).toEqual([
    "srs-prod-service.html",
    "srs-prod-data.html",
    "srs-prod-compliance.html",
  ]);
  const [service, data, compliance] = paths.map((path) => readFileSync(path, "utf8"));
  expect(service).toContain("burn-fast 0.144");
  expect(data).toContain("replica-lag 200");
  expect(compliance).toContain("audit-unavailable 1");
}, 60_000);
