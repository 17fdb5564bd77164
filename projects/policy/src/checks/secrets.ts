import { ifKnown, referred } from "../links.ts";
import type { Fault, Finding, StackResource, StackRule, StackView } from "../rule.ts";
import { isGiven } from "../unknown.ts";

const SECRET = "aws:secretsmanager/secret:Secret";
const POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy";
const ROTATION = "aws:secretsmanager/secretRotation:SecretRotation";

export const guardedSecrets: StackRule = {
  id: "POL-30",
  name: "guarded-secrets",
  pins: "DATA-43, DATA-46, DATA-48",
  holds: "Every secret has our key, a resource policy that no public statement may enter, and a rotation.",
  remedy: "Give it kmsKeyId, a SecretPolicy with blockPublicPolicy: true, and a SecretRotation with a schedule.",
  level: "mandatory",
  scope: "stack",
  check: (view) => {
    const ofType = (type: string) => view.resources.filter((resource) => resource.type === type);
    return [
      ...ofType(SECRET).map((secret) => [
        !isGiven(secret.props, "kmsKeyId") && about(secret, "kmsKeyId is not set."),
        () => !names(view, ofType(POLICY), "secretArn", secret) && about(secret, "The secret has no resource policy."),
        () => !names(view, ofType(ROTATION), "secretId", secret) && about(secret, "The secret does not rotate."),
      ]),
      ...ofType(POLICY).map(
        (policy) => () => policy.props.blockPublicPolicy !== true && about(policy, "blockPublicPolicy is not true."),
      ),
      ...ofType(ROTATION).map((rotation) => () => schedule(rotation)),
    ];
  },
};

const about = (resource: StackResource, says: string): Fault => ({ about: resource, says });

function names(
  view: StackView,
  satellites: readonly StackResource[],
  property: string,
  secret: StackResource,
): boolean {
  return satellites.some((each) => ifKnown(() => referred(view, each, property, SECRET))?.urn === secret.urn);
}

function schedule(rotation: StackResource): Finding {
  const rules = (rotation.props.rotationRules ?? {}) as Readonly<Record<string, unknown>>;
  return (
    rules.scheduleExpression === undefined &&
    rules.automaticallyAfterDays === undefined &&
    about(rotation, "rotationRules has no schedule.")
  );
}
