// `$context` variables inside text: in access-log formats and in the templates of gateway responses.
const VARIABLE = /\$context\.([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)/g;

export interface TemplateOptions {
  /** What stands for a variable that has no value. */
  readonly missing: string;
  /** Escapes values for a JSON string, so that no value can end the string it stands in. */
  readonly json: boolean;
}

export function renderTemplate(
  template: string,
  context: (variable: string) => string | undefined,
  { missing, json }: TemplateOptions,
): string {
  return template.replace(VARIABLE, (_match, variable: string) => {
    const value = context(variable);
    if (value === undefined) return missing;
    // This one comes with its quotes.
    return json && variable !== "error.messageString" ? JSON.stringify(value).slice(1, -1) : value;
  });
}

export function variablesOf(template: string): readonly string[] {
  return [...template.matchAll(VARIABLE)].map(([, variable]) => variable ?? "");
}
