/** Software of the university that calls the API: its name, and what it may ask for. */
export interface CampusSystem {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Requests a second that its agreement grants, where that is another number than everybody's. */
  readonly agreedRatePerSecond?: number;
}

/** Has a client, a key and a plan of its own. */
const CONSOLE = "console";
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Parses the config key `campusSystems`.
 *
 * @param offered  scopes that the service's operations ask for; a system cannot be given another one
 * @throws naming the entry and what to correct
 */
export function parseCampusSystems(value: unknown, offered: readonly string[]): readonly CampusSystem[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new Error(
      "The config key campusSystems must list at least one campus system: nobody could call the API otherwise.",
    );
  }
  const systems = value.map((entry: unknown) => parseOne(entry, offered));
  const names = systems.map((system) => system.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new Error(
      `The config key campusSystems lists "${twice}" twice, and each has one client and one API key. Merge the entries.`,
    );
  }
  return systems;
}

function parseOne(entry: unknown, offered: readonly string[]): CampusSystem {
  const { name, scopes, agreedRatePerSecond, ...rest } = (entry ?? {}) as Record<string, unknown>;
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new Error(
      `A campus system's name must match ${NAME.source}: it becomes part of physical names. Correct ${JSON.stringify(name)} in campusSystems.`,
    );
  }
  if (name === CONSOLE) {
    throw new Error(`"${CONSOLE}" in campusSystems is the console's name. Give the campus system another one.`);
  }
  const [stray] = Object.keys(rest);
  if (stray !== undefined) {
    throw new Error(
      `Campus system "${name}" has the unknown setting "${stray}". Keep to name, scopes and agreedRatePerSecond.`,
    );
  }
  if (!Array.isArray(scopes) || scopes.length === 0) {
    throw new Error(
      `Campus system "${name}" lists no scopes, so its tokens would open nothing. Give it some of: ${offered.join(", ")}.`,
    );
  }
  const unknown = scopes.find((scope) => !offered.includes(scope as string)) as unknown;
  if (unknown !== undefined) {
    throw new Error(
      `Campus system "${name}" asks for scope ${JSON.stringify(unknown)}, which no operation of the service knows. Choose from: ${offered.join(", ")}.`,
    );
  }
  if (agreedRatePerSecond === undefined) return { name, scopes: scopes as string[] };
  if (!Number.isInteger(agreedRatePerSecond) || Number(agreedRatePerSecond) < 1) {
    throw new Error(
      `Campus system "${name}" has agreedRatePerSecond ${JSON.stringify(agreedRatePerSecond)}, which is no number of requests a second. ` +
        "Write the whole number of its agreement, or leave it out for the standard plan.",
    );
  }
  return { name, scopes: scopes as string[], agreedRatePerSecond: Number(agreedRatePerSecond) };
}
