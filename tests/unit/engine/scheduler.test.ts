import { expect, test } from "bun:test";
import { Scheduler, type ChunkRunner } from "../../../src/engine/scheduler.ts";

/** A worker that ends its chunk when the test says so. */
class FakeRunner implements ChunkRunner<string, string> {
  aborted = false;
  #current: { task: string; done: PromiseWithResolvers<string> } | undefined;
  readonly #started: string[];

  constructor(started: string[]) {
    this.#started = started;
  }

  run(task: string): Promise<string> {
    expect(this.#current).toBeUndefined();
    this.#started.push(task);
    this.#current = { task, done: Promise.withResolvers() };
    return this.#current.done.promise;
  }

  abort(): void {
    this.aborted = true;
    this.#take()?.done.reject(new Error("aborted"));
  }

  finish(): void {
    const current = this.#take();
    current?.done.resolve(current.task.toUpperCase());
  }

  fail(): void {
    this.#take()?.done.reject(new Error("native failure"));
  }

  #take() {
    const current = this.#current;
    this.#current = undefined;
    return current;
  }
}

function setup(workers: number) {
  const started: string[] = [];
  const runners = Array.from({ length: workers }, () => new FakeRunner(started));
  const finishAll = async () => {
    for (let before = -1; before !== started.length;) {
      before = started.length;
      for (const runner of runners) runner.finish();
      await new Promise(setImmediate);
    }
  };
  return { started, runners, finishAll, scheduler: new Scheduler<string, string>(runners) };
}

test("a chunk's outcome comes back with the time it waited", async () => {
  const { scheduler, runners } = setup(1);
  const outcome = scheduler.openLane(true).run(() => "a");
  runners[0]?.finish();
  expect(await outcome).toEqual({ outcome: "A", queueMs: expect.any(Number) });
});

test("short jobs go before long ones", async () => {
  const { scheduler, started, finishAll } = setup(1);
  const long = scheduler.openLane(false);
  const outcomes = ["long 1", "long 2", "long 3"].map((task) => long.run(() => task));
  outcomes.push(
    scheduler.openLane(true).run(() => "short 1"),
    scheduler.openLane(true).run(() => "short 2"),
  );
  await finishAll();
  await Promise.all(outcomes);
  expect(started).toEqual(["long 1", "short 1", "short 2", "long 2", "long 3"]);
});

test("long jobs take turns, each in its own order", async () => {
  const { scheduler, started, finishAll } = setup(1);
  const lanes = ["a", "b", "c"].map((name) => ({ name, lane: scheduler.openLane(false) }));
  const outcomes = lanes.flatMap(({ name, lane }) => [1, 2, 3].map((i) => lane.run(() => `${name}${i}`)));
  await finishAll();
  await Promise.all(outcomes);
  expect(started).toEqual(["a1", "a2", "b1", "c1", "a3", "b2", "c2", "b3", "c3"]);
});

test("one long job uses all workers that nobody else wants", () => {
  const { scheduler, started } = setup(3);
  const lane = scheduler.openLane(false);
  for (const task of ["1", "2", "3", "4"]) void lane.run(() => task);
  expect(started).toEqual(["1", "2", "3"]);
});

test("a task is made only when a worker is there for it", async () => {
  const { scheduler, runners } = setup(1);
  const lane = scheduler.openLane(false);
  let made = 0;
  const makeTask = () => `${(made += 1)}`;
  void lane.run(makeTask);
  const second = lane.run(makeTask);
  expect(made).toBe(1);
  runners[0]?.finish();
  await new Promise(setImmediate);
  expect(made).toBe(2);
  runners[0]?.finish();
  expect((await second).outcome).toBe("2");
});

test("a cancelled job drops what waits, aborts what runs, and gives its workers to others", async () => {
  const { scheduler, started, runners } = setup(2);
  const lane = scheduler.openLane(false);
  const cancelled = ["1", "2", "3"].map((task) => lane.run(() => task));
  const other = scheduler.openLane(false).run(() => "other");
  lane.cancel();
  const results = await Promise.allSettled(cancelled);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(runners.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(started).toEqual(["1", "2", "other"]);
  for (const runner of runners) runner.finish();
  expect((await other).outcome).toBe("OTHER");
  expect(lane.run(() => "late")).rejects.toMatchObject({ kind: "client_closed" });
});

test("cancelling a job leaves the workers of others alone", () => {
  const { scheduler, runners } = setup(2);
  const cancelled = scheduler.openLane(true);
  cancelled.run(() => "mine").catch(() => undefined);
  void scheduler.openLane(true).run(() => "theirs");
  cancelled.cancel();
  expect(runners.map(({ aborted }) => aborted)).toEqual([true, false]);
});

test("a failed chunk rejects alone and its worker goes on", async () => {
  const { scheduler, runners } = setup(1);
  const bad = scheduler.openLane(true).run(() => "bad");
  const good = scheduler.openLane(true).run(() => "good");
  runners[0]?.fail();
  expect(bad).rejects.toThrow("native failure");
  await new Promise(setImmediate);
  runners[0]?.finish();
  expect((await good).outcome).toBe("GOOD");
});

test("a task that cannot be made rejects and its worker goes on", async () => {
  const { scheduler, runners } = setup(1);
  const bad = scheduler.openLane(true).run(() => {
    throw new Error("out of memory");
  });
  expect(bad).rejects.toThrow("out of memory");
  const good = scheduler.openLane(true).run(() => "good");
  await new Promise(setImmediate);
  runners[0]?.finish();
  expect((await good).outcome).toBe("GOOD");
});
