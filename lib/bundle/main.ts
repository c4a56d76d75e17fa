import { bundleAll } from './bundle.ts';

/** `npm run bundle`. esbuild has formatted its own message; anything else is shown with its stack. */
try {
  const { lambdas, connector } = await bundleAll();
  for (const [path, output] of [...Object.entries(lambdas.outputs), ...Object.entries(connector.outputs)]) {
    process.stdout.write(
      `${path.padEnd(40)}${Math.round(output.bytes / 1000)
        .toString()
        .padStart(6)} kB\n`,
    );
  }
} catch (error) {
  process.stderr.write(
    `Bundling failed.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
}
