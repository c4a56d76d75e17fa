import type { Logger } from '../logger.ts';
import type { FleetEvent } from './fleet-event.ts';

const sentences: Readonly<Record<FleetEvent['type'], string>> = {
  shard_taken: 'Took a shard',
  shard_given: 'Gave a shard',
  shard_lost: 'Lost a shard',
  planning: 'Plans for the fleet',
  draining: 'Drains',
  drained: 'Drained',
  serving_again: 'Serves again',
  fenced: 'Fenced',
};

/**
 * One line for each event, with its type as `event`.
 *
 * @example logFleetEvent(logger, { type: 'shard_taken', shard: 3, epoch: 7 })
 */
export function logFleetEvent(logger: Logger, { type, ...fields }: FleetEvent): void {
  const line = { event: type, ...fields };
  if (type === 'fenced' || type === 'shard_lost') logger.error(line, sentences[type]);
  else logger.info(line, sentences[type]);
}
