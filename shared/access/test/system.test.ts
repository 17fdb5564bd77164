/**
 * What the deployed policies guarantee, asked of the four programs as `prod` and as `local`. One file, because recording
 * the programs takes longer than all the questions.
 */
import { keyGuarantees } from "./keys.ts";
import { keyUserGuarantees } from "./key-users.ts";
import { grantGuarantees } from "./key-grants.ts";
import { roleGuarantees } from "./roles.ts";
import { storeGuarantees } from "./stores.ts";
import { systemModel, type Models } from "./system.ts";

let recorded: ReturnType<Models> | undefined;
beforeAll(async () => {
  const [prod, local] = await Promise.all([systemModel("prod"), systemModel("local")]);
  recorded = { prod, local };
}, 300_000);

const models: Models = () => {
  if (!recorded) throw new Error("The programs are recorded before the first question.");
  return recorded;
};

keyGuarantees(models);
keyUserGuarantees(models);
grantGuarantees(models);
roleGuarantees(models);
storeGuarantees(models);
