{{- define "assay.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "assay.fullname" -}}
{{- $name := include "assay.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "assay.selector" -}}
app.kubernetes.io/name: {{ include "assay.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "assay.labels" -}}
{{ include "assay.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end -}}

{{- /* What several nodes cannot do without, said in one sentence instead of by a pod that does not start. */ -}}
{{- define "assay.check" -}}
{{- if eq .Values.mode "several" -}}
{{- if not .Values.database.existingSecret }}{{ fail "mode several needs database.existingSecret: a secret with the URL of a PostgreSQL" }}{{ end -}}
{{- if not .Values.masterKey.existingSecret }}{{ fail "mode several needs masterKey.existingSecret: every node has the same master key" }}{{ end -}}
{{- if eq .Values.blobs.place "disk" }}{{ fail "mode several needs blobs.place: s3://BUCKET/PREFIX" }}{{ end -}}
{{- if not .Values.admin.existingSecret }}{{ fail "mode several needs admin.existingSecret: a pod's folder, where a password would be written, does not stay" }}{{ end -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}{{ fail "ingress.enabled needs ingress.host" }}{{ end -}}
{{- end -}}
