import { messageKeyFor } from '#contracts/decision.ts';
import type { WebhookEvent } from '#contracts/webhook.ts';

type EventData = WebhookEvent['data'];

/** An event as the outbox has it. Those of before `messageKey` and `reversedActions` were told lack these. */
export interface OutboxEvent {
  readonly eventId: string;
  readonly type: WebhookEvent['type'];
  readonly sequence: number;
  readonly createdAt: Date;
  readonly accountId: string;
  readonly payload: Omit<EventData, 'accountId' | 'messageKey' | 'reversedActions'> &
    Partial<Pick<EventData, 'messageKey' | 'reversedActions'>>;
}

/** What is sent of an event: the same bytes at every try, as the order of the fields is settled here. */
export const toWebhookEvent = ({
  eventId,
  type,
  sequence,
  createdAt,
  accountId,
  payload,
}: OutboxEvent): WebhookEvent => ({
  id: eventId,
  type,
  sequence,
  createdAt: createdAt.toISOString(),
  data: {
    itemId: payload.itemId,
    externalId: payload.externalId,
    accountId,
    version: payload.version,
    decisionId: payload.decisionId,
    outcome: payload.outcome,
    display: payload.display,
    messageKey: payload.messageKey ?? messageKeyFor(payload.display),
    actions: payload.actions,
    reversedActions: payload.reversedActions ?? [],
    categories: payload.categories,
    decidedBy: payload.decidedBy,
  },
});
