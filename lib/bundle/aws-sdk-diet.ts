import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Modules of the SDK that no function needs, and what takes their place. */
const standIns: readonly { readonly filter: RegExp; readonly file: string }[] = [
  { filter: /^@aws-sdk\/credential-provider-node$/, file: 'credentials.ts' },
  { filter: /^@aws-sdk\/endpoint-cache$/, file: 'endpoint-cache.ts' },
  { filter: /^@smithy\/core\/event-streams$/, file: 'event-streams.ts' },
  { filter: /^\.\/(Sha256Js|Md5Js)$/, file: 'hashes.ts' },
  { filter: /^\.\/HeaderFormatter$/, file: 'event-headers.ts' },
  { filter: /\/getInstanceMetadataRegion$/, file: 'metadata-region.ts' },
  { filter: /\/util-retry\/DefaultRateLimiter$|^\.\/DefaultRateLimiter$/, file: 'retry-rate-limiter.ts' },
];

/** Generated files of the SDK's clients, and what makes them shorter. */
const cuts: readonly { readonly filter: RegExp; readonly cut: (source: string) => string }[] = [
  { filter: /@aws-sdk\/[^/]+\/package\.json$/, cut: onlyVersion },
  { filter: /@aws-sdk\/core\/dist-es\/.*\/partitions\.js$/, cut: withoutRegionNames },
  {
    filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/,
    cut: (source) => withPlainKeys(withoutPlainErrors(source)),
  },
  { filter: /@aws-sdk\/client-[^/]+\/dist-es\/models\/(errors|\w+ServiceException)\.js$/, cut: withoutRepetition },
];

/**
 * Takes out of the functions' bundles what the AWS SDK carries for other places and other operations; about 190 kB of 500. Not for the
 * connector: a Fargate task gets its credentials from the container provider, and its start is no part of any request.
 */
export const awsSdkDiet: Plugin = {
  name: 'aws-sdk-diet',
  setup(build) {
    for (const { filter, file } of standIns) {
      build.onResolve({ filter }, () => ({ path: join(import.meta.dirname, 'lambda-stand-ins', file) }));
    }
    for (const { filter, cut } of cuts) {
      build.onLoad({ filter }, async ({ path }) => ({
        contents: cut(await readFile(path, 'utf8')),
        loader: path.endsWith('.json') ? 'json' : 'js',
      }));
    }
  },
};

/** A client reads only its version, for the user agent. */
function onlyVersion(source: string): string {
  const { version } = JSON.parse(source) as { version: string };
  return JSON.stringify({ version });
}

/** Each partition lists its regions with their names in English; what decides an address is the pattern beside the list. */
function withoutRegionNames(source: string): string {
  return source.replaceAll(/^ +"[\w-]+": \{\n +"description": ".*"\n +\},?\n/gm, '');
}

/**
 * Errors that carry nothing but a message lose their schema and class: they arrive as the service's base exception with the same `name`,
 * message and fault. So compare names of errors, which is the rule anyway; `instanceof` finds only errors that carry more, such as
 * `ConditionalCheckFailedException`. Where the generator changes its ways, nothing is found and nothing is cut.
 */
function withoutPlainErrors(source: string): string {
  return source.replaceAll(
    /^export var (\w+)\$ = \[-3, n0, \w+,\n +(?:0|\{.*\}),\n +\[_[mM]e?\],\n +\[0\]\n\];\nn0_registry\.registerError\(\1\$, \1\);\n/gm,
    '',
  );
}

/**
 * Writes `{ [_h]: … }` as `{ "http": … }`. A computed key might run code, so that the bundler keeps the schema that has one, and all that it
 * leads to, of every operation of the service.
 */
function withPlainKeys(source: string): string {
  const texts = new Map([...source.matchAll(/^const (_\w+) = ("[^"\n]*");$/gm)].map(([, name, text]) => [name, text]));
  return source.replaceAll(/\[(_\w+)\]:/g, (written, name: string) => `${texts.get(name) ?? written.slice(0, -1)}:`);
}

/**
 * Each error class hands `name` and `$fault` to its base class, which sets them, and then sets them again; and it restores a prototype
 * that only compilers to old JavaScript lose (and that the base class of the service takes away by the same line, so both go or none).
 */
function withoutRepetition(source: string): string {
  return source
    .replaceAll(/^ +(name|\$fault) = "\w+";\n/gm, '')
    .replaceAll(/^ +Object\.setPrototypeOf\(this, \w+\.prototype\);\n/gm, '');
}
