import { randomUUID } from "node:crypto";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";

const QUERY_LENGTH_MAX = 10_000;
const LOG_GROUPS_MAX = 50;

/** A saved query of CloudWatch Logs Insights; nothing here runs it. */
export const queryDefinition = recordedType({
  token: "aws:cloudwatch/queryDefinition:QueryDefinition",
  id: () => randomUUID(),
  arn: (_, id) => arn("logs", `query-definition:${id}`),
  replaceOnChanges: [],
  computed: { queryDefinitionId: (_, id) => id },
  autoName: "name",
  check: ({ name, queryString, logGroupNames }) =>
    failures((refuse) => {
      const invalid = "InvalidParameterException:";
      // A slash in the name makes a folder in the console.
      if (known(name) && !/^([^:*/]+\/?)*[^:*/]+$/.test(name.slice(0, 256)))
        refuse("name", `${invalid} query name "${name}" has an empty folder, a colon or an asterisk`);
      if (known(name) && (name.length < 1 || name.length > 255))
        refuse("name", `${invalid} a query name has 1 to 255 characters`);
      if (known(queryString) && (queryString.length < 1 || queryString.length > QUERY_LENGTH_MAX))
        refuse("queryString", `${invalid} a query has 1 to ${QUERY_LENGTH_MAX} characters`);
      if (known(logGroupNames) && logGroupNames.length > LOG_GROUPS_MAX)
        refuse("logGroupNames", `${invalid} a query names up to ${LOG_GROUPS_MAX} log groups`);
    }),
});
