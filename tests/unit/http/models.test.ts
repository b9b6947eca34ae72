import { expect, test } from "bun:test";
import { MODEL_ALIASES } from "../../../src/models/aliases.ts";
import { createFakeServer, errorOf } from "./support.ts";

const MODELS = "http://localhost/v1/models";

test("the list has the model and its aliases in OpenAI's shape", async () => {
  await using server = createFakeServer();
  const body = (await (await server.send(new Request(MODELS))).json()) as { object: string; data: { id: string }[] };
  expect(body.object).toBe("list");
  expect(body.data[0] as unknown).toEqual({
    id: "nano",
    object: "model",
    created: 1_700_000_000,
    owned_by: "tiflis-stt",
    shutdown_date: null,
  });
  expect(body.data.slice(1).map((model) => model.id)).toEqual([...MODEL_ALIASES]);
});

test("one model is found by id or alias", async () => {
  await using server = createFakeServer();
  for (const id of ["nano", "whisper-1"]) {
    const response = await server.send(new Request(`${MODELS}/${id}`));
    expect(await response.json()).toMatchObject({ id, object: "model" });
  }
});

test("an id may hold slashes, raw or encoded", async () => {
  const model = { found: true, id: "org/nano", path: "/m.bin", createdSeconds: 1 } as const;
  await using server = createFakeServer({ model });
  for (const id of ["org/nano", "org%2Fnano"]) {
    expect(await (await server.send(new Request(`${MODELS}/${id}`))).json()).toMatchObject({ id: "org/nano" });
  }
});

test("an unknown id, or one that cannot be decoded, answers 404", async () => {
  await using server = createFakeServer();
  for (const id of ["gpt-9", "a/b", "%zz", "gpt-4o-transcribe-diarize"]) {
    expect(await errorOf(await server.send(new Request(`${MODELS}/${id}`)))).toMatchObject({
      status: 404,
      code: "model_not_found",
      param: "model",
    });
  }
});

test("names of STT_MODEL_ALIASES are listed and found, slashes and all", async () => {
  const modelAliases = { "Systran/faster-whisper-small": "whisper-1", dead: "large-v3" };
  await using server = createFakeServer({ config: { modelAliases } });
  const list = (await (await server.send(new Request(MODELS))).json()) as { data: { id: string }[] };
  expect(list.data.map(({ id }) => id)).toContain("Systran/faster-whisper-small");
  expect(list.data.map(({ id }) => id)).not.toContain("dead");
  for (const id of ["systran/faster-whisper-small", "Systran%2Ffaster-whisper-small"]) {
    expect((await server.send(new Request(`${MODELS}/${id}`))).status).toBe(200);
  }
});
