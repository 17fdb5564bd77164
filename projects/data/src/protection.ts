import type { Sizing } from "@records/conventions";

/** Options of what holds records: the engine refuses to delete it, and a removed declaration leaves it in AWS. */
export const keptForGood = ({ protect, retainOnDelete }: Sizing) => ({ protect, retainOnDelete });

/** Options of what can be built anew from the records: the engine refuses to delete it by accident. */
export const keptByEngine = ({ protect }: Sizing) => ({ protect });
