/** Aurora and its proxy. */
import { testsIn, type Control } from "./control.ts";

const controls = testsIn("projects/data/test/controls.test.ts");
const plans = testsIn("projects/system-tests/test/plans.test.ts");

const CLUSTER = "aws:rds/cluster:Cluster";
const INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
const INSIDE = "has no public address, and lives in the subnets without a way out";
const ZONES = "has an instance in each of three zones";
const MINOR = "takes minor versions by itself, cluster and instances";
const TAGS = "hands its tags on to snapshots, cluster and instances";

/** A setting of the cluster or its instances. */
const aurora = (
  number: number,
  says: string,
  { standards = ["FSBP", "NIST"], ...rest }: Partial<Control> & Pick<Control, "rules" | "where"> & { test: string },
): Control => {
  const { test, ...row } = rest;
  return { id: `RDS.${number}`, says, standards, ...row, held: controls(test) };
};

const notified = (number: number, about: string): Control => ({
  id: `RDS.${number}`,
  says: `Somebody is told of critical events of ${about}`,
  standards: ["FSBP", "NIST"],
  rules: ["DATA-6"],
  where: { data: ["aws:rds/eventSubscription:EventSubscription"] },
  held: controls("of every %s are told to who runs the platform, these at least: %j"),
});

export const dataDatabase: readonly Control[] = [
  {
    id: "RDS.2",
    says: "No instance has a public address",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["DATA-2", "DATA-10"],
    where: { data: [INSTANCE] },
    policies: ["no-public-addresses"],
    held: controls(INSIDE),
  },
  aurora(5, "Instances stand in more than one zone", {
    rules: ["DATA-2", "DATA-10", "OPS-21"],
    where: { data: [INSTANCE] },
    test: ZONES,
  }),
  aurora(6, "Instances report the operating system's own metrics", {
    rules: ["DATA-2", "DATA-10", "DATA-15"],
    where: { data: [INSTANCE, "aws:iam/role:Role"] },
    test: "is watched by the operating system's own metrics, under a role that may publish them",
  }),
  aurora(7, "The cluster cannot be deleted", {
    rules: ["DATA-8", "OPS-20"],
    where: { data: [CLUSTER] },
    test: "cannot be deleted",
  }),
  aurora(12, "The cluster knows users by IAM", {
    rules: ["DATA-8"],
    where: { data: [CLUSTER] },
    policies: ["aurora-complete"],
    test: "lets its users in by IAM, and has an administrator's name and a port that nobody tries first",
  }),
  aurora(13, "Instances take minor versions by themselves", {
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["DATA-10"],
    where: { data: [INSTANCE] },
    test: MINOR,
  }),
  aurora(15, "The cluster stands in more than one zone", {
    rules: ["DATA-2", "DATA-9", "OPS-21"],
    where: { data: [CLUSTER, INSTANCE] },
    test: ZONES,
  }),
  aurora(16, "Snapshots carry the cluster's tags", {
    rules: ["DATA-8"],
    where: { data: [CLUSTER] },
    policies: ["aurora-complete"],
    test: TAGS,
  }),
  notified(19, "the cluster"),
  notified(20, "its instances"),
  notified(21, "its parameter groups"),
  notified(22, "its security groups"),
  {
    ...aurora(23, "The database does not listen where everybody tries first", {
      rules: ["DATA-8"],
      where: { data: [CLUSTER] },
      policies: ["aurora-complete", "no-default-names"],
      test: "lets its users in by IAM, and has an administrator's name and a port that nobody tries first",
    }),
    exception: { id: "EXC-5", covers: "the proxy in front of it, whose port is fixed" },
  },
  aurora(24, "The administrator has a name that nobody tries first", {
    rules: ["DATA-8"],
    where: { data: [CLUSTER] },
    policies: ["no-default-names"],
    test: "lets its users in by IAM, and has an administrator's name and a port that nobody tries first",
  }),
  {
    id: "RDS.26",
    says: "A backup plan protects the instances",
    standards: ["NIST"],
    rules: ["DATA-49", "DATA-50"],
    where: { data: ["aws:backup/plan:Plan", "aws:backup/selection:Selection"] },
    held: controls("are of the database, the files and the archive, each day"),
  },
  aurora(27, "The cluster is encrypted", {
    rules: ["DATA-8"],
    where: { data: [CLUSTER] },
    policies: ["aurora-complete", "customer-managed-keys", "own-key"],
    test: "is encrypted under its own key",
  }),
  aurora(35, "The cluster takes minor versions by itself", {
    rules: ["DATA-8"],
    where: { data: [CLUSTER] },
    note: "AWS applies the control to Multi-AZ clusters, not to Aurora; the setting is there.",
    test: MINOR,
  }),
  aurora(37, "The cluster sends its logs to CloudWatch", {
    standards: ["FSBP"],
    rules: ["DATA-7", "DATA-8"],
    where: { data: [CLUSTER, "aws:cloudwatch/logGroup:LogGroup"] },
    policies: ["aurora-complete", "log-group-retention"],
    test: "sends its logs to CloudWatch, each to a group that is there before it, under the key of logs",
  }),
  aurora(43, "The proxy takes no connection without TLS", {
    standards: ["FSBP"],
    rules: ["DATA-5", "DATA-12"],
    where: { data: ["aws:rds/proxy:Proxy"] },
    policies: ["encryption-of-stores"],
    test: "is reached through a proxy that takes no connection without TLS",
  }),
  {
    id: "RDS.46",
    says: "Instances stand in no subnet that an internet gateway leads to",
    standards: ["FSBP"],
    rules: ["DATA-4", "NET-12"],
    where: { data: ["aws:rds/subnetGroup:SubnetGroup"] },
    held: [
      ...controls(INSIDE),
      ...plans("gives %s subnets without public addresses: NAT for private ones, and no way out for isolated ones"),
    ],
  },
  aurora(47, "Snapshots carry the cluster's tags (PostgreSQL)", {
    standards: ["FSBP"],
    rules: ["DATA-8"],
    where: { data: [CLUSTER] },
    note: "AWS applies the control to Multi-AZ clusters of RDS for PostgreSQL; for Aurora it is RDS.16.",
    test: TAGS,
  }),
  aurora(50, "Backups of the cluster reach far enough back", {
    standards: ["FSBP"],
    rules: ["DATA-8", "OPS-20"],
    where: { data: [CLUSTER] },
    policies: ["aurora-complete"],
    test: "can go back to any moment of 35 days",
  }),
];
