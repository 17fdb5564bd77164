/**
 * LOC-12: roles decide. Every signed call, and everything that AWS's services do in a role's name, is weighed here by
 * the policies that are deployed: the role's, its boundary, the resource's, the key's and the endpoint's.
 */
import type { Decision } from "@records/iam";
import { dialectOf, type AwsFault } from "../aws-api/errors.ts";
import { sessionArn } from "../aws-api/caller-identity.ts";
import type { Account } from "../cloud.ts";
import type { PassedEndpoint } from "../network-path/place.ts";
import { OPERATOR_ARN } from "../runtime/credentials.ts";
import { AccountView } from "./account-view.ts";
import { CALL_READERS, tableOf } from "./actions/index.ts";
import { decide, roleAsker, serviceAsker } from "./decide.ts";
import { AccessJournal } from "./journal.ts";
import { roleFacts, trustOf } from "./policies.ts";
import { accessDenied } from "./refusal.ts";
import type { Call, Use } from "./request.ts";

export type { Call, Use } from "./request.ts";

export interface Access {
  /** For readers of the tables: what a role uses when a service acts for it. */
  readonly account: AccountView;
  /**
   * Whether the signer of a call may make it.
   * @param endpoint the VPC endpoint that the call passes
   * @returns the refusal as the service words it; undefined when the call is allowed
   */
  authorize(call: Call, principalArn: string, endpoint?: PassedEndpoint): AwsFault | undefined;
  /** Whether a service that acts in a role's name may do this; @returns why not. */
  roleRefusal(roleArn: string, uses: readonly Use[]): string | undefined;
  /** Whether a service may do this in its own name (`events.amazonaws.com`) for a resource of ours; @returns why not. */
  serviceRefusal(service: string, sourceArn: string | undefined, uses: readonly Use[]): string | undefined;
  /** Whether the role trusts a service to take it; @returns why not. */
  trustRefusal(roleArn: string, service: string, sourceArn?: string): string | undefined;
  /** Writes down what was counted last. */
  close(): void;
}

const DECISIONS_MAX = 5_000;

export function openAccess(recorded: Account, home: string): Access {
  const account = new AccountView(recorded);
  const journal = new AccessJournal(home);

  /** The same question has the same answer until the account changes. */
  function remembered(question: readonly unknown[], answer: () => Decision): Decision {
    const decisions = account.derived("decisions", () => new Map<string, Decision>());
    const key = JSON.stringify(question);
    const known = decisions.get(key);
    if (known !== undefined) return known;
    if (decisions.size >= DECISIONS_MAX) decisions.clear();
    const decision = answer();
    decisions.set(key, decision);
    return decision;
  }

  /** Of an endpoint that a connection passed a while ago the policy may be another one now. */
  function asItIsNow(passed: PassedEndpoint): PassedEndpoint {
    const record = account.byId("aws:ec2/vpcEndpoint:VpcEndpoint", passed.id);
    return record === undefined ? passed : { ...passed, policy: record.inputs.policy as string | undefined };
  }

  function refusalOf(roleArn: string, uses: readonly Use[], passed?: PassedEndpoint) {
    const endpoint = passed && asItIsNow(passed);
    const role = roleFacts(recorded, account, roleArn);
    const name = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    for (const use of uses) {
      const decision =
        role === undefined
          ? noRole(roleArn, use)
          : remembered([roleArn, use, endpoint?.id], () => decide(account, roleAsker(role), use, { endpoint }));
      if (decision.allowed) {
        journal.exercised(name, decision.by);
        continue;
      }
      const unread = role?.opaque.map(
        (arn) => ` Of ${arn} the text is not known here: add it to shared/iam/src/managed-policies.ts.`,
      );
      const message = asSession(roleArn, decision.message) + (unread ?? []).join("");
      journal.refused(message);
      return { message, onKey: use.via !== undefined && use.action.startsWith("kms:") };
    }
    return undefined;
  }

  return {
    account,
    authorize(call, principalArn, endpoint) {
      // The person at the keyboard, and the cloud itself when it plays AWS, administer the account.
      if (principalArn === OPERATOR_ARN) return undefined;
      const dialect = dialectOf(call.service, call.headers);
      const uses = CALL_READERS[call.service]?.(call, account);
      const refused = uses === undefined ? unknownCall(call, principalArn) : refusalOf(principalArn, uses, endpoint);
      if (refused === undefined) return undefined;
      if (uses === undefined) journal.refused(refused.message);
      return accessDenied(call.service, dialect, call.headers, refused);
    },
    roleRefusal: (roleArn, uses) => refusalOf(roleArn, uses)?.message,
    serviceRefusal(service, sourceArn, uses) {
      for (const use of uses) {
        const decision = remembered([service, sourceArn, use], () =>
          decide(account, serviceAsker(service, sourceArn), use),
        );
        if (decision.allowed) continue;
        journal.refused(decision.message);
        return decision.message;
      }
      return undefined;
    },
    trustRefusal(roleArn, service, sourceArn) {
      const role = account.byArn(roleArn);
      const use = { action: "sts:AssumeRole", resource: roleArn };
      const decision = remembered([service, sourceArn, use], () =>
        decide(account, serviceAsker(service, sourceArn), use, { policies: trustOf(role) }),
      );
      if (decision.allowed) return undefined;
      journal.refused(decision.message);
      return decision.message;
    },
    close: () => journal.flush(),
  };
}

const asSession = (roleArn: string, message: string): string =>
  message.replace(`User: ${roleArn} `, `User: ${sessionArn(roleArn)} `);

function noRole(roleArn: string, { action, resource }: Use): Decision {
  const message =
    `User: ${roleArn} is not authorized to perform: ${action} on resource: ${resource} because the account has no ` +
    "such role (any more)";
  return { allowed: false, reason: "no-allow", by: [], message };
}

/** What the table does not know might be anything: it is refused, never let through. */
function unknownCall({ service, action }: Call, principalArn: string): { message: string; onKey: false } {
  const message =
    `User: ${sessionArn(principalArn)} is not authorized to perform: ${service}:${action}: the local cloud does not ` +
    `know which IAM actions and resources this call takes. Add a row to ${tableOf(service)}`;
  return { message, onKey: false };
}
