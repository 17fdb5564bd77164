/**
 * A labelled stand-in for what a producer will publish: lets a preview show what a consumer makes of a new output before
 * the producer has been deployed with it. Never for an update, which would build on values that are nobody's.
 */
import * as pulumi from "@pulumi/pulumi";
import { exampleContracts } from "@records/contracts/examples";
import { layerOf, type ProjectName } from "./projects.ts";
import { sizingFor } from "./sizing.ts";

export const FIXTURE_VARIABLE = "CONTRACT_FIXTURE";

/**
 * What `CONTRACT_FIXTURE` asks for.
 * @throws {Error} an unknown value, or an update
 */
export function fixtureAllowed(requested: string | undefined, isPreview: boolean): boolean {
  if (requested === undefined || requested === "") return false;
  if (requested !== "preview") {
    throw new Error(`${FIXTURE_VARIABLE} is ${JSON.stringify(requested)}; the only value it takes is preview.`);
  }
  if (isPreview) return true;
  throw new Error(
    `${FIXTURE_VARIABLE}=preview stands for contracts that nobody has published, so nothing can be deployed with it. ` +
      "Deploy the layers before this one, then this one without the variable.",
  );
}

/** The example contract of a producer in the stack that runs. */
export function fixtureOf(producer: ProjectName): unknown {
  const aws = new pulumi.Config("aws");
  const stack = pulumi.getStack();
  const examples: Readonly<Record<string, unknown>> = {
    ...exampleContracts({
      accountId: aws.requireObject<string[]>("allowedAccountIds")[0] ?? "",
      region: aws.require("region"),
      suffix: stack,
      zones: sizingFor(stack).availabilityZones,
    }),
  };
  const example = examples[layerOf(producer)];
  if (example !== undefined) return example;
  throw new Error(`${producer} has no example contract: add one to shared/contracts/src/examples.`);
}
