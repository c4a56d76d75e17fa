import { UserError } from '../user-error.ts';

export interface ImageSettings {
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * What the last stage of a Dockerfile says about the process: `ENTRYPOINT` and `CMD` in their JSON form, and `ENV`. The shell form stops, since
 * the runner has no image to run it in.
 *
 * @example readDockerfile('FROM node\nCMD ["node", "main.mjs"]').command // ['node', 'main.mjs']
 */
export function readDockerfile(text: string): ImageSettings {
  let settings: ImageSettings = { entryPoint: [], command: [], environment: {} };
  for (const { name, argument } of instructions(text)) {
    if (name === 'FROM') settings = { entryPoint: [], command: [], environment: {} };
    if (name === 'ENTRYPOINT') settings = { ...settings, entryPoint: jsonForm(name, argument) };
    if (name === 'CMD') settings = { ...settings, command: jsonForm(name, argument) };
    if (name === 'ENV') settings = { ...settings, environment: { ...settings.environment, ...variables(argument) } };
  }
  return settings;
}

function instructions(text: string): readonly { name: string; argument: string }[] {
  return text
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => /^\s*([A-Za-z]+)\s+(.*)$/.exec(line.trimEnd()))
    .filter((match) => match !== null)
    .map((match) => ({ name: (match[1] ?? '').toUpperCase(), argument: (match[2] ?? '').trim() }));
}

function jsonForm(name: string, argument: string): readonly string[] {
  const parsed = argument.startsWith('[') ? (JSON.parse(argument) as unknown) : undefined;
  if (Array.isArray(parsed) && parsed.every((each) => typeof each === 'string')) return parsed;
  throw new UserError(`The Dockerfile's ${name} is not in the JSON form that the runner reads.`);
}

/** `A=1 B="two words"` */
function variables(argument: string): Readonly<Record<string, string>> {
  const pairs = [...argument.matchAll(/([A-Za-z_][A-Za-z0-9_]*)=("([^"]*)"|\S*)/g)];
  return Object.fromEntries(pairs.map((pair) => [pair[1] ?? '', pair[3] ?? pair[2] ?? '']));
}
