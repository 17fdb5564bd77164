/** Started by the engine as an analyzer: every rule is mandatory. */
import { PolicyPack } from "@pulumi/policy";
import { violations } from "./rule.ts";
import { rules } from "./rules.ts";

new PolicyPack("student-records", {
  policies: rules.map((rule) => ({
    name: rule.name,
    description: rule.holds,
    enforcementLevel: "mandatory",
    validateResource: ({ type, name, urn, props }, report) => {
      for (const message of violations(rule, { type, name, urn, props })) report(message);
    },
  })),
});
