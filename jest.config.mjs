/**
 * One configuration for every project: `npm test -- projects/api` runs one of them.
 * Several packages ship as ES modules only; Jest loads them natively when Node runs with VM modules.
 */
if (
  !process.execArgv
    .concat(process.env.NODE_OPTIONS ?? "")
    .join(" ")
    .includes("--experimental-vm-modules")
) {
  throw new Error("Run the tests through npm, which sets Node's options: npm test -- [path ...]");
}

// The failure tests break a running system for many minutes: a command of their own asks for them (make test-failures).
const FAILURES = ["<rootDir>/projects/system-tests/failure/*.test.ts"];
const EVERYTHING = ["<rootDir>/projects/*/{src,test}/**/*.test.ts", "<rootDir>/shared/*/{src,test}/**/*.test.ts"];

export default {
  testMatch: process.env.RECORDS_FAILURE_TESTS === "1" ? FAILURES : EVERYTHING,
  modulePathIgnorePatterns: ["<rootDir>/\\.local", "/dist/"],
  transform: {
    "^.+\\.(ts|mts)$": [
      "@swc/jest",
      { jsc: { target: "es2024", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  testEnvironment: "node",
  testSequencer: "<rootDir>/tools/jest/longest-first.mjs",
  maxWorkers: "100%",
  // Servers of our own start under some tests (moto takes seconds on a busy machine); what hangs is ended all the same.
  testTimeout: 30_000,
};
