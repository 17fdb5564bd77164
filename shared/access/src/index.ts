export { accessModel, type AccessModel, type GuardedResource, type RoleAccess } from "./model.ts";
export { askers, deployedRole, principalsIn, STRANGER, type Asker, type Standing } from "./principals.ts";
export { guardOf, keyOf, knownContext, mayDo, mayRead, policiesFor } from "./ask.ts";
export { ADMINISTRATION, cellOf, keyTable, useColumns, type Cell, type Column, type Row } from "./key-table.ts";
