import { Button } from '@mantine/core';
import { IconPlus, IconStack2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PolicyOverride } from '#contracts/policy.ts';
import { EmptyState } from '../kit/empty-state.tsx';
import { Panel } from '../kit/panel.tsx';
import { OverrideCard } from './override-card.tsx';
import classes from './overrides-editor.module.css';
import type { PolicyEditing } from './use-policy.ts';

/** Where other thresholds hold: by surface, trust tier, locale. Later ones win over earlier ones. */
export const OverridesEditor = ({ editing }: { editing: PolicyEditing }) => {
  const { t } = useTranslation();
  const { document, edit, mayEdit } = editing;
  const replace = (overrides: PolicyOverride[]) => edit((before) => ({ ...before, overrides }));
  const add = () =>
    replace([
      ...document.overrides,
      {
        name: t('overrides.newName', { number: document.overrides.length + 1 }),
        when: { surface: ['chat'] },
        categories: {},
      },
    ]);
  return (
    <div className={classes.list}>
      {document.overrides.length === 0 ? (
        <Panel>
          <EmptyState icon={IconStack2} title={t('overrides.noneTitle')} text={t('overrides.noneText')} />
        </Panel>
      ) : null}
      {document.overrides.map((override, index) => (
        <OverrideCard
          // biome-ignore lint/suspicious/noArrayIndexKey: overrides have no id; their order counts
          key={index}
          override={override}
          policy={document}
          disabled={!mayEdit}
          onChange={(next) => replace(document.overrides.map((other, at) => (at === index ? next : other)))}
          onRemove={() => replace(document.overrides.filter((_, at) => at !== index))}
        />
      ))}
      {mayEdit ? (
        <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
          {t('overrides.add')}
        </Button>
      ) : null}
    </div>
  );
};
