/** For services that name an operation by method and path. */
import type { CallReader, Call, Use } from "../request.ts";

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly uses: (parts: readonly string[], query: URLSearchParams, call: Call) => readonly Use[];
}

/** @param parts the groups of the path, decoded */
export function routes(table: readonly Route[]): CallReader {
  return (call) => {
    for (const { method, path, uses } of table) {
      const parts = method === call.method ? path.exec(call.path) : null;
      if (parts !== null)
        return uses(
          parts.slice(1).map((part) => decodeURIComponent(part ?? "")),
          new URLSearchParams(call.query),
          call,
        );
    }
    return undefined;
  };
}
