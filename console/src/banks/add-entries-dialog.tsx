import { Button, Group, Modal, SegmentedControl, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HashBank } from '#contracts/hash-bank.ts';
import { count } from '../kit/format.ts';
import { PictureDrop } from '../kit/picture/picture-drop.tsx';
import { usePictureUpload } from '../kit/picture/use-picture-upload.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { addEntries, banksQuery } from './bank-queries.ts';
import classes from './banks.module.css';
import { parseHashes, type SixtyFour } from './parse-hashes.ts';

interface AddEntriesDialogProps {
  readonly bank: HashBank;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** As many as one request takes. */
const most = 1_000;

/** Adds hashes that somebody has, or those of a picture. */
export const AddEntriesDialog = ({ bank, opened, onClose }: AddEntriesDialogProps) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [way, setWay] = useState<'hashes' | 'picture'>('hashes');
  const [text, setText] = useState('');
  const [sixtyFour, setSixtyFour] = useState<SixtyFour>('sha256');
  const [note, setNote] = useState('');
  const { picture, send, remove } = usePictureUpload();
  const parsed = parseHashes(text, sixtyFour);
  const mediaId = picture?.media?.mediaId;
  const ready = way === 'picture' ? mediaId !== undefined : parsed.hashes.length > 0 && parsed.hashes.length <= most;
  const close = () => {
    onClose();
    add.reset();
    remove();
    setText('');
    setNote('');
  };
  const add = useMutation({
    mutationFn: () => {
      const about = note.trim() === '' ? {} : { note: note.trim() };
      return addEntries(
        bank.id,
        way === 'picture'
          ? { mediaId: mediaId ?? '', ...about }
          : { hashes: parsed.hashes.map((hash) => ({ ...hash, ...about })) },
      );
    },
    onSuccess: async ({ added, known }) => {
      notifications.show({
        title: t('banks.addedTitle', { count: added }),
        message: known === 0 ? t('lists.savedText') : t('banks.addedKnown', { count: known }),
      });
      close();
      await client.invalidateQueries({ queryKey: banksQuery.queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) add.mutate();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={t('banks.addTo', { name: bank.name })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {add.error === null ? null : <ProblemNotice error={add.error} compact />}
          <SegmentedControl
            aria-label={t('banks.addWay')}
            value={way}
            onChange={(value) => setWay(value === 'picture' ? 'picture' : 'hashes')}
            data={[
              { value: 'hashes', label: t('banks.ways.hashes') },
              { value: 'picture', label: t('banks.ways.picture') },
            ]}
          />
          {way === 'hashes' ? (
            <>
              <Textarea
                label={t('banks.hashes')}
                description={t('banks.hashesHint')}
                rows={6}
                resize="vertical"
                spellCheck={false}
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
                classNames={{ input: classes.text }}
              />
              <Select
                label={t('banks.sixtyFour')}
                allowDeselect={false}
                data={(['sha256', 'pdq'] as const).map((value) => ({ value, label: t(`hashAlgorithms.${value}`) }))}
                value={sixtyFour}
                onChange={(value) => setSixtyFour(value === 'pdq' ? 'pdq' : 'sha256')}
              />
              <p className={classes.result} role="status">
                {text.trim() === '' ? null : t('banks.hashesFound', { count: parsed.hashes.length })}{' '}
                {parsed.faults.length === 0
                  ? null
                  : t('banks.hashesFaulty', {
                      count: parsed.faults.length,
                      lines: parsed.faults.slice(0, 8).join(', '),
                    })}{' '}
                {parsed.hashes.length > most ? t('banks.tooMany', { most: count(most) }) : null}
              </p>
            </>
          ) : (
            <PictureDrop
              picture={picture}
              onFile={(file) => void send(file)}
              onRemove={remove}
              hint={t('banks.pictureHint')}
              takesPaste={opened}
            />
          )}
          <TextInput
            label={t('banks.note')}
            description={t('banks.noteHint')}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={!ready} loading={add.isPending}>
              {t('banks.add')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};
