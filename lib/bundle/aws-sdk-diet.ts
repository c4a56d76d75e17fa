import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Modules of the SDK that no function needs, and what takes their place. Together about 150 kB. */
const standIns: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': 'credentials.ts',
  '@aws-sdk/endpoint-cache': 'endpoint-cache.ts',
  '@smithy/core/event-streams': 'event-streams.ts',
};

/**
 * Takes out of the functions' bundles what the AWS SDK carries for other places: credential providers that Lambda never uses (it gives
 * credentials by environment variables), event streams, the cache of endpoint discovery, and all of each client's package.json but its
 * version, and what the error classes say twice. Not for the connector: a Fargate task gets its credentials from the container provider.
 */
export const awsSdkDiet: Plugin = {
  name: 'aws-sdk-diet',
  setup(build) {
    for (const [module, file] of Object.entries(standIns)) {
      build.onResolve({ filter: new RegExp(`^${module}$`) }, () => ({
        path: join(import.meta.dirname, 'lambda-stand-ins', file),
      }));
    }
    build.onLoad({ filter: /@aws-sdk\/[^/]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
    build.onLoad(
      { filter: /@aws-sdk\/client-[^/]+\/dist-es\/models\/(errors|\w+ServiceException)\.js$/ },
      async ({ path }) => ({
        contents: shortenErrors(await readFile(path, 'utf8')),
      }),
    );
  },
};

/**
 * Each generated error class hands `name` and `$fault` to its base class, which sets them, and then sets them again; and it restores a
 * prototype that only compilers to old JavaScript lose (and that the base class of the service takes away by the same line, so both go
 * or none). Where the generator changes its ways, nothing is found and nothing changes.
 */
function shortenErrors(source: string): string {
  return source
    .replaceAll(/^ +(name|\$fault) = "\w+";\n/gm, '')
    .replaceAll(/^ +Object\.setPrototypeOf\(this, \w+\.prototype\);\n/gm, '');
}
