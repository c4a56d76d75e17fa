import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { createStack } from './support/synthesize.ts';

test('cdk-nag finds nothing that is not acknowledged with a reason', () => {
  const { app } = createStack();
  app.synth();
  expect(new AwsSolutionsChecks(app, { verbose: true }).validateScope(app).violations).toEqual([]);
});

test('the check is alive: an acknowledgement that is taken away is a finding', () => {
  const { app, stack } = createStack();
  app.synth();
  const key = 'aws:cdk:acknowledged-rules';
  const bucket = stack.node.findChild('Media');
  expect(bucket.node.metadata.some(({ type }) => type === key)).toBe(true);
  const strict = new AwsSolutionsChecks(app);
  Object.defineProperty(bucket.node, 'metadata', { value: [] });
  expect(strict.validateScope(app).violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-S1']);
});
