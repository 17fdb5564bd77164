import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";

/**
 * Changes the inputs of every resource that the running stack registers, children of remote components included.
 *
 * The SDK calls transforms, and writes down what they return, outside the context of the program that the driver runs
 * inline. There it takes the engine for one without secrets and writes every secret input in clear. So the result is
 * written down here, within the program's context: what is in the engine's form already passes through untouched.
 *
 * @param change  new inputs, or undefined to leave the resource as it is
 */
export function registerTransform(
  change: (type: string, inputs: Record<string, unknown>) => Record<string, unknown> | undefined,
): void {
  const inProgram = AsyncLocalStorage.snapshot();
  pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
    inProgram(async () => {
      const changed = change(type, props);
      return changed && { props: await pulumi.runtime.serializeProperties(type, changed), opts };
    }),
  );
}
