/**
 * Loaded before a deployment's own code (`NODE_OPTIONS=--import`): the network's program finds its table of edges
 * without those that RECORDS_WITHOUT_EDGES names, and so does the policy that holds the network to it. The sources stay
 * as they are, so that other work goes on beside it.
 */
import { registerHooks } from "node:module";

const WITHOUT = JSON.stringify((process.env.RECORDS_WITHOUT_EDGES ?? "").split(","));

/** By the end of a module's address: the declaration that is renamed, and what is exported in its place. */
const TABLES: Readonly<
  Record<string, { readonly declaration: string; readonly renamed: string; readonly kept: string }>
> = {
  "/projects/network/src/reachability.ts": {
    declaration: "export const EDGES:",
    renamed: "const WHOLE:",
    kept: `
        const without = new Set(${WITHOUT});
        export const EDGES: readonly Edge[] = WHOLE.filter(({ from, to, port }) => !without.delete(\`\${from}-to-\${to}-\${port}\`));
        if (without.size > 0) throw new Error("The network has no such edge: " + [...without].join(", "));`,
  },
  "/projects/policy/src/checks/reachability-table.ts": {
    declaration: "export const MATRIX:",
    renamed: "const WHOLE:",
    kept: `
        const isKept = ({ from, to, port }: Edge) =>
          !${WITHOUT}.includes(\`\${from}-to-\${to === INTERNET ? "internet" : to}-\${port}\`);
        export const MATRIX = Object.fromEntries(
          Object.entries(WHOLE).map(([rule, edges]) => [rule, edges.filter(isKept)]),
        ) as typeof WHOLE;`,
  },
};

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const table = Object.entries(TABLES).find(([end]) => url.endsWith(end))?.[1];
    if (table === undefined) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    if (!source.includes(table.declaration)) throw new Error(`${url} has no "${table.declaration}" to shorten.`);
    return { ...loaded, source: source.replace(table.declaration, table.renamed) + table.kept };
  },
});
