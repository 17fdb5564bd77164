import { interpolate } from "@pulumi/pulumi";
import { SERVICE_METRICS } from "@records/contracts";
import type { AlarmRow } from "./alarm.ts";
import type { Watched } from "./watched.ts";

/** In a minute, of one client: a person who mistypes is far below, a program with a wrong setting soon above. */
const REFUSALS_PER_MINUTE = 20;

/** COMP-81. Who has no valid token gets no further than the gateway, and has no name there: those are counted together. */
export function identity(watched: Watched): readonly AlarmRow[] {
  const rest = { rule: "COMP-81", missing: "notBreaching", urgency: "look", comparison: "above" } as const;
  const refused = SERVICE_METRICS.refusedCalls.name;
  const rows: AlarmRow[] = [
    {
      ...rest,
      purpose: "client-refused",
      says: `One client was refused more than ${REFUSALS_PER_MINUTE} times in a minute`,
      todo: "The log of the API has its client id and the reason. Ask the party, and suspend its agreement if it cannot say.",
      subject: {
        query:
          `SELECT SUM(${refused}) FROM SCHEMA("${watched.service}", client)` +
          " GROUP BY client ORDER BY SUM() DESC LIMIT 1",
        label: "Refusals of the client with most of them",
      },
      periodSeconds: 60,
      threshold: REFUSALS_PER_MINUTE,
      points: [1, 1],
    },
    {
      ...rest,
      purpose: "gateway-refuses",
      says: `The gateway refused more than ${REFUSALS_PER_MINUTE} requests in a minute, for five minutes`,
      todo: "The access log has their addresses. One address: block it at the firewall. Many: a client whose token expired.",
      subject: {
        metric: {
          namespace: watched.refusals.namespace,
          name: watched.refusals.name,
          dimensions: {},
          statistic: "Sum",
        },
      },
      periodSeconds: 60,
      threshold: REFUSALS_PER_MINUTE,
      points: [5, 5],
    },
  ];
  if (watched.userPool.detectsRisks)
    rows.push({
      ...rest,
      purpose: "sign-in-risk",
      says: "Cognito saw a sign-in that it takes for a risk",
      todo: "See the person's events in the user pool: known device, known place, compromised password?",
      subject: {
        query: interpolate`SELECT SUM(Risk) FROM SCHEMA("AWS/Cognito", Operation, UserPoolId) WHERE UserPoolId = '${watched.userPool.id}'`,
        label: "Risky sign-ins",
      },
      periodSeconds: 300,
      threshold: 0,
      points: [1, 1],
    });
  return rows;
}
