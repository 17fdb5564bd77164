import { ACCOUNT_ID } from "../../cloud.ts";
import { newHexId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { missing } from "../ec2/checks.ts";
import { VPC } from "../ec2/tokens.ts";

/** Whether questions pass when the firewall itself fails: one setting of each VPC. */
export const firewallConfig = recordedType({
  token: "aws:route53/resolverFirewallConfig:ResolverFirewallConfig",
  id: () => newHexId("rdsc-", 16),
  replaceOnChanges: ["resourceId"],
  computed: { ownerId: () => ACCOUNT_ID },
  uniqueBy: ["resourceId"],
  check: ({ firewallFailOpen }) =>
    failures((refuse) => {
      if (known(firewallFailOpen) && !["ENABLED", "DISABLED"].includes(firewallFailOpen))
        refuse("firewallFailOpen", `ValidationException: "${firewallFailOpen}" is not ENABLED or DISABLED`);
    }),
  conflict: ({ resourceId }, cloud) => missing(cloud, VPC, resourceId, "ResourceNotFoundException"),
});
