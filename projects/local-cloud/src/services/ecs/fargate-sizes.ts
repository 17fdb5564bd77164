/** CPU units and memory that Fargate runs together on Linux. */
const GIB = 1024;
const range = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

const MEMORY_BY_CPU: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1 * GIB, 2 * GIB]],
  [512, range(1 * GIB, 4 * GIB, GIB)],
  [1024, range(2 * GIB, 8 * GIB, GIB)],
  [2048, range(4 * GIB, 16 * GIB, GIB)],
  [4096, range(8 * GIB, 30 * GIB, GIB)],
  [8192, range(16 * GIB, 60 * GIB, 4 * GIB)],
  [16384, range(32 * GIB, 120 * GIB, 8 * GIB)],
]);

/** @returns why Fargate refuses the pair, in its words; undefined when it takes it */
export function fargateSizeFault(cpu: string | undefined, memory: string | undefined): string | undefined {
  if (cpu === undefined || memory === undefined) {
    return "ClientException: Fargate requires that 'cpu' and 'memory' be defined at the task level.";
  }
  const memories = MEMORY_BY_CPU.get(units(cpu, /^(\d*\.?\d+) ?vcpu$/i));
  if (memories === undefined) {
    return `ClientException: '${cpu}' is not a CPU size of Fargate; valid are ${[...MEMORY_BY_CPU.keys()].join(", ")}.`;
  }
  if (memories.includes(units(memory, /^(\d*\.?\d+) ?gb$/i))) return undefined;
  return (
    `ClientException: No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. ` +
    `With this CPU size the memory can be ${memories.join(", ")}.`
  );
}

/** `"512"`, or with a unit of which one holds 1024: `".5 vCPU"`, `"1 GB"`. */
function units(text: string, withUnit: RegExp): number {
  const [, amount] = withUnit.exec(text.trim()) ?? [];
  return amount === undefined ? Number(text) : Number(amount) * 1024;
}
