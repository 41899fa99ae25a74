import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Keys } from './shortcuts/keys.tsx';

interface SearchFieldProps {
  readonly label: string;
  readonly className?: string | undefined;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly error?: string | null;
}

/** The field of a screen that the shortcut for searching leads to. */
export const SearchField = ({ label, className, value, onChange, error = null }: SearchFieldProps) => (
  <TextInput
    {...(className === undefined ? {} : { className })}
    data-search
    type="search"
    aria-label={label}
    placeholder={label}
    leftSection={<IconSearch size={16} aria-hidden />}
    rightSection={<Keys keys="/" />}
    value={value}
    error={error}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
);
