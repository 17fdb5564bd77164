import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type {
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  InvokeRequest,
  PropertyDiff,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import type { Cloud } from "../cloud.ts";
import type { Registry } from "../registry.ts";
import type { ResourceType } from "../resource-type.ts";
import { checkInputs, failureMessage } from "./check.ts";
import { diffInputs } from "./diff.ts";
import type { Change } from "./diff.ts";
import { invoke } from "./functions.ts";
import { create, previewCreate, previewUpdate, read, remove, update } from "./lifecycle.ts";
import type { EngineState } from "./lifecycle.ts";
import { unary } from "./unary.ts";
import { refuseChange, refuseForeignStack } from "./purpose.ts";
import type { ProviderPurpose } from "./purpose.ts";
import { parseUrn } from "./urn.ts";
import { decodeProperties, encodeProperties } from "./wire-values.ts";

/** What the engine asks about one resource, or of a data source: decoded here, decided in the other files. */
export function resourceMethods(
  cloud: Cloud,
  registry: Registry,
  purpose: ProviderPurpose,
): UntypedServiceImplementation {
  const typeOf = (urn: string): ResourceType => registry.resource(parseUrn(urn).type);
  const logFailure = (error: Error, request: { getUrn(): string }): void =>
    cloud.log(`${request.getUrn()}: ${error.message}`);

  return {
    check: unary(async (request: CheckRequest) => {
      const urn = request.getUrn();
      refuseForeignStack(urn, cloud.stack, purpose);
      const given = decodeProperties(request.getNews());
      const { added, failures } = await checkInputs(typeOf(urn), cloud, {
        urn,
        oldInputs: decodeProperties(request.getOlds()).properties,
        newInputs: given.properties,
        randomSeed: request.getRandomseed_asU8(),
      });
      const inputs = request.getNews() ?? encodeProperties({});
      encodeProperties(added, given.secretProperties)
        .getFieldsMap()
        .forEach((value, name) => inputs.getFieldsMap().set(name, value));
      const response = new messages.CheckResponse();
      response.setInputs(inputs);
      response.setFailuresList(failures.map(failureMessage));
      return response;
    }),

    diff: unary((request: DiffRequest) => {
      const before = decodeProperties(request.getOldInputs()).properties;
      const after = decodeProperties(request.getNews()).properties;
      const diff = diffInputs(typeOf(request.getUrn()), before, after);
      const ignored = new Set(request.getIgnorechangesList());
      const changes = diff.changes.filter(({ path, property }) => !ignored.has(path) && !ignored.has(property));
      const response = new messages.DiffResponse();
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
      response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setReplacesList(diff.replaces.filter((name) => changes.some(({ property }) => property === name)));
      response.setDiffsList([...new Set(changes.map(({ property }) => property))]);
      response.setDeletebeforereplace(diff.deleteBeforeReplace);
      response.setHasdetaileddiff(true);
      for (const change of changes) response.getDetaileddiffMap().set(change.path, propertyDiff(change));
      return response;
    }),

    create: unary(async (request: CreateRequest) => {
      const urn = request.getUrn();
      const type = typeOf(urn);
      const inputs = decodeProperties(request.getProperties());
      if (!request.getPreview()) refuseChange(urn, purpose);
      const { id, outputs, secretProperties } = request.getPreview()
        ? previewCreate(type, inputs)
        : await create(type, cloud, urn, inputs);
      const response = new messages.CreateResponse();
      response.setId(id);
      response.setProperties(encodeProperties(outputs, secretProperties));
      return response;
    }, logFailure),

    read: unary(async (request: ReadRequest) => {
      refuseChange(request.getUrn(), purpose);
      const resource = await read(typeOf(request.getUrn()), cloud, {
        urn: request.getUrn(),
        id: request.getId(),
        inputs: decodeProperties(request.getInputs()),
        outputs: decodeProperties(request.getProperties()),
      });
      const response = new messages.ReadResponse();
      if (resource === undefined) return response; // an empty id tells the engine that it is gone
      response.setId(resource.id);
      response.setProperties(encodeProperties(resource.outputs, resource.secretProperties));
      response.setInputs(encodeProperties(resource.inputs, resource.secretProperties));
      return response;
    }, logFailure),

    update: unary(async (request: UpdateRequest) => {
      const type = typeOf(request.getUrn());
      const state: EngineState = {
        urn: request.getUrn(),
        id: request.getId(),
        inputs: decodeProperties(request.getOldInputs()),
        outputs: decodeProperties(request.getOlds()),
      };
      const inputs = decodeProperties(request.getNews());
      if (!request.getPreview()) refuseChange(state.urn, purpose);
      const { outputs, secretProperties } = request.getPreview()
        ? previewUpdate(type, state, inputs)
        : await update(type, cloud, state, inputs);
      const response = new messages.UpdateResponse();
      response.setProperties(encodeProperties(outputs, secretProperties));
      return response;
    }, logFailure),

    delete: unary(async (request: DeleteRequest) => {
      refuseChange(request.getUrn(), purpose);
      await remove(typeOf(request.getUrn()), cloud, {
        urn: request.getUrn(),
        id: request.getId(),
        inputs: decodeProperties(request.getOldInputs()),
        outputs: decodeProperties(request.getProperties()),
      });
      return new empty.Empty();
    }, logFailure),

    invoke: unary(
      async (request: InvokeRequest) => {
        const result = await invoke(registry, cloud, request.getTok(), decodeProperties(request.getArgs()));
        const response = new messages.InvokeResponse();
        response.setReturn(encodeProperties(result.properties, result.secretProperties));
        return response;
      },
      (error, request) => cloud.log(`${request.getTok()}: ${error.message}`),
    ),
  };
}

function propertyDiff({ kind, replaces }: Change): PropertyDiff {
  const { Kind } = messages.PropertyDiff;
  const kinds = {
    add: replaces ? Kind.ADD_REPLACE : Kind.ADD,
    delete: replaces ? Kind.DELETE_REPLACE : Kind.DELETE,
    update: replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE,
  };
  const diff = new messages.PropertyDiff();
  diff.setKind(kinds[kind]);
  diff.setInputdiff(true);
  return diff;
}
