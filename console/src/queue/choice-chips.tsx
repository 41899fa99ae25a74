import { UnstyledButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useId } from 'react';
import { humanise } from '../kit/format.ts';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { useShortcut } from '../kit/shortcuts/use-shortcut.ts';
import classes from './choice-chips.module.css';

interface ChoiceChipsProps {
  readonly label: string;
  readonly options: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  /** Group of the shortcuts 1 to 9; without it the chips have none. */
  readonly shortcuts?: string;
}

const toggle = (chosen: readonly string[], option: string): readonly string[] =>
  chosen.includes(option) ? chosen.filter((other) => other !== option) : [...chosen, option];

const NumberKey = ({ digit, label, group, run }: { digit: number; label: string; group: string; run: () => void }) => {
  useShortcut({ keys: String(digit), label, group, run });
  return <Keys keys={String(digit)} />;
};

/** Several of many, by click or by number. */
export const ChoiceChips = ({ label, options, chosen, onChange, shortcuts }: ChoiceChipsProps) => {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot sit in the line
    <div className={classes.root} role="group" aria-labelledby={id}>
      <span id={id} className={classes.label}>
        {label}
      </span>
      {options.map((option, index) => (
        <UnstyledButton
          key={option}
          className={classes.chip}
          aria-pressed={chosen.includes(option)}
          onClick={() => onChange(toggle(chosen, option))}
        >
          {chosen.includes(option) ? <IconCheck size={14} stroke={2.6} aria-hidden /> : null}
          {humanise(option)}
          {shortcuts !== undefined && index < 9 ? (
            <NumberKey
              digit={index + 1}
              label={humanise(option)}
              group={shortcuts}
              run={() => onChange(toggle(chosen, option))}
            />
          ) : null}
        </UnstyledButton>
      ))}
    </div>
  );
};
