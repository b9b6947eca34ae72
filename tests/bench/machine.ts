/**
 * What a figure depends on besides the program: the machine, and what else it has to do.
 */
import { availableParallelism, cpus } from "node:os";

const SAMPLE_MS = 1000;
/** A bench with more than this of other work beside it is not worth reading. */
const BUSY_PERCENT = 10;

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Part of all cores' time that was in use while the bench did nothing: before its first measurement, after its last. */
  readonly otherWorkPercent: { readonly before: number; readonly after: number };
}

/** Looks at the machine for a second; the bench must be idle. Call the result when all is measured, idle again. */
export async function observeMachine(): Promise<() => Promise<Machine>> {
  const before = await measureBusyPercent();
  return async () => ({
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    otherWorkPercent: { before, after: await measureBusyPercent() },
  });
}

/** One line of a header, with a warning where it is due. */
export function describeMachine({ cpu, cores, otherWorkPercent: { before, after } }: Machine): string {
  const warning = Math.max(before, after) > BUSY_PERCENT ? ". TOO BUSY: run it again on a quiet machine" : "";
  return `${cpu}, ${cores} cores; other work took ${before} % of them before, ${after} % after${warning}`;
}

async function measureBusyPercent(): Promise<number> {
  const start = cpuTimes();
  await Bun.sleep(SAMPLE_MS);
  const end = cpuTimes();
  return Math.round(100 * (1 - (end.idle - start.idle) / (end.all - start.all)));
}

function cpuTimes(): { idle: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  return {
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    all: times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
  };
}
