/**
 * A guess at the group of an archive that carries no Maven metadata: what its manifest says in the forms that build
 * tools write, else what is known of artifacts that are built without Maven, else the old custom of naming the group
 * as the artifact.
 */
export function guessGroupId(artifactId: string, manifest: ReadonlyMap<string, string>): string {
  const known = KNOWN.find(([pattern]) => pattern.test(artifactId))?.[1];
  if (known !== undefined) return known;
  const vendorId = manifest.get('implementation-vendor-id')?.trim();
  if (vendorId && isGroupId(vendorId)) return vendorId;
  const jenkinsGroup = manifest.get('group-id')?.trim();
  if (jenkinsGroup && isGroupId(jenkinsGroup)) return jenkinsGroup;
  const bundle = manifest.get('bundle-symbolicname')?.slice(0, 300).split(';')[0]?.trim();
  return (bundle && groupOfBundle(bundle, artifactId)) || artifactId;
}

function isGroupId(text: string): boolean {
  return text.length <= 300 && /^[A-Za-z][\w-]*(?:\.[\w-]+)+$/.test(text);
}

/**
 * OSGi tools name a bundle `group.artifact`; where the artifact begins with the group's last part, that part is
 * written once (`org.apache.commons` and `commons-lang3` give `org.apache.commons.lang3`).
 */
function groupOfBundle(bundle: string, artifactId: string): string | undefined {
  for (let dash = artifactId.indexOf('-'); dash > 0; dash = artifactId.indexOf('-', dash + 1)) {
    const shared = `.${artifactId.slice(0, dash)}`;
    const rest = `.${artifactId.slice(dash + 1).replaceAll('-', '.')}`;
    const group = bundle.replaceAll('-', '.').endsWith(shared + rest) ? bundle.slice(0, -rest.length) : undefined;
    if (group && isGroupId(group)) return group;
  }
  for (const tail of [`.${artifactId}`, `.${artifactId.replaceAll('-', '.')}`]) {
    const group = bundle.endsWith(tail) ? bundle.slice(0, -tail.length) : undefined;
    if (group && isGroupId(group)) return group;
  }
  return undefined;
}

