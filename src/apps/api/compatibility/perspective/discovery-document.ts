import { perspectiveAttributes } from '#contracts/perspective.ts';

const string = { type: 'string' };
const boolean = { type: 'boolean' };
const number = { type: 'number', format: 'float' };
const integer = { type: 'integer', format: 'int32' };
const strings = { type: 'array', items: string };
const reference = ($ref: string) => ({ $ref });
const listOf = ($ref: string) => ({ type: 'array', items: { $ref } });
const mapOf = ($ref: string) => ({ type: 'object', additionalProperties: { $ref } });

const schemas = {
  TextEntry: { text: string, type: string },
  ArticleAndParentComment: { article: reference('TextEntry'), parentComment: reference('TextEntry') },
  Context: { entries: listOf('TextEntry'), articleAndParentComment: reference('ArticleAndParentComment') },
  AttributeParameters: { scoreType: string, scoreThreshold: number },
  Score: { value: number, type: string },
  SpanScore: { begin: integer, end: integer, score: reference('Score') },
  AttributeScores: { summaryScore: reference('Score'), spanScores: listOf('SpanScore') },
  AnalyzeCommentRequest: {
    comment: reference('TextEntry'),
    context: reference('Context'),
    requestedAttributes: mapOf('AttributeParameters'),
    spanAnnotations: boolean,
    languages: strings,
    doNotStore: boolean,
    dropUnsupportedAttributes: boolean,
    clientToken: string,
    sessionId: string,
    communityId: string,
  },
  AnalyzeCommentResponse: {
    attributeScores: mapOf('AttributeScores'),
    languages: strings,
    detectedLanguages: strings,
    clientToken: string,
  },
  SuggestCommentScoreRequest: {
    comment: reference('TextEntry'),
    context: reference('Context'),
    attributeScores: mapOf('AttributeScores'),
    languages: strings,
    communityId: string,
    clientToken: string,
    sessionId: string,
  },
  SuggestCommentScoreResponse: { clientToken: string, detectedLanguages: strings, requestedLanguages: strings },
};

const method = (name: string, message: string, description: string) => ({
  id: `commentanalyzer.comments.${name}`,
  path: `v1alpha1/comments:${name}`,
  flatPath: `v1alpha1/comments:${name}`,
  httpMethod: 'POST',
  description,
  parameters: {},
  parameterOrder: [],
  request: reference(`${message}Request`),
  response: reference(`${message}Response`),
});

/**
 * What Google's general clients (`googleapiclient.discovery.build`, `google.discoverAPI`) read to learn an API: the two methods at this
 * address (Google API Discovery Service, `discovery#restDescription`).
 *
 * @param rootUrl this server as the client reached it, with a slash at the end
 */
export const discoveryDocument = (rootUrl: string) => ({
  kind: 'discovery#restDescription',
  discoveryVersion: 'v1',
  id: 'commentanalyzer:v1alpha1',
  name: 'commentanalyzer',
  version: 'v1alpha1',
  title: 'Comment scores by Tidegate',
  description: `Scores of ${perspectiveAttributes.join(', ')}, as the Perspective API gave them.`,
  protocol: 'rest',
  rootUrl,
  servicePath: '',
  baseUrl: rootUrl,
  batchPath: 'batch',
  parameters: {
    key: { type: 'string', location: 'query', description: 'An API key with the scope `score`.' },
    alt: { type: 'string', location: 'query', default: 'json', enum: ['json'], enumDescriptions: ['JSON'] },
    prettyPrint: { type: 'boolean', location: 'query', default: 'true' },
  },
  schemas: Object.fromEntries(
    Object.entries(schemas).map(([id, properties]) => [id, { id, type: 'object', properties }]),
  ),
  resources: {
    comments: {
      methods: {
        analyze: method('analyze', 'AnalyzeComment', 'Scores a comment.'),
        suggestscore: method('suggestscore', 'SuggestCommentScore', 'Takes a suggested score and keeps nothing of it.'),
      },
    },
  },
});
