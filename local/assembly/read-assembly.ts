import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '../template/template.ts';
import { UserError } from '../user-error.ts';

/** A container image as the assembly holds it: the folder that would be the build context. */
export interface ImageAsset {
  readonly folder: string;
  readonly dockerfile: string;
}

/** One stack of a cloud assembly, with its assets by content hash. */
export interface StackArtifact {
  readonly stackName: string;
  /** `undefined` when the stack was synthesized for any region. */
  readonly region: string | undefined;
  readonly template: Template;
  readonly files: ReadonlyMap<string, string>;
  readonly images: ReadonlyMap<string, ImageAsset>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: { readonly templateFile?: string; readonly file?: string; readonly stackName?: string };
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
  readonly dockerImages?: Readonly<
    Record<string, { readonly source: { readonly directory?: string; readonly dockerFile?: string } }>
  >;
}

/**
 * Reads a synthesized CDK assembly: its stacks in the order of their dependencies. Assets are found by hash through the assets file,
 * since the `aws:asset:path` metadata is written only when the CDK's command line drives the synthesis.
 *
 * @example for (const stack of readAssembly('.wharf/assembly/…')) console.log(stack.stackName)
 */
export function readAssembly(folder: string): readonly StackArtifact[] {
  const manifest = readJson<{ artifacts?: Readonly<Record<string, Artifact>> }>(join(folder, 'manifest.json'));
  const artifacts = manifest.artifacts ?? {};
  const nested = Object.entries(artifacts).find(([, artifact]) => artifact.type === 'cdk:cloud-assembly');
  if (nested) throw new UserError(`The runner does not read nested assemblies, but the app has ${nested[0]}.`);
  return inOrder(artifacts).map((id) => readStack(folder, id, artifacts));
}

function readStack(folder: string, id: string, artifacts: Readonly<Record<string, Artifact>>): StackArtifact {
  const stack = artifacts[id];
  const manifests = (stack?.dependencies ?? [])
    .map((dependency) => artifacts[dependency])
    .filter((artifact) => artifact?.type === 'cdk:asset-manifest')
    .map((artifact) => readJson<AssetManifest>(join(folder, artifact?.properties?.file ?? '')));
  const region = stack?.environment?.split('/').at(-1);
  return {
    stackName: stack?.properties?.stackName ?? id,
    region: region === 'unknown-region' ? undefined : region,
    template: readJson<Template>(join(folder, stack?.properties?.templateFile ?? '')),
    files: new Map(
      manifests.flatMap((manifest) =>
        Object.entries(manifest.files ?? {}).map(
          ([hash, { source }]) => [hash, join(folder, source.path ?? '')] as const,
        ),
      ),
    ),
    images: new Map(
      manifests.flatMap((manifest) =>
        Object.entries(manifest.dockerImages ?? {}).map(([hash, { source }]) => {
          const image = { folder: join(folder, source.directory ?? ''), dockerfile: source.dockerFile ?? 'Dockerfile' };
          return [hash, image] as const;
        }),
      ),
    ),
  };
}

/** Ids of the stacks, each behind those that it depends on. */
function inOrder(artifacts: Readonly<Record<string, Artifact>>): readonly string[] {
  const ordered: string[] = [];
  const visiting = new Set<string>();
  const visit = (id: string): void => {
    const artifact = artifacts[id];
    if (artifact?.type !== 'aws:cloudformation:stack' || ordered.includes(id)) return;
    if (visiting.has(id)) throw new UserError(`The stacks depend on each other in a circle through ${id}.`);
    visiting.add(id);
    for (const dependency of artifact.dependencies ?? []) visit(dependency);
    ordered.push(id);
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return ordered;
}

function readJson<T>(file: string): T {
  if (!existsSync(file)) throw new UserError(`The assembly is not whole: ${file} is missing.`);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
