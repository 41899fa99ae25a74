import { Button, Group, Modal, Progress, Radio, Select, Stack } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BankImportFormat, bankImportFormats, type HashBank } from '#contracts/hash-bank.ts';
import { bytes } from '../kit/format.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { banksQuery, importEntries } from './bank-queries.ts';
import classes from './banks.module.css';
import { ImportReport } from './import-report.tsx';

interface ImportDialogProps {
  readonly bank: HashBank;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Takes in a list of hashes from outside, and says line by line what was wrong with it. */
export const ImportDialog = ({ bank, opened, onClose }: ImportDialogProps) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [format, setFormat] = useState<BankImportFormat>('csv');
  const [atomic, setAtomic] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const [progress, setProgress] = useState(0);
  const run = useMutation({
    mutationFn: (chosen: File) => {
      setProgress(0);
      return importEntries(bank.id, chosen, { format, atomic, onProgress: setProgress });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: banksQuery.queryKey }),
  });
  const close = () => {
    onClose();
    run.reset();
    setFile(null);
  };
  const report = run.data;
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={t('bankImport.title', { name: bank.name })}
      closeOnClickOutside={!run.isPending}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack gap="md">
        {run.error === null ? null : <ProblemNotice error={run.error} compact />}
        {report === undefined ? (
          <>
            <Select
              label={t('bankImport.format')}
              description={t(`bankFormats.${format}.hint`)}
              allowDeselect={false}
              data-autofocus
              data={bankImportFormats.map((value) => ({ value, label: t(`bankFormats.${value}.name`) }))}
              value={format}
              onChange={(value) => setFormat((value ?? 'csv') as BankImportFormat)}
            />
            <Radio.Group
              label={t('bankImport.faulty')}
              value={atomic ? 'nothing' : 'good'}
              onChange={(value) => setAtomic(value === 'nothing')}
            >
              <div className={classes.radios}>
                <Radio value="good" label={t('bankImport.good')} description={t('bankImport.goodHint')} />
                <Radio value="nothing" label={t('bankImport.nothing')} description={t('bankImport.nothingHint')} />
              </div>
            </Radio.Group>
            <Group gap="sm">
              <input
                ref={input}
                type="file"
                hidden
                accept=".csv,.txt,.json,.jsonl,.ndjson,.tsv,.xml,text/*,application/json"
                aria-label={t('bankImport.file')}
                onChange={(event) => {
                  const chosen = event.currentTarget.files?.[0] ?? null;
                  event.currentTarget.value = '';
                  if (chosen !== null) setFile(chosen);
                }}
              />
              <Button
                variant="default"
                leftSection={<IconFileUpload size={16} aria-hidden />}
                disabled={run.isPending}
                onClick={() => input.current?.click()}
              >
                {t('bankImport.file')}
              </Button>
              <span className="soft" role="status">
                {file === null ? t('bankImport.noFile') : `${file.name}, ${bytes(file.size)}`}
              </span>
            </Group>
            {run.isPending ? (
              <div>
                <Progress value={progress * 100} aria-label={t('bankImport.progress')} animated={progress === 1} />
                <p className={classes.hint} role="status">
                  {progress < 1
                    ? t('picture.uploadingShare', { percent: Math.round(progress * 100) })
                    : t('bankImport.reading')}
                </p>
              </div>
            ) : null}
            <Group justify="flex-end">
              <Button variant="default" onClick={close} disabled={run.isPending}>
                {t('cancel')}
              </Button>
              <Button
                disabled={file === null}
                loading={run.isPending}
                onClick={() => file !== null && run.mutate(file)}
              >
                {t('banks.import')}
              </Button>
            </Group>
          </>
        ) : (
          <>
            <ImportReport report={report} />
            <Group justify="flex-end">
              <Button
                variant="default"
                onClick={() => {
                  run.reset();
                  setFile(null);
                }}
              >
                {t('bankImport.another')}
              </Button>
              <Button onClick={close}>{t('close')}</Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
};
