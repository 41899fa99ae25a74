import { z } from 'zod';

/** E6: what the platform is asked to do with an item or its account. */
export const actions = [
  'remove',
  'hold',
  'blur',
  'mute',
  'age_gate',
  'restrict_visibility',
  'require_provenance',
  'watermark',
  'escalate_to_legal',
  'limit_rate',
  'suspend_account',
] as const;
export const actionSchema = z.enum(actions);
export type Action = z.infer<typeof actionSchema>;
