import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Alarms } from './alarms.ts';

export interface WatchedServices {
  readonly api: HttpApi;
  /** By what stands in the name of the alarm. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  readonly scaler: LambdaFunction;
  readonly sweep: LambdaFunction;
  readonly tables: Readonly<Record<string, Table>>;
}

const fiveMinutes = Duration.minutes(5);

/** The managed services: functions, API and tables. */
export function addServiceAlarms(alarms: Alarms, services: WatchedServices): void {
  addFunctionAlarms(alarms, services);
  addSilenceAlarms(alarms, services);
  alarms.add('ApiServerErrors', {
    symptom: 'The API answered 5xx ten times in five minutes.',
    article: 'the-api-answers-5xx',
    metric: services.api.metricServerError({ period: fiveMinutes, statistic: 'Sum' }),
    threshold: 10,
  });
  for (const [name, table] of Object.entries(services.tables)) {
    const throttled = (metricName: string) =>
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: { TableName: table.tableName },
        statistic: 'Sum',
        period: fiveMinutes,
      });
    alarms.add(`${name}TableThrottled`, {
      symptom: `DynamoDB throttles the table ${name}.`,
      article: 'a-table-is-throttled',
      metric: new MathExpression({
        expression: 'reads + writes',
        usingMetrics: { reads: throttled('ReadThrottleEvents'), writes: throttled('WriteThrottleEvents') },
        period: fiveMinutes,
      }),
      threshold: 10,
      periods: 2,
    });
  }
}

function addFunctionAlarms(alarms: Alarms, { functions }: WatchedServices): void {
  for (const [name, lambda] of Object.entries(functions)) {
    alarms.add(`${name}Fails`, {
      symptom: `The function ${name} ended with errors in each of three times five minutes.`,
      article: 'a-function-fails',
      metric: lambda.metricErrors({ period: fiveMinutes, statistic: 'Sum' }),
      threshold: 1,
      periods: 3,
    });
    alarms.add(`${name}Throttled`, {
      symptom: `Lambda refused to start the function ${name}: the account's concurrency is used up.`,
      article: 'a-function-is-throttled',
      metric: lambda.metricThrottles({ period: fiveMinutes, statistic: 'Sum' }),
      threshold: 1,
      periods: 2,
    });
  }
}

/** What runs each minute must be seen to run. */
function addSilenceAlarms(alarms: Alarms, { scaler, sweep }: WatchedServices): void {
  alarms.add('ScalerSilent', {
    symptom: 'The scaler has not run for ten minutes: sleeping fleets do not wake up, dead workers are not replaced.',
    article: 'the-scaler-is-silent',
    metric: scaler.metricInvocations({ period: fiveMinutes, statistic: 'Sum' }),
    threshold: 1,
    below: true,
    periods: 2,
    silenceIsBad: true,
  });
  alarms.add('SweepSilent', {
    symptom:
      'The sweep has not run for ten minutes: deliveries that wait longer than a quarter of an hour stay where they are.',
    article: 'the-sweep-is-silent',
    metric: sweep.metricInvocations({ period: fiveMinutes, statistic: 'Sum' }),
    threshold: 1,
    below: true,
    periods: 2,
    silenceIsBad: true,
  });
}
