import { Button, Skeleton, Switch, UnstyledButton } from '@mantine/core';
import { IconCode, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PolicyVersion } from '#contracts/policies-api.ts';
import type { Rule } from '#contracts/policy.ts';
import { EmptyState } from '../kit/empty-state.tsx';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { DraftBar } from '../policy/draft-bar.tsx';
import { activePolicyQuery } from '../policy/policy-queries.ts';
import { useDraftCheck, usePolicyEditing } from '../policy/use-policy.ts';
import { RuleEditor } from './rule-editor.tsx';
import classes from './rules-view.module.css';

const newId = (rules: readonly Rule[]): string => {
  let number = rules.length + 1;
  while (rules.some((rule) => rule.id === `rule_${number}`)) number += 1;
  return `rule_${number}`;
};

const Rules = ({ active }: { active: PolicyVersion }) => {
  const { t } = useTranslation();
  const editing = usePolicyEditing(active);
  const check = useDraftCheck(editing.draft);
  const { document, edit, mayEdit } = editing;
  const [chosen, setChosen] = useState(0);
  const index = Math.min(chosen, document.rules.length - 1);
  const rule = document.rules[index];
  const replace = (rules: Rule[]) => edit((before) => ({ ...before, rules }));
  const add = () => {
    const id = newId(document.rules);
    const fresh: Rule = {
      id,
      title: t('rules.newTitle'),
      after: 1,
      when: 'account.age_days < 7 && text.length > 400',
      effects: [{ kind: 'route', queue: 'default' }],
      enabled: true,
    };
    replace([...document.rules, fresh]);
    setChosen(document.rules.length);
  };
  return (
    <div className={classes.stack}>
      <DraftBar editing={editing} check={check} />
      <p className={classes.hint}>{t('rules.text')}</p>
      {document.rules.length === 0 ? (
        <Panel>
          <EmptyState
            icon={IconCode}
            title={t('rules.noneTitle')}
            text={t('rules.noneText')}
            action={mayEdit ? <Button onClick={add}>{t('rules.add')}</Button> : null}
          />
        </Panel>
      ) : (
        <div className={classes.columns}>
          <nav className={classes.list} aria-label={t('lists.tabs.rules')}>
            {document.rules.map((entry, at) => (
              <div key={entry.id} className={classes.entry} data-current={at === index || undefined}>
                <UnstyledButton
                  className={classes.name}
                  aria-current={at === index ? 'true' : undefined}
                  onClick={() => setChosen(at)}
                >
                  <b>{entry.title}</b>
                  <span className="mono soft">{entry.id}</span>
                </UnstyledButton>
                <Switch
                  aria-label={t('rules.enabledOf', { title: entry.title })}
                  disabled={!mayEdit}
                  checked={entry.enabled}
                  onChange={(event) => {
                    const enabled = event.currentTarget.checked;
                    replace(document.rules.map((other, o) => (o === at ? { ...other, enabled } : other)));
                  }}
                />
              </div>
            ))}
            {mayEdit ? (
              <Button variant="subtle" size="compact-md" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
                {t('rules.add')}
              </Button>
            ) : null}
          </nav>
          {rule === undefined ? null : (
            <RuleEditor
              key={index}
              rule={rule}
              categories={Object.keys(document.categories)}
              disabled={!mayEdit}
              onChange={(next) => replace(document.rules.map((other, at) => (at === index ? next : other)))}
              onRemove={() => replace(document.rules.filter((_, at) => at !== index))}
            />
          )}
        </div>
      )}
    </div>
  );
};

/** Rules are part of the policy: a change is a draft until it is published with it. */
export const RulesView = () => {
  const active = useQuery(activePolicyQuery);
  if (active.error !== null) return <ProblemNotice error={active.error} onRetry={() => void active.refetch()} />;
  if (active.data === undefined) return <Skeleton height={300} radius="lg" />;
  return <Rules active={active.data} />;
};
