import * as grpc from "@grpc/grpc-js";

/** A gRPC method from an async function: what it throws reaches the engine as the error's message. */
export function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
  failed?: (error: Error, request: Request) => void,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => callback(null, response),
        (reason: unknown) => {
          const error = reason instanceof Error ? reason : new Error(String(reason));
          failed?.(error, call.request);
          callback({ code: grpc.status.UNKNOWN, details: error.message });
        },
      );
  };
}
