/** What S3 refuses in a lifecycle: classes in the wrong order, ages too close, actions that exclude each other. */
import { failures, known, knownItems } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";

/** From the dearest to keep to the cheapest: objects only move down. */
const CLASSES = [
  "STANDARD",
  "STANDARD_IA",
  "INTELLIGENT_TIERING",
  "ONEZONE_IA",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
];
const INFREQUENT_ACCESS = ["STANDARD_IA", "ONEZONE_IA"];
/** The age at which an object may go to infrequent access, and how long it stays there at least. */
const INFREQUENT_ACCESS_DAYS = 30;
const RULES_MAX = 1_000;
const ACTIONS = [
  "transitions",
  "expiration",
  "noncurrentVersionTransitions",
  "noncurrentVersionExpiration",
  "abortIncompleteMultipartUpload",
];

export function lifecycleFailures(rules: unknown): readonly CheckFailure[] {
  return failures((refuse) => {
    const list = (knownItems(rules as Properties[] | undefined) ?? []) as Properties[];
    const ids = list.map(({ id }) => id as unknown).filter((id) => known(id));
    if (new Set(ids).size < ids.length) refuse("rules", "InvalidArgument: rule ids must be unique.");
    if (list.length > RULES_MAX) refuse("rules", `MalformedXML: a lifecycle has up to ${RULES_MAX} rules.`);
    for (const rule of list)
      for (const fault of ruleFaults(rule)) refuse("rules", `InvalidArgument: rule ${String(rule.id)}: ${fault}`);
  });
}

function ruleFaults(rule: Properties): readonly string[] {
  const { id, status, filter, expiration, noncurrentVersionExpiration } = rule;
  const faults: string[] = [];
  if (known(id) && String(id).length > 255) faults.push("an id has up to 255 characters.");
  if (known(status) && !["Enabled", "Disabled"].includes(status as string)) faults.push(`"${status}" is no status.`);
  if (ACTIONS.every((action) => rule[action] === undefined)) faults.push("At least one action needs to be specified.");
  const byTag = known(filter) && (filter.tag !== undefined || filter.and?.tags !== undefined);
  if (byTag && rule.abortIncompleteMultipartUpload !== undefined)
    faults.push("AbortIncompleteMultipartUpload cannot be specified with Tags.");
  if (known(expiration)) {
    const given = ["days", "date", "expiredObjectDeleteMarker"].filter((name) => expiration[name] !== undefined);
    if (given.length !== 1)
      faults.push("an expiration has days, date or expiredObjectDeleteMarker, exactly one of them.");
    if (known(expiration.days) && !(expiration.days > 0))
      faults.push("'Days' for Expiration action must be a positive integer");
  }
  const ages = { transitions: "days", noncurrentVersionTransitions: "noncurrentDays" };
  const ends = {
    transitions: (known(expiration) ? expiration.days : undefined) as unknown,
    noncurrentVersionTransitions: known(noncurrentVersionExpiration)
      ? (noncurrentVersionExpiration.noncurrentDays as unknown)
      : undefined,
  };
  for (const [name, age] of Object.entries(ages)) {
    const moves = (knownItems(rule[name]) ?? []) as Properties[];
    faults.push(...moveFaults(moves, age, ends[name as keyof typeof ends]));
  }
  return faults;
}

function moveFaults(moves: readonly Properties[], age: string, end: unknown): readonly string[] {
  const faults: string[] = [];
  for (const move of moves) {
    const to = move.storageClass as string;
    const days: unknown = move[age];
    if (known(to) && !CLASSES.slice(1).includes(to)) faults.push(`"${to}" is none of ${CLASSES.slice(1).join(", ")}.`);
    if (!known(days)) continue;
    if (Number(days) < 0) faults.push(`'Days' in the Transition action for StorageClass '${to}' must not be negative`);
    if (INFREQUENT_ACCESS.includes(to) && Number(days) < INFREQUENT_ACCESS_DAYS)
      faults.push(
        `'Days' in Transition action must be greater than or equal to ${INFREQUENT_ACCESS_DAYS} for storageClass '${to}'`,
      );
    if (known(end) && Number(end) <= Number(days))
      faults.push(`'Days' in the Expiration action must be greater than 'Days' in the Transition action for '${to}'`);
  }
  const dated = moves.filter((move) => known(move[age]) && known(move.storageClass));
  const byAge = dated.toSorted((a, b) => Number(a[age]) - Number(b[age]));
  for (const [index, later] of byAge.entries()) {
    const earlier = byAge[index - 1];
    if (earlier === undefined) continue;
    const [from, to] = [earlier.storageClass as string, later.storageClass as string];
    if (CLASSES.indexOf(to) <= CLASSES.indexOf(from))
      faults.push(
        `objects do not move from '${from}' to '${to}': each class is listed once, in the order of S3's waterfall.`,
      );
    const least = Number(earlier[age]) + (INFREQUENT_ACCESS.includes(from) ? INFREQUENT_ACCESS_DAYS : 1);
    if (Number(later[age]) < least)
      faults.push(
        `'Days' in the Transition action for StorageClass '${to}' must be ${least - Number(earlier[age])} days more than ` +
          `in the Transition action for StorageClass '${from}'`,
      );
  }
  return faults;
}
