import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { ControlClient } from './support/control-client.ts';
import { waitFor } from './support/wait-for.ts';

const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));
const children: ChildProcess[] = [];

function run(...flags: string[]) {
  const child = spawn(process.execPath, [main, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  // The last output may come after `exit`, never after `close`.
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, output, exited };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

it('prints one line of JSON, serves, and stops on SIGTERM', async () => {
  const { child, output, exited } = run('--json', '--port', '0');
  await waitFor('the line', () => output.stdout.includes('\n'));
  const line = JSON.parse(output.stdout);
  expect(Object.keys(line)).toEqual(['url', 'controlUrl', 'rootPublicKey']);
  expect(Buffer.from(line.rootPublicKey, 'base64')).toHaveLength(32);
  expect(await new ControlClient(line.controlUrl).get('/health')).toEqual({ status: 'ok' });
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

it('says in one sentence that the port is taken', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as AddressInfo;
  const { output, exited } = run('--port', String(port));
  expect(await exited).toBe(1);
  expect(output.stderr).toBe(`Port ${port} on 127.0.0.1 is in use; choose another one with --port.\n`);
  blocker.close();
});

it('says in one sentence that the data folder is corrupt, and what a wrong flag is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wharf-simulator-'));
  await writeFile(join(folder, 'simulator.journal'), 'garbage\n');
  const corrupt = run('--port', '0', '--data', folder);
  expect(await corrupt.exited).toBe(1);
  expect(corrupt.output.stderr).toMatch(/^The data folder is corrupt: line 1 of .*\n$/);
  await rm(folder, { recursive: true });
  const flag = run('--prot', '1');
  expect(await flag.exited).toBe(1);
  expect(flag.output.stderr).toContain("Unknown option '--prot'");
});
