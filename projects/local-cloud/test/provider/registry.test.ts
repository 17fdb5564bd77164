import { recordedType } from "../../src/recorded-type.ts";
import { createRegistry } from "../../src/registry.ts";

const entry = recordedType({ token: "aws:sns/topic:Topic", id: () => "topic", replaceOnChanges: [] });

describe("the registry", () => {
  it("finds a type by its token", () => {
    expect(createRegistry([{ name: "sns", resources: [entry] }]).resource("aws:sns/topic:Topic")).toBe(entry);
  });

  it("refuses what it does not know by name, and says where to add it", () => {
    const registry = createRegistry([]);
    expect(() => registry.resource("aws:dynamodb/table:Table")).toThrow(
      /resource type aws:dynamodb\/table:Table.*src\/services\/dynamodb/s,
    );
    expect(() => registry.function("aws:ec2/getAmi:getAmi")).toThrow(
      /function aws:ec2\/getAmi:getAmi.*`functions`.*src\/services\/ec2/s,
    );
  });

  it("refuses two services that define one type, naming both", () => {
    const twice = [
      { name: "sns", resources: [entry] },
      { name: "topics", resources: [entry] },
    ];
    expect(() => createRegistry(twice)).toThrow("defined by the services sns and topics");
  });
});
