export type {
  MessageAttribute,
  QueueStatistics,
  ReceivedMessage,
  ReceiveOptions,
  SendInput,
  SendOutput,
  SqsEngine,
  SqsOptions,
} from './sqs-engine.ts';
export { startSqs } from './start-sqs.ts';
