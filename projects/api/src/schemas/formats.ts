import { Type, type TSchema } from "typebox";

/** Lower case only: an id has one spelling. */
export const Uuid = Type.String({ pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" });
/** UTC with milliseconds. */
export const Instant = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$" });
export const CalendarDate = Type.String({ format: "date" });
export const Version = Type.Integer({ minimum: 1 });
export const Email = Type.String({ format: "email", maxLength: 254 });
export const E164 = Type.String({ pattern: "^\\+[1-9][0-9]{6,14}$" });
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
