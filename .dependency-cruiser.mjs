// The architecture as a table that a machine checks. One rule a room: it may import itself and what stands here.
// The same table, with reasons, is in docs/architecture.md.

const rooms = {
  domain: [],
  kernels: [],
  models: ["domain", "kernels"],
  evaluation: ["domain", "kernels", "models"],
  storage: ["domain"],
  privacy: ["domain", "markup", "storage"],
  ingestion: ["domain", "storage", "privacy"],
  learning: ["domain", "models", "evaluation", "storage", "privacy"],
  serving: ["domain", "kernels", "models", "storage", "privacy"],
  insight: ["domain", "kernels", "storage", "privacy"],
  delivery: ["domain", "storage", "privacy"],
  markup: [],
  demo: ["domain", "kernels", "markup"],
  centre: ["domain", "markup"],
  sdk: [],
};

/** Rooms that see storage see what is to be kept (ports.ts, ports/), never how. */
const storageBeyondPorts = "^src/storage/(?!ports(\\.ts$|/))";
const testFiles = "\\.(test|contract)\\.tsx?$|^tests/|^src/[a-z]+/testing/";

const roomRules = Object.entries(rooms).map(([room, mayImport]) => ({
  name: `${room}-imports-only-${mayImport.join("-") || "itself"}`,
  comment: `src/${room} may import only itself${mayImport.length ? ` and ${mayImport.join(", ")}` : ""}.`,
  severity: "error",
  from: { path: `^src/${room}/`, pathNot: testFiles },
  to: { path: "^src/", pathNot: `^src/(${[room, ...mayImport].join("|")})/` },
}));

export default {
  forbidden: [
    ...roomRules,
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file or a missing third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "only-ports-of-storage",
      comment: "Rooms take what is kept from storage/ports.ts; how it is kept is chosen in server/store-choice.ts.",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/storage/|^src/server/store-choice\\.ts$|${testFiles}` },
      to: { path: storageBeyondPorts },
    },
    {
      name: "only-the-gate-mints",
      comment: "Leave to read a history is made by the gate alone.",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/privacy/gate\\.ts$|${testFiles}` },
      to: { path: "^src/domain/mint-allowed\\.ts$" },
    },
    {
      name: "pure-rooms-touch-no-io",
      comment:
        "Words, arithmetic, models and the browser SDK can run anywhere: no Node built-ins, no packages. One exception: what brings the compiled kernels and their threads up.",
      severity: "error",
      from: { path: "^src/(domain|kernels|models|markup|sdk)/", pathNot: `^src/kernels/kernel-(pool|worker)\\.ts$|${testFiles}` },
      to: { dependencyTypes: ["core", "npm", "npm-dev"] },
    },
    {
      name: "nobody-imports-the-server",
      comment: "The server composes the house; nothing in the house knows it. The command line starts it.",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/(server|cli)/|^src/console/|${testFiles}` },
      to: { path: "^src/(server|cli)/" },
    },
    {
      name: "server-and-cli-stay-out-of",
      comment: "Kernels are reached through models; console and sdk are browser programs.",
      severity: "error",
      from: { path: "^src/(server|cli)/", pathNot: testFiles },
      to: { path: "^src/(kernels|console|sdk)/" },
    },
    {
      name: "browser-takes-only-types",
      comment: "The console talks HTTP; of this house it knows only the shapes of the messages.",
      severity: "error",
      from: { path: "^src/console/", pathNot: testFiles },
      to: { path: "^src/", pathNot: "^src/console/|^src/server/contract/" },
    },
    {
      name: "browser-takes-types-not-code",
      comment: "Schemas stay on the server: import type only.",
      severity: "error",
      from: { path: "^src/console/" },
      to: { path: "^src/server/contract/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "rooms-are-entered-by-name",
      comment: "Cross a border with #room/…, never ../../.",
      severity: "error",
      from: { path: "^src/([a-z]+)/" },
      to: { path: "^src/([a-z]+)/", pathNot: "^src/$1/", dependencyTypes: ["local"], dependencyTypesNot: ["aliased", "aliased-subpath-import"] },
    },
    {
      name: "product-never-imports-tests",
      comment: "Fakes, fixtures and suites are for tests.",
      severity: "error",
      from: { path: "^src/", pathNot: testFiles },
      to: { path: testFiles },
    },
    {
      name: "no-dead-modules",
      comment: "A file that nothing reaches is not part of the product.",
      severity: "error",
      from: { path: "^src/", orphan: true, pathNot: "\\.d\\.ts$|^src/centre/assets/" },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // AssemblyScript is another language with the same file ending; scripts/build-kernels.ts compiles it.
    exclude: { path: "^dist/|^src/kernels/assembly/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"], mainFields: ["module", "main"] },
  },
};
