import { z } from 'zod';
import {
  type DecisionsReport,
  decisionsReportSchema,
  modelIdSchema,
  modelReportSchema,
  modelsSchema,
} from '#contracts/models.ts';
import type { RouteAccess } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import type { ModelCatalogue } from './model-catalogue.ts';

const reading: RouteAccess = { roles: ['admin', 'policy', 'lead', 'analyst'] };

/** The installed models, their cards, and how well they tell what they are to tell. */
export const registerModelRoutes = (
  server: Server,
  {
    catalogue,
    decisionsReport,
  }: { readonly catalogue: ModelCatalogue; readonly decisionsReport: () => Promise<DecisionsReport> },
): void => {
  const tags = ['Models'];
  const config = { access: reading };

  server.get(
    '/v1/models',
    { config, schema: { tags, summary: 'Installed models with their cards', response: { 200: modelsSchema } } },
    async () => ({ entries: [...catalogue.models], nextCursor: null }),
  );
  server.get(
    '/v1/models/:id/report',
    {
      config,
      schema: {
        tags,
        summary: 'Evaluation of a model on the data that its makers measured',
        params: z.object({ id: modelIdSchema }),
        response: { 200: modelReportSchema },
      },
    },
    (request) => catalogue.report(request.params.id),
  );
  server.get(
    '/v1/models/report/decisions',
    {
      config,
      schema: {
        tags,
        summary: 'Evaluation on the items that people of this installation decided',
        response: { 200: decisionsReportSchema },
      },
    },
    () => decisionsReport(),
  );
};
