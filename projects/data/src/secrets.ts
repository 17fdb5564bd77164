import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { onboardingRole, tagsFor, type Role } from "@records/conventions";
import type { Config } from "../config.ts";
import { keptForGood } from "./protection.ts";
import { secretPolicy, type Readers } from "./secret-policy.ts";

interface SecretSpec {
  readonly purpose: string;
  readonly description: string;
  readonly readers: Readers;
}

/** A consumer that works with the database joins them when it comes. */
const DATABASE_READERS = {
  roles: ["db-proxy", "api-task", "relay-task", "audit-exporter"],
} as const satisfies Readers;

/** Two database logins, used in turn: a rotation only ever changes the one that is not in use. */
export const SECRETS = {
  dbAppA: {
    purpose: "db/app-a",
    description: "Database login of the applications, first of two",
    readers: DATABASE_READERS,
  },
  dbAppB: {
    purpose: "db/app-b",
    description: "Database login of the applications, second of two",
    readers: DATABASE_READERS,
  },
  cacheApi: { purpose: "cache/api", description: "Cache login of the records API", readers: { roles: ["api-task"] } },
  cacheInvalidator: {
    purpose: "cache/invalidator",
    description: "Cache login of the invalidator",
    readers: { roles: ["consumer-cache-invalidator"] },
  },
  pseudonymSalt: {
    purpose: "pseudonym-salt",
    description: "Salts of the pseudonyms in exports, by version",
    readers: { roles: ["api-task"] },
  },
} as const satisfies Record<string, SecretSpec>;
export type SecretName = keyof typeof SECRETS;
export type SecretArns = Record<SecretName, pulumi.Output<string>>;
type OwnedArns = Readonly<Record<string, pulumi.Output<string>>>;

/** Secrets without values: the bootstrap writes the first ones, so that none passes through a program, a plan or a state. */
export class Secrets extends pulumi.ComponentResource {
  readonly arns: SecretArns;
  /** By campus system. */
  readonly clients: OwnedArns;
  /** By partner. What a partner gives is entered by the person who was given it, and rotates as the partner says. */
  readonly partners: OwnedArns;
  readonly published: SecretArns & { readonly clients: OwnedArns; readonly partners: OwnedArns };

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Secrets", name, {}, opts);
    const create = (spec: SecretSpec) => this.create(config, spec);
    this.arns = Object.fromEntries(Object.entries(SECRETS).map(([field, spec]) => [field, create(spec)])) as SecretArns;
    this.clients = Object.fromEntries(config.campusSystems.map((system) => [system, create(clientOf(system))]));
    this.partners = Object.fromEntries(config.partners.map((partner) => [partner, create(partnerOf(partner))]));
    this.published = { ...this.arns, clients: this.clients, partners: this.partners };
    this.registerOutputs({ arns: this.arns });
  }

  private create(config: Config, { purpose, description, readers }: SecretSpec): pulumi.Output<string> {
    const name = purpose.replace("/", "-");
    const secret = new aws.secretsmanager.Secret(
      name,
      {
        name: config.name(purpose, "secret"),
        description,
        kmsKeyId: config.security.kmsKeyArns.secrets,
        recoveryWindowInDays: config.sizing.disposable ? 0 : 30,
        tags: tagsFor({ classification: "credential", retention: "none" }),
      },
      { parent: this, ...keptForGood(config.sizing) },
    );
    new aws.secretsmanager.SecretPolicy(
      name,
      { secretArn: secret.arn, blockPublicPolicy: true, policy: secretPolicy(config, readers) },
      { parent: this },
    );
    return secret.arn;
  }
}

/** The system called `canary` is our own: it asks as a client would. */
function clientOf(system: string): SecretSpec {
  const roles: readonly Role[] = system === "canary" ? ["canary"] : [];
  return {
    purpose: `clients/${system}`,
    description: `Client secret and API key of the campus system ${system}`,
    readers: { roles, people: [onboardingRole(system)] },
  };
}

function partnerOf(partner: string): SecretSpec {
  return {
    purpose: `partners/${partner}`,
    description: `Credential that the partner ${partner} gave`,
    readers: { roles: ["consumer-webhook-dispatcher"] },
  };
}
