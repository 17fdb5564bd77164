/**
 * Runs one function's handler in a process of its own, as the Node.js runtime of Lambda does: loads it once, then answers
 * one event after the other. Events and results travel over the IPC channel; what the handler prints goes to its log.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

const parent = process.ppid;
process.once("disconnect", () => process.exit(0));
// A handler that never yields would not notice that the cloud is gone: somebody else looks.
new Worker(`setInterval(() => { if (process.ppid !== ${parent}) process.kill(process.pid, "SIGKILL"); }, 1000);`, {
  eval: true,
}).unref();

/** Closes over the channel: the handler's code cannot take it away by using `process.send` itself. */
const send = process.send.bind(process);

try {
  const handler = await loadHandler(process.env._HANDLER, process.env.LAMBDA_TASK_ROOT);
  process.on("message", (message) => void answer(handler, message));
  send({ type: "ready" });
} catch (error) {
  console.error(error);
  send({ type: "failed", error: describe(error) }, () => process.exit(1));
}

async function loadHandler(name, folder) {
  const dot = name.lastIndexOf(".");
  const file = [".mjs", ".js", ".cjs"].map((ending) => join(folder, name.slice(0, dot) + ending)).find(existsSync);
  if (file === undefined) throw named("Runtime.ImportModuleError", `Error: Cannot find module '${name.slice(0, dot)}'`);
  const module = await import(pathToFileURL(file).href);
  const handler = module[name.slice(dot + 1)] ?? module.default?.[name.slice(dot + 1)];
  if (typeof handler !== "function") throw named("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  return handler;
}

async function answer(handler, { requestId, event, deadlineMs, invokedFunctionArn }) {
  const context = {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
  try {
    const result = await handler(JSON.parse(event), context);
    send({ type: "result", requestId, payload: JSON.stringify(result) ?? "null" });
  } catch (error) {
    console.error(error);
    send({ type: "error", requestId, error: describe(error) });
  }
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}
