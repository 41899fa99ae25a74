import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './example-chips.module.css';

/** Harmless texts, each of which shows something different of the layers. */
const examples = ['greeting', 'banter', 'offer', 'evasion', 'contact', 'history'] as const;

export const ExampleChips = ({ onPick }: { onPick: (text: string) => void }) => {
  const { t } = useTranslation();
  return (
    <div className={classes.root}>
      <p className={classes.label} id="try-examples">
        {t('tryIt.examples')}
      </p>
      <ul className={classes.list} aria-labelledby="try-examples">
        {examples.map((example) => (
          <li key={example}>
            <UnstyledButton className={classes.chip} onClick={() => onPick(t(`tryIt.example.${example}.text`))}>
              {t(`tryIt.example.${example}.name`)}
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </div>
  );
};
