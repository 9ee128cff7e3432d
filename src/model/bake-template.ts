/** JSON for `buildx bake`, which reads every string as a template (HCL, "Template Sequences"): `${` and `%{` stay what they are. */
export function bakeJson(document: unknown): string {
  return JSON.stringify(document, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/([$%])\{/g, '$1$1{') : value,
  );
}
