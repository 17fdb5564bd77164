import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LAYERS, policyDocument, tagsFor, type Layer, type Statement } from "@records/conventions";
import type { Config } from "../config.ts";
import type { CiScope } from "./ci/scope.ts";
import { layerPolicies } from "./ci-policies.ts";
import type { KeyPurpose } from "./key-uses.ts";
import { boundaryArn, PermissionBoundary } from "./permission-boundary.ts";

const ISSUER = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";
const TAGS = tagsFor({ classification: "internal", retention: "none" });

export interface IdentitiesArgs {
  config: Config;
  keys: Record<KeyPurpose, pulumi.Output<string>>;
}

interface Identity {
  name: string;
  description: string;
  /** Claims about who asks, one of which a token must make word for word. */
  subjects: string[];
  sessionSeconds: number;
  inline: readonly Statement[];
  managed: readonly { policy: string; arn: pulumi.Input<string> }[];
}

/**
 * The ceiling of every role, and the identities of the pipelines: two for each layer, taken by tokens of one repository.
 * A pull request's stack has neither: its roles stand under the ceiling of the environment that deploys it, which a
 * change in the pull request cannot raise.
 */
export class Identities extends pulumi.ComponentResource {
  /** Known only when the policy is there, where this stack makes it: AWS refuses a role whose ceiling is missing. */
  readonly boundaryArn: pulumi.Output<string>;
  /** Undefined where another stack of the account has them. */
  readonly ciRoleArns: Record<Layer, { plan: pulumi.Output<string>; apply: pulumi.Output<string> }> | undefined;

  constructor(name: string, { config, keys }: IdentitiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:Identities", name, {}, opts);
    const boundary = config.accountBaseline
      ? new PermissionBoundary("permission-boundary", config, { parent: this })
      : undefined;
    this.boundaryArn = boundary?.arn ?? pulumi.output(boundaryArn(config));
    this.ciRoleArns = boundary && this.create(config, keys, boundary);
    this.registerOutputs({ boundaryArn: this.boundaryArn, ciRoleArns: this.ciRoleArns });
  }

  private create(config: Config, keys: IdentitiesArgs["keys"], boundary: PermissionBoundary): Identities["ciRoleArns"] {
    // No thumbprints: AWS trusts this issuer's certificate authorities by itself, and a list would only go stale.
    const provider = new aws.iam.OpenIdConnectProvider(
      "github",
      { url: `https://${ISSUER}`, clientIdLists: [AUDIENCE], tags: TAGS },
      { parent: this },
    );
    const scope: CiScope = {
      accountId: config.accountId,
      region: config.region,
      suffixes: config.deployedSuffixes,
      stateBucketArn: `arn:aws:s3:::${config.stateBucket}`,
      stateKeyArn: config.stateKeyArn,
      boundaryArn: boundaryArn(config),
      keyArns: keys,
    };
    const roles = LAYERS.map((layer) => [layer, this.layer(layer, config, scope, provider, boundary)] as const);
    return Object.fromEntries(roles) as NonNullable<Identities["ciRoleArns"]>;
  }

  private layer(
    layer: Layer,
    config: Config,
    scope: CiScope,
    provider: aws.iam.OpenIdConnectProvider,
    boundary: PermissionBoundary,
  ): { plan: pulumi.Output<string>; apply: pulumi.Output<string> } {
    const { read, plan, applyState, apply } = layerPolicies(scope, layer);
    const managed = (policy: string, statements: readonly Statement[]) => ({
      policy,
      arn: new aws.iam.Policy(
        policy,
        {
          name: config.name(policy, "iam"),
          description: `Pipeline of the ${layer} layer: ${policy.split("-").at(-1)}`,
          policy: policyDocument(statements),
          tags: TAGS,
        },
        { parent: this },
      ).arn,
    });
    const reading = managed(`ci-${layer}-read`, read);
    const writing = Object.entries(apply).map(([subject, statements]) =>
      managed(`ci-${layer}-apply-${subject}`, statements),
    );
    const repository = `repo:${config.repository}`;
    const identities = {
      plan: {
        name: config.planRole(layer),
        description: `Previews the ${layer} layer: reads settings and no content`,
        subjects: [`${repository}:pull_request`, `${repository}:ref:refs/heads/main`],
        sessionSeconds: 3600,
        inline: plan,
        managed: [reading],
      },
      apply: {
        name: config.applyRole(layer),
        description: `Applies the ${layer} layer, after the approval that its environment asks for`,
        subjects: [`${repository}:environment:${config.environment}-${layer}`],
        sessionSeconds: 7200,
        inline: applyState,
        managed: [reading, ...writing],
      },
    } satisfies Record<string, Identity>;
    const arnOf = (verb: keyof typeof identities) =>
      this.role(`ci-${layer}-${verb}`, identities[verb], provider, boundary).arn;
    return { plan: arnOf("plan"), apply: arnOf("apply") };
  }

  private role(
    logicalName: string,
    identity: Identity,
    provider: aws.iam.OpenIdConnectProvider,
    boundary: PermissionBoundary,
  ): aws.iam.Role {
    const role = new aws.iam.Role(
      logicalName,
      {
        name: identity.name,
        description: identity.description,
        assumeRolePolicy: policyDocument([trust(provider.arn, identity.subjects)]),
        maxSessionDuration: identity.sessionSeconds,
        permissionsBoundary: boundary.arn,
        tags: TAGS,
      },
      { parent: this },
    );
    new aws.iam.RolePolicy(
      logicalName,
      { name: identity.name, role: role.name, policy: policyDocument(identity.inline) },
      { parent: this },
    );
    for (const { policy, arn } of identity.managed) {
      new aws.iam.RolePolicyAttachment(
        policy === logicalName ? policy : `${logicalName}-${policy.split("-").at(-1)}`,
        { role: role.name, policyArn: arn },
        { parent: this },
      );
    }
    return role;
  }
}

/** Every claim is pinned word for word: a pattern would let a branch or a repository with a fitting name in. */
function trust(providerArn: pulumi.Output<string>, subjects: string[]): Statement {
  return {
    Sid: "PipelineOfThisRepository",
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { [`${ISSUER}:aud`]: AUDIENCE, [`${ISSUER}:sub`]: subjects } },
  };
}
