import { fixtures, recordStack, type Recording } from "@records/testing";
import fc from "fast-check";
import { parsePartnerHosts } from "../src/partner-hosts.ts";

const RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule";
const LIST = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";
const PARTNERS = ["hooks.partner.example.edu", "sis.example.com"];

let local: Recording;
let prod: Recording;
beforeAll(async () => {
  const record = (stack: string, config = {}) =>
    recordStack("projects/network", { security: fixtures.security }, { stack, config });
  [local, prod] = await Promise.all([
    record("local"),
    record("prod", { "srs-network:partnerHosts": JSON.stringify(PARTNERS) }),
  ]);
}, 120_000);

/** What the firewall does with a question: the first rule whose list has the name. */
function verdict(recording: Recording, name: string): unknown {
  const rules = recording.ofType(RULE).map(({ inputs }) => inputs);
  const domains = (purpose: string): string[] => recording.get(LIST, purpose).inputs.domains;
  const matches = (domain: string) =>
    domain.startsWith("*") ? `.${name}.`.endsWith(domain.slice(1)) : domain === `${name}.`;
  const decides = rules
    .toSorted((a, b) => a.priority - b.priority)
    .find((rule) => domains(purposeOf(rule.name)).some(matches));
  return decides && `${decides.action}${decides.blockResponse ? ` ${decides.blockResponse}` : ""}`;
}
const purposeOf = (name: string): string => /^srs-[a-z]+-(.*)$/.exec(name)![1]!;

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
const topLevel = fc.stringMatching(/^[a-z]{2,10}$/);
const host = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), topLevel)
  .map(([labels, last]) => [...labels, last].join("."));

describe("the DNS firewall", () => {
  it("lets the names of AWS's services resolve", () => {
    const names = [
      "secretsmanager.us-east-1.amazonaws.com",
      "srs-prod-records.cluster-abc.us-east-1.rds.amazonaws.com",
      "cognito-idp.us-east-1.amazonaws.com",
      "srs-prod-333333333333.auth.us-east-1.amazoncognito.com",
    ];
    expect(names.map((name) => verdict(prod, name))).toEqual(names.map(() => "ALLOW"));
  });

  it("lets the partners' hosts resolve, and nothing beside or below them", () => {
    expect(PARTNERS.map((name) => verdict(prod, name))).toEqual(["ALLOW", "ALLOW"]);
    expect(verdict(prod, "other.partner.example.edu")).toBe("BLOCK NXDOMAIN");
    expect(verdict(prod, "data.sis.example.com")).toBe("BLOCK NXDOMAIN");
    expect(verdict(local, PARTNERS[0]!)).toBe("BLOCK NXDOMAIN");
  });

  it("tells everybody else's names do not exist", () => {
    fc.assert(
      fc.property(host, (name) => {
        fc.pre(!PARTNERS.includes(name) && !/\.amazon(aws|cognito)\.com$/.test(name));
        expect(verdict(prod, name)).toBe("BLOCK NXDOMAIN");
      }),
    );
    // Looks like AWS's, and is not.
    for (const name of ["amazonaws.com.example.com", "evil-amazonaws.com"])
      expect(verdict(prod, name)).toBe("BLOCK NXDOMAIN");
  });

  it("follows an allowed name to wherever its owner has moved it", () => {
    const { inputs } = prod.get(RULE, "allowed-names");
    expect(inputs).toMatchObject({ priority: 100, firewallDomainRedirectionAction: "TRUST_REDIRECTION_DOMAIN" });
    expect(inputs).not.toHaveProperty("blockResponse");
    expect(prod.get(RULE, "other-names").inputs).toMatchObject({ priority: 200, action: "BLOCK" });
  });

  it("writes names with their final dot, as AWS gives them back", () => {
    const domains = prod.ofType(LIST).flatMap(({ inputs }) => inputs.domains as string[]);
    expect(domains.toSorted()).toEqual(
      ["*.", "*.amazonaws.com.", "*.amazoncognito.com.", ...PARTNERS.map((name) => `${name}.`)].toSorted(),
    );
  });

  it("takes hold of the network with all its rules, and cannot be loosened by hand where records are real", () => {
    const { inputs, options } = prod.get(
      "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
      "names",
    );
    expect(inputs).toMatchObject({ vpcId: prod.contract.vpcId, priority: 101, mutationProtection: "ENABLED" });
    const rules = prod.ofType(RULE).map(({ name }) => `${RULE}::${name}`);
    expect(rules).toHaveLength(2);
    expect(options.dependencies).toEqual(expect.arrayContaining(rules));
    expect(
      local.get("aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation", "names")
        .inputs,
    ).toMatchObject({ mutationProtection: "DISABLED" });
  });

  it("refuses rather than let pass what it cannot judge, where records are real", () => {
    const config = (recording: Recording) =>
      recording.get("aws:route53/resolverFirewallConfig:ResolverFirewallConfig", "names").inputs;
    expect(config(prod)).toEqual({ resourceId: prod.contract.vpcId, firewallFailOpen: "DISABLED" });
    expect(config(local)).toEqual({ resourceId: local.contract.vpcId, firewallFailOpen: "ENABLED" });
  });
});

