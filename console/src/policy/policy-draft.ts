import { useSyncExternalStore } from 'react';
import { parse, stringify } from 'yaml';
import type { PolicyVersion } from '#contracts/policies-api.ts';
import { type PolicyDocument, policyDocumentSchema } from '#contracts/policy.ts';

/** Changes to the policy that are not published yet. Policy editor and rules work on the same one. */
export interface PolicyDraft {
  /** The version that was the active one when the draft was begun. */
  readonly basedOn: number;
  /** The last state that could be read; the forms show this. */
  readonly document: PolicyDocument;
  /** The text as typed in the source view; null where the forms made the last change. */
  readonly source: string | null;
}

const storageKey = 'tidegate-policy-draft';

const restore = (): PolicyDraft | null => {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null');
    if (typeof stored !== 'object' || stored === null || !('document' in stored) || !('basedOn' in stored)) return null;
    const document = policyDocumentSchema.safeParse(stored.document);
    if (!document.success || typeof stored.basedOn !== 'number') return null;
    const source = 'source' in stored && typeof stored.source === 'string' ? stored.source : null;
    return { basedOn: stored.basedOn, document: document.data, source };
  } catch {
    return null;
  }
};

let draft: PolicyDraft | null = restore();
const listeners = new Set<() => void>();

const set = (next: PolicyDraft | null): void => {
  draft = next;
  try {
    if (next === null) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, JSON.stringify(next));
  } catch {
    // Without storage the draft lives as long as the page.
  }
  for (const listener of listeners) listener();
};

/** A policy as the text of a file. */
export const policyText = (document: PolicyDocument): string => stringify(document, { lineWidth: 110 });

/** What would be sent: the typed text where there is one, so that its comments and its faults keep their places. */
export const draftPayload = (value: PolicyDraft): string | PolicyDocument => value.source ?? value.document;

export const policyDraft = {
  current: (): PolicyDraft | null => draft,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** A change by a form, to the draft or, where there is none, to the active version. */
  change: (active: PolicyVersion, edit: (document: PolicyDocument) => PolicyDocument): void => {
    const before = draft ?? { basedOn: active.version, document: active.document, source: null };
    set({ basedOn: before.basedOn, document: edit(before.document), source: null });
  },
  /** A change of the text. The forms follow as far as it can be read. */
  write: (active: PolicyVersion, source: string): void => {
    const before = draft ?? { basedOn: active.version, document: active.document, source: null };
    let document = before.document;
    try {
      const parsed = policyDocumentSchema.safeParse(parse(source));
      if (parsed.success) document = parsed.data;
    } catch {
      // Not YAML at the moment; the check says where.
    }
    set({ basedOn: before.basedOn, document, source });
  },
  /** Takes the draft to a newer active version, knowing that it will replace what was published meanwhile. */
  rebase: (version: number): void => {
    if (draft !== null) set({ ...draft, basedOn: version });
  },
  discard: (): void => set(null),
};

export const usePolicyDraft = (): PolicyDraft | null =>
  useSyncExternalStore(policyDraft.subscribe, policyDraft.current);
