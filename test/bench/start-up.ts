import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startStack } from '../e2e/support/local-stack.ts';
import { atMost, type Figure } from './report.ts';

const projectFolder = join(import.meta.dirname, '../..');
/** What a first start has to make: bundles and the synthesized assembly. */
const cachedFolders = ['dist', 'cdk.out', '.wharf/assembly'];

/** Seconds from starting the runner until its endpoints are up, without and with the cached assembly. */
export async function measureStartUp(): Promise<Figure[]> {
  await Promise.all(cachedFolders.map((folder) => rm(join(projectFolder, folder), { recursive: true, force: true })));
  const coldMs = await readyMs();
  const warm: number[] = [];
  for (let run = 0; run < 3; run++) warm.push(await readyMs());
  return [
    atMost('cold start to ready', coldMs / 1000, 's', 5),
    atMost('warm start to ready, best of 3', Math.min(...warm) / 1000, 's', 1.5),
    atMost('warm start to ready, worst of 3', Math.max(...warm) / 1000, 's'),
  ];
}

async function readyMs(): Promise<number> {
  const stack = await startStack();
  await stack.dispose();
  return stack.readyMs;
}
