import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeArea } from '../kit/code-area.tsx';
import { Panel } from '../kit/panel.tsx';
import { policyDraft, policyText } from './policy-draft.ts';
import classes from './source-editor.module.css';
import type { PolicyEditing } from './use-policy.ts';

interface SourceEditorProps {
  readonly editing: PolicyEditing;
  readonly errors: readonly { path: string; message: string; line: number | null }[];
}

/** The whole policy as the text of its file. */
export const SourceEditor = ({ editing, errors }: SourceEditorProps) => {
  const { t } = useTranslation();
  const { draft, document, active, mayEdit } = editing;
  const generated = useMemo(() => policyText(document), [document]);
  const source = draft?.source ?? generated;
  const lines = new Set(
    draft?.source === null ? [] : errors.flatMap((error) => (error.line === null ? [] : [error.line])),
  );
  return (
    <Panel>
      <p className={classes.hint} id="policy-source-hint">
        {t('source.hint')}
      </p>
      <CodeArea
        label={t('source.label')}
        describedBy="policy-source-hint"
        value={source}
        readOnly={!mayEdit}
        faultyLines={lines}
        lines={34}
        onChange={(text) => policyDraft.write(active, text)}
      />
    </Panel>
  );
};
