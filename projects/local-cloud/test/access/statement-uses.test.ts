import { openAccess } from "../../src/access/index.ts";
import { statementUses } from "../../src/access/statement-uses.ts";
import { json, Recorded } from "./calls.ts";

it("tells the statements that let something through from those that never did", async () => {
  const recorded = new Recorded();
  const access = openAccess(recorded.account, recorded.home);
  const allow = (Sid: string, Action: string) => ({ Sid, Effect: "Allow", Action, Resource: "*" });
  const never = { Sid: "Never", Effect: "Deny", Action: "kms:Decrypt", Resource: "*" };
  const worker = await recorded.putRole("worker", [
    allow("List", "sqs:ListQueues"),
    allow("Send", "sqs:SendMessage"),
    never,
  ]);
  await recorded.putRole("idle", [allow("List", "sqs:ListQueues")]);
  access.authorize(json("sqs", "ListQueues", {}), worker);
  access.close();
  expect(statementUses(recorded.account, recorded.home)).toEqual([
    {
      ...{ role: "worker", taken: true },
      statements: [
        { statement: "inline policy own/List", count: 1 },
        { statement: "inline policy own/Send", count: 0 },
      ],
    },
    { role: "idle", taken: false, statements: [{ statement: "inline policy own/List", count: 0 }] },
  ]);
});
