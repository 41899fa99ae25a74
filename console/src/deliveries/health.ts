import type { Webhook } from '#contracts/webhook.ts';

/** How a webhook stands, worst first. */
export type Health = 'dead' | 'failing' | 'behind' | 'paused' | 'untried' | 'well';

/** How many deliveries may wait before it counts as behind; a moment's worth is always under way. */
const aFew = 100;

/** The one thing to be known of a webhook at a glance. */
export const healthOf = (webhook: Webhook): Health => {
  if (webhook.deadLetters > 0) return 'dead';
  if (!webhook.enabled) return 'paused';
  const failedLast =
    webhook.lastFailureAt !== null &&
    (webhook.lastDeliveredAt === null || Date.parse(webhook.lastFailureAt) > Date.parse(webhook.lastDeliveredAt));
  if (webhook.blockedAccounts > 0 || failedLast) return 'failing';
  if (webhook.backlog > aFew) return 'behind';
  return webhook.lastDeliveredAt === null ? 'untried' : 'well';
};
