import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type RunbookArticle, runbookUrl } from './runbook.ts';

export interface AlarmPlan {
  /** What a person would say is wrong, in a sentence. */
  readonly symptom: string;
  readonly article: RunbookArticle;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Fires below the threshold instead of at it or above. */
  readonly below?: true;
  /** Periods of the metric that must be bad, out of the same number. */
  readonly periods?: number;
  /** No data means trouble, for something that must report each minute. */
  readonly silenceIsBad?: true;
}

export interface AlarmsOptions {
  readonly namePrefix: string;
  readonly runbookBase: string;
  readonly topic: ITopic;
}

/** Makes alarms that tell the symptom and the article to read, and tell again when all is well. */
export class Alarms {
  readonly all: Alarm[] = [];
  readonly #scope: Construct;
  readonly #options: AlarmsOptions;

  constructor(scope: Construct, options: AlarmsOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  add(id: string, plan: AlarmPlan): void {
    const { namePrefix, runbookBase, topic } = this.#options;
    const periods = plan.periods ?? 1;
    const alarm = new Alarm(this.#scope, id, {
      alarmName: `${namePrefix}-${kebabCase(id)}`,
      alarmDescription: `${plan.symptom} What to do: ${runbookUrl(runbookBase, plan.article)}`,
      metric: plan.metric,
      threshold: plan.threshold,
      comparisonOperator:
        plan.below === true
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData: plan.silenceIsBad === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    this.all.push(alarm);
  }
}

function kebabCase(id: string): string {
  return id.replace(/[A-Z]/g, (letter, index: number) => `${index === 0 ? '' : '-'}${letter.toLowerCase()}`);
}
