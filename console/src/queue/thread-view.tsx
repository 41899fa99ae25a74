import { useTranslation } from 'react-i18next';
import type { Thread } from '#contracts/item.ts';
import classes from './thread-view.module.css';

/** What was said before, oldest first. */
export const ThreadView = ({ thread }: { thread: Thread }) => {
  const { t } = useTranslation();
  const messages = thread.messages ?? [];
  if (messages.length === 0 && thread.title === undefined) return null;
  return (
    <section className={classes.thread} aria-label={t('desk.thread')}>
      <h3 className={classes.heading}>
        {t('desk.thread')}
        {thread.title === undefined ? null : <span className={classes.title}> {thread.title}</span>}
      </h3>
      <ol className={classes.list}>
        {messages.map((message, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages carry no id and never move
          <li key={index} className={classes.message}>
            <span className={classes.author}>{message.accountId ?? t('desk.unknownAuthor')}</span>
            <span dir="auto">{message.text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
};
