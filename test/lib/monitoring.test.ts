import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { metricNames } from '../../core/metrics/metric-names.ts';
import { projectFolder, resourcesOf, synthesize } from './support/synthesize.ts';

const template = synthesize({ alarmEmail: 'night@example.com', runbookUrl: 'https://runbook.example.com/wharf' });
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const runbook = readFileSync(join(projectFolder, 'docs/runbook.md'), 'utf8');
const anchors = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
  heading.toLowerCase().replaceAll(' ', '-'),
);

function articleOf(alarm: Record<string, unknown>): string {
  return (
    /What to do: https:\/\/runbook\.example\.com\/wharf#([a-z0-9-]+)$/.exec(String(alarm.AlarmDescription))?.[1] ?? ''
  );
}

describe('alarms', () => {
  test('each says the symptom and leads to an article that there is, and each article has an alarm', () => {
    expect(alarms.length).toBeGreaterThan(20);
    for (const alarm of alarms) expect(anchors, String(alarm.AlarmDescription)).toContain(articleOf(alarm));
    expect([...new Set(alarms.map(articleOf))].sort()).toEqual([...anchors].sort());
  });

  test('each tells somebody, also that it is over', () => {
    for (const { AlarmActions, OKActions } of alarms)
      expect([AlarmActions, OKActions]).toEqual([[expect.anything()], [expect.anything()]]);
    expect(resourcesOf(template, 'AWS::SNS::Subscription')).toHaveLength(1);
  });

  test('every queue of dead letters has one', () => {
    const dead = resourcesOf(template, 'AWS::SQS::Queue').filter(([, { Properties }]) =>
      /dead(\.fifo)?$/.test(String(Properties.QueueName)),
    );
    const watched = JSON.stringify(
      alarms.filter(({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible'),
    );
    expect(dead.length).toBeGreaterThanOrEqual(3);
    for (const [id] of dead) expect(watched).toContain(`"${id}"`);
  });

  test('every function has one for its errors and one for its throttles', () => {
    const functions = resourcesOf(template, 'AWS::Lambda::Function').map(([id]) => id);
    for (const metric of ['Errors', 'Throttles']) {
      const watched = JSON.stringify(alarms.filter(({ MetricName }) => MetricName === metric));
      expect(
        functions.filter((id) => !watched.includes(`"${id}"`)),
        metric,
      ).toEqual([]);
    }
  });
});

describe('metrics of our own', () => {
  test('every name that an alarm or the dashboard uses is written by code that runs', () => {
    const sources = ['connector', 'lambdas'].flatMap((folder) =>
      readdirSync(join(projectFolder, folder), { recursive: true })
        .filter((name) => String(name).endsWith('.ts'))
        .map((name) => readFileSync(join(projectFolder, folder, String(name)), 'utf8')),
    );
    const text = sources.join('\n');
    const silent = Object.keys(metricNames).filter((key) => !text.includes(`metricNames.${key}`));
    expect(silent).toEqual([]);
  });
});
