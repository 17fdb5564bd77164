/** What the office of privacy and the auditors ask: is everything written down, who was refused, who opened what. */
import { SERVICE_METRICS } from "@records/contracts";
import { audit } from "../alarms/audit.ts";
import { identity } from "../alarms/identity.ts";
import { lambda, own } from "../alarms/metrics.ts";
import type { Watched } from "../alarms/watched.ts";
import { limitOf, Widgets, type Widget } from "./widgets.ts";

const KEY_USE = [
  'filter eventSource = "kms.amazonaws.com" and eventName in ["Decrypt", "GenerateDataKey", "Sign"]',
  "stats count(*) as uses by userIdentity.sessionContext.sessionIssuer.userName as role, eventName, resources.0.ARN as key",
  "sort uses desc",
  "limit 50",
];
const REFUSALS = [
  'filter msg = "request" and decision = "deny"',
  "stats count(*) as refusals by clientId, reason",
  "sort refusals desc",
  "limit 50",
];

export function complianceDashboard(watched: Watched): readonly (readonly Widget[])[] {
  const widgets = new Widgets(watched.region);
  const api = { process: "api" };
  return [
    [
      widgets.heading(
        `# Disclosures and their record, ${watched.suffix}\nEvery reply has an audit entry that was durable before it ` +
          "left (34 CFR 99.32). Numbers of requests and records only: who saw whom is in the audit store.",
      ),
    ],
    [
      widgets.plot({
        title: "Replies withheld, audit entry not written",
        lines: [{ metric: own(watched, "auditUnavailable", api, "Sum"), label: "Withheld" }],
        limits: audit(watched)
          .filter(({ purpose }) => purpose === "audit-unavailable")
          .map((row) => limitOf(row)),
      }),
      widgets.plot({
        title: "Commit of audit entries, s",
        lines: [
          { metric: own(watched, "auditCommit", api, "p50"), label: "p50" },
          { metric: own(watched, "auditCommit", api, "p99"), label: "p99" },
        ],
        unit: "s",
      }),
      widgets.plot({
        title: "Export of audit entries, runs an hour",
        lines: [
          { metric: lambda(watched.auditExporter, "Invocations", "Sum"), label: "Runs", id: "runs" },
          { metric: lambda(watched.auditExporter, "Errors", "Sum"), label: "Failed", id: "failed" },
          { expression: "runs - failed", label: "Succeeded", id: "succeeded" },
        ],
        limits: audit(watched)
          .filter(({ purpose }) => purpose === "audit-export-missing")
          .map((row) => limitOf(row)),
        periodSeconds: 3_600,
      }),
    ],
    [decisions(widgets, watched), disclosures(widgets, watched), refusals(widgets, watched)],
    [signIns(widgets, watched), rotations(widgets, watched), events(widgets, watched)],
    [widgets.logs("Refusals by client and reason", `/srs/${watched.suffix}/api`, REFUSALS), keyUse(widgets, watched)],
  ];
}

function decisions(widgets: Widgets, watched: Watched): Widget {
  return widgets.plot({
    title: "Denied or failed, requests a minute",
    lines: (["deny", "error"] as const).map((effect) => ({
      metric: own(watched, "decisions", { effect }, "Sum"),
      label: effect,
    })),
  });
}

function disclosures(widgets: Widgets, watched: Watched): Widget {
  const { name } = SERVICE_METRICS.disclosedRecords;
  return widgets.plot({
    title: "Records disclosed in five minutes, by operation",
    lines: [
      {
        expression: `SEARCH('{${watched.service},route} MetricName="${name}"', 'Sum', 300)`,
        label: "",
        id: "disclosed",
      },
    ],
    periodSeconds: 300,
    stacked: true,
  });
}

function refusals(widgets: Widgets, watched: Watched): Widget {
  const rows = identity(watched).filter(({ purpose }) => purpose === "gateway-refuses");
  const [atGateway] = rows;
  return widgets.plot({
    title: "Refused for want of token or permission, a minute",
    lines: [
      ...(atGateway && "metric" in atGateway.subject
        ? [{ metric: atGateway.subject.metric, label: "By the gateway" }]
        : []),
      {
        expression:
          `SELECT SUM(${SERVICE_METRICS.refusedCalls.name}) FROM SCHEMA("${watched.service}", client)` +
          " GROUP BY client ORDER BY SUM() DESC LIMIT 5",
        label: "Client",
        id: "clients",
      },
    ],
    limits: rows.map((row) => limitOf(row)),
  });
}

function signIns(widgets: Widgets, { userPool }: Watched): Widget {
  const summed = (name: string, dimensions: string) => `SELECT SUM(${name}) FROM SCHEMA("AWS/Cognito", ${dimensions})`;
  return widgets.plot({
    title: "People's sign-ins in five minutes",
    lines: [
      { expression: summed("SignInSuccesses", "UserPool, UserPoolClient"), label: "Signed in", id: "signed" },
      ...(userPool.detectsRisks
        ? [{ expression: summed("Risk", "Operation, UserPoolId"), label: "Taken for a risk", id: "risk" }]
        : []),
    ],
    periodSeconds: 300,
  });
}

function rotations(widgets: Widgets, watched: Watched): Widget {
  return widgets.plot({
    title: "Rotation of secrets, steps an hour",
    lines: [
      { metric: lambda(watched.rotationFunction, "Invocations", "Sum"), label: "Steps" },
      { metric: lambda(watched.rotationFunction, "Errors", "Sum"), label: "Failed" },
    ],
    periodSeconds: 3_600,
  });
}

function events(widgets: Widgets, watched: Watched): Widget {
  return widgets.plot({
    title: "Audit entries in one commit",
    lines: [
      { metric: own(watched, "auditBatch", { process: "api" }, "p50"), label: "p50" },
      { metric: own(watched, "auditBatch", { process: "api" }, "Maximum"), label: "Most" },
    ],
  });
}

/** Each use of a key is in the trail, with who and what for; only where this account's trail is ours. */
function keyUse(widgets: Widgets, watched: Watched): Widget {
  const group = watched.trailLogGroup;
  return typeof group === "string" && group !== ""
    ? widgets.logs("Use of keys by role", group, KEY_USE)
    : {
        type: "text",
        width: 12,
        height: 6,
        properties: { markdown: "Use of keys is seen where the account's trail is: on the dashboard of that stack." },
      };
}
