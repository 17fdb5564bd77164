import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { SecurityContract } from "@records/contracts";
import { project, readContract, stackSettings, tagsFor, zoneIds } from "@records/conventions";
import { parsePartnerHosts } from "./src/partner-hosts.ts";

// Most of this layer is made by a component that knows nothing of our tags.
const settings = stackSettings(tagsFor({ classification: "internal", retention: "none" }));
const own = new pulumi.Config();
const wanted = zoneIds(settings.sizing.availabilityZones);

/** Names differ from account to account; ids are the same places everywhere. */
async function zoneNames(): Promise<string[]> {
  const found = await aws.getAvailabilityZones({
    state: "available",
    filters: [{ name: "zone-id", values: [...wanted] }],
  });
  return wanted.map((id) => {
    const name = found.names[found.zoneIds.indexOf(id)];
    if (name) return name;
    throw new Error(
      `Zone ${id} is not available to this account in ${settings.region}. Choose other zones in shared/conventions/src/subnets.ts.`,
    );
  });
}

/** All that this stack takes from outside. */
export const config = {
  ...settings,
  // The component wants the names before it starts, so they are awaited here.
  zoneNames: await zoneNames(),
  /** Hosts that our code calls besides AWS's. */
  partnerHosts: parsePartnerHosts(own.requireObject("partnerHosts")),
  security: readContract(project.security, SecurityContract, { minVersion: 2 }),
};
export type Config = typeof config;
