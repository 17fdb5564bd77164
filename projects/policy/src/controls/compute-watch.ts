/** Alarms and logs, of whatever layer. Most of them are the compute layer's. */
import { testsIn, type Control } from "./control.ts";

const alarms = testsIn("projects/compute/test/alarms.test.ts");
const logs = testsIn("projects/compute/test/compute.test.ts");
const ALARMS = {
  security: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
  data: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
  compute: ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"],
};
const TELLS = "says what is so and what to do, what missing data means, and whom it tells";
const PARTS =
  "the two windows of each burn alarm, which only count together: their composite alarm has the actions, and telling of a " +
  "window alone would be the noise that two windows are there to avoid";

export const computeWatch: readonly Control[] = [
  {
    id: "CloudWatch.15",
    says: "Every alarm tells somebody",
    standards: ["NIST"],
    rules: ["SEC-38", "COMP-66", "COMP-67"],
    where: ALARMS,
    held: alarms(TELLS, "raise %s only when both windows burn"),
    reported: PARTS,
  },
  {
    id: "CloudWatch.16",
    says: "Logs are kept for a year at least",
    standards: ["NIST"],
    rules: ["COMP-62", "OPS-20"],
    where: { compute: ["aws:cloudwatch/logGroup:LogGroup"], network: ["aws:cloudwatch/logGroup:LogGroup"] },
    policies: ["log-group-retention"],
    held: logs("keeps every log group under key `logs` for as long as its environment says"),
    note: "400 days in production, by the sizing table",
  },
  {
    id: "CloudWatch.17",
    says: "No alarm is switched off",
    standards: ["NIST"],
    rules: ["SEC-38", "COMP-66", "COMP-67"],
    where: ALARMS,
    held: alarms(TELLS),
    reported: PARTS,
  },
];
