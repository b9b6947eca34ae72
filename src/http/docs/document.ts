/**
 * The API description (OpenAPI 3.0).
 */
import { swagger } from "@elysiajs/swagger";
import { Elysia } from "elysia";
import { OPERATIONS } from "./operations.ts";
import { describeAnswers } from "./schemas.ts";

const DOCUMENT_PATH = "/document";

const DESCRIPTION = `Speech to text on your own machine, over OpenAI's audio API: programs made for that need only this
server's address as their base URL. All routes are also served without \`/v1\`.

Where the server has API keys, send one as \`Authorization: Bearer KEY\`, \`X-API-Key\`, \`api-key\`, or as the password of
Basic authentication. Every answer has an \`x-request-id\`; every error has OpenAI's shape.`;

/**
 * Makes the description, the same at every start.
 *
 * @elysiajs/swagger reads it from an app of its own, which has nothing but the descriptions: it answers 500 for routes
 * with valibot bodies (so they have none), leaves out `/v1/models/*`, and brings a page that loads from a CDN.
 */
export async function createDocument(version: string): Promise<Record<string, unknown>> {
  const app = new Elysia();
  for (const [route, detail] of Object.entries(OPERATIONS)) {
    const [method = "", path = ""] = route.split(" ");
    app.route(method, path.replaceAll(/\{(\w+)\}/g, ":$1"), () => undefined, { detail });
  }
  app.use(
    swagger({
      path: "/page",
      specPath: DOCUMENT_PATH,
      documentation: {
        info: { title: "Tiflis Code STT", version, description: DESCRIPTION },
        tags: [
          { name: "Audio", description: "Speech to text" },
          { name: "Models", description: "Names to use as `model`" },
          { name: "Server", description: "State of the server" },
        ],
        components: {
          schemas: describeAnswers(),
          securitySchemes: { apiKey: { type: "http", scheme: "bearer", description: "A key of this server." } },
        },
        // The empty choice: a server without keys asks for none.
        security: [{ apiKey: [] }, {}],
      },
    }),
  );
  const answer = await app.handle(new Request(`http://localhost${DOCUMENT_PATH}`));
  return (await answer.json()) as Record<string, unknown>;
}
