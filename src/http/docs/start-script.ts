/**
 * Starts Swagger UI with the description that lies beside this script, with three things put right:
 * - servers are relative in the description, and shown in full;
 * - fields without a default begin empty, instead of with an invented value such as "string" that would be sent;
 * - empty fields are left out of the request, and so of the curl command that is shown.
 *
 * `validatorUrl: null`: otherwise it would tell a validator on the internet of every server that is not `localhost`.
 */
export const START_SCRIPT = `"use strict";
const description = new URL("json", document.currentScript.src);
const inFull = (server) => ({ ...server, url: new URL(server.url, description).href.replace(/\\/$/, "") });
const changes = {
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (update) => (spec) => update({ ...spec, servers: (spec.servers ?? []).map(inFull) }),
      },
    },
  },
  wrapComponents: {
    ParameterIncludeEmpty: (Original, { React }) => (props) =>
      React.createElement(Original, {
        ...props,
        isIncludedOptions: { ...props.isIncludedOptions, defaultValue: false },
      }),
  },
};
SwaggerUIBundle({
  url: description.href,
  dom_id: "#swagger-ui",
  plugins: [changes],
  modelPropertyMacro: (property) => property.default ?? (property.type === "object" ? undefined : ""),
  validatorUrl: null,
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
});
`;
