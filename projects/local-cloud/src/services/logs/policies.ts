import { derivedHex } from "../../identifiers.ts";
import { recordedType } from "../../recorded-type.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { policyAsText } from "../iam/policy-document.ts";

/** Accounts have room for ten policies that name no resource (TRAP-47). */
const POLICIES_WITHOUT_RESOURCE_MAX = 10;
const RESOURCE_POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy";

export const logResourcePolicy = recordedType({
  token: RESOURCE_POLICY,
  id: ({ resourceArn, policyName }) => (resourceArn ?? policyName) as string,
  replaceOnChanges: ["policyName", "resourceArn"],
  computed: {
    policyScope: ({ resourceArn }) => (resourceArn === undefined ? "ACCOUNT" : "RESOURCE"),
    revisionId: ({ policyDocument }) => derivedHex(32, "revision", policyDocument as string),
  },
  derivedInputs: policyAsText("policyDocument"),
  check: (inputs) =>
    policyFailures("policyDocument", inputs.policyDocument, { kind: "resource", service: "logs", lengthMax: 5_120 }),
  conflict: ({ resourceArn }, cloud, self) => {
    if (resourceArn !== undefined || self) return undefined;
    const others = cloud.account.ofType(RESOURCE_POLICY).filter(({ inputs }) => inputs.resourceArn === undefined);
    return others.length >= POLICIES_WITHOUT_RESOURCE_MAX
      ? `LimitExceededException: an account holds ${POLICIES_WITHOUT_RESOURCE_MAX} resource policies without resourceArn.`
      : undefined;
  },
});
