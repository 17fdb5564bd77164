/** The VPC and what leads into it. */
import { testsIn, type Control } from "./control.ts";

const acls = testsIn("projects/network/test/acls.test.ts");
const endpoints = testsIn("projects/network/test/endpoints.test.ts");
const flowLogs = testsIn("projects/network/test/flow-logs.test.ts");
const groups = testsIn("projects/network/test/reachability.test.ts");
const plans = testsIn("projects/system-tests/test/plans.test.ts");
const vpc = testsIn("projects/network/test/network.test.ts");

const INGRESS = ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:ec2/securityGroup:SecurityGroup"];
const closed = (number: number, says: string): Control => ({
  id: `EC2.${number}`,
  says,
  standards: ["FSBP", "NIST"],
  rules: ["NET-18", "NET-34", "NET-35"],
  where: { network: INGRESS },
  policies: ["security-group-no-cidr-ingress", "reachability-matrix", "security-group-rules-apart"],
  held: groups("let nobody in by address", "leads from the internet, or from anything else outside, into any group"),
});

const endpoint = (number: number, service: string, standards: Control["standards"] = ["FSBP", "NIST"]): Control => ({
  id: `EC2.${number}`,
  says: `Calls to ${service} stay inside the network`,
  standards,
  rules: ["NET-2", "NET-13", "NET-14"],
  where: { network: ["aws:ec2/vpcEndpoint:VpcEndpoint"] },
  policies: ["required-resources"],
  held: endpoints(
    "are those that %s needs, published by service",
    "stand once in each zone, inside, behind their own group, and answer to the services' usual names",
  ),
});

export const networkControls: readonly Control[] = [
  {
    id: "EC2.2",
    says: "The VPC's default group opens nothing",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["NET-5", "NET-17"],
    where: { network: ["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"] },
    policies: ["security-group-rules-apart", "required-resources"],
    held: groups("stand outside the groups, and the VPC's default group has none"),
  },
  {
    id: "EC2.6",
    says: "Who talks to whom in the VPC is recorded",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["NET-3", "NET-15"],
    where: { network: ["aws:ec2/flowLog:FlowLog"] },
    policies: ["required-resources"],
    held: flowLogs(
      "record all traffic every minute, in one form, in two places",
      "go to the audit store for good, in the form that queries read",
    ),
  },
  endpoint(10, "EC2"),
  {
    id: "EC2.15",
    says: "No subnet gives a public address",
    standards: ["FSBP", "NIST"],
    rules: ["NET-1", "NET-10"],
    where: { network: ["aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"] },
    policies: ["no-public-addresses"],
    held: [
      ...plans("gives %s subnets without public addresses: NAT for private ones, and no way out for isolated ones"),
      ...vpc("hands no public address to what starts in a subnet, whatever its maker asked for"),
    ],
  },
  {
    id: "EC2.16",
    says: "Every access list guards a subnet",
    standards: ["FSBP", "NIST"],
    rules: ["NET-4", "NET-16"],
    where: { network: ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"] },
    policies: ["required-resources"],
    note: "The control does not count a default list, which guards none here.",
    held: acls(
      "hold every subnet between them, and few enough rules",
      "leave the VPC's default list empty, once every subnet has its own",
    ),
  },
  closed(18, "The world comes in on ports that are meant for it, and there is none"),
  closed(19, "The world does not reach a port that attackers try"),
  {
    id: "EC2.21",
    says: "No access list lets the world in on 22 or 3389",
    standards: ["FSBP", "NIST", "CIS"],
    rules: ["NET-4", "NET-16"],
    where: { network: ["aws:ec2/networkAclRule:NetworkAclRule"] },
    held: acls(
      "have no rule that admits the world on port %i",
      "let nothing from outside in but what an answer looks like",
    ),
  },
  endpoint(55, "the image registry's API"),
  endpoint(56, "the image registry's layers"),
  endpoint(57, "Systems Manager"),
  {
    id: "EC2.172",
    says: "The account stops what comes in through any internet gateway",
    standards: ["FSBP"],
    rules: ["NET-8", "NET-11"],
    where: { network: ["aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions"] },
    policies: ["required-resources"],
    held: vpc("stops everybody who comes in, where the account has one long-lived environment that says so"),
  },
];
