/**
 * The process edge: reads the command line, starts the command, turns its end into an exit code. Commands are imported
 * when asked for, so that an engine process never loads the HTTP side.
 */
import { Command } from "commander";
import { SERVE_OPTIONS, toFlags } from "./cli/serve-options.ts";
import { ConfigError } from "./config.ts";
import { VERSION } from "./version.ts";

const EXIT_FAILED = 1;
/** The command line or the settings are at fault. */
const EXIT_USAGE = 2;

function createProgram(): Command {
  const program = new Command("tiflis-stt")
    .description("Speech to text over an OpenAI-compatible API, on your own machine.")
    .version(VERSION)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE));

  const serveCommand = program.command("serve", { isDefault: true }).description("start the server");
  for (const option of SERVE_OPTIONS) serveCommand.addOption(option);
  serveCommand.action(async (values: Record<string, unknown>) => {
    const { serve } = await import("./cli/serve.ts");
    await serve(toFlags(values));
    process.exit(0);
  });

  program
    .command("version")
    .description("print the version")
    .action(() => console.log(VERSION));

  program.command("engine", { hidden: true }).action(async () => {
    const { runEngine } = await import("./engine/process.ts");
    runEngine();
  });
  return program;
}

try {
  await createProgram().parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(error instanceof ConfigError ? EXIT_USAGE : EXIT_FAILED);
}
