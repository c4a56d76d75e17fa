import type { MoveTask } from '../move-tasks.ts';
import { optionalNumber, optionalText, requiredText } from './call-input.ts';
import type { Operation } from './operation.ts';

const messagesPerSecondMax = 500;
const resultsMax = 10;

/** Moving the messages of a dead-letter queue back, or elsewhere. */
export const moveOperations: Readonly<Record<string, Operation>> = {
  StartMessageMoveTask: ({ tasks, input }) => {
    const rate = optionalNumber(input, 'MaxNumberOfMessagesPerSecond', 1, messagesPerSecondMax);
    const task = tasks.start(requiredText(input, 'SourceArn'), optionalText(input, 'DestinationArn'), rate);
    return { TaskHandle: task.handle };
  },
  ListMessageMoveTasks: ({ tasks, input }) => {
    const max = optionalNumber(input, 'MaxResults', 1, resultsMax) ?? 1;
    return { Results: tasks.list(requiredText(input, 'SourceArn')).slice(0, max).map(taskOutput) };
  },
  CancelMessageMoveTask: ({ tasks, input }) => ({
    ApproximateNumberOfMessagesMoved: tasks.cancel(requiredText(input, 'TaskHandle')).moved,
  }),
};

function taskOutput(task: MoveTask): object {
  return {
    // AWS gives the handle only while it can still be used.
    ...(task.status === 'RUNNING' ? { TaskHandle: task.handle } : {}),
    Status: task.status,
    SourceArn: task.sourceArn,
    ...(task.destinationArn === undefined ? {} : { DestinationArn: task.destinationArn }),
    ...(task.messagesPerSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: task.messagesPerSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(task.failureReason === undefined ? {} : { FailureReason: task.failureReason }),
    StartedTimestamp: task.startedAtMs,
  };
}
