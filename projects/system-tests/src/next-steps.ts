/** The page a person reads when the system is up: where it is, how to ask it something, where to look, how to stop. */
import { CampusSystem } from "./campus-system.ts";
import type { Deployment } from "./deployment.ts";

/** Never prints a secret: the curl fetches its own through the AWS API. */
export async function nextSteps(deployment: Deployment): Promise<string> {
  const { stack, compute, operator } = deployment;
  const sis = await CampusSystem.register(deployment, "sis");
  const page = await sis.call("/students?limit=1");
  await sis.close();
  const student = page.body?.data?.[0]?.id ?? "<student id>";
  const suffix = stack === "local" ? "" : ` STACK=${stack}`;
  return `
  The student-records system of stack ${stack} is running.

  API        ${compute.api.baseUrl}
  Issuer     ${compute.identity.issuer}
  Authority  ${operator.caFile}   (every certificate is signed by it)

  Ask it something (a token of the campus system "sis", its API key, one student):

    eval "$(node projects/system-tests/src/cli.ts credentials --system sis${stack === "local" ? "" : ` --stack ${stack}`})"
    curl --cacert "$RECORDS_CA" -H "authorization: Bearer $RECORDS_TOKEN" -H "x-api-key: $RECORDS_API_KEY" \\
      ${compute.api.baseUrl}/students/${student}

  Look       make status${suffix}            what runs
             make logs${suffix}              logs of tasks, functions and servers
             make outputs LAYER=compute${suffix}
  Check      make smoke${suffix}
  Change     edit projects/api, then: make deploy LAYER=compute${suffix}
  Stop       make destroy-all${suffix}       nothing is left behind
`;
}
