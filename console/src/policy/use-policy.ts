import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { PolicyVersion } from '#contracts/policies-api.ts';
import type { PolicyDocument } from '#contracts/policy.ts';
import { useMay } from '../session/use-session.ts';
import { policyCheckQuery } from './policy-commands.ts';
import { draftPayload, type PolicyDraft, policyDraft, usePolicyDraft } from './policy-draft.ts';

export interface PolicyEditing {
  readonly active: PolicyVersion;
  readonly draft: PolicyDraft | null;
  readonly document: PolicyDocument;
  readonly mayEdit: boolean;
  readonly edit: (change: (document: PolicyDocument) => PolicyDocument) => void;
}

/** The policy as the editors see it: the draft where there is one, else the active version. */
export const usePolicyEditing = (active: PolicyVersion): PolicyEditing => {
  const draft = usePolicyDraft();
  const mayEdit = useMay('publishPolicy');
  const edit = useCallback(
    (change: (document: PolicyDocument) => PolicyDocument) => policyDraft.change(active, change),
    [active],
  );
  return { active, draft, document: draft?.document ?? active.document, mayEdit, edit };
};

/** What the server says of the draft, asked again shortly after each change. */
export const useDraftCheck = (draft: PolicyDraft | null) => {
  const payload = draft === null ? null : draftPayload(draft);
  const [settled] = useDebouncedValue(payload, 350);
  const query = useQuery({ ...policyCheckQuery(settled), enabled: settled !== null });
  return { ...query, checking: query.isFetching || settled !== payload };
};
