/** Names of everything the alarms and dashboards look at. The topics' tables are functions of this and of nothing else. */
import type { Input } from "@pulumi/pulumi";

export interface Watched {
  readonly suffix: string;
  readonly region: string;
  /** Namespace of what our applications measure. */
  readonly service: string;
  readonly gateway: { readonly apiName: string; readonly stage: string; readonly firewall: string };
  readonly loadBalancer: { readonly arnSuffix: Input<string>; readonly targetGroupArnSuffix: Input<string> };
  /** Tasks below which capacity is lost. */
  readonly healthyTasksMin: number;
  readonly cluster: { readonly name: string; readonly api: string; readonly relay: string };
  readonly stream: Input<string>;
  /** Consumers whose function is deployed. */
  readonly consumers: readonly { readonly purpose: string; readonly registered: string; readonly function: string }[];
  readonly deadLetterQueues: readonly { readonly purpose: string; readonly queue: Input<string> }[];
  readonly database: { readonly cluster: Input<string>; readonly proxy: Input<string> };
  /** Nodes of the cache, by their number in the group. */
  readonly cacheNodes: readonly { readonly number: string; readonly id: Input<string> }[];
  readonly userPool: { readonly id: Input<string>; readonly detectsRisks: boolean };
  readonly rotationFunction: Input<string>;
  readonly auditExporter: string;
  /** Group of the gateway's access log, and the metric that is made of it. */
  readonly refusals: { readonly namespace: string; readonly name: string };
  /** Absent where no canary runs. */
  readonly canary?: { readonly name: string; readonly everySeconds: number };
  readonly fileSystem: Input<string>;
  readonly certificates: readonly { readonly purpose: string; readonly arn: Input<string> }[];
  /** Absent where another stack of the account has the trail. */
  readonly trailLogGroup?: Input<string>;
}
