import type { DetectorContext } from '#engine/ports/detector.ts';

/** One thing that is known of an account and what it says about spam. */
interface AccountFinding {
  readonly name: string;
  readonly value: number | boolean;
  /** Logits towards spam; 0 for a fact that is known and says nothing. */
  readonly weight: number;
  readonly label: string;
}

export interface AccountView {
  /** Known facts only: what is unknown or could not be read has no entry. */
  readonly findings: readonly AccountFinding[];
  readonly unavailableCounters: readonly string[];
}

/*
 * Weights are logits of a naive sum, chosen by hand: one sign alone stays below the shipped review threshold for spam, two strong ones
 * reach it. They are starting values until labels of an installation say better (docs/adr/0004-fusion.md).
 */
const millisecondsPerDay = 86_400_000;

/** Rises with the logarithm of how often `value` exceeds `usual`; 0 up to there. */
const excess = (value: number, usual: number, perDoubling: number, most: number): number =>
  value <= usual ? 0 : Math.min(most, perDoubling * Math.log2(value / usual));

const ageWeight = (days: number): number => (days < 1 ? 1.2 : days < 7 ? 0.7 : days < 30 ? 0.2 : 0);

interface CounterRule {
  readonly name: string;
  readonly label: (value: number) => string;
  readonly weight: (value: number) => number;
}

/** The counters do not yet have the item at hand in them. */
const counterRules: readonly CounterRule[] = [
  {
    name: 'account_posts_1m',
    label: (value) => `${value} posts of this account in the last minute`,
    weight: (value) => excess(value, 5, 0.8, 2.4),
  },
  {
    name: 'account_posts_1h',
    label: (value) => `${value} posts of this account in the last hour`,
    weight: (value) => excess(value, 30, 0.6, 1.8),
  },
  {
    name: 'account_posts_24h',
    label: (value) => `${value} posts of this account in the last day`,
    weight: (value) => excess(value, 200, 0.4, 0.8),
  },
  {
    name: 'content_posts_1h',
    label: (value) => `the same text was posted ${value} times in the last hour`,
    weight: (value) => excess(value, 2, 0.5, 1.5),
  },
  {
    name: 'content_accounts_1h',
    label: (value) => `${value} accounts posted the same text in the last hour`,
    weight: (value) => excess(value, 2, 1, 3),
  },
  {
    name: 'content_accounts_24h',
    label: (value) => `${value} accounts posted the same text in the last day`,
    weight: (value) => excess(value, 5, 0.5, 1),
  },
  {
    name: 'file_accounts_1h',
    label: (value) => `${value} accounts posted the same file in the last hour`,
    weight: (value) => excess(value, 2, 1, 3),
  },
  {
    name: 'file_accounts_24h',
    label: (value) => `${value} accounts posted the same file in the last day`,
    weight: (value) => excess(value, 5, 0.5, 1),
  },
  {
    name: 'account_removed_30d',
    label: (value) => `${value} items of this account were removed in the last thirty days`,
    weight: (value) => Math.min(2, value * 0.6),
  },
];

const accountFindings = ({ account }: DetectorContext): AccountFinding[] => {
  const findings: AccountFinding[] = [];
  if (account.ageMs !== undefined) {
    const days = Math.max(0, account.ageMs / millisecondsPerDay);
    const value = Math.round(days * 10) / 10;
    findings.push({
      name: 'account_age_days',
      value,
      weight: ageWeight(days),
      label: `the account is ${value} days old`,
    });
  }
  if (account.verified === true) {
    findings.push({ name: 'account_verified', value: true, weight: -1, label: 'the account is verified' });
  }
  if (account.items !== undefined && account.removed !== undefined && account.items >= 3) {
    const share = Math.min(1, account.removed / account.items);
    const value = Math.round(share * 100) / 100;
    findings.push({
      name: 'account_removed_share',
      value,
      weight: share * 2.5,
      label: `${account.removed} of ${account.items} items of this account were removed`,
    });
  }
  return findings;
};

/** What platforms may say of the address that an item came from. They hash addresses themselves and send counts and answers only. */
const addressFindings = ({ item }: DetectorContext): AccountFinding[] => {
  const metadata = item.metadata ?? {};
  const findings: AccountFinding[] = [];
  const accounts = metadata.address_accounts_24h;
  if (typeof accounts === 'number' && Number.isFinite(accounts) && accounts >= 0) {
    findings.push({
      name: 'address_accounts_24h',
      value: accounts,
      weight: excess(accounts, 3, 0.6, 1.8),
      label: `${accounts} accounts used this address in the last day`,
    });
  }
  const flags = [
    ['address_is_proxy', 0.5, 'the address belongs to a proxy'],
    ['address_changed_country', 0.6, 'the address is in another country than before'],
  ] as const;
  for (const [name, weight, label] of flags) {
    const value = metadata[name];
    if (typeof value === 'boolean') findings.push({ name, value, weight: value ? weight : 0, label });
  }
  return findings;
};

/** Everything known of the account behind an item. */
export const viewAccount = (context: DetectorContext): AccountView => {
  const findings = [...accountFindings(context), ...addressFindings(context)];
  const unavailableCounters: string[] = [];
  for (const { name, label, weight } of counterRules) {
    const value = context.counters[name];
    if (value === undefined) continue;
    if (value === null) unavailableCounters.push(name);
    else findings.push({ name, value, weight: weight(value), label: label(value) });
  }
  return { findings, unavailableCounters };
};
