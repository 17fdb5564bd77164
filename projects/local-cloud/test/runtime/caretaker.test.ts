import { Caretaker } from "../../src/processes/caretaker.ts";
import { eventually } from "../support/eventually.ts";

describe("a caretaker", () => {
  const opened: Caretaker[] = [];
  const caretaker = (look: () => Promise<void>, log: (message: string) => void = () => undefined): Caretaker => {
    const made = new Caretaker(look, log);
    opened.push(made);
    return made;
  };
  afterEach(() => Promise.all(opened.splice(0).map((each) => each.rest())));

  it("looks again and again once it watches, and not before", async () => {
    let looks = 0;
    const watching = caretaker(async () => void (looks += 1));
    watching.hurry();
    await watching.inTurn(async () => undefined);
    expect(looks).toBe(0);
    watching.watch();
    watching.hurry();
    await eventually(() => expect(looks).toBeGreaterThanOrEqual(2));
  });

  it("lets a change and a look take turns", async () => {
    const gate = Promise.withResolvers<void>();
    const order: string[] = [];
    const watching = caretaker(async () => void order.push("look"));
    watching.watch();
    const change = watching.inTurn(async () => {
      order.push("change begins");
      await gate.promise;
      order.push("change ends");
    });
    watching.hurry();
    await eventually(() => expect(order).toEqual(["change begins"]));
    gate.resolve();
    await change;
    await eventually(() => expect(order.slice(0, 3)).toEqual(["change begins", "change ends", "look"]));
  });

  it("looks once more at what happened during a look", async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let looks = 0;
    const watching = caretaker(async () => {
      looks += 1;
      await gates[looks - 1]?.promise;
    });
    watching.watch();
    watching.hurry();
    await eventually(() => expect(looks).toBe(1));
    watching.hurry();
    gates[0]!.resolve();
    await eventually(() => expect(looks).toBe(2));
    gates[1]!.resolve();
  });

  it("says a failure once for as long as it stays the same, and goes on looking", async () => {
    const said: string[] = [];
    const reasons = ["no disk", "no disk", "no memory", undefined, "no disk"];
    const watching = caretaker(
      async () => {
        const reason = reasons.shift();
        if (reason !== undefined) throw new Error(reason);
      },
      (message) => said.push(message),
    );
    watching.watch();
    await eventually(() => {
      watching.hurry();
      expect(reasons).toEqual([]);
    });
    await watching.rest();
    expect(said).toEqual(["no disk", "no memory", "no disk"]);
  });

  it("is done when it rests: a look under way has ended, and none follows", async () => {
    let looks = 0;
    const watching = caretaker(async () => void (looks += 1));
    watching.watch();
    watching.hurry();
    await eventually(() => expect(looks).toBeGreaterThan(0));
    await watching.rest();
    const seen = looks;
    watching.hurry();
    await watching.inTurn(async () => undefined);
    expect(looks).toBe(seen);
  });
});