/** Widely used artifacts whose archives have no pom.properties (built with Ant, Gradle or by hand). First match wins. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^spring-boot(?:-|$)/, 'org.springframework.boot'],
  [/^spring-security-/, 'org.springframework.security'],
  [/^spring-data-/, 'org.springframework.data'],
  [/^spring-cloud-/, 'org.springframework.cloud'],
  [/^spring-integration-/, 'org.springframework.integration'],
  [/^spring-kafka/, 'org.springframework.kafka'],
  [/^spring-(?:amqp|rabbit)/, 'org.springframework.amqp'],
  [/^spring-ws-/, 'org.springframework.ws'],
  [/^spring-session-/, 'org.springframework.session'],
  [/^spring-batch-/, 'org.springframework.batch'],
  [/^spring-retry$/, 'org.springframework.retry'],
  [
    /^spring-(?:aop|aspects|beans|context|context-support|core|expression|instrument|jcl|jdbc|jms|messaging|orm|oxm|r2dbc|test|tx|web|webflux|webmvc|websocket)$/,
    'org.springframework',
  ],
  [/^tomcat-embed-/, 'org.apache.tomcat.embed'],
  [
    /^tomcat-(?:annotations-api|api|catalina|coyote|dbcp|el-api|i18n|jasper|jaspic-api|jdbc|jni|jsp-api|juli|servlet-api|tribes|util|util-scan|websocket|websocket-api)(?:-|$)/,
    'org.apache.tomcat',
  ],
  [/^(?:catalina|catalina-ha|jasper|jasper-el)$/, 'org.apache.tomcat'],
  [
    /^log4j-(?:1\.2-api|api|appserver|cassandra|core|couchdb|iostreams|jcl|jul|layout|slf4j|slf4j2|to-slf4j|web)/,
    'org.apache.logging.log4j',
  ],
  [/^(?:slf4j|jcl-over-slf4j|jul-to-slf4j|log4j-over-slf4j)/, 'org.slf4j'],
  [/^logback-(?:access|classic|core)$/, 'ch.qos.logback'],
  [/^kotlin-/, 'org.jetbrains.kotlin'],
  [/^kotlinx-/, 'org.jetbrains.kotlinx'],
  [/^okhttp/, 'com.squareup.okhttp3'],
  [/^okio/, 'com.squareup.okio'],
  [/^retrofit/, 'com.squareup.retrofit2'],
  [/^(?:bcprov|bcpkix|bcutil|bcpg|bctls|bcmail)-/, 'org.bouncycastle'],
  [/^bc-fips$/, 'org.bouncycastle'],
  [/^lucene-/, 'org.apache.lucene'],
  [/^solr-/, 'org.apache.solr'],
  [/^kafka(?:-clients|-streams|_2\.\d+)/, 'org.apache.kafka'],
  [/^zookeeper/, 'org.apache.zookeeper'],
  [/^elasticsearch(?:-(?:core|x-content|cli|geo|plugin|ssl-config|secure-sm))?$/, 'org.elasticsearch'],
  [/^opensearch(?:-(?:core|x-content|cli|geo|common|secure-sm))?$/, 'org.opensearch'],
  [/^hibernate-(?:c3p0|core|ehcache|entitymanager|envers|hikaricp|jcache|spatial)$/, 'org.hibernate'],
  [/^hibernate-validator/, 'org.hibernate.validator'],
  [/^groovy(?:-|$)/, 'org.codehaus.groovy'],
  [/^reactor-core$/, 'io.projectreactor'],
  [/^reactor-netty/, 'io.projectreactor.netty'],
  [/^micrometer-/, 'io.micrometer'],
  [/^netty-/, 'io.netty'],
  [/^jackson-(?:annotations|core|databind)$/, 'com.fasterxml.jackson.core'],
  [/^jackson-dataformat-/, 'com.fasterxml.jackson.dataformat'],
  [/^jackson-(?:core|mapper)-asl$/, 'org.codehaus.jackson'],
  [/^guava$/, 'com.google.guava'],
  [/^gson$/, 'com.google.code.gson'],
  [/^protobuf-java/, 'com.google.protobuf'],
  [/^grpc-/, 'io.grpc'],
  [
    /^commons-(?:compress|configuration2|csv|lang3|text|collections4|math3|pool2|dbcp2|exec|email|imaging|jxpath|rng|vfs2)/,
    'org.apache.commons',
  ],
  [/^xstream$/, 'com.thoughtworks.xstream'],
  [/^snakeyaml$/, 'org.yaml'],
  [/^h2$/, 'com.h2database'],
  [/^hsqldb$/, 'org.hsqldb'],
  [/^postgresql$/, 'org.postgresql'],
  [/^mysql-connector-java$/, 'mysql'],
  [/^mysql-connector-j$/, 'com.mysql'],
  [/^(?:ojdbc|ucp|oraclepki)/, 'com.oracle.database.jdbc'],
  [/^mssql-jdbc$/, 'com.microsoft.sqlserver'],
  [/^HikariCP$/, 'com.zaxxer'],
  [/^fastjson$/, 'com.alibaba'],
  [/^struts2-/, 'org.apache.struts'],
  [/^shiro-/, 'org.apache.shiro'],
  [/^velocity-engine-/, 'org.apache.velocity'],
  [/^freemarker$/, 'org.freemarker'],
  [/^(?:undertow)-/, 'io.undertow'],
  [/^jetty-/, 'org.eclipse.jetty'],
  [/^jenkins-core$/, 'org.jenkins-ci.main'],
  [/^(?:ant|ant-launcher)$/, 'org.apache.ant'],
  [/^(?:httpclient|httpcore|httpmime)$/, 'org.apache.httpcomponents'],
  [/^json$/, 'org.json'],
];
