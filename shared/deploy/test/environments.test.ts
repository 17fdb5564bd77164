import { environmentFor, isLocalStack, requireBackend } from "../src/environments.ts";

describe("environmentFor", () => {
  it("keeps a local stack's state under the checkout, with the settings of local", () => {
    expect(environmentFor("local-two", "/checkout")).toEqual({
      stack: "local-two",
      settings: "local",
      backendUrl: "file:///checkout/.local/local-two/state",
      localHome: "/checkout/.local/local-two",
      planned: false,
    });
  });

  it.each([
    ["dev", "dev"],
    ["pr12", "dev"],
    ["prod", "prod"],
  ])("takes %s to be on AWS with the settings of %s, in the backend that is named", (stack, settings) => {
    process.env.PULUMI_BACKEND_URL = "s3://state";
    expect(environmentFor(stack, "/checkout")).toEqual({
      stack,
      settings,
      backendUrl: "s3://state",
      localHome: undefined,
      planned: false,
    });
    delete process.env.PULUMI_BACKEND_URL;
  });

  it("only plans a stack on AWS without a backend: a change is refused, with how to name one or to stay on this machine", () => {
    const environment = environmentFor("prod", "/checkout");
    expect(environment).toMatchObject({ planned: true, localHome: "/checkout/.local/plans/prod" });
    expect(() => requireBackend(environment)).toThrow(/PULUMI_BACKEND_URL.*make preview STACK=prod.*STACK=local/);
    expect(() => requireBackend(environmentFor("local", "/checkout"))).not.toThrow();
  });

  it("refuses a stack that belongs to no environment", () => {
    expect(() => environmentFor("production", "/checkout")).toThrow("belongs to no environment");
  });

  it.each(["", "Local", "../x", "a b", "1dev"])("refuses %j as a stack name", (stack) => {
    expect(() => environmentFor(stack, "/checkout")).toThrow("no stack name");
  });
});

it("tells local stacks from all others", () => {
  expect(["local", "local-ci"].every(isLocalStack)).toBe(true);
  expect(["locally", "dev", "prod", "prlocal"].some(isLocalStack)).toBe(false);
});
