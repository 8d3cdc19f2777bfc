{{- /* Called with root, roles (as ASSAY_ROLES has them), part (a label), resources and isKept (whether data is on the claim). */ -}}
{{- define "assay.pod" -}}
{{- $values := .root.Values -}}
{{- $scheme := ternary "HTTPS" "HTTP" (and (ne $values.tls.existingSecret "") (contains "web" .roles)) -}}
metadata:
  labels:
    {{- include "assay.selector" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .part }}
  {{- with $values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "assay.fullname" .root }}
  automountServiceAccountToken: false
  # Kubernetes would set ASSAY_PORT and its like for a service named assay.
  enableServiceLinks: false
  terminationGracePeriodSeconds: 30
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  {{- with $values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: assay
      image: "{{ $values.image.repository }}:{{ default .root.Chart.AppVersion $values.image.tag }}"
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args: [serve]
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      env:
        {{- include "assay.env" . | nindent 8 }}
      ports:
        - name: http
          containerPort: 5080
          protocol: TCP
      startupProbe:
        httpGet: { path: /livez, port: http, scheme: {{ $scheme }} }
        periodSeconds: 5
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /livez, port: http, scheme: {{ $scheme }} }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /readyz, port: http, scheme: {{ $scheme }} }
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 3
      resources:
        {{- toYaml .resources | nindent 8 }}
      volumeMounts:
        - name: data
          mountPath: /var/lib/assay
        - name: temporary
          mountPath: /tmp
        {{- if $values.signing.existingSecret }}
        - name: signing
          mountPath: /etc/assay/signing
          readOnly: true
        {{- end }}
        {{- if $values.tls.existingSecret }}
        - name: tls
          mountPath: /etc/assay/tls
          readOnly: true
        {{- end }}
        {{- with $values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: data
      {{- if .isKept }}
      persistentVolumeClaim:
        claimName: {{ default (include "assay.fullname" .root) $values.persistence.existingClaim }}
      {{- else }}
      emptyDir: {}
      {{- end }}
    - name: temporary
      emptyDir: {}
    {{- with $values.signing.existingSecret }}
    - name: signing
      secret:
        secretName: {{ . }}
        defaultMode: 0440
    {{- end }}
    {{- with $values.tls.existingSecret }}
    - name: tls
      secret:
        secretName: {{ . }}
        defaultMode: 0440
    {{- end }}
    {{- with $values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "assay.env" -}}
{{- $values := .root.Values -}}
- name: ASSAY_HOST
  value: 0.0.0.0
- name: ASSAY_DATA
  value: /var/lib/assay
- name: ASSAY_ROLES
  value: {{ .roles | quote }}
{{- with $values.publicUrl }}
- name: ASSAY_PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
{{- include "assay.secretEnv" (dict "name" "ASSAY_DATABASE_URL" "secret" $values.database.existingSecret "key" $values.database.key) }}
{{- include "assay.secretEnv" (dict "name" "ASSAY_MASTER_KEY" "secret" $values.masterKey.existingSecret "key" $values.masterKey.key) }}
{{- include "assay.secretEnv" (dict "name" "ASSAY_ADMIN_PASSWORD" "secret" $values.admin.existingSecret "key" $values.admin.key) }}
{{- if ne $values.blobs.place "disk" }}
- name: ASSAY_BLOBS
  value: {{ $values.blobs.place | quote }}
- name: ASSAY_S3_REDIRECT
  value: {{ $values.blobs.redirect | quote }}
{{- with $values.blobs.endpoint }}
- name: ASSAY_S3_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- with $values.blobs.region }}
- name: ASSAY_S3_REGION
  value: {{ . | quote }}
{{- end }}
{{- include "assay.secretEnv" (dict "name" "ASSAY_S3_ACCESS_KEY" "secret" $values.blobs.existingSecret "key" $values.blobs.accessKey) }}
{{- include "assay.secretEnv" (dict "name" "ASSAY_S3_SECRET_KEY" "secret" $values.blobs.existingSecret "key" $values.blobs.secretKey) }}
{{- end }}
{{- if $values.signing.existingSecret }}
- name: ASSAY_SIGNING_KEY
  value: /etc/assay/signing/{{ $values.signing.keyFile }}
- name: ASSAY_SIGNING_CHAIN
  value: /etc/assay/signing/{{ $values.signing.chainFile }}
{{- end }}
{{- if $values.tls.existingSecret }}
- name: ASSAY_TLS_CERT
  value: /etc/assay/tls/tls.crt
- name: ASSAY_TLS_KEY
  value: /etc/assay/tls/tls.key
{{- end }}
{{- range $name, $value := $values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- with $values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "assay.secretEnv" -}}
{{- if .secret }}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}
{{- end -}}
