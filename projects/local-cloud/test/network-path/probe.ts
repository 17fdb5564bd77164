/**
 * What a process in the network tries: a function's code, which opens one connection and says what it met. Each kind
 * goes as far as a refusal by the network and an answer by the service can be told apart.
 */
export const PROBE = `
import { get } from "node:http";
import { get as getSecurely } from "node:https";
import { connect } from "node:net";
import { connect as secure } from "node:tls";

const settle = (start) => new Promise((resolve) => {
  const socket = start((answer) => { socket.destroy(); resolve(answer); });
  socket.on("error", (error) => resolve("refused: " + error.code)).on("close", () => resolve("refused: closed"));
});

const probes = {
  /** Redis, or anything that speaks TLS. */
  tls: ({ host, port }) => settle((done) => secure({ host, port }, () => done("open"))),
  https: ({ url }) => settle((done) => getSecurely(url, { agent: false }, () => done("open"))),
  /** Signed with nothing: whoever refuses the signature has been reached. */
  aws: ({ service }) => settle((done) => get(process.env.AWS_ENDPOINT_URL, { agent: false, headers: {
    authorization: "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0",
    "x-amz-date": "20260101T000000Z",
  } }, () => done("open"))),
  /** As far as the question for a password, or the error in its place. */
  postgres: ({ host, port, user }) => settle((done) => {
    const socket = connect({ host, port }, () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
    socket.once("data", () => {
      const stream = secure({ socket, host }, () => {
        const text = "user\\0" + user + "\\0database\\0records\\0\\0";
        const head = Buffer.alloc(8);
        head.writeInt32BE(8 + text.length, 0);
        head.writeInt32BE(196608, 4);
        stream.write(Buffer.concat([head, Buffer.from(text)]));
      });
      stream.once("data", (bytes) => {
        const kind = String.fromCharCode(bytes[0]);
        done(kind === "R" ? "open" : "refused: " + bytes.toString("utf8", 5).split("\\0").slice(2, 4).join(" "));
      });
    });
    return socket;
  }),
};

export const handler = (event) => probes[event.kind](event);
`;
