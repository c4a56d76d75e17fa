import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Call, CallRow } from '../../core/calls/call.ts';
import type { CallRepository } from '../../core/calls/call-repository.ts';
import type { Command } from '../../core/commands/command.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { within } from '../concurrency/within.ts';
import type { CallOutcome } from '../engine/call-outcome.ts';
import type { EngineConnection } from '../engine/port.ts';
import { errorFields, type Logger } from '../logger.ts';
import { updateItem } from '../storage/update-item.ts';

export interface AnswerCallOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The messages table. */
  readonly tableName: string;
  readonly calls: Pick<CallRepository, 'find'>;
  readonly now: () => number;
  readonly logger: Logger;
}

type CallCommand = Extract<Command, { readonly kind: 'call' }>;

/** The session's other commands wait behind a call for no longer than this; then it goes on beside them. */
const holdMs = 3_000;
/** Whoever asked has long gone; the socket must not collect questions that are never answered. */
const callMs = 30_000;

/**
 * Does a call and writes its answer on its row. Answers at once when there is no connection, and does not begin what nobody waits for any
 * more. Resolves after some seconds at the latest; the answer may follow.
 *
 * @example await createAnswerCall(options)(command, machine.connection)
 */
export function createAnswerCall({ dynamodb, tableName, calls, now, logger }: AnswerCallOptions) {
  const write = async ({ tenantId, sessionId, callId }: CallCommand, outcome: CallOutcome) => {
    await updateItem<CallRow>({
      dynamodb,
      tableName,
      key: tableKeys.call(tenantId, sessionId, callId),
      set:
        outcome.kind === 'done'
          ? { status: 'done', result: outcome.result }
          : { status: 'failed', failure: outcome.failure },
      // A command that comes a second time must not change an answer that was read.
      condition: '#status = :asked',
      conditionNames: { '#status': 'status' },
      conditionValues: { ':asked': 'asked' },
    });
  };
  const answer = async (command: CallCommand, call: Call, connection: EngineConnection | undefined) => {
    if (connection === undefined) return write(command, { kind: 'failed', failure: 'not_connected' });
    const outcome = await within(callMs, connection.call(call));
    await write(command, outcome ?? { kind: 'failed', failure: 'timed_out' });
  };
  return async (command: CallCommand, connection: EngineConnection | undefined): Promise<void> => {
    const { sessionId, callId } = command;
    if (now() > Date.parse(command.deadlineAt)) return;
    const row = await calls.find(command.tenantId, sessionId, callId);
    if (row === undefined || row.status !== 'asked') return;
    const answered = answer(command, row.call, connection).catch((error: unknown) => {
      logger.warn({ sessionId, callId, call: row.call.kind, ...errorFields(error) }, 'A call was not answered');
    });
    await within(holdMs, answered);
  };
}

export type AnswerCall = ReturnType<typeof createAnswerCall>;
