import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { tagsFor, type Classification } from "@records/conventions";
import type { Config } from "../config.ts";

/** A log group is made before whatever writes to it: a service would make it without key, retention and tags. */
export function logGroup(
  config: Config,
  purpose: string,
  classification: Classification,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return logGroupNamed(config, config.settings.name(purpose, "logGroup"), purpose, classification, opts);
}

/** For services that give their log groups a name, or a form of name, of their own. */
export function logGroupNamed(
  { settings, security }: Config,
  name: pulumi.Input<string>,
  purpose: string,
  classification: Classification,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    purpose,
    {
      name,
      kmsKeyId: security.kmsKeyArns.logs,
      retentionInDays: settings.sizing.logRetentionDays,
      logGroupClass: "STANDARD",
      deletionProtectionEnabled: settings.sizing.deletionProtection,
      tags: tagsFor({ classification, retention: "operational-400d" }),
    },
    opts,
  );
}

/**
 * A log group that our own code writes to. The code logs no student data; should it ever, what looks like it is masked
 * for every reader but those who may unmask.
 */
export function applicationLogGroup(
  config: Config,
  purpose: string,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return applicationLogGroupNamed(config, config.settings.name(purpose, "logGroup"), purpose, opts);
}

/** The same under a name that the service gives. */
export function applicationLogGroupNamed(
  config: Config,
  name: pulumi.Input<string>,
  purpose: string,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  const group = logGroupNamed(config, name, purpose, "internal", opts);
  new aws.cloudwatch.LogDataProtectionPolicy(
    purpose,
    { logGroupName: group.name, policyDocument: JSON.stringify(MASKING) },
    opts,
  );
  return group;
}

const MANAGED = ["Ssn-US", "EmailAddress", "PhoneNumber-US"].map(
  (identifier) => `arn:aws:dataprotection::aws:data-identifier/${identifier}`,
);
/**
 * AWS takes a number for a Social Security or telephone number only near a word that says so, and a log line has no such
 * words. These find the usual ways of writing them by themselves; parentheses are not allowed in such an expression.
 */
const CUSTOM = [
  { Name: "SocialSecurityNumberAlone", Regex: "\\d{3}-\\d{2}-\\d{4}" },
  { Name: "PhoneNumberAlone", Regex: "[2-9]\\d{2}[-. ][2-9]\\d{2}[-. ]\\d{4}" },
  { Name: "PhoneNumberWithAreaInParentheses", Regex: "[2-9]\\d{2}. [2-9]\\d{2}-\\d{4}" },
  { Name: "PhoneNumberInternational", Regex: "\\+1[2-9]\\d{9}" },
];
const PERSONAL = [...MANAGED, ...CUSTOM.map(({ Name }) => Name)];
const MASKING = {
  Name: "mask-personal-data",
  Version: "2021-06-01",
  Configuration: { CustomDataIdentifier: CUSTOM },
  Statement: [
    { Sid: "find", DataIdentifier: PERSONAL, Operation: { Audit: { FindingsDestination: {} } } },
    { Sid: "mask", DataIdentifier: PERSONAL, Operation: { Deidentify: { MaskConfig: {} } } },
  ],
};
