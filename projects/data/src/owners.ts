/** Words that become part of a secret's name: of the campus systems that call us, and of the partners that we call. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** AWS ends a secret's ARN like this; a name that ends so too is found under partial ARNs of others. */
const LIKE_AN_ARN = /-[a-z0-9]{6}$/;

/**
 * Parses the config keys `campusSystems` and `partners`: lists of names.
 *
 * @throws naming the key, the entry and what to correct
 */
export function parseOwners(key: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) {
    throw new TypeError(`${key} is ${JSON.stringify(value)}; it must be a list of names, and an empty one for nobody.`);
  }
  const names = value.map((name: unknown) => {
    if (typeof name !== "string" || !NAME.test(name) || LIKE_AN_ARN.test(name)) {
      throw new TypeError(
        `${key} holds ${JSON.stringify(name)}: it becomes the end of a secret's name, so it must match ${NAME.source} ` +
          "and not end in a hyphen and six characters.",
      );
    }
    return name;
  });
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new TypeError(`${key} holds "${twice}" twice. Drop one.`);
  return names;
}

/** @throws nobody could call the API */
export function parseCampusSystems(value: unknown): readonly string[] {
  const names = parseOwners("campusSystems", value);
  if (names.length > 0) return names;
  throw new TypeError("campusSystems is empty: list the systems of the compute stack, each has a secret here.");
}