describe("the record of questions", () => {
  const GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:/srs/local/dns-queries";

  it("covers the network, in an encrypted log group kept as long as the environment says", () => {
    const config = "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig";
    expect(local.get(config, "dns-queries").inputs).toMatchObject({ destinationArn: GROUP });
    const [association] = local.ofType(`${config}Association`.replace("LogConfig:", "LogConfigAssociation:"));
    expect(association?.inputs).toMatchObject({ resourceId: local.contract.vpcId });
    expect(prod.get("aws:cloudwatch/logGroup:LogGroup", "dns-queries").inputs).toMatchObject({
      name: "/srs/prod/dns-queries",
      kmsKeyId: fixtures.security.kmsKeyArns.logs,
      retentionInDays: 400,
      deletionProtectionEnabled: true,
    });
  });

  it("is delivered by AWS for this account and for nobody else, and the permission is there first", () => {
    const policy = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy";
    const { resourceArn, policyDocument } = local.get(policy, "dns-queries").inputs;
    expect(resourceArn).toBe(GROUP);
    expect(JSON.parse(policyDocument as string)).toMatchObject({
      Statement: [
        {
          Principal: { Service: "delivery.logs.amazonaws.com" },
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: `${GROUP}:*`,
          Condition: {
            StringEquals: { "aws:SourceAccount": "000000000000" },
            ArnLike: { "aws:SourceArn": "arn:aws:logs:us-east-1:000000000000:*" },
          },
        },
      ],
    });
    expect(
      local.get("aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig", "dns-queries").options.dependencies,
    ).toContain(`${policy}::dns-queries`);
  });
});

describe("partners' hosts", () => {
  it("are taken as they are written", () => {
    fc.assert(fc.property(fc.uniqueArray(host), (hosts) => expect(parsePartnerHosts(hosts)).toEqual(hosts)));
  });

  it.each([
    "*.example.com",
    "*",
    "https://sis.example.com",
    "sis.example.com:443",
    "sis.example.com.",
    "SIS.example.com",
    "localhost",
    "10.0.0.1",
    "-sis.example.com",
    `${"a".repeat(64)}.example.com`,
    "",
    7,
  ])("refuse %p, and say which", (wrong) => {
    expect(() => parsePartnerHosts(["sis.example.com", wrong])).toThrow(JSON.stringify(wrong));
  });

  it("refuse what is no list, and a host named twice", () => {
    expect(() => parsePartnerHosts("sis.example.com")).toThrow("must be a list");
    expect(() => parsePartnerHosts(["sis.example.com", "sis.example.com"])).toThrow("twice");
  });
});
