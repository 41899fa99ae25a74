import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown, IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { download } from '../kit/download.ts';
import { FileInput } from '../kit/file-input.tsx';
import { exportPolicy } from './policy-commands.ts';
import { policyDraft } from './policy-draft.ts';
import { starterPoliciesQuery } from './policy-queries.ts';
import type { PolicyEditing } from './use-policy.ts';

/** The policy as a file: out, in, or from one of the starters. Whatever comes in is a draft first. */
export const PolicyMenu = ({ editing }: { editing: PolicyEditing }) => {
  const { t } = useTranslation();
  const { active, mayEdit } = editing;
  const { data: starters } = useQuery(starterPoliciesQuery);
  const save = useMutation({
    mutationFn: () => exportPolicy(),
    onSuccess: (text) => download(`tidegate-policy-${active.version}.yaml`, text, 'application/yaml'),
    onError: (error) => notifications.show({ color: 'coral', title: t('policy.exportFailed'), message: error.message }),
  });
  return (
    <>
      {mayEdit ? (
        <Menu position="bottom-end" width={340}>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={15} aria-hidden />}>
              {t('policy.starters')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {(starters?.entries ?? []).map((starter) => (
              <Menu.Item key={starter.id} onClick={() => policyDraft.write(active, starter.source)}>
                <b>{starter.name}</b>
                <br />
                <span className="soft">{starter.description}</span>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : null}
      {mayEdit ? (
        <FileInput
          label={t('policy.import')}
          accept=".yaml,.yml,.json,application/yaml,application/json"
          onText={(text) => policyDraft.write(active, text)}
        />
      ) : null}
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        loading={save.isPending}
        onClick={() => save.mutate()}
      >
        {t('policy.export')}
      </Button>
    </>
  );
};
