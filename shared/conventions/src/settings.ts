import * as pulumi from "@pulumi/pulumi";
import {
  deployerSuffixOf,
  environmentOf,
  environmentSuffixOf,
  isPullRequestStack,
  type Environment,
} from "./environment.ts";
import { bucketName, physicalName, type NamedService } from "./names.ts";
import { layerOf, type Layer } from "./projects.ts";
import { applyRoleName, planRoleName, roleArn, roleName, type Role } from "./roles.ts";
import { sizingFor, type Sizing } from "./sizing.ts";
import { registerTags, stackTags, type ResourceTags, type StackTags } from "./tags.ts";

/** What every stack knows about itself, parsed once. */
export interface StackSettings {
  readonly stack: string;
  readonly layer: Layer;
  readonly environment: Environment;
  readonly suffix: string;
  /** Suffix of the environment whose CI identities deploy this stack: not its own in a pull request's stack. */
  readonly deployerSuffix: string;
  readonly accountId: string;
  readonly region: string;
  /** Whether this stack makes the resources of which an account has only one. */
  readonly accountBaseline: boolean;
  readonly sizing: Sizing;
  /** For what AWS makes by itself: everything that the program declares has them already. */
  readonly tags: StackTags;
  name(purpose: string, service: NamedService): string;
  bucketName(purpose: string): string;
  roleName(role: Role): string;
  roleArn(role: Role): string;
  /** Names of the CI identities that apply and preview a layer of this stack. */
  applyRole(layer: Layer): string;
  planRole(layer: Layer): string;
  /** ARN of something in this account and Region. */
  arn(service: string, resource: string): string;
}

/**
 * Reads the stack's own configuration and tags everything the stack makes. Call it once, from `config.ts`.
 *
 * @param defaults  tags for children of components that we do not write
 */
export function stackSettings(defaults?: { [key in keyof ResourceTags]: string }): StackSettings {
  const stack = pulumi.getStack();
  const layer = layerOf(pulumi.getProject());
  const own = new pulumi.Config();
  const aws = new pulumi.Config("aws");

  const environment = environmentOf(stack);
  const suffix = environmentSuffixOf(stack, own.get("environmentSuffix"));
  const deployerSuffix = deployerSuffixOf(stack, suffix);
  const region = aws.require("region");
  const accountIds = aws.requireObject<string[]>("allowedAccountIds");
  const accountId = accountIds[0];
  if (accountIds.length !== 1 || accountId === undefined || !/^[0-9]{12}$/.test(accountId)) {
    throw new Error(
      `aws:allowedAccountIds of stack ${stack} must hold exactly one account id of 12 digits: names and policies are made for one account.`,
    );
  }
  const tags = stackTags({
    layer,
    environment,
    suffix,
    costCenter: own.require("costCenter"),
    repository: own.require("repository"),
  });
  registerTags(tags, defaults);

  return {
    stack,
    layer,
    environment,
    suffix,
    deployerSuffix,
    accountId,
    region,
    // A pull request's stack reads the settings of dev, whose account it shares: the account's own resources are dev's.
    accountBaseline: !isPullRequestStack(stack) && (own.getBoolean("accountBaseline") ?? false),
    sizing: sizingFor(stack),
    tags,
    name: (purpose, service) => physicalName(suffix, purpose, service),
    bucketName: (purpose) => bucketName(suffix, purpose, accountId),
    roleName: (role) => roleName(suffix, role),
    roleArn: (role) => roleArn(accountId, roleName(suffix, role)),
    applyRole: (ofLayer) => applyRoleName(deployerSuffix, ofLayer),
    planRole: (ofLayer) => planRoleName(deployerSuffix, ofLayer),
    arn: (service, resource) => `arn:aws:${service}:${region}:${accountId}:${resource}`,
  };
}
