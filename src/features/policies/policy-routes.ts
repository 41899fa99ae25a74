import { z } from 'zod';
import {
  policyCheckSchema,
  policyPublishSchema,
  policyVersionSchema,
  ruleCheckAnswerSchema,
  ruleCheckRequestSchema,
  starterPolicySchema,
} from '#contracts/policies-api.ts';
import { page, pageQuery } from '#contracts/primitives.ts';
import { compileRule, isRuleFault } from '#engine/rules/compile-rule.ts';
import { pageOf, readNumberCursor } from '#platform/http/paging.ts';
import { principalOf } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import { registerListRoutes } from './list-routes.ts';
import type { ListService } from './list-service.ts';
import { reading, writing } from './policy-access.ts';
import { type PolicyService, publisherOf } from './policy-service.ts';
import type { StarterPolicy } from './starter-policies.ts';

export interface PolicyRoutesDependencies {
  readonly policies: PolicyService;
  readonly lists: ListService;
  readonly starters: readonly StarterPolicy[];
}

/** PostgreSQL's `integer`. */
const highestVersion = 2_147_483_647;
const versionNumber = z.coerce.number().int().min(1).max(highestVersion);
const checkRequest = policyPublishSchema.pick({ document: true }).strict();
const versionSummary = policyVersionSchema.omit({ document: true });

/** The policy over HTTP: read, check, publish, export; rules and lists with it. */
export const registerPolicyRoutes = (server: Server, dependencies: PolicyRoutesDependencies): void => {
  const { policies, starters } = dependencies;
  const tags = ['Policies'];
  const read = { config: { access: reading } };

  server.get(
    '/v1/policy',
    { ...read, schema: { tags, summary: 'The active policy', response: { 200: policyVersionSchema } } },
    () => policies.version(),
  );

  server.get(
    '/v1/policy/versions',
    {
      ...read,
      schema: {
        tags,
        summary: 'Published versions, newest first, without their documents',
        querystring: pageQuery.strict(),
        response: { 200: page(versionSummary) },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const rows = await policies.versions(readNumberCursor(cursor, highestVersion), limit + 1);
      return pageOf(
        rows,
        limit,
        (row) => row,
        ({ version }) => String(version),
      );
    },
  );

  server.get(
    '/v1/policy/versions/:version',
    {
      ...read,
      schema: {
        tags,
        summary: 'One published version',
        params: z.object({ version: versionNumber }),
        response: { 200: policyVersionSchema },
      },
    },
    ({ params }) => policies.version(params.version),
  );

  server.post(
    '/v1/policy/versions',
    {
      config: { access: writing },
      schema: {
        tags,
        summary: 'Publish the next version; it counts for the next decision',
        body: policyPublishSchema,
        response: { 201: policyVersionSchema },
      },
    },
    async (request, reply) =>
      reply.status(201).send(await policies.publish(request.body, publisherOf(principalOf(request)))),
  );

  server.post(
    '/v1/policy/check',
    {
      ...read,
      schema: {
        tags,
        summary: 'Check a policy without publishing it',
        body: checkRequest,
        response: { 200: policyCheckSchema },
      },
    },
    ({ body }) => {
      const parsed = policies.check(body.document);
      return 'errors' in parsed ? { valid: false, errors: [...parsed.errors] } : { valid: true, errors: [] };
    },
  );

  server.get(
    '/v1/policy/export',
    {
      ...read,
      schema: {
        tags,
        summary: 'A version, the active one unless named, as a YAML file that can be imported again',
        querystring: z.strictObject({ version: versionNumber.optional() }),
        response: { 200: z.string() },
      },
    },
    async ({ query }, reply) => {
      const { version, text } = await policies.export(query.version);
      return reply
        .type('application/yaml; charset=utf-8')
        .header('content-disposition', `attachment; filename="tidegate-policy-${version}.yaml"`)
        .serializer((payload: unknown) => payload as string)
        .send(text);
    },
  );

  server.get(
    '/v1/policy/starters',
    {
      ...read,
      schema: { tags, summary: 'Policies to start from', response: { 200: page(starterPolicySchema) } },
    },
    () => ({
      entries: starters.map(({ id, name, description, source }) => ({ id, name, description, source })),
      nextCursor: null,
    }),
  );

  server.post(
    '/v1/rules/check',
    {
      ...read,
      schema: {
        tags,
        summary: 'Check a rule: syntax, types, functions, cost',
        body: ruleCheckRequestSchema,
        response: { 200: ruleCheckAnswerSchema },
      },
    },
    async ({ body }) => {
      const { policy } = await policies.latest();
      const categories = new Set(Object.keys(policy.categories));
      const rule = { id: 'rule', title: 'rule', enabled: true, effects: [], after: body.after, when: body.when };
      const result = compileRule(rule, { categories });
      return isRuleFault(result)
        ? { valid: false, message: result.message, position: result.position, cost: null }
        : { valid: true, message: null, position: null, cost: result.cost };
    },
  );

  registerListRoutes(server, dependencies);
};
