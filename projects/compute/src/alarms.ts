import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { compositeAlarm, metricAlarm } from "./alarms/metric-alarm.ts";
import { alarmRows, compositeRows } from "./alarms/table.ts";
import type { Watched } from "./alarms/watched.ts";

/** What the gateway refuses for want of a token or of a permission. */
const REFUSED = '{ ($.status = "401") || ($.status = "403") }';

export interface AlarmsArgs {
  readonly watched: Watched;
  /** Has the access log that refusals are counted in. */
  readonly gateway: pulumi.Resource;
}

/** Everything that somebody is told of, each with what to do about it. */
export class Alarms extends pulumi.ComponentResource {
  readonly burnAlarmNames: pulumi.Output<string>[];

  constructor(name: string, config: Config, { watched, gateway }: AlarmsArgs) {
    super("srs:compute:Alarms", name);
    this.countRefusals(config, watched, gateway);
    for (const row of alarmRows(watched)) metricAlarm(config, row, { parent: this });
    this.burnAlarmNames = compositeRows(watched).map((row) => compositeAlarm(config, row, { parent: this }).alarmName);
    this.registerOutputs({ burnAlarmNames: this.burnAlarmNames });
  }

  private countRefusals({ settings }: Config, { refusals }: Watched, gateway: pulumi.Resource): void {
    new aws.cloudwatch.LogMetricFilter(
      "gateway-refuses",
      {
        name: settings.name("gateway-refuses", "metricFilter"),
        logGroupName: settings.name("api-access", "logGroup"),
        pattern: REFUSED,
        metricTransformation: { ...refusals, value: "1", defaultValue: "0" },
      },
      { parent: this, dependsOn: [gateway] },
    );
  }
}
