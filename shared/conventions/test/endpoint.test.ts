import fc from "fast-check";
import { hostAndPort } from "../src/index.ts";

describe("hostAndPort", () => {
  it("takes the endpoint's own port, and the well-known one only where there is none", () => {
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65535 }), (host, port) => {
        expect(hostAndPort(`${host}:${port}`, 5432)).toEqual({ host, port });
        expect(hostAndPort(host, port)).toEqual({ host, port });
      }),
    );
  });

  it.each(["", "host:0", "host:65536", "host:", "https://host", "host/path", "host:1:2"])("refuses %p", (endpoint) => {
    expect(() => hostAndPort(endpoint, 5432)).toThrow(RangeError);
  });
});
