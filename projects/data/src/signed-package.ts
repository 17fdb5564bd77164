/** Where the code of the rotation function comes from: the folder that was built here, or what AWS Signer has signed. */

export interface SignedPackage {
  /** Lambda refuses, under this configuration, whatever is not signed by us. */
  readonly codeSigningConfigArn: string;
  readonly bucket: string;
  readonly key: string;
  readonly version: string;
}

const FIELDS = {
  codeSigningConfigArn: /^arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:code-signing-config:csc-[a-z0-9]{17}$/,
  bucket: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  key: /^\S{1,1024}$/,
  version: /^\S{1,1024}$/,
} as const;

/**
 * Parses the config key `rotationPackage`. An enforced configuration takes only packages that lie signed in S3, never
 * one that comes with the call, so the two are given together or not at all.
 *
 * @param required where records are real
 */
export function parseSignedPackage(value: unknown, required: boolean): SignedPackage | undefined {
  if (value === undefined && !required) return undefined;
  const given = (value ?? {}) as Record<string, unknown>;
  for (const [field, form] of Object.entries(FIELDS)) {
    const found = given[field];
    if (typeof found === "string" && form.test(found)) continue;
    throw new TypeError(
      `rotationPackage.${field} is ${JSON.stringify(found)}: the rotation function runs signed code here. ` +
        `Give it in the form ${form.source}; the release that signed the package names it.`,
    );
  }
  return given as unknown as SignedPackage;
}
