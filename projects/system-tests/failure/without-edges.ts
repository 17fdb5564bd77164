/**
 * Loaded before a deployment's own code (`NODE_OPTIONS=--import`): the network's program finds its table of edges
 * without those that RECORDS_WITHOUT_EDGES names. The sources stay as they are, so that other work goes on beside it.
 */
import { registerHooks } from "node:module";

const TABLE = "/projects/network/src/reachability.ts";
const DECLARATION = "export const EDGES: readonly Edge[] =";
const left = (process.env.RECORDS_WITHOUT_EDGES ?? "").split(",");

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(TABLE)) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    if (!source.includes(DECLARATION)) throw new Error(`${TABLE} has no "${DECLARATION}" that could be shortened.`);
    const kept = `
      const left = new Set(${JSON.stringify(left)});
      export const EDGES: readonly Edge[] = ALL.filter(({ from, to, port }) => !left.delete(\`\${from}-to-\${to}-\${port}\`));
      if (left.size > 0) throw new Error("No such edge: " + [...left].join(", "));`;
    return { ...loaded, source: source.replace(DECLARATION, "const ALL: readonly Edge[] =") + kept };
  },
});
