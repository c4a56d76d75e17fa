import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, it } from 'vitest';
import { startSqs } from '../../../../local/engines/sqs/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'wharf-test-kill-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('has every acknowledged message after SIGKILL in the middle of sending', async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('kill-child.ts', import.meta.url)), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const endpoint = line.toString().trim();
  const client = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  const acknowledged: string[] = [];
  const send = async (sender: number): Promise<void> => {
    for (let index = 0; ; index += 1) {
      const MessageBody = `${sender}-${index}`;
      await client.send(new SendMessageCommand({ QueueUrl: `${endpoint}/000000000000/killed`, MessageBody }));
      acknowledged.push(MessageBody);
      if (acknowledged.length === 300) child.kill('SIGKILL');
    }
  };
  const ended = once(child, 'exit');
  const results = await Promise.allSettled([0, 1, 2, 3].map(send));
  await ended;
  client.destroy();
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);

  const sqs = await startSqs({ dataFolder: folder });
  const found = new Set<string>();
  for (let messages = await sqs.receive('killed', { max: 10 }); messages.length > 0; ) {
    for (const { body } of messages) found.add(body);
    messages = await sqs.receive('killed', { max: 10 });
  }
  await sqs.stop();
  expect(acknowledged.length).toBeGreaterThanOrEqual(300);
  expect(acknowledged.filter((body) => !found.has(body))).toEqual([]);
  // At most what each sender had on its way.
  expect(found.size - acknowledged.length).toBeLessThanOrEqual(4);
});
