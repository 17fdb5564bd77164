/** Limits and characters of the services we name resources in. The longest name has the longest suffix: 10 characters. */
interface Rule {
  readonly max: number;
  readonly pattern: RegExp;
  readonly form?: (suffix: string, purpose: string) => string;
}
const HYPHENATED = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const underscored = (suffix: string, purpose: string) => `srs_${suffix}_${purpose.replaceAll("-", "_")}`;

const rules = {
  loadBalancer: { max: 32, pattern: HYPHENATED },
  targetGroup: { max: 32, pattern: HYPHENATED },
  elasticache: { max: 40, pattern: HYPHENATED },
  backupVault: { max: 50, pattern: HYPHENATED },
  rds: { max: 63, pattern: HYPHENATED },
  iam: { max: 64, pattern: HYPHENATED },
  lambda: { max: 64, pattern: HYPHENATED },
  eventRule: { max: 64, pattern: HYPHENATED },
  samplingRule: { max: 32, pattern: HYPHENATED },
  restoreTesting: { max: 50, pattern: /^[a-z][a-z0-9_]*$/, form: underscored },
  sqs: { max: 80, pattern: HYPHENATED },
  kinesis: { max: 128, pattern: HYPHENATED },
  trail: { max: 128, pattern: HYPHENATED },
  config: { max: 128, pattern: HYPHENATED },
  accessAnalyzer: { max: 255, pattern: HYPHENATED },
  wafAcl: { max: 128, pattern: HYPHENATED },
  vpcLink: { max: 128, pattern: HYPHENATED },
  cognito: { max: 128, pattern: HYPHENATED },
  apiGateway: { max: 255, pattern: HYPHENATED },
  ecr: { max: 255, pattern: HYPHENATED },
  ecs: { max: 255, pattern: HYPHENATED },
  efs: { max: 64, pattern: HYPHENATED },
  resolver: { max: 64, pattern: HYPHENATED },
  securityGroup: { max: 255, pattern: HYPHENATED },
  sns: { max: 256, pattern: HYPHENATED },
  alarm: { max: 255, pattern: HYPHENATED },
  dashboard: { max: 255, pattern: HYPHENATED },
  synthetics: { max: 255, pattern: HYPHENATED },
  metricFilter: { max: 512, pattern: HYPHENATED },
  logQuery: { max: 255, pattern: HYPHENATED },
  budget: { max: 100, pattern: HYPHENATED },
  logGroup: { max: 512, pattern: /^\/srs\/[a-z0-9/-]+$/, form: (suffix, purpose) => `/srs/${suffix}/${purpose}` },
  wafLogGroup: {
    max: 512,
    pattern: /^aws-waf-logs-srs-[a-z0-9-]+$/,
    form: (suffix, purpose) => `aws-waf-logs-srs-${suffix}-${purpose}`,
  },
  secret: { max: 512, pattern: /^srs\/[a-z0-9/-]+$/, form: (suffix, purpose) => `srs/${suffix}/${purpose}` },
  kmsAlias: {
    max: 256,
    pattern: /^alias\/srs-[a-z0-9-]+$/,
    form: (suffix, purpose) => `alias/srs-${suffix}-${purpose}`,
  },
} as const satisfies Record<string, Rule>;

/** What kind of name is asked for: decides form, length and characters. */
export type NamedService = keyof typeof rules;
export const NAMED_SERVICES = Object.keys(rules) as NamedService[];

/** Purposes of secrets and log groups may hold slashes (`db/app-a`); all others are words with hyphens. */
const PURPOSE = /^[a-z][a-z0-9-]*[a-z0-9]$/;
const PATH = /^[a-z][a-z0-9-]*[a-z0-9](\/[a-z][a-z0-9-]*[a-z0-9])*$/;

/**
 * The physical name `srs-<suffix>-<purpose>` in the form that the service takes.
 * Never cut to fit: two long names cut short would be one name.
 *
 * @throws {RangeError} too long, or characters that the service refuses; says by how much and what to shorten
 */
export function physicalName(suffix: string, purpose: string, service: NamedService): string {
  const rule: Rule = rules[service];
  const allowed = service === "secret" || service === "logGroup" ? PATH : PURPOSE;
  if (!allowed.test(purpose)) {
    throw new RangeError(
      `The purpose "${purpose}" does not match ${allowed.source}, and it is part of a physical name. Rename it.`,
    );
  }
  return checked(rule.form?.(suffix, purpose) ?? `srs-${suffix}-${purpose}`, rule, service);
}

/** Bucket names are global over all accounts, so they end in the account id. */
export function bucketName(suffix: string, purpose: string, accountId: string): string {
  if (!PURPOSE.test(purpose)) {
    throw new RangeError(
      `The purpose "${purpose}" does not match ${PURPOSE.source}, and it is part of a bucket's name. Rename it.`,
    );
  }
  return checked(`srs-${suffix}-${purpose}-${accountId}`, { max: 63, pattern: HYPHENATED }, "bucket");
}

/** Prefix of the hosted sign-in domain: unique in the Region over all accounts. */
export function cognitoDomainPrefix(suffix: string, accountId: string): string {
  return checked(`srs-${suffix}-${accountId}`, { max: 63, pattern: HYPHENATED }, "Cognito domain");
}

function checked(name: string, rule: Rule, service: string): string {
  if (name.length > rule.max) {
    throw new RangeError(
      `The ${service} name "${name}" has ${name.length} characters, ${name.length - rule.max} more than the service takes. Shorten the purpose.`,
    );
  }
  if (!rule.pattern.test(name)) {
    throw new RangeError(
      `The ${service} name "${name}" does not match ${rule.pattern.source}: the service would refuse it. Change the purpose.`,
    );
  }
  return name;
}
