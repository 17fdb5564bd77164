/** The container's own check: asks the service whether it lives. Exit code 0 means yes. */
import { get } from "node:https";

const TIMEOUT_MS = 3_000;

// The certificate is the task's own, made at its start; there is nothing to check it against, and the way is loopback.
const request = get(
  { host: "127.0.0.1", port: process.env.PORT, path: "/health/live", rejectUnauthorized: false, timeout: TIMEOUT_MS },
  (reply) => {
    process.exitCode = reply.statusCode === 200 ? 0 : 1;
    reply.resume();
  },
);
request.on("timeout", () => request.destroy());
request.on("error", () => {
  process.exitCode = 1;
});
