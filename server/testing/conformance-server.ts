import { setTimeout as delay } from 'node:timers/promises';
import {
  completable,
  type ElicitRequestFormParams,
  fromJsonSchema,
  McpServer,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

const text = (said: string) => ({ type: 'text' as const, text: said });
const image = { type: 'image' as const, data: PNG, mimeType: 'image/png' };
const resource = (uri: string, mimeType: string, said: string) => ({
  type: 'resource' as const,
  resource: { uri, mimeType, text: said },
});
const asUser = <T>(content: T) => ({ role: 'user' as const, content });

/** What the official conformance suite asks of a server, behind the product's own transport; never in the product. */
export function createConformanceServer(): McpServer {
  const server = new McpServer(
    { name: 'conformance', version: '1' },
    { capabilities: { logging: {}, resources: { subscribe: true } } },
  );
  addTools(server);
  addResources(server);
  addPrompts(server);
  return server;
}

function addTools(server: McpServer): void {
  const tool = (name: string, content: () => object[]) =>
    server.registerTool(name, { description: name }, async () => ({ content: content() as never }));
  tool('test_simple_text', () => [text('This is a simple text response for testing.')]);
  tool('test_image_content', () => [image]);
  tool('test_audio_content', () => [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }]);
  tool('test_embedded_resource', () => [
    resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
  ]);
  tool('test_multiple_content_types', () => [
    text('Multiple content types test:'),
    image,
    resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
  ]);
  tool('test_error_handling', () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  // None of the suite's: it does not even notice that its caller has gone.
  server.registerTool('never_ends', { description: 'Never ends' }, () => new Promise(() => {}));
  server.registerTool('test_tool_with_logging', { description: 'Says what it does' }, async (context) => {
    for (const said of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await context.mcpReq.log('info', said);
      await delay(50);
    }
    return { content: [text('Done.')] };
  });
  server.registerTool('test_tool_with_progress', { description: 'Says how far it is' }, async (context) => {
    const progressToken = context.mcpReq._meta?.progressToken;
    for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
      const params = { progressToken: progressToken as string, progress, total: 100 };
      await context.mcpReq.notify({ method: 'notifications/progress', params });
      await delay(50);
    }
    return { content: [text('Done.')] };
  });
  addQuestions(server);
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object' as const,
    $defs: {
      address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
    },
    properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
    additionalProperties: false,
  };
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Tool with JSON Schema 2020-12 features', inputSchema: fromJsonSchema(schema as never) },
    async () => ({ content: [text('Done.')] }),
  );
}

/** What a server asks its client: on the stream of the call that asks, for there is no other. */
function addQuestions(server: McpServer): void {
  const asking = (name: string, inputSchema: object, ask: (args: never, context: ServerContext) => unknown) =>
    server.registerTool(
      name,
      { description: name, inputSchema: fromJsonSchema({ type: 'object', ...inputSchema } as never) },
      async (args, context) => ({ content: [text(JSON.stringify(await ask(args as never, context)))] }),
    );
  const textInput = (name: string) => ({ properties: { [name]: { type: 'string' } }, required: [name] });
  const elicit = (context: ServerContext, message: string, properties: object, required: string[] = []) =>
    context.mcpReq.elicitInput(
      { message, requestedSchema: { type: 'object', properties, required } } as ElicitRequestFormParams,
      { relatedRequestId: context.mcpReq.id },
    );

  asking('test_sampling', textInput('prompt'), ({ prompt }: { prompt: string }, { mcpReq }) =>
    mcpReq.requestSampling(
      { messages: [asUser(text(prompt))], maxTokens: 100 },
      { relatedRequestId: mcpReq.id },
    ),
  );
  const described = { type: 'string', description: 'An answer' };
  asking('test_elicitation', textInput('message'), ({ message }: { message: string }, context) =>
    elicit(context, message, { username: described, email: described }, ['username', 'email']),
  );
  asking('test_elicitation_sep1034_defaults', {}, (_, context) =>
    elicit(context, 'With defaults', {
      name: { type: 'string', default: 'John Doe' },
      age: { type: 'integer', default: 30 },
      score: { type: 'number', default: 95.5 },
      status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
      verified: { type: 'boolean', default: true },
    }),
  );
  const titled = [1, 2, 3].map((n) => ({ const: `value${n}`, title: `Option ${n}` }));
  const plain = { enum: ['option1', 'option2', 'option3'] };
  const legacy = { enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] };
  asking('test_elicitation_sep1330_enums', {}, (_, context) =>
    elicit(context, 'Of every kind', {
      untitledSingle: { type: 'string', ...plain },
      titledSingle: { type: 'string', oneOf: titled },
      legacyEnum: { type: 'string', ...legacy },
      untitledMulti: { type: 'array', items: { type: 'string', ...plain } },
      titledMulti: { type: 'array', items: { anyOf: titled } },
    }),
  );
}

function addResources(server: McpServer): void {
  const about = (mimeType: string) => ({ title: 'Static', description: 'A static resource', mimeType });
  server.registerResource('text', 'test://static-text', about('text/plain'), async () => ({
    contents: [
      {
        uri: 'test://static-text',
        mimeType: 'text/plain',
        text: 'This is the content of the static text resource.',
      },
    ],
  }));
  server.registerResource('binary', 'test://static-binary', about('image/png'), async () => ({
    contents: [{ uri: 'test://static-binary', mimeType: 'image/png', blob: PNG }],
  }));
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    about('application/json'),
    async (uri, { id }) => {
      const said = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
      return { contents: [{ uri: uri.href, mimeType: 'application/json', text: said }] };
    },
  );
  server.server.setRequestHandler('resources/subscribe', async () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', async () => ({}));
}

function addPrompts(server: McpServer): void {
  const prompt = (name: string, messages: () => object[]) =>
    server.registerPrompt(name, { description: name }, async () => ({ messages: messages() as never }));
  prompt('test_simple_prompt', () => [asUser(text('This is a simple prompt for testing.'))]);
  prompt('test_prompt_with_image', () => [asUser(image), asUser(text('Please analyze the image above.'))]);
  const argument = () =>
    completable(z.string(), (value) => ['paris', 'park'].filter((one) => one.startsWith(value)));
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'Two arguments', argsSchema: z.object({ arg1: argument(), arg2: argument() }) },
    async ({ arg1, arg2 }) => ({
      messages: [asUser(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
    }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'A resource', argsSchema: z.object({ resourceUri: z.string() }) },
    async ({ resourceUri }) => ({
      messages: [
        asUser(resource(resourceUri, 'text/plain', 'Embedded resource content for testing.')),
        asUser(text('Please process the embedded resource above.')),
      ],
    }),
  );
}
