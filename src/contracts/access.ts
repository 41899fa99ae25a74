import { z } from 'zod';
import { displayName, identifier, storableText, timestamp } from './primitives.ts';

export const roles = ['admin', 'policy', 'lead', 'reviewer', 'legal', 'analyst'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** What an API key may do. */
export const scopes = [
  'items:write',
  'items:read',
  'try',
  'score',
  'review:write',
  'policies:read',
  'policies:write',
  'banks:read',
  'banks:write',
  'audit:read',
] as const;
export const scopeSchema = z.enum(scopes);
export type Scope = z.infer<typeof scopeSchema>;

/** Who makes a request. */
export type Principal =
  | { readonly kind: 'api_key'; readonly keyId: string; readonly name: string; readonly scopes: readonly Scope[] }
  | {
      readonly kind: 'console';
      readonly accountId: string;
      readonly sessionId: string;
      readonly displayName: string;
      readonly role: Role;
    };

export const signInSchema = z.strictObject({
  email: storableText(254).min(3),
  password: z.string().min(1).max(1_024),
});
/** The one-time sign-in that the launcher prints. */
export const redeemSchema = z.strictObject({ token: z.string().min(16).max(200) });
export const sessionSchema = z.object({
  accountId: identifier,
  displayName: z.string(),
  email: z.string(),
  role: roleSchema,
  /** Send it back as `x-csrf-token` with every request that changes something. */
  csrfToken: z.string(),
  expiresAt: timestamp,
  mustChangePassword: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;
export const passwordChangeSchema = z.strictObject({
  current: z.string().max(1_024).optional(),
  next: z.string().min(12).max(1_024),
});

export const consoleAccountSchema = z.object({
  id: identifier,
  email: z.string(),
  displayName: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  createdAt: timestamp,
  lastSignInAt: timestamp.nullable(),
});
export type ConsoleAccount = z.infer<typeof consoleAccountSchema>;
export const consoleAccountCreateSchema = z.strictObject({
  email: z.email().max(254),
  displayName,
  role: roleSchema,
  password: z.string().min(12).max(1_024),
});
export const consoleAccountUpdateSchema = z.strictObject({
  displayName: displayName.optional(),
  role: roleSchema.optional(),
  disabled: z.boolean().optional(),
  password: z.string().min(12).max(1_024).optional(),
});

export const apiKeySchema = z.object({
  id: identifier,
  name: z.string(),
  /** The first characters, to tell keys apart; the rest is stored only as a hash. */
  prefix: z.string(),
  scopes: z.array(scopeSchema),
  /** Requests a minute; null is no limit. */
  ratePerMinute: z.number().int().min(1).nullable(),
  createdAt: timestamp,
  expiresAt: timestamp.nullable(),
  revokedAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;
export const apiKeyCreateSchema = z.strictObject({
  name: displayName,
  scopes: z.array(scopeSchema).min(1),
  ratePerMinute: z.number().int().min(1).max(10_000_000).nullable().default(null),
  expiresAt: timestamp.nullable().default(null),
});
export const apiKeyUpdateSchema = z.strictObject({
  name: displayName.optional(),
  ratePerMinute: z.number().int().min(1).max(10_000_000).nullable().optional(),
});
/** `key` is shown once, here. */
export const apiKeyCreatedSchema = apiKeySchema.extend({ key: z.string() });
