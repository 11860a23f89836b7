/** Actions of templates: which are closed and ended, and where the first is that is not. */
import { describe, expect, it } from "vitest";

import { findActionFlaw } from "../../../src/make/charts/actions.ts";

describe("actions", () => {
  it("of sound templates are left alone", () => {
    for (const text of [
      "plain text, } and }} too",
      '{{- if eq .a "}}" }}x{{ else if .b }}y{{ else }}z{{- end -}}',
      "{{/* a comment with {{ if }} in it */}}",
      "{{- /* trimmed\n over lines */ -}}",
      "{{ range $i, $x := .list }}{{ $x }}{{ end }}",
      '{{ define "a.b" }}{{ with .x }}{{ . }}{{ end }}{{ end }}',
      "{{ `raw {{ if }} \n \\` }}",
      "{{ '}' }}{{ '\\'' }}",
      '{{ "a \\" }} b" }}',
      "{{ .Values.end }}{{ $end }}{{ .if }}",
      '{{ block "x" . }}{{ break }}{{ end }}',
      '{{ include "x" .\n   | nindent 4 }}',
      "{{ endsWith .a }}",
    ])
      expect(findActionFlaw(text), text).toBeUndefined();
  });

  it("that are open, or end what was never begun, are found", () => {
    const flaws: readonly (readonly [text: string, message: string, offset: number])[] = [
      ["a {{ .x }", "{{ has no }}", 2],
      ["{{ if .x }}{{ if .y }}{{ end }}", "{{ if }} has no {{ end }}", 0],
      ["x{{ end }}", "{{ end }} ends nothing", 1],
      ["{{ if .a }}{{ end }}{{ else }}", "{{ else }} stands in no {{ if }}", 20],
      ['{{ "open }}', "a string has no end", 3],
      ["{{/* open }}", "a comment has no */}}", 0],
      ["{{ .a {{ .b }}", "{{ has no }}", 0],
      ['{{ define "x" }}', "{{ define }} has no {{ end }}", 0],
    ];
    for (const [text, message, offset] of flaws) expect(findActionFlaw(text), text).toEqual({ message, offset });
  });
});
