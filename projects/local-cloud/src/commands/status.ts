import { runningCloud } from "../runtime/cloud-file.ts";
import { askCloud } from "../runtime/control.ts";
import type { StackLayout } from "../runtime/layout.ts";

interface ProcessLine {
  readonly name: string;
  readonly pid: number;
  readonly alive: boolean;
}

export async function status(layout: StackLayout): Promise<string> {
  const cloud = runningCloud(layout.cloudFile);
  if (cloud === undefined) return `The local cloud of the stack "${layout.stack}" does not run.\n`;
  const processes = await askCloud<readonly ProcessLine[]>(layout.home, cloud.controlPort, "status");
  const width = Math.max(0, ...processes.map(({ name }) => name.length));
  const lines = processes.map(({ name, pid, alive }) => {
    return `  ${name.padEnd(width)}  ${alive ? `runs, pid ${pid}` : "between two lives: it is started again"}`;
  });
  return [
    `The local cloud of the stack "${layout.stack}" runs (pid ${cloud.pid})`,
    `  AWS API    ${cloud.awsEndpointUrl}`,
    `  authority  ${cloud.caFile}`,
    `  logs       ${layout.home}/logs`,
    ...(cloud.motoLostMemory ? ["  moto has lost its memory: the next deploy begins anew"] : []),
    `${processes.length} processes`,
    ...lines,
    "",
  ].join("\n");
}
