import eslint from "@eslint/js";
import nx from "@nx/eslint-plugin";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

/** Which kind of project may import which: the table of the architecture page, held by the linter. */
const KINDS = [
  { sourceTag: "type:domain", onlyDependOnLibsWithTags: ["type:domain"] },
  { sourceTag: "type:contract", onlyDependOnLibsWithTags: ["type:domain", "type:contract"] },
  { sourceTag: "type:convention", onlyDependOnLibsWithTags: ["type:contract", "type:convention"] },
  { sourceTag: "type:component", onlyDependOnLibsWithTags: ["type:convention", "type:component"] },
  {
    sourceTag: "type:stack",
    onlyDependOnLibsWithTags: ["type:contract", "type:convention", "type:component", "type:domain"],
  },
  { sourceTag: "type:app", onlyDependOnLibsWithTags: ["type:domain", "type:contract"] },
  // Knows AWS, and nothing of this platform.
  { sourceTag: "type:library", onlyDependOnLibsWithTags: ["type:library"] },
  // Tags, schemas of contracts and states: never a component, for a check must not trust what it checks.
  {
    sourceTag: "type:policy",
    onlyDependOnLibsWithTags: ["type:convention", "type:contract", "type:library", "type:tool"],
  },
  {
    sourceTag: "type:tool",
    onlyDependOnLibsWithTags: ["type:convention", "type:contract", "type:library", "type:tool"],
  },
  {
    sourceTag: "type:testing",
    onlyDependOnLibsWithTags: ["type:domain", "type:contract", "type:convention", "type:library", "type:testing"],
  },
  { sourceTag: "type:test", onlyDependOnLibsWithTags: ["type:contract", "type:library", "type:testing", "type:tool"] },
];

/** Which layer may import which: a layer learns of another through its contract, never through its source. */
const LAYERS = [
  ...["security", "network", "data", "compute", "application", "platform"].map((layer) => ({
    sourceTag: `layer:${layer}`,
    onlyDependOnLibsWithTags: [`layer:${layer}`, "layer:shared"],
  })),
  { sourceTag: "layer:shared", onlyDependOnLibsWithTags: ["layer:shared"] },
];

const TESTS = ["**/*.test.ts", "**/test/**/*.ts"];

export default tseslint.config(
  { ignores: ["**/dist/**", "**/node_modules/**", ".local/**", ".nx/**", "**/*.generated.ts"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-console": ["error", { allow: ["error"] }],
      eqeqeq: "error",
    },
  },
  {
    files: ["**/*.ts"],
    ignores: TESTS,
    plugins: { "@nx": nx },
    rules: {
      "@nx/enforce-module-boundaries": [
        "error",
        { allow: [], enforceBuildableLibDependency: false, depConstraints: [...KINDS, ...LAYERS] },
      ],
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", Buffer: "readonly" } },
  },
  {
    // The provider carries properties of several hundred resource types as they come (`Properties`), and every method of
    // a resource type is asynchronous whether or not this one waits for something.
    files: ["projects/local-cloud/src/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    // Tests look at values whose shape only the other side knows.
    files: TESTS,
    rules: {
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  prettier,
);
