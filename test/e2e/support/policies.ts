import type { PolicyVersion } from '#contracts/policies-api.ts';
import type { PolicyDocument } from '#contracts/policy.ts';
import type { Client } from '#test/support/application.ts';

export const activePolicy = async (client: Client): Promise<PolicyVersion> =>
  (await client.request<PolicyVersion>('/v1/policy')).body;

/** Publishes the active policy with a change. @throws Error where it is refused */
export const publishPolicy = async (
  client: Client,
  change: (document: PolicyDocument) => void,
): Promise<PolicyVersion> => {
  const { document, version } = await activePolicy(client);
  change(document);
  const answer = await client.request<PolicyVersion>('/v1/policy/versions', { body: { document, basedOn: version } });
  if (answer.status !== 201) throw new Error(`publishing answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};

/** Thresholds that a test can count on: reviewed from .5, removed from .9, the same for everybody, without rules. */
export const publishPlainPolicy = (client: Client): Promise<PolicyVersion> =>
  publishPolicy(client, (document) => {
    document.overrides = [];
    document.rules = [];
    for (const category of Object.values(document.categories)) {
      category.review = 0.5;
      category.remove = 0.9;
    }
  });
