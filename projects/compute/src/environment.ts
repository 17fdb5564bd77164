// Writes the variables that a process reads at its start. The process's own schema gives the type here,
// so that a variable forgotten in a stack is a compile error and not a task that dies.
import * as pulumi from "@pulumi/pulumi";

export type Variables<T> = { readonly [Name in keyof T]-?: pulumi.Input<string | number> };

/** For a function: a record. */
export function functionEnvironment<T>(variables: Variables<T>): pulumi.Output<Record<string, string>> {
  return pulumi
    .output(variables as Record<string, pulumi.Input<string | number>>)
    .apply((values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)])));
}

/** For a container: a list, in alphabetical order, because a changed order would be a new task definition. */
export function containerEnvironment<T>(variables: Variables<T>): pulumi.Output<{ name: string; value: string }[]> {
  return functionEnvironment(variables).apply((values) =>
    Object.entries(values)
      .map(([name, value]) => ({ name, value }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}
