import { setImmediate } from "node:timers/promises";
import type { Account } from "../cloud.ts";
import type { Properties, ResourceRecord } from "../resource-type.ts";
import { readJson, writeJson } from "./durable-json.ts";

interface Entry {
  readonly record: ResourceRecord;
  readonly secretProperties: readonly string[];
}

function withoutSecrets({ record, secretProperties }: Entry): ResourceRecord {
  const keep = (properties: Properties): Properties =>
    Object.fromEntries(Object.entries(properties).filter(([name]) => !secretProperties.includes(name)));
  return { ...record, inputs: keep(record.inputs), outputs: keep(record.outputs) };
}

/**
 * Opens the account kept in a file. In memory it holds every property; on disk the secret ones are left out,
 * so after a restart whoever needs one fetches it from where AWS would keep it (Secrets Manager).
 */
export function openAccount(file: string): Account {
  // While a resource is replaced, the old and the new one share a URN: the id tells them apart.
  const key = (urn: string, id: string) => `${urn}\n${id}`;
  const entries = new Map<string, Entry>();
  for (const record of readJson<ResourceRecord[]>(file) ?? []) {
    entries.set(key(record.urn, record.id), { record, secretProperties: [] });
  }

  // Several resources are created at once: one write that starts after all of them serves all of them.
  let pending: Promise<void> | undefined;
  function save(): Promise<void> {
    pending ??= setImmediate().then(() => {
      pending = undefined;
      writeJson(file, [...entries.values()].map(withoutSecrets));
    });
    return pending;
  }

  let revision = 0;
  const records = () => [...entries.values()].map((entry) => entry.record);
  return {
    get revision() {
      return revision;
    },
    all: records,
    ofType: (token) => records().filter((record) => record.type === token),
    byUrn: (urn) => records().findLast((record) => record.urn === urn),
    byArn: (arn) => records().findLast((record) => record.arn === arn),
    byId: (token, id) => records().findLast((record) => record.type === token && record.id === id),
    async put(record, secretProperties) {
      entries.set(key(record.urn, record.id), { record, secretProperties });
      revision += 1;
      await save();
    },
    async remove(urn, id) {
      if (!entries.delete(key(urn, id))) return;
      revision += 1;
      await save();
    },
  };
}
