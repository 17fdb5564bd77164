import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import type { Watched } from "./alarms/watched.ts";
import { complianceDashboard } from "./dashboards/compliance.ts";
import { dataDashboard } from "./dashboards/data.ts";
import { serviceDashboard } from "./dashboards/service.ts";
import { placed, type Widget } from "./dashboards/widgets.ts";

/** Alarms at the top of the first dashboard: the ones that wake somebody, and what they are made of. */
const ON_TOP = [
  ...["burn-fast", "burn-slow", "tasks-fail", "tasks-unhealthy", "gateway-fails", "gateway-slow"],
  ...["cached-reads-slow", "database-reads-slow", "audit-unavailable", "outbox-old", "audit-export-missing"],
];

/** Three boards: for operators, for whoever keeps the data, for whoever answers for privacy. */
export class Dashboards extends pulumi.ComponentResource {
  readonly names: pulumi.Output<string>[];

  constructor(name: string, config: Config, { watched }: { watched: Watched }) {
    super("srs:compute:Dashboards", name);
    const { settings } = config;
    const onTop = [...ON_TOP, ...(watched.canary ? ["canary-fails"] : [])].map((purpose) =>
      settings.arn("cloudwatch", `alarm:${settings.name(purpose, "alarm")}`),
    );
    const boards: Readonly<Record<string, (at: Watched) => readonly (readonly Widget[])[]>> = {
      service: (at) => serviceDashboard(at, onTop),
      data: dataDashboard,
      compliance: complianceDashboard,
    };
    this.names = Object.entries(boards).map(([purpose, board]) => {
      const dashboard = new aws.cloudwatch.Dashboard(
        purpose,
        {
          dashboardName: settings.name(purpose, "dashboard"),
          dashboardBody: pulumi
            .output(watched)
            .apply((at) => JSON.stringify({ start: "-PT6H", periodOverride: "inherit", widgets: placed(board(at)) })),
        },
        { parent: this },
      );
      return dashboard.dashboardName;
    });
    this.registerOutputs({ names: this.names });
  }
}
