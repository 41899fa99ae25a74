import { Button, Group, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from './problem-notice.tsx';

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly busy?: boolean;
  readonly error?: unknown;
  /** For what takes nothing away. */
  readonly gentle?: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

/** Asks once more before something that cannot simply be undone. */
export const ConfirmDialog = (props: ConfirmDialogProps) => {
  const { t } = useTranslation();
  const { opened, title, text, confirm, busy = false, error = null, gentle = false, onClose, onConfirm } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <p style={{ margin: '0 0 1rem' }}>{text}</p>
      {error === null ? null : <ProblemNotice error={error} compact />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('cancel')}
        </Button>
        <Button color={gentle ? 'tide' : 'coral'} loading={busy} onClick={onConfirm}>
          {confirm}
        </Button>
      </Group>
    </Modal>
  );
};
