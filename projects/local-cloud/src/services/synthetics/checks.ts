import { failures, known } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";

/** Runtimes of the user guide that canaries can still be made with; older ones only run on. */
const RUNTIMES =
  /^syn-(nodejs-puppeteer-(1[3-9])\.\d|nodejs-playwright-[3-9]\.\d|nodejs-[3-9]\.\d|python-selenium-([6-9]|1\d)\.\d)$/;
const RETENTION_DAYS = { least: 1, most: 455 };
const MEMORY_STEP_MIB = 64;

/** What Synthetics refuses by looking at a canary alone. */
export function canaryFailures(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const invalid = (property: string, reason: string) => refuse(property, `ValidationException: ${reason}`);
    const { name, runtimeVersion, handler, artifactS3Location, zipFile, s3Bucket, s3Key } = inputs;
    if (known(name) && !/^[0-9a-z_-]{1,255}$/.test(name))
      invalid("name", `"${name}" must have 1 to 255 small letters, digits, - or _`);
    if (known(runtimeVersion) && !RUNTIMES.test(runtimeVersion))
      invalid(
        "runtimeVersion",
        `Canary cannot be created with deprecated or unknown runtime version ${runtimeVersion}`,
      );
    if (known(handler) && !/^([\w-]+[/.])*[\w-]+\.handler$/.test(handler))
      invalid("handler", `"${handler}" must be <file>.handler`);
    if (known(artifactS3Location) && !/^s3:\/\/[a-z0-9.-]{3,63}(\/.*)?$/.test(artifactS3Location))
      invalid("artifactS3Location", `"${artifactS3Location}" is not s3://<bucket>/<prefix>`);
    if ((zipFile === undefined) === (s3Bucket === undefined))
      invalid("zipFile", "the code is in zipFile or in s3Bucket, exactly one of them");
    if (s3Bucket !== undefined && s3Key === undefined) invalid("s3Key", "code in a bucket has a key");
    for (const property of ["successRetentionPeriod", "failureRetentionPeriod"])
      if (known(inputs[property]) && !within(inputs[property] as number, RETENTION_DAYS))
        invalid(property, `${inputs[property]} days are not between 1 and 455`);
    encryption(inputs, invalid);
    schedule(inputs, invalid);
  });
}

type Invalid = (property: string, reason: string) => void;

function encryption({ artifactConfig }: Properties, invalid: Invalid): void {
  const encryption = (artifactConfig as Properties | undefined)?.s3Encryption as Properties | undefined;
  if (!known(encryption)) return;
  const { encryptionMode, kmsKeyArn } = encryption;
  if (known(encryptionMode) && !["SSE_S3", "SSE_KMS"].includes(encryptionMode))
    invalid("artifactConfig", `encryption "${encryptionMode}" is not SSE_S3 or SSE_KMS`);
  if (encryptionMode === "SSE_S3" && kmsKeyArn !== undefined) invalid("artifactConfig", "a key goes with SSE_KMS only");
}

/** A run must be over before the next begins. */
function schedule({ schedule, runConfig }: Properties, invalid: Invalid): void {
  const { expression } = (schedule ?? {}) as Properties;
  const { timeoutInSeconds: timeout, memoryInMb: memory, environmentVariables } = (runConfig ?? {}) as Properties;
  if (known(memory) && (memory < 960 || memory > 3_008 || memory % MEMORY_STEP_MIB !== 0))
    invalid("runConfig", `memory ${memory} is not a multiple of ${MEMORY_STEP_MIB} between 960 and 3008`);
  if (known(timeout) && !within(timeout, { least: 3, most: 840 }))
    invalid("runConfig", `timeout ${timeout} is not between 3 and 840 seconds`);
  const reserved = Object.keys(known(environmentVariables) ? (environmentVariables as Properties) : {}).find(
    (variable) => /^(AWS_|LAMBDA_)|^_HANDLER$/.test(variable),
  );
  if (reserved !== undefined) invalid("runConfig", `the variable ${reserved} is reserved`);
  if (!known(expression)) return;
  const everySeconds = rateSeconds(expression as string);
  if (everySeconds === undefined && !/^cron\(\S+( \S+){4,5}\)$/.test(expression))
    invalid("schedule", `"${expression}" is not rate(0 minute) to rate(1 hour), nor cron(...)`);
  if (everySeconds && known(timeout) && timeout > everySeconds)
    invalid("runConfig", `a run of ${timeout} s is longer than the ${everySeconds} s between runs`);
}

/** Seconds between runs; 0 for a canary that runs once; undefined for what is no rate. */
function rateSeconds(expression: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|minutes|hour)\)$/.exec(expression) ?? [];
  if (count === undefined) return undefined;
  const seconds = Number(count) * (unit === "hour" ? 3_600 : 60);
  const wording = unit === "minutes" ? Number(count) > 1 : Number(count) <= 1;
  return wording && seconds <= 3_600 ? seconds : undefined;
}

function within(value: number, { least, most }: { readonly least: number; readonly most: number }): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
