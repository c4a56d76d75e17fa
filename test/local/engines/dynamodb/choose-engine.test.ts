import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseEngine } from '../../../../local/engines/dynamodb/choose-engine.ts';
import { dynamodbLocalCommand } from '../../../../local/engines/dynamodb/dynamodb-local.ts';

const withoutBinary = (environment: NodeJS.ProcessEnv) =>
  chooseEngine(
    { environment },
    () => undefined,
    () => undefined,
  );

describe('the choice of a DynamoDB engine', () => {
  it('says what to install when there is none', async () => {
    await expect(withoutBinary({})).rejects.toThrow(
      /^No DynamoDB engine: the package @dynoxide\/\w+-\w+ is not installed\. Run npm install .* WHARF_DYNAMODB_ENDPOINT, .* WHARF_ACCEPT_DYNAMODB_LOCAL_LICENCE=yes and name its folder in WHARF_DYNAMODB_LOCAL_FOLDER\.$/,
    );
  });

  it('takes the named endpoint before anything else', async () => {
    const engine = await withoutBinary({ WHARF_DYNAMODB_ENDPOINT: 'http://127.0.0.1:1/' });
    expect(engine).toMatchObject({ kind: 'named endpoint', endpoint: 'http://127.0.0.1:1' });
  });

  it('looks for DynamoDB Local only when its licence was accepted, and where the user says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wharf-test-jar-'));
    await expect(withoutBinary({ WHARF_DYNAMODB_LOCAL_FOLDER: folder })).rejects.toThrow(/^No DynamoDB engine/);
    await expect(
      withoutBinary({ WHARF_ACCEPT_DYNAMODB_LOCAL_LICENCE: 'yes', WHARF_DYNAMODB_LOCAL_FOLDER: folder }),
    ).rejects.toThrow(/does not name a folder with DynamoDBLocal\.jar/);
    rmSync(folder, { recursive: true });
  });

  it('starts DynamoDB Local without telemetry', () => {
    expect(dynamodbLocalCommand('/jars', 8_000, undefined).arguments).toContain('-disableTelemetry');
    expect(dynamodbLocalCommand('/jars', 8_000, '/data').arguments.slice(-2)).toEqual(['-dbPath', '/data']);
  });
});
