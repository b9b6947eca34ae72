import { expect, test } from "bun:test";
import { engineEnvironment } from "../../../src/engine/child-environment.ts";

test("an engine sees what loaders and drivers read, and no secrets", () => {
  const environment = {
    PATH: "/bin",
    OMP_WAIT_POLICY: "passive",
    CUDA_VISIBLE_DEVICES: "0",
    HF_TOKEN: "hf_x",
    API_KEY: "k",
  };
  expect(engineEnvironment(environment)).toEqual({
    PATH: "/bin",
    OMP_WAIT_POLICY: "passive",
    CUDA_VISIBLE_DEVICES: "0",
    GGML_NO_BACKTRACE: "1",
  });
});
