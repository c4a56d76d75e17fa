import {
  ofType,
  type PropertyOwner,
  readObject,
  readObjects,
  readOptionalText,
  readText,
} from '../resources/read-property.ts';
import type { ResolvedResource } from '../template/stack-model.ts';
import { UserError } from '../user-error.ts';
import { type NextOccurrence, scheduleExpression } from './schedule-expression.ts';

/** A rule or schedule and the functions that it starts. */
export interface ScheduleSpec {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly next: NextOccurrence;
  readonly targets: readonly ScheduleTarget[];
}

export interface ScheduleTarget {
  readonly functionArn: string;
  /** Event in JSON; without it, EventBridge's own. */
  readonly input: string | undefined;
}

/** EventBridge rules with a schedule, and Scheduler schedules in UTC. */
export function readSchedules(resources: readonly ResolvedResource[]): readonly ScheduleSpec[] {
  const rules = ofType(resources, 'AWS::Events::Rule').map((rule) => spec(rule, readObjects(rule, 'Targets')));
  const schedules = ofType(resources, 'AWS::Scheduler::Schedule').map((schedule) => {
    const zone = readOptionalText(schedule, 'ScheduleExpressionTimezone') ?? 'UTC';
    if (!/^(Etc\/)?UTC$/.test(zone))
      throw new UserError(`${schedule.logicalId} is in ${zone}; the runner knows only UTC.`);
    return spec(schedule, [{ logicalId: schedule.logicalId, properties: readObject(schedule, 'Target') }]);
  });
  return [...rules, ...schedules];
}

function spec(resource: ResolvedResource, targets: readonly PropertyOwner[]): ScheduleSpec {
  return {
    name: resource.identity.ref,
    arn: resource.identity.attributes.Arn ?? '',
    enabled: readOptionalText(resource, 'State') !== 'DISABLED',
    next: scheduleExpression(readText(resource, 'ScheduleExpression')),
    targets: targets.map((target) => {
      const functionArn = readText(target, 'Arn');
      if (!functionArn.startsWith('arn:aws:lambda:')) {
        throw new UserError(`${resource.logicalId} starts ${functionArn}; the runner knows only functions as targets.`);
      }
      return { functionArn, input: readOptionalText(target, 'Input') };
    }),
  };
}
