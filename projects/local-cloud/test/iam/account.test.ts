import { iamService } from "../../src/services/iam/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
const LINKED = "aws:iam/serviceLinkedRole:ServiceLinkedRole";
const PASSWORDS = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy";
const ROLE = "aws:iam/role:Role";
const url = "https://token.actions.githubusercontent.com";
const clientIdLists = ["sts.amazonaws.com"];
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

describe("the account's identities", () => {
  const world = useRecordedAccount([iamService]);

  it("hold one provider for an issuer, under an ARN that names it", async () => {
    const { id, outputs } = await world.resources.create(PROVIDER, "github", { url, clientIdLists });
    expect(id).toBe("arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com");
    expect(outputs.arn).toBe(id);
    await expect(world.resources.create(PROVIDER, "again", { url, clientIdLists })).rejects.toThrow(
      `EntityAlreadyExists: Provider with url ${url} already exists.`,
    );
  });

  it("name a service's role as the service does, and hold it once", async () => {
    const role = await world.resources.create(LINKED, "config", { awsServiceName: "config.amazonaws.com" });
    expect(role.id).toBe(
      "arn:aws:iam::000000000000:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
    );
    expect(role.outputs).toMatchObject({
      name: "AWSServiceRoleForConfig",
      path: "/aws-service-role/config.amazonaws.com/",
      uniqueId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
      createDate: expect.stringMatching(/^\d{4}-/),
    });
    const again = world.resources.create(LINKED, "again", { awsServiceName: "config.amazonaws.com" });
    await expect(again).rejects.toThrow(
      "InvalidInput: Service role name AWSServiceRoleForConfig has been taken in this account, please try a different suffix.",
    );
  });

  it("have one policy for passwords, which expire when they have an age", async () => {
    const lasting = await world.resources.create(PASSWORDS, "one", { minimumPasswordLength: 14 });
    expect(lasting).toMatchObject({ id: "iam-account-password-policy", outputs: { expirePasswords: false } });
    await expect(world.resources.create(PASSWORDS, "two", {})).rejects.toThrow("another resource holds it");
    const aging = await world.resources.update(lasting, { minimumPasswordLength: 14, maxPasswordAge: 90 });
    expect(aging.outputs.expirePasswords).toBe(true);
  });

  it.each([
    ["a provider without TLS", PROVIDER, { url: "http://a.example", clientIdLists }, "url"],
    ["a provider with a query", PROVIDER, { url: `${url}?a=b`, clientIdLists }, "url"],
    ["a provider for nobody", PROVIDER, { url, clientIdLists: [] }, "clientIdLists"],
    ["a thumbprint that is none", PROVIDER, { url, clientIdLists, thumbprintLists: ["abc"] }, "thumbprintLists"],
    [
      "six thumbprints",
      PROVIDER,
      { url, clientIdLists, thumbprintLists: Array.from({ length: 6 }, (_, i) => String(i).repeat(40)) },
      "thumbprintLists",
    ],
    ["a role of no service", LINKED, { awsServiceName: "config" }, "awsServiceName"],
    ["a service whose role has no known name", LINKED, { awsServiceName: "new.amazonaws.com" }, "awsServiceName"],
    ["passwords of five letters", PASSWORDS, { minimumPasswordLength: 5 }, "minimumPasswordLength"],
    ["passwords of 129 letters", PASSWORDS, { minimumPasswordLength: 129 }, "minimumPasswordLength"],
    ["passwords that last three years and a day", PASSWORDS, { maxPasswordAge: 1_096 }, "maxPasswordAge"],
    ["25 remembered passwords", PASSWORDS, { passwordReusePrevention: 25 }, "passwordReusePrevention"],
    [
      "a role for half an hour",
      ROLE,
      { name: "r", assumeRolePolicy: trust, maxSessionDuration: 1_800 },
      "maxSessionDuration",
    ],
    [
      "a role with a typographer's dash",
      ROLE,
      { name: "r", assumeRolePolicy: trust, description: "plan — only" },
      "description",
    ],
    [
      "a role described at length",
      ROLE,
      { name: "r", assumeRolePolicy: trust, description: "x".repeat(1_001) },
      "description",
    ],
  ])("refuse %s", async (_, token, inputs, property) => {
    expect(await world.resources.failuresOf(token, inputs)).toMatchObject([{ property }]);
  });
});
