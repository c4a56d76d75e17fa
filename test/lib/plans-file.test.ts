import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readOptions } from '../../lib/options.ts';
import { readPlansFile } from '../../lib/plans-file.ts';
import { WharfStack } from '../../lib/wharf-stack.ts';
import { bundleFolder, resourcesOf } from './support/synthesize.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-plans-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (content: string) => writeFileSync(join(folder, 'plans.json'), content);
const enterprise = {
  sessions: 20_000,
  messagesPerDay: 5_000_000,
  requestsPerMinute: 60_000,
  sendsPerMinute: 60,
  webhooksPerSession: 50,
  retentionDays: 730,
};

test('is not needed', () => {
  expect(readPlansFile(folder)).toBe('');
});

test('reaches every function that knows a caller, and the names that DefaultPlan may have', () => {
  write(JSON.stringify({ enterprise, free: { sessions: 3 } }, null, 2));
  const plansText = readPlansFile(folder);
  expect(plansText).not.toContain('\n');
  const app = new App({ analyticsReporting: false });
  const stack = new WharfStack(app, 'Wharf-test', { options: readOptions({}), bundleFolder, plansText });
  const template = Template.fromStack(stack);
  const variables = resourcesOf(template, 'AWS::Lambda::Function').map(
    ([, { Properties }]) => (Properties.Environment as { Variables: Record<string, unknown> }).Variables,
  );
  const withPlans = variables.filter(({ PLANS }) => PLANS !== undefined);
  expect(withPlans.length).toBeGreaterThanOrEqual(5);
  for (const { PLANS, DEFAULT_PLAN } of withPlans) {
    expect({ PLANS, DEFAULT_PLAN }).toEqual({ PLANS: plansText, DEFAULT_PLAN: { Ref: 'DefaultPlan' } });
  }
  expect(template.toJSON().Parameters.DefaultPlan.AllowedValues).toContain('enterprise');
});

test.each([
  ['no JSON', '{', /plans\.json is not valid JSON/],
  ['an unknown limit', '{"free": {"session": 3}}', /free/],
  ['a new plan that lacks numbers', '{"enterprise": {"sessions": 5}}', /"enterprise" is not complete/],
])('stops the synthesis: %s', (_, content, message) => {
  write(content);
  expect(() => readPlansFile(folder)).toThrow(message);
});

test('takes the example of the deployment guide', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(guide) ?? [];
  write(example);
  expect(readPlansFile(folder)).toContain('"enterprise"');
});
