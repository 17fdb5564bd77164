/** Makes each dashboard of the compute stack a page that people can look at, without an account and without a deployment. */
import { dashboardPage, type Shape } from "@records/cloudwatch/page";
import { dashboardFaults, type DashboardBody } from "@records/cloudwatch";
import { exampleContracts } from "@records/contracts/examples";
import { recordStack } from "@records/testing";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const PLACE = { accountId: "333333333333", region: "us-east-1", suffix: "prod", zones: 3 } as const;

/** What one would expect to see of our own metrics. */
const SHAPES: readonly Shape[] = [
  { of: / http_request_duration_seconds cache hit /, level: 0.018, noise: 0.25, disturbed: 3 },
  { of: / http_request_duration_seconds cache miss /, level: 0.11, noise: 0.3, disturbed: 5 },
  { of: / cache_requests_total outcome hit /, level: 2_300, noise: 0.1, disturbed: 0.7, whole: true, perMinute: true },
  { of: / cache_requests_total outcome miss /, level: 320, noise: 0.1, disturbed: 2, whole: true, perMinute: true },
  {
    of: / authz_decisions_total effect allow /,
    level: 2_900,
    noise: 0.1,
    disturbed: 0.85,
    whole: true,
    perMinute: true,
  },
  { of: / authz_decisions_total effect deny /, level: 60, noise: 0.4, disturbed: 1.2, whole: true, perMinute: true },
  { of: / authz_decisions_total effect error /, level: 4, noise: 0.9, disturbed: 12, whole: true, perMinute: true },
  { of: / records_disclosed_total 1 /, level: 2_700, noise: 0.1, disturbed: 0.8, whole: true, perMinute: true },
  { of: / records_disclosed_total /, level: 900, noise: 0.2, disturbed: 0.8, whole: true, perMinute: true },
  { of: / calls_refused_total 1 /, level: 6, noise: 0.8, disturbed: 1.6, whole: true, perMinute: true },
  { of: / calls_refused_total /, level: 1, noise: 1, disturbed: 1, whole: true, perMinute: true },
  { of: / requests-refused /, level: 3, noise: 0.9, disturbed: 1, whole: true, perMinute: true },
  { of: / audit_unavailable_total /, level: 0, noise: 0, disturbed: 1 },
  { of: / audit_commit_duration_seconds /, level: 0.006, noise: 0.3, disturbed: 4 },
  { of: / audit_batch_size .* Maximum /, level: 9, noise: 0.5, disturbed: 5, whole: true },
  { of: / audit_batch_size /, level: 6, noise: 0.5, disturbed: 2, whole: true },
  { of: / outbox_oldest_age_seconds /, level: 0.4, noise: 0.6, disturbed: 20 },
  { of: / outbox_rows /, level: 5, noise: 0.9, disturbed: 60, whole: true },
];

/**
 * @param folder  where the pages go
 * @returns their paths
 */
export async function renderDashboards(folder: string): Promise<readonly string[]> {
  // As production has them: the canary is there, the trail, and three nodes of the cache.
  const stack = await recordStack("projects/compute", exampleContracts(PLACE), { stack: "prod" });
  const dashboards = stack.ofType(DASHBOARD);
  if (dashboards.length === 0) throw new Error("The compute stack declares no dashboard, so there is none to show.");
  mkdirSync(folder, { recursive: true });
  return dashboards.map(({ inputs }) => {
    const name = String(inputs.dashboardName);
    const text = String(inputs.dashboardBody);
    const faults = dashboardFaults(text);
    if (faults.length > 0) throw new Error(`CloudWatch would not show ${name}: ${faults.join("; ")}`);
    const path = join(folder, `${name}.html`);
    writeFileSync(path, dashboardPage(name, JSON.parse(text) as DashboardBody, SHAPES));
    return path;
  });
}
