/** Controls of NIST SP 800-53 revision 5 about borders and cryptography, which network and security name as their reason. */
import { testsIn, type Control } from "./control.ts";
import { nist } from "./nist.ts";

const acls = testsIn("projects/network/test/acls.test.ts");
const dns = testsIn("projects/network/test/dns.test.ts");
const endpoints = testsIn("projects/network/test/endpoints.test.ts");
const groups = testsIn("projects/network/test/reachability.test.ts");
const keyAccess = testsIn("shared/access/test/keys.ts");
const keys = testsIn("projects/security/test/keys.test.ts");
const keyUses = testsIn("projects/security/test/key-uses.test.ts");
const pack = testsIn("projects/policy/test/stacks.test.ts");

const KEY = "aws:kms/key:Key";

const boundary: readonly Control[] = [
  nist({
    id: "AC-4",
    says: "Only the connections of the reachability matrix are possible",
    rules: ["NET-6", "NET-18", "NET-35"],
    where: {
      network: [
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      ],
    },
    policies: ["reachability-matrix", "security-group-no-cidr-ingress", "security-group-single-port"],
    held: groups("open every edge of the specification, and no other"),
  }),
  nist({
    id: "SC-7",
    says: "What holds data has no way to the outside, and the outside none to it",
    rules: ["NET-1", "NET-12", "NET-16"],
    where: { network: ["aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/networkAcl:NetworkAcl"] },
    policies: ["reachability-matrix", "no-public-addresses"],
    held: [
      ...groups("leads from the internet, or from anything else outside, into any group"),
      ...acls("let nothing pass between an isolated subnet and the outside, either way"),
    ],
  }),
  nist({
    id: "SC-7(4)",
    says: "Services of AWS are reached by doors of our own, which let our identities through to our resources",
    rules: ["NET-2", "NET-13", "NET-14"],
    where: { network: ["aws:ec2/vpcEndpoint:VpcEndpoint"] },
    policies: ["required-resources"],
    held: endpoints("let nobody else in, and let us reach nobody else's"),
  }),
  {
    ...nist({
      id: "SC-7(5)",
      says: "What is not allowed is refused: names outside the list do not exist",
      rules: ["NET-7", "NET-33", "NET-36"],
      where: {
        network: [
          "aws:route53/resolverFirewallRule:ResolverFirewallRule",
          "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
          "aws:route53/resolverFirewallConfig:ResolverFirewallConfig",
          "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        ],
      },
      policies: ["security-group-no-cidr-egress", "required-resources"],
      held: [
        ...dns(
          "tells everybody else's names do not exist",
          "refuses rather than let pass what it cannot judge, where records are real",
        ),
        ...groups("let out by address only who must reach hosts without an endpoint, on port 443"),
      ],
    }),
    exception: {
      id: "EXC-6",
      covers: "three groups reach any address on port 443: token keys and partners have no stable ones",
    },
  },
];

const cryptography: readonly Control[] = [
  nist({
    id: "SC-12",
    says: "Keys are made, kept, rotated and ended by one service and a few people",
    rules: ["SEC-1", "SEC-16", "SEC-28"],
    where: { security: [KEY, "aws:kms/alias:Alias"] },
    policies: ["kms-key-rotation", "kms-key-policy", "required-resources"],
    held: [
      ...keys("of %s are eleven, each with a name of its own"),
      ...keyAccess("is ended, put to sleep and given another policy by its administrators alone"),
    ],
  }),
  nist({
    id: "SC-13",
    says: "Cryptography is that of KMS: AES-256 to encrypt, P-256 to sign",
    rules: ["SEC-1", "SEC-16", "SEC-59"],
    where: { security: [KEY] },
    policies: ["kms-key-rotation"],
    held: [
      ...keys("of %s rotate, twice a year those that open or show the most; the one that signs cannot"),
      ...keyUses("signing is for one algorithm"),
    ],
  }),
  {
    ...nist({
      id: "SC-28",
      says: "Everything at rest is encrypted, each kind of data under a key of its own",
      rules: ["SEC-1", "SEC-18", "SEC-20", "SEC-21", "SEC-22", "SEC-23", "SEC-24", "SEC-25", "SEC-26"],
      where: {
        security: [KEY, "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"],
        data: ["aws:rds/cluster:Cluster", "aws:kinesis/stream:Stream", "aws:efs/fileSystem:FileSystem"],
      },
      policies: ["customer-managed-keys", "own-key", "key-classification"],
      held: [...keyUses("%s is exactly what its row says"), ...pack("break no rule, mandatory or advisory")],
    }),
    exception: { id: "EXC-1", covers: "`access-logs`: load balancers deliver only under S3's own keys" },
  },
];

export const catalogueBoundary: readonly Control[] = [...boundary, ...cryptography];
