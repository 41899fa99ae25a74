import { Button } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { type ChangeEvent, useRef } from 'react';

interface FileInputProps {
  readonly label: string;
  readonly accept: string;
  readonly onText: (text: string, name: string) => void;
  readonly disabled?: boolean;
}

/** Reads a text file that the person chooses. */
export const FileInput = ({ label, accept, onText, disabled = false }: FileInputProps) => {
  const input = useRef<HTMLInputElement>(null);
  const read = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.currentTarget.files?.[0];
    event.currentTarget.value = '';
    if (file !== undefined) onText(await file.text(), file.name);
  };
  return (
    <>
      <input ref={input} type="file" accept={accept} hidden aria-label={label} onChange={(event) => void read(event)} />
      <Button
        variant="default"
        disabled={disabled}
        leftSection={<IconUpload size={16} aria-hidden />}
        onClick={() => input.current?.click()}
      >
        {label}
      </Button>
    </>
  );
};
