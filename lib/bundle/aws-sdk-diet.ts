import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Takes out of the functions' bundles what the AWS SDK carries for other places: the credential providers that Lambda never uses
 * (about 128 kB; Lambda gives credentials by environment variables) and all of each client's package.json but its version.
 * Not for the connector: a Fargate task gets its credentials from the container provider.
 */
export const awsSdkDiet: Plugin = {
  name: 'aws-sdk-diet',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: join(import.meta.dirname, 'lambda-credentials.ts'),
    }));
    build.onLoad({ filter: /@aws-sdk\/[^/]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};
