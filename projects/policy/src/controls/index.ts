/** Every control that the specification answers (infrastructure.md, sections 3 and 4 and appendix B), and a few that come with it. */
import { catalogueBoundary } from "./catalogue-boundary.ts";
import { catalogueWatch } from "./catalogue-watch.ts";
import { computeGateway } from "./compute-gateway.ts";
import { computeService } from "./compute-service.ts";
import { computeWatch } from "./compute-watch.ts";
import type { Control } from "./control.ts";
import { dataDatabase } from "./data-database.ts";
import { dataStores } from "./data-stores.ts";
import { networkControls } from "./network.ts";
import { securityAccount } from "./security-account.ts";
import { securityIdentities } from "./security-identities.ts";
import { securityStores } from "./security-stores.ts";

export const controls: readonly Control[] = [
  ...securityAccount,
  ...securityIdentities,
  ...securityStores,
  ...networkControls,
  ...dataDatabase,
  ...dataStores,
  ...computeService,
  ...computeGateway,
  ...computeWatch,
  ...catalogueWatch,
  ...catalogueBoundary,
];
