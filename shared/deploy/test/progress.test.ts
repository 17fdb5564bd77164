import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describeChanges, Progress } from "../src/progress.ts";

const event = (part: Partial<EngineEvent>): EngineEvent => ({ sequence: 1, timestamp: 0, ...part });

function shown(...parts: Partial<EngineEvent>[]): { lines: string[]; progress: Progress } {
  const lines: string[] = [];
  const progress = new Progress("network", (line) => lines.push(line));
  for (const part of parts) progress.onEvent(event(part));
  return { lines, progress };
}

const policy = (message: string) => ({
  policyEvent: { policyName: "kms-key-rotation", enforcementLevel: "mandatory", message, resourceUrn: "urn:x" },
});

describe("describeChanges", () => {
  it("counts what changed in plain words, and says when nothing did", () => {
    expect(describeChanges({ create: 2, same: 40, update: 1 })).toBe("2 created, 1 changed");
    expect(describeChanges({ same: 40, read: 1 })).toBe("nothing to change");
    expect(describeChanges(undefined)).toBe("nothing to change");
  });
});

describe("progress", () => {
  it("shows a violation with rule, resource and message, without the engine's colour marks", () => {
    const { lines } = shown(policy("<{%reset%}>The key does not rotate.<{%reset%}>") as Partial<EngineEvent>);
    expect(lines.join("\n")).toMatch(/policy kms-key-rotation \[mandatory\] urn:x: The key does not rotate\.$/);
  });

  it("counts a check that waits for a value instead of showing it as a violation", () => {
    const { lines, progress } = shown(policy("can't run policy 'x' during preview") as Partial<EngineEvent>);
    expect(lines).toEqual([]);
    expect(progress.waitingChecks).toBe(1);
  });

  it("shows errors and leaves out the engine's debug messages", () => {
    const diagnostic = (severity: string, message: string) =>
      ({ diagnosticEvent: { severity, message, color: "never" } }) as Partial<EngineEvent>;
    const { lines } = shown(diagnostic("debug", "RegisterResource RPC"), diagnostic("error", "it failed"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("error it failed");
  });

  it("says which layer to deploy when an upstream one is missing", () => {
    const message = 'unknown stack "organization/srs-security/local"';
    const { lines } = shown({
      diagnosticEvent: { severity: "error", message, color: "never" },
    });
    expect(lines[0]).toContain("make deploy LAYER=security STACK=local");
  });
});
