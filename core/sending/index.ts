export {
  type BudgetLimits,
  type Decision,
  decideSend,
  type SendCircumstances,
  type UsedBudget,
  type Waiting,
  type WaitingReason,
} from './decide-send.ts';
export { type SendingHold, startHold } from './sending-hold.ts';
export { readSendingRules, type SendingRules } from './sending-rules.ts';
export { warmUpLimit } from './warm-up.ts';
