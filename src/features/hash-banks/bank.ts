import type { BankBehaviour, BankKind, HashBankCreate, HashBankUpdate } from '#contracts/hash-bank.ts';
import type { AskedBank } from '#engine/ports/hash-banks.ts';
import type { FaultPlace } from '#platform/http/problem-error.ts';

/** A bank's settings, without its entries. */
export interface BankSettings extends AskedBank {
  readonly description: string;
  readonly revision: number;
}

interface KindDefaults {
  /** Null where it must be given. */
  readonly category: string | null;
  readonly exact: BankBehaviour;
  readonly perceptual: Exclude<BankBehaviour, 'allow'>;
}

/** What a new bank does where its maker does not say otherwise (docs/guides/hash-banks.md). */
const kindDefaults: Readonly<Record<BankKind, KindDefaults>> = {
  csam: { category: 'csam', exact: 'block', perceptual: 'hold' },
  ncii: { category: 'ncii', exact: 'hold', perceptual: 'hold' },
  terrorism: { category: 'terrorism', exact: 'block', perceptual: 'hold' },
  copyright: { category: 'copyright', exact: 'hold', perceptual: 'hold' },
  custom: { category: null, exact: 'score', perceptual: 'score' },
  // Its category counts for nothing: an allow bank clears what the policy lists under `clears`.
  allow: { category: 'spam', exact: 'allow', perceptual: 'label' },
};

/** What is not right about a bank's settings, as places in the request. */
const settingsFaults = ({ kind, exact, perceptual }: BankSettings): FaultPlace[] => {
  const faults: FaultPlace[] = [];
  if (kind === 'allow') {
    if (exact !== 'allow' && exact !== 'label') {
      faults.push({ path: 'exact', message: 'an allow bank can only `allow` or `label`' });
    }
    if (perceptual !== 'label')
      faults.push({ path: 'perceptual', message: 'a perceptual match never clears; only `label`' });
  } else if (exact === 'allow') {
    faults.push({ path: 'exact', message: '`allow` is for banks of the kind `allow`' });
  }
  if (kind === 'csam') {
    if (exact !== 'block')
      faults.push({ path: 'exact', message: 'must be `block`: an exact match is never shown to anybody' });
    if (perceptual !== 'hold' && perceptual !== 'block') {
      faults.push({ path: 'perceptual', message: 'must be `hold` (the legal role decides) or `block`' });
    }
  }
  return faults;
};

/** Settings that are complete, or what is wrong with them. */
export type CheckedSettings =
  | { readonly settings: BankSettings }
  | { readonly faults: readonly [FaultPlace, ...FaultPlace[]] };

const check = (settings: BankSettings): CheckedSettings => {
  const [first, ...rest] = settingsFaults(settings);
  return first === undefined ? { settings } : { faults: [first, ...rest] };
};

/** The settings of a new bank, with what its kind brings. */
export const newBank = (request: HashBankCreate): CheckedSettings => {
  const defaults = kindDefaults[request.kind];
  const category = request.category ?? defaults.category;
  if (category === null) {
    return { faults: [{ path: 'category', message: 'a custom bank needs the category that its matches count for' }] };
  }
  const { exact = defaults.exact, perceptual = defaults.perceptual } = request;
  return check({ ...request, category, exact, perceptual, revision: 1 });
};

/** The settings after a change, at the next revision. */
export const changedBank = (current: BankSettings, change: HashBankUpdate): CheckedSettings => {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return check({ ...current, ...given, revision: current.revision + 1 });
};

/** Entries of all banks together that are taken: about 150 bytes each are kept in memory. */
export const maximumEntries = 3_000_000;
