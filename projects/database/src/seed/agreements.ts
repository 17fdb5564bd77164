/** The agreements under which given client ids may act: without one, a client's valid token opens nothing. */
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type { ClientBase } from "pg";
import { v7 as uuidv7 } from "uuid";

export const Agreement = Type.Object(
  {
    clientId: Type.String({ pattern: "^\\S+$" }),
    partyName: Type.Optional(Type.String({ minLength: 1 })),
    /** Campus codes, or `all`. */
    campuses: Type.Union([Type.Literal("all"), Type.Array(Type.String({ pattern: "^[A-Z]{3}$" }), { minItems: 1 })]),
    /** Without the issuer's prefix: `students.read`. */
    scopes: Type.Array(Type.String({ pattern: "^[a-z]+(\\.[a-z]+)+$" }), { minItems: 1 }),
    purposes: Type.Optional(Type.Array(Type.String({ pattern: "^[a-z][a-z_]*$" }), { minItems: 1 })),
  },
  { additionalProperties: false },
);
export type Agreement = Static<typeof Agreement>;

const DEFAULT_PURPOSES = ["campus_services"];

/** `<clientId>=<campus,...|all>:<scope,...>` */
export function parseAgreement(text: string): Agreement {
  const match = /^([^=\s]+)=([^:]+):(.+)$/.exec(text);
  if (match === null) {
    throw new Error(
      `"${text}" is not an agreement. Write <clientId>=<campus,...|all>:<scope,...>, for instance abc=MAI,NOR:students.read.`,
    );
  }
  const [, clientId, campuses, scopes] = match;
  return checkAgreement({
    clientId,
    campuses: campuses === "all" ? "all" : campuses!.split(","),
    scopes: scopes!.split(","),
  });
}

/** @throws {Error} naming the place that is wrong */
export function checkAgreement(candidate: unknown): Agreement {
  if (Value.Check(Agreement, candidate)) return candidate;
  const [fault] = Value.Errors(Agreement, candidate);
  throw new Error(
    `An agreement is not usable: ${placeOf(fault?.instancePath)} ${fault?.message}. See projects/database/README.md.`,
  );
}

function placeOf(instancePath = ""): string {
  return instancePath === "" ? "it" : instancePath;
}

const FIND_CAMPUSES = "select code, id from records.campuses order by code";
const CHANGE = `
  update records.party_agreements
     set party_name = $2, campus_ids = $3, scopes = $4, purposes = $5, version = version + 1, updated_at = now()
   where client_id = $1 and state = 'active'
     and (party_name, campus_ids, scopes, purposes) is distinct from ($2, $3::uuid[], $4::text[], $5::text[])
  returning id`;
const ADD = `
  insert into records.party_agreements (id, client_id, party_name, campus_ids, scopes, purposes, state, signed_on, expires_on)
  select $6, $1, $2, $3, $4, $5, 'active', current_date, current_date + 365
   where not exists (select from records.party_agreements where client_id = $1 and state = 'active')
  returning id`;

/** @returns what happened to this client's agreement */
export async function upholdAgreement(
  client: ClientBase,
  agreement: Agreement,
): Promise<"added" | "changed" | "unchanged"> {
  const { rows } = await client.query<{ code: string; id: string }>(FIND_CAMPUSES);
  const wanted = agreement.campuses === "all" ? rows.map((row) => row.code) : agreement.campuses.toSorted();
  const campusIds = wanted.map((code) => {
    const campus = rows.find((row) => row.code === code);
    if (campus === undefined) {
      throw new Error(
        `Client ${agreement.clientId} asks for campus ${code}; there are ${rows.map((row) => row.code).join(", ") || "none"}.`,
      );
    }
    return campus.id;
  });
  const values = [
    ...[agreement.clientId, agreement.partyName ?? `Campus system ${agreement.clientId}`, campusIds],
    ...[agreement.scopes.toSorted(), (agreement.purposes ?? DEFAULT_PURPOSES).toSorted()],
  ];
  if ((await client.query(CHANGE, values)).rowCount === 1) return "changed";
  return (await client.query(ADD, [...values, uuidv7()])).rowCount === 1 ? "added" : "unchanged";
}
