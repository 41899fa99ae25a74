import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deliveryStates } from '#contracts/webhook.ts';
import classes from './deliveries.module.css';
import { type DeliveryFilter, webhooksQuery } from './delivery-queries.ts';
import { DeliveryTable } from './delivery-table.tsx';

const identifier = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Every delivery, narrowed by what is in the address. */
export const DeliveryLog = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/shell/deliveries/{-$tab}' });
  const { data: webhooks } = useQuery(webhooksQuery);
  const names = useMemo(() => new Map((webhooks ?? []).map(({ id, name }) => [id, name])), [webhooks]);
  const [item, setItem] = useState(filter.itemId ?? '');
  const set = (change: Partial<DeliveryFilter>) =>
    void navigate({
      to: '/deliveries/{-$tab}',
      params: { tab: 'log' },
      search: { ...filter, ...change },
      replace: true,
    });
  const setItemSoon = useDebouncedCallback((itemId: string | undefined) => set({ itemId }), 300);
  const wrong = item.trim() !== '' && !identifier.test(item.trim());
  const filtered = Object.values(filter).some((value) => value !== undefined);
  return (
    <div className={classes.stack}>
      <search className={classes.filters}>
        <TextInput
          data-search
          aria-label={t('deliveries.itemId')}
          placeholder={t('deliveries.itemId')}
          value={item}
          error={wrong ? t('deliveries.noItemId') : null}
          onChange={(event) => {
            const next = event.currentTarget.value;
            setItem(next);
            if (next.trim() === '' || identifier.test(next.trim())) setItemSoon(next.trim() || undefined);
          }}
        />
        <Select
          clearable
          aria-label={t('deliveries.state')}
          placeholder={t('deliveries.anyState')}
          data={deliveryStates.map((value) => ({ value, label: t(`deliveryStates.${value}`) }))}
          value={filter.state ?? null}
          onChange={(state) => set({ state: state ?? undefined })}
        />
        <Select
          clearable
          aria-label={t('deliveries.webhook')}
          placeholder={t('deliveries.anyWebhook')}
          data={[...names].map(([value, label]) => ({ value, label }))}
          value={filter.webhookId ?? null}
          onChange={(webhookId) => set({ webhookId: webhookId ?? undefined })}
        />
        {filtered ? (
          <Button
            variant="subtle"
            onClick={() => {
              setItem('');
              void navigate({ to: '/deliveries/{-$tab}', params: { tab: 'log' }, search: {}, replace: true });
            }}
          >
            {t('items.clear')}
          </Button>
        ) : null}
      </search>
      <DeliveryTable filter={filter} names={names} />
    </div>
  );
};
