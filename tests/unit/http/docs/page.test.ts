import { expect, test } from "bun:test";
import { createPage, PAGE_POLICY } from "../../../../src/http/docs/page.ts";

/** What the page loads, as a browser at `url` would ask for it. */
function addressesAt(url: string): string[] {
  const page = createPage(new URL(url).pathname, "1.0.0");
  return [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => new URL(match[1] ?? "", url).href);
}

test.each([
  ["http://a.test/swagger", "http://a.test/swagger/"],
  ["http://a.test/swagger/", "http://a.test/swagger/"],
  ["http://a.test/stt/docs", "http://a.test/stt/docs/"],
  ["https://a.test/behind/a/proxy/docs/", "https://a.test/behind/a/proxy/docs/"],
])("at %s everything is below %s", (url, folder) => {
  expect(addressesAt(url)).toEqual(
    ["favicon-32x32.png", "swagger-ui.css", "swagger-ui-bundle.js", "start.js"].map(
      (name) => `${folder}${name}?v=1.0.0`,
    ),
  );
});

test("the policy allows nothing inline and nothing from elsewhere", () => {
  expect(PAGE_POLICY).not.toMatch(/unsafe|https?:|\*/);
  expect(createPage("/swagger", "1")).not.toMatch(/<script>|style=|onload=/);
});
