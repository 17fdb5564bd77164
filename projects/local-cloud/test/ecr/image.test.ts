import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ecrService, type EcrService } from "../../src/services/ecr/index.ts";
import { ignorePatterns, isIgnored } from "../../src/services/ecr/context.ts";
import { planImage } from "../../src/services/ecr/dockerfile.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";

const DOCKERFILE = `
FROM public.ecr.example.edu/node:24-slim AS base
ENV MODE=fast LABEL="two words"
WORKDIR /app
FROM base AS runtime
COPY --chown=1:1 dist/ /app/
USER 10001:10001
VOLUME /tmp
ENTRYPOINT ["node"]
CMD ["/app/server.mjs"]
`;

describe("an image", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let context: string;

  beforeAll(async () => {
    cloud = await startTestCloud([ecrService]);
    resources = new Resources(cloud);
  });
  afterAll(() => cloud.close());
  beforeEach(() => {
    context = mkdtempSync(join(tmpdir(), "context-"));
    put("Dockerfile", DOCKERFILE);
    put("dist/server.mjs", "console.log(1);");
    put("dist/notes.txt", "not for the image");
    put(".dockerignore", "**/*.txt\n");
  });
  afterEach(() => rmSync(context, { recursive: true, force: true }));

  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(context, path)), { recursive: true });
    writeFileSync(join(context, path), text);
  };
  const image = (tag: string) => ({
    tags: [tag],
    context: { location: context },
    dockerfile: { location: join(context, "Dockerfile") },
    target: "runtime",
    push: true,
  });
  const repository = (name: string, more: object = {}) =>
    resources.create("aws:ecr/repository:Repository", name, { name, ...more });

  it("is laid out by its COPY instructions, without what .dockerignore names, and can be pulled by digest", async () => {
    const { outputs } = await repository("plain");
    const made = await resources.create("docker-build:index:Image", "plain", image(`${outputs.repositoryUrl}:one`));

    const pulled = await cloud.service<EcrService>("ecr").pull(`${outputs.repositoryUrl}@${made.outputs.digest}`);
    expect(readFileSync(join(pulled.rootfs, "app/server.mjs"), "utf8")).toBe("console.log(1);");
    expect(() => readFileSync(join(pulled.rootfs, "app/notes.txt"))).toThrow("ENOENT");
    expect(pulled.config).toEqual({
      env: { MODE: "fast", LABEL: "two words" },
      workdir: "/app",
      user: "10001:10001",
      volumes: ["/tmp"],
      entrypoint: ["node"],
      cmd: ["/app/server.mjs"],
    });
  });

  it("has the same digest for the same content, and another for changed content", async () => {
    const { outputs } = await repository("digests");
    const first = await resources.create("docker-build:index:Image", "digests", image(`${outputs.repositoryUrl}:a`));
    put("dist/notes.txt", "changed, and still not for the image");
    const same = await resources.update(first, image(`${outputs.repositoryUrl}:a`));
    expect(same.outputs.digest).toBe(first.outputs.digest);
    expect(same.inputs.contextHash).toBe(first.inputs.contextHash);

    put("dist/server.mjs", "console.log(2);");
    const changed = await resources.update(first, image(`${outputs.repositoryUrl}:a`));
    expect(changed.outputs.digest).not.toBe(first.outputs.digest);
    expect(changed.inputs.contextHash).not.toBe(first.inputs.contextHash);
  });

  it("is refused under a tag that an immutable repository has given to another", async () => {
    const { outputs } = await repository("immutable", { imageTagMutability: "IMMUTABLE" });
    const first = await resources.create("docker-build:index:Image", "immutable", image(`${outputs.repositoryUrl}:v1`));
    put("dist/server.mjs", "console.log(3);");
    await expect(resources.update(first, image(`${outputs.repositoryUrl}:v1`))).rejects.toThrow(
      "ImageTagAlreadyExistsException",
    );
    await expect(resources.update(first, image(`${outputs.repositoryUrl}:v2`))).resolves.toBeDefined();
  });

  it("keeps a repository from being deleted, unless that is forced", async () => {
    const kept = await repository("kept");
    await resources.create("docker-build:index:Image", "kept", image(`${kept.outputs.repositoryUrl}:v1`));
    await expect(resources.remove(kept)).rejects.toThrow("RepositoryNotEmptyException");
    await resources.update(kept, { name: "kept", forceDelete: true });
    await resources.remove({ ...kept, inputs: { name: "kept", forceDelete: true } });
    await expect(cloud.service<EcrService>("ecr").pull(`${kept.outputs.repositoryUrl}:v1`)).rejects.toThrow(
      "CannotPullContainerError",
    );
  });

  it("says what to do when the application is not built", async () => {
    const { outputs } = await repository("unbuilt");
    rmSync(join(context, "dist"), { recursive: true });
    await expect(
      resources.create("docker-build:index:Image", "unbuilt", image(`${outputs.repositoryUrl}:v1`)),
    ).rejects.toThrow("Build the application first");
  });

  it("needs its repository to exist", async () => {
    const tag = "000000000000.dkr.ecr.us-east-1.amazonaws.com/absent:v1";
    await expect(resources.create("docker-build:index:Image", "absent", image(tag))).rejects.toThrow(
      "RepositoryNotFoundException",
    );
  });
});

describe("a Dockerfile", () => {
  it.each([
    ["RUN npm ci", "executes nothing"],
    ["ADD https://example.edu/a.tgz /", "executes nothing"],
    ["COPY --from=build /out /app", "other stages are not built here"],
    ["ENV A=$B", "write the value"],
  ])("with %s in the runtime stage is refused with its line", (instruction, why) => {
    const dockerfile = `FROM node AS build\nRUN npm ci\nFROM node AS runtime\n${instruction}\n`;
    expect(() => planImage(dockerfile, "runtime")).toThrow(why);
    expect(() => planImage(dockerfile, "runtime")).toThrow("line 4");
  });

  it("may execute what it likes in stages that the runtime stage is not built upon", () => {
    const plan = planImage('FROM node AS build\nRUN npm ci\nFROM scratch AS runtime\nCOPY ["a b", "/x/"]\n', "runtime");
    expect(plan.copies).toEqual([{ sources: ["a b"], target: "/x/" }]);
  });

  it("reads the shell form as Docker does", () => {
    expect(planImage("FROM node\nCMD exec node server.mjs\n", undefined).config.cmd).toEqual([
      "/bin/sh",
      "-c",
      "exec node server.mjs",
    ]);
  });

  it("forgets the CMD of the stage below when a stage sets its own ENTRYPOINT", () => {
    const plan = planImage('FROM node AS a\nCMD ["x"]\nFROM a\nENTRYPOINT ["y"]\n', undefined);
    expect(plan.config).toMatchObject({ entrypoint: ["y"], cmd: [] });
  });

  it("without the named stage is refused", () => {
    expect(() => planImage("FROM node AS build\n", "runtime")).toThrow('no stage named "runtime"');
  });
});

describe(".dockerignore", () => {
  const patterns = ignorePatterns("# comment\nnode_modules\n**/*.log\n!keep.log\n/dist/tmp/\n");
  it.each(["node_modules/a/b.js", "a.log", "deep/er/b.log", "dist/tmp/x"])("excludes %s", (path) => {
    expect(isIgnored(path, patterns)).toBe(true);
  });
  it.each(["src/a.js", "keep.log", "dist/server.mjs"])("keeps %s", (path) => {
    expect(isIgnored(path, patterns)).toBe(false);
  });
});
