/**
 * Flags of the benches. A wrong one ends the program with exit code 2.
 */
import { parseArgs } from "node:util";
import * as v from "valibot";

const count = (name: string) =>
  v.pipe(
    v.string(),
    v.regex(/^[1-9]\d*$/, `expected --${name} to be a whole number above 0`),
    v.transform(Number),
    v.integer(),
  );

const list = <const T extends readonly [string, ...string[]]>(name: string, choices: T) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.split(",")),
    v.array(v.picklist(choices, `expected --${name} to be a list out of ${choices.join(",")}`)),
  );

export const httpFlags = v.object({
  rounds: v.optional(count("rounds"), "21"),
  starts: v.optional(count("starts"), "7"),
  workers: v.optional(count("workers")),
  threads: v.optional(count("threads")),
  model: v.optional(v.string()),
  json: v.optional(v.boolean(), false),
});

export const peersFlags = v.object({
  rounds: v.optional(count("rounds"), "7"),
  shapes: v.optional(list("shapes", ["tiny", "base", "small"]), "tiny,base"),
  languages: v.optional(list("languages", ["en", "auto"]), "en,auto"),
  /** Another whisper-server than the one that the bench builds. */
  "whisper-server": v.optional(v.string()),
  json: v.optional(v.boolean(), false),
});

type FlagSchema = typeof httpFlags | typeof peersFlags;

/** Reads the command line by a schema: one flag an entry, `--name value`, or `--name` where the entry is a boolean. */
export function readFlags<const S extends FlagSchema>(schema: S): v.InferOutput<S> {
  const names = Object.keys(schema.entries);
  const options = Object.fromEntries(
    names.map((name) => [name, { type: name === "json" ? ("boolean" as const) : ("string" as const) }]),
  );
  try {
    return v.parse(schema, { ...parseArgs({ options }).values });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nFlags: --${names.join(", --")}`);
    process.exit(2);
  }
}
