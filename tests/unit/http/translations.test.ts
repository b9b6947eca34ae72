import { expect, test } from "bun:test";
import { createFakeServer, errorOf, READY, RESULT, segment, transcription } from "./support.ts";

const translation = (fields: Record<string, string> = {}) => {
  const request = transcription(fields);
  return new Request(request.url.replace("transcriptions", "translations"), request);
};

test("the text is English, whatever was spoken", async () => {
  await using server = createFakeServer({
    transcribe: async (_job, { onSegment }) => {
      onSegment(segment(" My brother."));
      return { ...RESULT, language: "de" };
    },
  });
  const verbose = await (await server.send(translation({ response_format: "verbose_json" }))).json();
  expect(verbose).toMatchObject({ task: "translate", language: "english", text: "My brother." });
  expect(await (await server.send(translation({ language: "de", stream: "true" }))).json()).toMatchObject({
    text: "My brother.",
  });
  expect(server.jobs).toMatchObject([
    { task: "translate", language: null },
    { task: "translate", language: null },
  ]);
});

test.each(["tiny.en", "large-v3-turbo-q5_0", "openai/whisper-large-v3-turbo"])("%s cannot translate", async (id) => {
  await using server = createFakeServer({ model: { found: true, id, path: "/m.bin", createdSeconds: 0 } });
  expect(await errorOf(await server.send(translation()))).toMatchObject({ status: 400, param: "model" });
  expect((await server.send(transcription())).status).toBe(200);
});

test("neither can a model of one language under another name", async () => {
  if (READY.state !== "ready") throw new Error("expected facts");
  const facts = { ...READY.facts, model: { ...READY.facts.model, multilingual: false } };
  await using server = createFakeServer({ status: { ...READY, facts } });
  expect(await errorOf(await server.send(translation()))).toMatchObject({ status: 400, code: "unsupported_value" });
});
