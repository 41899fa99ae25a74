import type { ItemDetail } from '#contracts/items-api.ts';
import type { Client } from '#test/support/application.ts';

export const detailOf = async (client: Client, itemId: string): Promise<ItemDetail> => {
  const { status, body } = await client.request<ItemDetail>(`/v1/items/${itemId}`);
  if (status !== 200) throw new Error(`item ${itemId} answered ${status}: ${JSON.stringify(body)}`);
  return body;
};

/** Reads until it is so. A test that waits in vain fails by its own time limit, with what was read last. */
export const eventually = async <T>(read: () => Promise<T>, accept: (value: T) => boolean): Promise<T> => {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const value = await read();
    if (accept(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`did not come about: ${JSON.stringify(await read()).slice(0, 2_000)}`);
};

/** The item once it is no longer held. */
export const decided = (client: Client, itemId: string): Promise<ItemDetail> =>
  eventually(
    () => detailOf(client, itemId),
    ({ outcome }) => outcome !== 'hold',
  );
