import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { REGION } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import { isAssetValue, type CheckFailure, type Properties, type ResourceType } from "../../resource-type.ts";
import { requireFunctionRole } from "./function-role.ts";
import type { Functions } from "./functions.ts";
import { functionArn, versionOf } from "./function-version.ts";
import { placeCode, requireHandler } from "./package.ts";

export const FUNCTION = "aws:lambda/function:Function";

const RESERVED_VARIABLES =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_REGION|AWS_DEFAULT_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

/** Inputs of which a change makes another version. */
const VERSIONED = [
  "code",
  "environment",
  "handler",
  "loggingConfig",
  "memorySize",
  "role",
  "runtime",
  "timeout",
  "vpcConfig",
];

export function functionType(functions: Functions): ResourceType {
  async function place(inputs: Properties): Promise<string> {
    // A plan may say so: for AWS it is right.
    if (inputs.code === undefined) throw new Error("the local cloud does not fetch code from S3: give `code`");
    const folder = await placeCode(inputs.code, functions.codeFolder);
    requireHandler(folder, inputs.handler);
    return folder;
  }
  async function outputsOf(inputs: Properties, folder: string, version: string): Promise<Properties> {
    const arn = functionArn(inputs.name);
    const qualifiedArn = `${arn}:${version}`;
    const codeSha256 = Buffer.from(inputs.code.hash, "hex").toString("base64");
    return {
      arn,
      invokeArn: invokeArn(arn),
      version,
      qualifiedArn,
      qualifiedInvokeArn: invokeArn(qualifiedArn),
      codeSha256,
      sourceCodeHash: codeSha256,
      sourceCodeSize: await bytesIn(folder),
      lastModified: new Date().toISOString().replace("Z", "+0000"),
    };
  }

  return {
    token: FUNCTION,
    autoName: "name",
    uniqueBy: ["name"],
    replaceOnChanges: ["name", "packageType"],
    computed: [
      ...["arn", "invokeArn", "version", "qualifiedArn", "qualifiedInvokeArn", "codeSha256", "sourceCodeHash"],
      ...["sourceCodeSize", "lastModified"],
    ],
    recomputed: [
      "version",
      "qualifiedArn",
      "qualifiedInvokeArn",
      "codeSha256",
      "sourceCodeHash",
      "sourceCodeSize",
      "lastModified",
    ],
    check: checkFunction,
    create: async (inputs, cloud) => {
      requireFunctionRole(cloud, inputs);
      const folder = await place(inputs);
      functions.put(versionOf(inputs, "$LATEST", folder), reserved(inputs));
      const version = inputs.publish === true ? functions.publish(inputs.name) : "$LATEST";
      return { id: inputs.name, outputs: await outputsOf(inputs, folder, version) };
    },
    update: async (record, inputs, cloud) => {
      requireFunctionRole(cloud, inputs);
      const folder = await place(inputs);
      const versioned = (of: Properties): string =>
        JSON.stringify(VERSIONED.map((name) => (name === "code" ? of.code?.hash : of[name])));
      const changed = versioned(inputs) !== versioned(record.inputs);
      functions.put(versionOf(inputs, "$LATEST", folder), reserved(inputs));
      if (!changed && (inputs.publish === true) === (record.inputs.publish === true)) return {};
      const version = inputs.publish === true ? functions.publish(inputs.name) : "$LATEST";
      return outputsOf(inputs, folder, version);
    },
    read: async (record) => (functions.has(record.id) ? {} : undefined),
    delete: (record) => functions.remove(record.id),
  };
}

const invokeArn = (arn: string): string =>
  `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${arn}/invocations`;

/** -1, Lambda's default, means that the function shares what nobody reserved. */
export function reserved(inputs: Properties): number | undefined {
  const count: number = inputs.reservedConcurrentExecutions ?? -1;
  return count < 0 ? undefined : count;
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function checkFunction(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    if (known(inputs.name) && !/^[A-Za-z0-9_-]{1,64}$/.test(inputs.name)) {
      refuse(
        "name",
        `ValidationException: "${inputs.name}" is not a function name: at most 64 letters, digits, hyphens and underscores`,
      );
    }
    if (inputs.packageType === "Image" || known(inputs.imageUri)) {
      refuse(
        "imageUri",
        "the local cloud runs functions from folders of code, not from images: give `code`, `handler` and `runtime`",
      );
    } else if (inputs.code === undefined && inputs.s3Bucket === undefined) {
      refuse("code", "InvalidParameterValueException: one of `code`, `imageUri` or `s3Bucket` must be given");
    } else if (known(inputs.code) && !isAssetValue(inputs.code)) {
      refuse("code", "the code must be an archive");
    }
    if (inputs.handler === undefined)
      refuse("handler", "ValidationException: a function from an archive needs a handler");
    if (known(inputs.handler) && !/^[^\s.][^\s]*\.[^\s.]+$/.test(inputs.handler)) {
      refuse("handler", `ValidationException: the handler "${inputs.handler}" is not of the form <file>.<export>`);
    }
    if (inputs.runtime === undefined)
      refuse("runtime", "ValidationException: a function from an archive needs a runtime");
    if (known(inputs.runtime) && !/^nodejs(22|24)\.x$/.test(inputs.runtime)) {
      refuse("runtime", `the local cloud runs nodejs22.x and nodejs24.x, not ${inputs.runtime}`);
    }
    if (known(inputs.role) && !/^arn:aws:iam::\d{12}:role\/.+/.test(inputs.role)) {
      refuse("role", `ValidationException: "${inputs.role}" is not the ARN of a role`);
    }
    const within = (property: string, low: number, high: number): void => {
      const value: unknown = inputs[property];
      if (typeof value === "number" && !(Number.isInteger(value) && value >= low && value <= high)) {
        refuse(property, `ValidationException: ${property} ${value} is not a whole number between ${low} and ${high}`);
      }
    };
    within("timeout", 1, 900);
    within("memorySize", 128, 10_240);
    within("reservedConcurrentExecutions", -1, 900); // of the account's 1,000 a hundred stay unreserved
    const variables: unknown = known(inputs.environment) ? inputs.environment.variables : undefined;
    for (const name of Object.keys(known(variables) ? variables : {})) {
      if (RESERVED_VARIABLES.test(name)) {
        refuse(
          "environment",
          `InvalidParameterValueException: the environment variables contain reserved keys: ${name}`,
        );
      } else if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name)) {
        refuse("environment", `ValidationException: "${name}" is not a name of an environment variable`);
      }
    }
    for (const property of [
      "layers",
      "fileSystemConfig",
      "snapStart",
      "deadLetterConfig",
      "durableConfig",
      "tenancyConfig",
    ]) {
      if (known(inputs[property])) refuse(property, `the local cloud does not do ${property}`);
    }
  });
}
