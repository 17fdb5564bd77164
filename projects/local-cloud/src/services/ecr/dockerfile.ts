import { posix } from "node:path";
import {
  DockerfileParser,
  type Instruction,
  type ModifiableInstruction,
  type PropertyInstruction,
} from "dockerfile-ast";

/** What the runtime stage of a Dockerfile says: which files go where, and how a container starts. */
export interface ImagePlan {
  /** Image the stage starts from. It is not pulled: its programs are the machine's own. */
  readonly base: string;
  readonly copies: readonly Copy[];
  readonly config: ImageConfig;
}
export interface Copy {
  readonly sources: readonly string[];
  /** Absolute in the image; with a slash at the end when it names a folder. */
  readonly target: string;
}
/** The part of an image's configuration that decides how its process runs. */
export interface ImageConfig {
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user?: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal?: string;
}

/** These neither add files nor change how the process starts. ECS ignores an image's HEALTHCHECK. */
const WITHOUT_EFFECT = new Set(["ARG", "EXPOSE", "LABEL", "MAINTAINER", "HEALTHCHECK"]);

interface Stage {
  readonly name?: string;
  readonly base: string;
  readonly instructions: Instruction[];
}

/**
 * Reads one stage, with those it is built upon.
 * @param target the stage's name; the last stage when undefined
 * @throws an instruction that would have to be executed, or one that cannot be read
 */
export function planImage(dockerfile: string, target: string | undefined): ImagePlan {
  const stages = stagesOf(dockerfile);
  const chosen = target === undefined ? stages.at(-1) : stages.find((stage) => stage.name === target);
  if (chosen === undefined) {
    throw new Error(
      target === undefined
        ? "The Dockerfile has no FROM instruction."
        : `The Dockerfile has no stage named "${target}".`,
    );
  }
  const chain = [chosen];
  for (let base = stageNamed(stages, chosen.base); base !== undefined; base = stageNamed(stages, base.base)) {
    if (chain.includes(base)) throw new Error(`The Dockerfile's stage "${base.name}" is built upon itself.`);
    chain.unshift(base);
  }

  const plan = new Plan();
  for (const instruction of chain.flatMap((stage) => stage.instructions)) plan.apply(instruction);
  return { base: chain[0]?.base ?? chosen.base, copies: plan.copies, config: plan.config() };
}

function stagesOf(dockerfile: string): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    if (instruction.getKeyword() === "FROM") {
      const [base = "", as, name] = instruction
        .getExpandedArguments()
        .map((argument) => argument.getValue())
        .filter((argument) => !argument.startsWith("--"));
      stages.push({ base, ...(as?.toUpperCase() === "AS" && { name: name?.toLowerCase() }), instructions: [] });
    } else {
      stages.at(-1)?.instructions.push(instruction); // before the first FROM stand only ARGs
    }
  }
  return stages;
}

const stageNamed = (stages: readonly Stage[], name: string): Stage | undefined =>
  stages.find((stage) => stage.name !== undefined && stage.name === name.toLowerCase());

class Plan {
  readonly copies: Copy[] = [];
  readonly #env: Record<string, string> = {};
  readonly #volumes: string[] = [];
  #workdir = "/";
  #user: string | undefined;
  #stopSignal: string | undefined;
  #entrypoint: readonly string[] = [];
  #cmd: readonly string[] = [];

  apply(instruction: Instruction): void {
    const keyword = instruction.getKeyword();
    const line = instruction.getArgumentsContent() ?? "";
    switch (keyword) {
      case "COPY":
        this.copies.push(copyOf(instruction as ModifiableInstruction, this.#workdir));
        return;
      case "ENV":
        for (const property of (instruction as PropertyInstruction).getProperties()) {
          const value = property.getValue() ?? "";
          if (value.includes("$"))
            throw refused(instruction, "variables in ENV are not expanded here; write the value");
          this.#env[property.getName()] = value;
        }
        return;
      case "WORKDIR":
        this.#workdir = posix.resolve(this.#workdir, line);
        return;
      case "USER":
        this.#user = line;
        return;
      case "STOPSIGNAL":
        this.#stopSignal = line;
        return;
      case "VOLUME":
        this.#volumes.push(...(jsonList(line) ?? line.split(/\s+/)));
        return;
      case "ENTRYPOINT":
        this.#entrypoint = jsonList(line) ?? ["/bin/sh", "-c", line];
        this.#cmd = []; // as Docker does: a CMD of the stage below no longer applies
        return;
      case "CMD":
        this.#cmd = jsonList(line) ?? ["/bin/sh", "-c", line];
        return;
      default:
        if (WITHOUT_EFFECT.has(keyword)) return;
        throw refused(
          instruction,
          "the local cloud builds an image by copying files and executes nothing; " +
            "do this in an earlier stage or before the build, and COPY its result from the context",
        );
    }
  }

  config(): ImageConfig {
    return {
      env: this.#env,
      workdir: this.#workdir,
      ...(this.#user !== undefined && { user: this.#user }),
      entrypoint: this.#entrypoint,
      cmd: this.#cmd,
      volumes: this.#volumes,
      ...(this.#stopSignal !== undefined && { stopSignal: this.#stopSignal }),
    };
  }
}

function copyOf(instruction: ModifiableInstruction, workdir: string): Copy {
  for (const flag of instruction.getFlags()) {
    // Everything belongs to the one user who runs the cloud; layers do not exist here.
    if (flag.getName() === "chown" || flag.getName() === "link") continue;
    throw refused(
      instruction,
      flag.getName() === "from"
        ? "other stages are not built here; build before, and COPY the result from the context"
        : `--${flag.getName()} has no counterpart here`,
    );
  }
  const line = instruction.getArguments().map((argument) => argument.getValue());
  const paths = jsonList(line.join(" ")) ?? line;
  const target = paths.at(-1);
  if (target === undefined || paths.length < 2) throw refused(instruction, "it needs a source and a target");
  const absolute = posix.resolve(workdir, target);
  return { sources: paths.slice(0, -1), target: /\/$|^\.$|\/\.$/.test(target) ? `${absolute}/` : absolute };
}

/** The exec form. Parsed here: the parser's own reading drops blanks inside a string. */
function jsonList(text: string): readonly string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : undefined;
  } catch {
    return undefined; // Docker takes a malformed list for the shell form
  }
}

const refused = (instruction: Instruction, why: string): Error =>
  new Error(`Dockerfile line ${instruction.getRange().start.line + 1}: ${instruction.toString()}: ${why}.`);
